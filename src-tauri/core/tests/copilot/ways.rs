//! Every way to become an account, and what keeps it one: the whole core without a window, against the sandbox.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use wingman_core::Code;
use wingman_core::accounts::AccountId;
use wingman_core::app::AccountState;
use wingman_core::app::Phase;
use wingman_core::auth::{SignInRequest, SignInStep, Way};
use wingman_core::chat::{Turn, TurnState};
use wingman_core::store::{DatabaseKey, Place, Store};
use wingman_sandbox::{Answer, Client, Decision, Failure, Kind, Options, Recorded, Sandbox};

use crate::story::{Run, Table, copilot, shown};

/// A person's desktop, their Wingman, and the GitHub that it is set up for.
pub struct Person {
    pub sandbox: Sandbox,
    pub table: Arc<Table>,
    pub run: Run,
}

impl Person {
    /// With this OAuth client and more lines of configuration.
    pub async fn with(folder: &Path, client: &str, more: &str) -> Result<Self> {
        let options = Options { port: crate::next_port(), clients: vec![github_app()], ..Options::default() };
        let sandbox = Sandbox::start(options).await?;
        let url = sandbox.url();
        let configuration = format!(
            "[github]\nclient_id = \"{client}\"\nweb_url = \"{url}\"\napi_url = \"{url}/api/v3\"\n{}{more}\n",
            copilot(url)
        );
        let table = Arc::new(Table::default());
        let run = Run::configured(folder, &table, &configuration)?;
        run.app.start();
        run.until("it is ready", |state| state.phase == Phase::Ready).await?;
        Ok(Self { sandbox, table, run })
    }

    pub async fn new(folder: &Path) -> Result<Self> {
        Self::with(folder, "wingman-sandbox", "").await
    }

    /// Signs in through the browser, as this person.
    pub async fn in_browser(&self, login: &str) -> Result<AccountId> {
        self.begin(SignInRequest::default()).await?;
        self.agree(&self.sandbox, login)?;
        self.signed_in(login).await
    }

    pub async fn begin(&self, request: SignInRequest) -> Result<()> {
        Ok(self.run.app.sign_in(request).await?)
    }

    /// Agrees on the page that was opened last.
    pub fn agree(&self, at: &Sandbox, login: &str) -> Result<()> {
        let page = self.table.opened().pop().context("no page was opened")?;
        let callback = at.authorize(page.as_str(), login, Decision::Authorize).map_err(anyhow::Error::msg)?;
        self.run.app.callback(&callback);
        Ok(())
    }

    /// Waits for the code to show.
    pub async fn code(&self) -> Result<String> {
        let shows = |step: &SignInStep| matches!(step, SignInStep::Code { .. });
        let state = self.run.until("a code is shown", |state| shows(&state.sign_in)).await?;
        match state.sign_in {
            SignInStep::Code { user_code, .. } => Ok(user_code),
            other => bail!("no code is shown: {other:?}"),
        }
    }

    pub async fn signed_in(&self, login: &str) -> Result<AccountId> {
        let is = |id: &wingman_core::app::AppState| {
            id.sign_in == SignInStep::Idle
                && id.accounts.iter().any(|one| one.login == login && one.state == AccountState::SignedIn)
        };
        let state = self.run.until("the account is signed in", is).await?;
        state.account.context("nobody is in use")
    }

    pub async fn failed(&self) -> Result<wingman_core::Error> {
        let failed = |step: &SignInStep| matches!(step, SignInStep::Failed { .. });
        let state = self.run.until("the sign-in failed", |state| failed(&state.sign_in)).await?;
        match state.sign_in {
            SignInStep::Failed { error, .. } => Ok(error),
            other => bail!("it did not fail: {other:?}"),
        }
    }

    /// Asks in a new chat and waits for the answer; the token that the question was sent with.
    pub async fn ask(&self, account: &AccountId, text: &str) -> Result<()> {
        let chat = self.run.send(account, None, text).await?;
        let answer = shown(&self.run.answered(&chat).await?);
        ensure!(answer.contains(text), "the answer is not to the question: {answer}");
        Ok(())
    }

    pub async fn until(&self, what: &str, holds: impl Fn() -> bool) -> Result<()> {
        for _ in 0..400 {
            if holds() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        bail!("waited in vain until {what}")
    }
}

fn github_app() -> Client {
    Client { kind: Kind::GithubApp, ..Client::new("github-app") }
}

pub fn way(way: Way) -> SignInRequest {
    SignInRequest { way, ..SignInRequest::default() }
}

/// The token of this person that works now.
pub fn token_of(sandbox: &Sandbox, login: &str) -> Result<String> {
    let live = sandbox.live_tokens().into_iter().rev().find(|token| token.login == login);
    Ok(live.context("no token works")?.access_token)
}

/// The tokens that questions with this text were sent with.
pub fn sent_with(sandbox: &Sandbox, text: &str) -> Vec<String> {
    let asked = sandbox.requests().into_iter().filter(|it| it.body.contains(text));
    let bearer = asked.filter_map(|it| it.authorization().map(|it| it.trim_start_matches("Bearer ").to_owned()));
    bearer.collect()
}

/// The questions that reached a model there, newest last.
fn model_requests(sandbox: &Sandbox) -> Vec<Recorded> {
    let all = sandbox.requests().into_iter();
    all.filter(|it| it.path.ends_with("/chat/completions") || it.path.ends_with("/responses")).collect()
}

/// Whether a token came there in any request.
fn saw(sandbox: &Sandbox, token: &str) -> bool {
    let carries =
        |it: &Recorded| it.authorization().is_some_and(|header| header.contains(token)) || it.body.contains(token);
    sandbox.requests().iter().any(carries)
}

/// One person who is signed in on two hosts, under the same name and number.
struct Both {
    person: Person,
    /// The second host.
    tenant: Sandbox,
    at_home: AccountId,
    at_work: AccountId,
}

impl Both {
    async fn new(folder: &Path) -> Result<Self> {
        let tenant = Sandbox::start(Options::default()).await?;
        let url = tenant.url();
        let host = format!(
            "[hosts.\"octo.ghe.com\"]\nclient_id = \"wingman-sandbox\"\nweb_url = \"{url}\"\napi_url = \"{url}/api/v3\""
        );
        let person = Person::with(folder, "wingman-sandbox", &host).await?;
        let at_home = person.in_browser("ada-lind").await?;
        person.begin(SignInRequest { host: Some("Octo.ghe.com".into()), ..SignInRequest::default() }).await?;
        person.agree(&tenant, "ada-lind")?;
        person.run.until("both are there", |state| state.accounts.len() == 2).await?;
        Ok(Self { person, tenant, at_home, at_work: AccountId::new("octo.ghe.com", 1001) })
    }
}

pub async fn every_way_in_ends_in_an_account_that_chats(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let ada = person.in_browser("ada-lind").await?;

    person.begin(way(Way::Code)).await?;
    let code = person.code().await?;
    let opened = || person.table.opened().pop().is_some_and(|page| page.path() == "/login/device");
    person.until("the page where it is typed in opens by itself", opened).await?;
    person.run.app.copy_sign_in_code()?;
    ensure!(person.table.clipboard() == code, "a click copies it");
    ensure!(person.sandbox.enter_code(&code, "lin-wei", Decision::Authorize), "GitHub knows the code");
    let lin = person.signed_in("lin-wei").await?;
    person.until("the code is taken off the clipboard", || person.table.clipboard().is_empty()).await?;

    let made = person.sandbox.issue_token("sam-reyes", "wingman-sandbox", &["read:user"]).context("a token")?;
    person.table.has_copied(&format!(" {made}\n"));
    person.begin(way(Way::Token)).await?;
    let sam = person.signed_in("sam-reyes").await?;
    person.until("the token is taken off the clipboard", || person.table.clipboard().is_empty()).await?;
    let accounts = person.run.state().accounts;
    let of = |id: &AccountId| accounts.iter().find(|account| account.id == *id).context("no such account");
    ensure!(of(&sam)?.missing_scopes == ["read:org"], "what the token may not do is said: {accounts:?}");
    ensure!(of(&ada)?.missing_scopes.is_empty(), "and only of that one");
    ensure!(accounts.len() == 3, "all three are there");

    for (account, login) in [(&ada, "ada-lind"), (&lin, "lin-wei"), (&sam, "sam-reyes")] {
        let question = format!("what does {login} ask?");
        person.ask(account, &question).await?;
        let with = sent_with(&person.sandbox, &question);
        ensure!(!with.is_empty(), "it reached the model");
        let own = token_of(&person.sandbox, login)?;
        ensure!(with.iter().all(|token| *token == own), "each pays with their own token");
    }
    let shown = format!("{:?}", person.run.state());
    ensure!(!shown.contains("gho_"), "the window's state holds no token");
    person.run.finish().await
}

pub async fn a_code_that_is_declined_or_given_up_leaves_nothing_behind(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    person.begin(way(Way::Code)).await?;
    let code = person.code().await?;
    person.sandbox.enter_code(&code, "ada-lind", Decision::Cancel);
    let error = person.failed().await?;
    ensure!(error.code == Code::SignInDenied, "the person said no: {error:?}");

    person.begin(way(Way::Code)).await?;
    let code = person.code().await?;
    person.run.app.copy_sign_in_code()?;
    person.run.app.cancel_sign_in();
    person.until("the code is taken off the clipboard", || person.table.clipboard().is_empty()).await?;
    person.sandbox.enter_code(&code, "ada-lind", Decision::Authorize);
    let polls = || person.sandbox.requests_to("/login/oauth/access_token").len();
    let before = polls();
    tokio::time::sleep(Duration::from_secs(6)).await;
    ensure!(polls() <= before + 1, "nothing is asked any more");
    ensure!(person.run.state().accounts.is_empty(), "nobody is signed in");
    ensure!(person.sandbox.live_tokens().is_empty(), "and no token lives on");

    person.begin(way(Way::Browser)).await?;
    person.run.app.copy_sign_in_link()?;
    ensure!(person.table.clipboard().contains("state="), "the link is there for as long as it is of use");
    person.table.has_copied("something of the person's");
    person.run.app.cancel_sign_in();
    tokio::time::sleep(Duration::from_millis(200)).await;
    ensure!(person.table.clipboard() == "something of the person's", "what was copied since is theirs");

    person.sandbox.register(Client { device_flow: false, ..Client::new("wingman-sandbox") });
    person.begin(way(Way::Code)).await?;
    let error = person.failed().await?;
    ensure!(error.code == Code::DeviceFlowDisabled, "where the application does not offer it: {error:?}");
    person.run.finish().await
}

pub async fn a_token_is_refused_by_its_shape_before_any_request(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    for (copied, code) in [
        ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", Code::TokenClassic),
        ("my shopping list", Code::TokenMalformed),
        ("", Code::TokenMalformed),
    ] {
        person.table.has_copied(copied);
        person.begin(way(Way::Token)).await?;
        let error = person.failed().await?;
        ensure!(error.code == code, "{copied}: {error:?}");
    }
    ensure!(person.sandbox.requests().is_empty(), "nothing was sent anywhere");
    person.table.has_copied("my shopping list");
    person.begin(way(Way::Token)).await?;
    person.failed().await?;
    ensure!(person.table.clipboard() == "my shopping list", "what is no token is the person's, and stays");
    person.table.has_copied("gho_abcdefghijklmnopqrstuvwxyz0123456789");
    person.begin(way(Way::Token)).await?;
    let refused = |state: &wingman_core::app::AppState| matches!(&state.sign_in, SignInStep::Failed { error, .. } if error.code == Code::TokenRejected);
    person.run.until("GitHub refused it", refused).await?;
    ensure!(person.sandbox.requests_to("/user").len() == 1, "it is tried once");
    person.run.finish().await
}

pub async fn a_host_is_parsed_strictly_and_the_reason_told(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    for (typed, reason) in [
        ("http://github.com", "scheme"),
        ("me@github.com", "user-info"),
        ("github.com:8443", "port"),
        ("evilghe.com", "look-alike"),
        ("g\u{456}thub.com", "not-ascii"),
        ("octo.ghe.com", "sandbox"),
    ] {
        let request = SignInRequest { host: Some(typed.to_owned()), ..SignInRequest::default() };
        let error = person.run.app.sign_in(request).await.err().context(typed)?;
        ensure!(error.code == Code::HostRefused, "{typed}: {error:?}");
        ensure!(error.params["reason"] == reason, "{typed}: {error:?}");
    }
    ensure!(person.run.state().sign_in == SignInStep::Idle, "nothing was begun");
    ensure!(person.table.opened().is_empty(), "and no page opened");
    person.run.finish().await
}

pub async fn an_enterprise_server_signs_in_and_says_that_copilot_is_not_there(folder: PathBuf) -> Result<()> {
    let server = Sandbox::start(Options::default()).await?;
    let url = server.url();
    let host = format!(
        "[hosts.\"git.example.com\"]\nclient_id = \"wingman-sandbox\"\nweb_url = \"{url}\"\napi_url = \"{url}/api/v3\""
    );
    let person = Person::with(&folder, "wingman-sandbox", &host).await?;
    person.begin(SignInRequest { host: Some("git.example.com".into()), ..SignInRequest::default() }).await?;
    person.agree(&server, "ada-lind")?;
    let ada = person.signed_in("ada-lind").await?;
    ensure!(ada.as_str() == "git.example.com/1001", "named by its own host: {ada}");

    let chat = person.run.send(&ada, None, "are you there?").await?;
    let turn = person.run.last(&chat, |turn| matches!(turn.state, TurnState::Failed { .. })).await?;
    let TurnState::Failed { error } = &turn.state else { bail!("it is answered: {turn:?}") };
    ensure!(error.code == Code::CopilotNotServed, "why: {error:?}");
    ensure!(error.params["host"] == "git.example.com", "where: {error:?}");
    ensure!(server.requests_to("/copilot_internal/user").is_empty(), "a server that has no Copilot is not asked");
    person.run.finish().await
}

pub async fn two_hosts_chat_at_once_each_with_its_own_token(folder: PathBuf) -> Result<()> {
    let Both { person, tenant, at_home, at_work } = Both::new(&folder).await?;
    ensure!(at_home != at_work, "the same number on another host is somebody else");

    tokio::try_join!(person.ask(&at_home, "a question from home"), person.ask(&at_work, "a question from work"))?;
    let (home, work) = (token_of(&person.sandbox, "ada-lind")?, token_of(&tenant, "ada-lind")?);
    ensure!(sent_with(&person.sandbox, "a question from home").iter().all(|token| *token == home), "home pays at home");
    ensure!(!sent_with(&person.sandbox, "a question from home").is_empty(), "and is answered there");
    ensure!(sent_with(&tenant, "a question from work").iter().all(|token| *token == work), "work pays at work");
    ensure!(!sent_with(&tenant, "a question from work").is_empty(), "and is answered there");
    for (sandbox, other) in [(&person.sandbox, &work), (&tenant, &home)] {
        ensure!(!saw(sandbox, other), "no request carries a token to another host");
    }

    let chat = person.run.send(&at_home, None, "whose is this chat?").await?;
    person.run.answered(&chat).await?;
    let crossed = person.run.send(&at_work, Some(&chat), "and now?").await;
    ensure!(crossed.is_err(), "a conversation is never continued by another account");
    person.run.finish().await
}

pub async fn a_conversation_goes_on_with_an_account_that_is_told_what_was_said(folder: PathBuf) -> Result<()> {
    let Both { person, tenant, at_home, at_work } = Both::new(&folder).await?;
    let chat = person.run.send(&at_home, None, "my cat is called Ada").await?;
    person.run.answered(&chat).await?;
    let before = person.run.turns(&chat).await?;
    let asked_before = person.sandbox.requests().len();

    let new = person.run.chat()?.hand_over(&chat, &at_work).await?;
    let copied = person.run.turns(&new).await?;
    let words = |turns: &[Turn]| turns.iter().map(|turn| (turn.text.clone(), shown(turn))).collect::<Vec<_>>();
    ensure!(words(&copied) == words(&before), "the same words: {copied:?}");
    ensure!(copied[1].tokens == before[1].tokens, "at the same cost: {copied:?}");
    ensure!(copied[1].payer.as_deref() == Some("ada-lind (github.com)"), "paid by who paid: {copied:?}");
    ensure!(model_requests(&tenant).is_empty(), "nothing is sent before something is asked");

    // Not the echo: it would say all of it once more.
    tenant.answer(Answer { times: Some(1), ..Answer::text("Ada.") });
    person.run.send(&at_work, Some(&new), "what is she called?").await?;
    person.run.answered(&new).await?;
    let turns = person.run.turns(&new).await?;
    ensure!(turns[2].text == "what is she called?", "the question is the person's words alone: {turns:?}");
    let [asked] = &model_requests(&tenant)[..] else { bail!("asked once: {:?}", model_requests(&tenant)) };
    let place = |words: &str| asked.body.find(words).context(format!("the model must read {words:?}: {}", asked.body));
    ensure!(place("continued from elsewhere")? < place("[Person]\\nmy cat is called Ada")?, "a preface, then the text");
    ensure!(place("[Person]\\nmy cat is called Ada")? < place("[Copilot]\\nYou said: my cat")?, "in its order");
    ensure!(
        place("[Copilot]\\nYou said: my cat")? < place("[Person, now]\\nwhat is she called?")?,
        "then the question"
    );
    let (home, work) = (token_of(&person.sandbox, "ada-lind")?, token_of(&tenant, "ada-lind")?);
    ensure!(asked.authorization() == Some(&format!("Bearer {work}")), "the second account paid");
    ensure!(!saw(&person.sandbox, &work) && !saw(&tenant, &home), "no host sees the other one's token");
    ensure!(sent_with(&person.sandbox, "what is she called?").is_empty(), "nor the first the second's question");
    let since = person.sandbox.requests().split_off(asked_before);
    ensure!(!since.iter().any(|it| it.path.contains("chat") || it.path == "/responses"), "nothing was asked there");

    person.run.send(&at_work, Some(&new), "and how old?").await?;
    person.run.answered(&new).await?;
    let last = model_requests(&tenant).pop().context("asked")?;
    ensure!(last.body.matches("continued from elsewhere").count() == 1, "told once, then remembered: {}", last.body);

    person.run.send(&at_home, Some(&chat), "and the dog?").await?;
    person.run.answered(&chat).await?;
    let last = model_requests(&person.sandbox).pop().context("asked")?;
    ensure!(last.body.contains("my cat is called Ada"), "the original goes on where it was: {}", last.body);
    ensure!(!last.body.contains("what is she called?"), "and knows nothing of what followed elsewhere: {}", last.body);
    person.run.finish().await?;

    let key = person.table.entry("database").context("the database has a key")?;
    let key = DatabaseKey::from_text(&key.into()).context("it is one")?;
    let store = Store::open(Place::File { path: folder.join("wingman/data/wingman.db"), key: &key })?;
    let files = store.session_files();
    for (account, conversation, own, foreign) in [
        (&at_home, &chat, "and the dog?", "what is she called?"),
        (&at_work, &new, "what is she called?", "and the dog?"),
    ] {
        let sessions = files.sessions(account)?;
        let [session] = &sessions[..] else { bail!("each account has one session: {sessions:?}") };
        ensure!(session.conversation.as_ref() == Some(conversation), "of its own conversation: {session:?}");
        let log = files.read(&session.id, "/state/events.jsonl")?;
        ensure!(log.contains(own) && !log.contains(foreign), "which nobody else resumed or touched");
    }
    Ok(store.close().await?)
}

pub async fn a_first_question_after_a_hand_over_can_be_asked_again(folder: PathBuf) -> Result<()> {
    let Both { person, tenant, at_home, at_work } = Both::new(&folder).await?;
    let chat = person.run.send(&at_home, None, "my cat is called Ada").await?;
    person.run.answered(&chat).await?;
    let new = person.run.chat()?.hand_over(&chat, &at_work).await?;
    let told_once = |body: &str| {
        body.matches("continued from elsewhere").count() == 1 && body.matches("what is she called?").count() == 1
    };

    // Stopped in its middle, then asked again: the session forgets the question, and the text with it.
    let slow = Answer { chunk_delay_ms: Some(200), times: Some(1), ..Answer::text(&"she is called ".repeat(40)) };
    tenant.answer(slow);
    person.run.send(&at_work, Some(&new), "what is she called?").await?;
    person.run.last(&new, |turn| shown(turn).contains("she is")).await?;
    person.run.chat()?.stop(&new);
    person.run.last(&new, |turn| turn.state == TurnState::Stopped).await?;
    person.run.chat()?.retry(&new).await?;
    person.run.answered(&new).await?;
    let last = model_requests(&tenant).pop().context("asked")?;
    ensure!(told_once(&last.body), "told again, once: {}", last.body);
    person.run.finish().await?;

    // What failed before anything was sent, in a program that is started anew.
    let configuration = std::fs::read_to_string(folder.join("config.toml"))?;
    let run = Run::configured(&folder, &person.table, &configuration)?;
    run.app.start();
    run.until("it is ready", |state| state.phase == Phase::Ready).await?;
    let new = run.chat()?.hand_over(&chat, &at_work).await?;
    tenant.fail(Failure { times: Some(1), ..Failure::status("/models", 500) });
    run.send(&at_work, Some(&new), "what is she called?").await?;
    run.last(&new, |turn| matches!(turn.state, TurnState::Failed { .. })).await?;
    run.chat()?.retry(&new).await?;
    run.answered(&new).await?;
    let last = model_requests(&tenant).pop().context("asked")?;
    ensure!(told_once(&last.body), "the text goes with the question that is sent: {}", last.body);
    run.finish().await
}

pub async fn a_github_app_s_token_is_renewed_in_the_middle_of_a_conversation(folder: PathBuf) -> Result<()> {
    let person = Person::with(&folder, "github-app", "").await?;
    let ada = person.in_browser("ada-lind").await?;
    let first = token_of(&person.sandbox, "ada-lind")?;
    ensure!(first.starts_with("ghu_"), "a GitHub App is known by its token");
    let chat = person.run.send(&ada, None, "before the night").await?;
    person.run.answered(&chat).await?;

    // Nine hours pass for GitHub; this computer slept and thinks that the token is good.
    person.sandbox.advance_clock(Duration::from_hours(9));
    let asked = (0..5).map(|number| {
        let (person, ada) = (&person, &ada);
        async move { person.ask(ada, &format!("after the night, question {number}")).await }
    });
    futures_util::future::try_join_all(asked).await?;
    person.run.send(&ada, Some(&chat), "in the old conversation").await?;
    ensure!(shown(&person.run.answered(&chat).await?).contains("in the old conversation"), "the same turn is answered");

    let second = token_of(&person.sandbox, "ada-lind")?;
    ensure!(first != second, "the token was renewed");
    let refreshes = person.sandbox.requests_to("/login/oauth/access_token");
    let refreshes = refreshes.iter().filter(|it| it.body.contains("grant_type=refresh_token")).count();
    ensure!(refreshes == 1, "once for all who waited, not {refreshes} times");
    ensure!(person.table.entry(ada.as_str()).is_some_and(|entry| entry.contains(&second)), "and is in the keychain");
    ensure!(person.table.entry(ada.as_str()).is_some_and(|entry| !entry.contains(&first)), "the old one is dropped");
    person.run.finish().await
}

pub async fn a_clock_that_is_a_day_off_costs_one_refresh_and_no_loop(folder: PathBuf) -> Result<()> {
    let person = Person::with(&folder, "github-app", "").await?;
    let ada = person.in_browser("ada-lind").await?;
    let refreshes = || {
        let all = person.sandbox.requests_to("/login/oauth/access_token");
        all.iter().filter(|it| it.body.contains("grant_type=refresh_token")).count()
    };
    person.table.set_clock(24 * 3_600_000);
    person.ask(&ada, "a day ahead").await?;
    person.ask(&ada, "still a day ahead").await?;
    ensure!(refreshes() == 1, "the new token's end is by the same wrong clock: {}", refreshes());
    person.table.set_clock(-24 * 3_600_000);
    person.sandbox.advance_clock(Duration::from_hours(9));
    person.ask(&ada, "a day behind").await?;
    ensure!(refreshes() == 2, "GitHub's refusal counts, not our clock: {}", refreshes());
    person.run.finish().await
}

pub async fn a_refresh_whose_answer_is_lost_asks_that_account_alone_to_sign_in(folder: PathBuf) -> Result<()> {
    let person = Person::with(&folder, "github-app", "").await?;
    let ada = person.in_browser("ada-lind").await?;
    let lin = person.in_browser("lin-wei").await?;
    let chat = person.run.send(&ada, None, "kept through it all").await?;
    person.run.answered(&chat).await?;

    person.sandbox.advance_clock(Duration::from_hours(9));
    person.sandbox.fail(Failure {
        path: "/login/oauth/access_token".into(),
        containing: Some("grant_type=refresh_token".into()),
        drop_after_chunks: Some(0),
        times: Some(1),
        ..Failure::default()
    });
    person.run.send(&ada, Some(&chat), "the answer is lost").await?;
    let failed = person.run.last(&chat, |turn| matches!(turn.state, TurnState::Failed { .. })).await?;
    person.run.chat()?.retry(&chat).await?;
    let again = person
        .run
        .last(&chat, |turn| matches!(&turn.state, TurnState::Failed { error } if error.code == Code::SignInNeeded))
        .await?;
    ensure!(failed.id != again.id, "the second try is told as what it is");
    let needs = |state: &wingman_core::app::AppState, id: &AccountId| {
        state.accounts.iter().any(|account| account.id == *id && account.state == AccountState::SignInNeeded)
    };
    let state = person.run.until("the account asks for sign-in", |state| needs(state, &ada)).await?;
    ensure!(!needs(&state, &lin), "and only that one");
    ensure!(person.run.turns(&chat).await?.len() == 4, "its conversation is there");
    person.ask(&lin, "another account goes on").await?;

    person.begin(SignInRequest { account: Some(ada.clone()), ..SignInRequest::default() }).await?;
    let page = person.table.opened().pop().context("a page")?;
    ensure!(page.query().is_some_and(|query| query.contains("login=ada-lind")), "the page proposes who is asked for");
    person.agree(&person.sandbox, "ada-lind")?;
    person.signed_in("ada-lind").await?;
    person.run.chat()?.retry(&chat).await?;
    ensure!(shown(&person.run.answered(&chat).await?).contains("the answer is lost"), "the question was kept");
    person.run.finish().await
}

pub async fn a_new_token_that_is_refused_too_ends_without_a_loop(folder: PathBuf) -> Result<()> {
    let person = Person::with(&folder, "github-app", "").await?;
    let ada = person.in_browser("ada-lind").await?;
    person.ask(&ada, "all is well").await?;
    person.sandbox.fail(Failure::status("/chat/completions", 401));
    person.sandbox.fail(Failure::status("/responses", 401));
    let chat = person.run.send(&ada, None, "who am I?").await?;
    let sign_in = |turn: &Turn| matches!(&turn.state, TurnState::Failed { error } if error.code == Code::SignInNeeded);
    person.run.last(&chat, sign_in).await?;
    let asked = || person.sandbox.requests().iter().filter(|it| it.body.contains("who am I?")).count();
    let count = asked();
    ensure!(count == 2, "once with the old token, once with the new: {count}");
    person.run.chat()?.retry(&chat).await?;
    person.run.last(&chat, sign_in).await?;
    ensure!(asked() == count, "and then no more, whatever the person tries");
    person.run.finish().await
}

pub async fn a_proxy_s_401_keeps_everybody_signed_in(folder: PathBuf) -> Result<()> {
    let person = Person::with(&folder, "github-app", "").await?;
    person.sandbox.fail(Failure { proxy: true, times: Some(3), ..Failure::status("/user", 401) });
    person.begin(SignInRequest::default()).await?;
    person.agree(&person.sandbox, "ada-lind")?;
    let error = person.failed().await?;
    ensure!(error.code == Code::AnswerUnexpected, "something in between answered: {error:?}");
    let ada = person.in_browser("ada-lind").await?;
    let token = token_of(&person.sandbox, "ada-lind")?;

    person.sandbox.fail(Failure { proxy: true, times: Some(1), ..Failure::status("/copilot_internal/user", 401) });
    person.run.app.window_is_up();
    let chat = person.run.send(&ada, None, "through a proxy").await?;
    let ended = person.run.last(&chat, |turn| !matches!(turn.state, TurnState::Answering { .. })).await?;
    if matches!(ended.state, TurnState::Failed { .. }) {
        person.run.chat()?.retry(&chat).await?;
        person.run.answered(&chat).await?;
    }
    ensure!(token_of(&person.sandbox, "ada-lind")? == token, "no token was thrown away or renewed for it");
    ensure!(person.run.state().accounts[0].state == AccountState::SignedIn, "and nobody must sign in");
    person.run.finish().await
}

pub async fn somebody_else_who_comes_back_is_asked_about(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let ada = person.in_browser("ada-lind").await?;
    let again = || SignInRequest { account: Some(ada.clone()), ..SignInRequest::default() };
    let other = |state: &wingman_core::app::AppState| matches!(&state.sign_in, SignInStep::Other { asked, came, .. } if asked == "ada-lind" && came == "lin-wei");

    person.begin(again()).await?;
    person.agree(&person.sandbox, "lin-wei")?;
    person.run.until("the person is asked", other).await?;
    ensure!(person.run.state().accounts.len() == 1, "nothing is kept yet");
    person.run.app.cancel_sign_in();
    let gone = || !person.sandbox.live_tokens().iter().any(|token| token.login == "lin-wei");
    person.until("the token that nobody wants is revoked", gone).await?;

    person.begin(again()).await?;
    person.agree(&person.sandbox, "lin-wei")?;
    person.run.until("the person is asked", other).await?;
    person.run.app.keep_account().await;
    person.signed_in("lin-wei").await?;
    ensure!(person.run.state().accounts.len() == 2, "kept as another account, beside the first");
    person.run.finish().await
}

pub async fn forgetting_an_account_takes_everything_of_it_and_nothing_else(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let (ada, lin) = (person.in_browser("ada-lind").await?, person.in_browser("lin-wei").await?);
    person.ask(&ada, "to be forgotten").await?;
    person.ask(&lin, "to be kept").await?;
    person.run.app.forget_account(&ada).await?;
    ensure!(person.run.state().accounts.len() == 1, "it is gone from the list");
    ensure!(person.table.entry(ada.as_str()).is_none(), "and from the keychain");
    let chats = person.run.chat()?;
    ensure!(chats.conversations(&ada, None).await?.conversations.is_empty(), "its conversations are deleted");
    ensure!(chats.conversations(&lin, None).await?.conversations.len() == 1, "nobody else's are");

    let back = person.in_browser("ada-lind").await?;
    ensure!(
        chats.conversations(&back, None).await?.conversations.is_empty(),
        "they are not back when it signs in again"
    );
    person.run.finish().await
}

pub async fn signing_everybody_out_revokes_what_is_ours(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    person.in_browser("ada-lind").await?;
    let made =
        person.sandbox.issue_token("lin-wei", "wingman-sandbox", &["read:user", "read:org"]).context("a token")?;
    person.table.has_copied(&made);
    person.begin(way(Way::Token)).await?;
    person.signed_in("lin-wei").await?;
    person.run.app.sign_out_all().await?;
    ensure!(person.run.state().accounts.is_empty(), "everybody is signed out");
    let left = || person.sandbox.live_tokens().iter().map(|token| token.login.clone()).collect::<Vec<_>>();
    person.until("the browser's token is revoked", || left() == ["lin-wei"]).await?;
    ensure!(left() == ["lin-wei"], "a token that the person made is theirs, and may be in use elsewhere");
    person.run.finish().await
}

pub async fn signed_out_without_a_network_a_token_is_revoked_later(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let ada = person.in_browser("ada-lind").await?;
    person.sandbox.fail(Failure { proxy: true, ..Failure::status("/credentials/revoke", 503) });
    person.run.app.sign_out(&ada).await?;
    ensure!(person.run.state().accounts.is_empty(), "signed out at once");
    ensure!(person.table.entry(ada.as_str()).is_none(), "the account's entry is gone");
    person.until("it was tried", || !person.sandbox.requests_to("/credentials/revoke").is_empty()).await?;
    let kept = format!("{ada}/given-up");
    person.until("the token waits in the keychain", || person.table.entry(&kept).is_some()).await?;
    let Person { sandbox, table, run } = person;
    run.finish().await?;

    sandbox.clear_failures();
    let configuration = std::fs::read_to_string(folder.join("config.toml"))?;
    let run = Run::configured(&folder, &table, &configuration)?;
    run.app.start();
    run.until("it is ready", |state| state.phase == Phase::Ready).await?;
    ensure!(run.state().accounts.is_empty(), "nobody is signed in by what waits");
    run.app.window_is_up();
    for _ in 0..200 {
        if sandbox.live_tokens().is_empty() && table.entry(&kept).is_none() {
            return run.finish().await;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    bail!("the token still works, or still waits")
}
