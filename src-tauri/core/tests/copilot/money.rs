//! What is chosen and what it costs: the model, how hard it thinks, what it is told beforehand; what is left of the
//! month, and what its sum is.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use wingman_core::app::{Account, AppState, CopilotStanding, Phase};
use wingman_core::chat::{Chosen, ConversationId, Desk, Question};
use wingman_core::copilot::Withheld;
use wingman_core::github::Quota;
use wingman_core::store::choices::AccountChoices;
use wingman_sandbox::{Access, Copilot, Recorded, Sandbox};

use crate::story::{Run, shown};
use crate::ways::Person;

/// The last question that reached a model.
fn last(sandbox: &Sandbox) -> Result<Recorded> {
    let asked = |it: &Recorded| it.path.ends_with("/chat/completions") || it.path.ends_with("/responses");
    sandbox.requests().into_iter().rev().find(asked).context("nothing was asked")
}

/// The model that a request names, and how hard it is to think, as either endpoint writes it.
fn asked_of(request: &Recorded) -> (String, Option<String>) {
    let body = request.json();
    let effort = body["reasoning_effort"].as_str().or_else(|| body["reasoning"]["effort"].as_str());
    (body["model"].as_str().unwrap_or_default().to_owned(), effort.map(str::to_owned))
}

/// What stands in front of the conversation in a request.
fn told_before(request: &Recorded) -> String {
    let body = request.json();
    let of = |message: &Value| matches!(message["role"].as_str(), Some("system" | "developer"));
    let messages = body["messages"].as_array().or_else(|| body["input"].as_array());
    let said: Vec<String> = messages.into_iter().flatten().filter(|it| of(it)).map(ToString::to_string).collect();
    body["instructions"].as_str().unwrap_or_default().to_owned() + &said.join("\n")
}

fn hard(effort: &str) -> Chosen {
    Chosen { effort: Some(effort.into()), ..Chosen::default() }
}

fn told(instructions: &str) -> Chosen {
    Chosen { instructions: instructions.into(), ..Chosen::default() }
}

impl Person {
    /// Asks in that chat, or in a new one of this model and these choices.
    async fn asks(
        &self,
        chat: Option<&ConversationId>,
        text: &str,
        new: (Option<&str>, Chosen),
    ) -> Result<ConversationId> {
        let account = self.run.state().account.context("nobody is in use")?;
        let (model, chosen) = (new.0.map(str::to_owned), new.1);
        let question = Question {
            conversation: chat.cloned(),
            account,
            text: text.into(),
            model,
            chosen,
            desk: Desk::default(),
            attachments: Vec::new(),
        };
        let chat = self.run.chat()?.send(question).await?.conversation;
        let answer = self.run.answered(&chat).await?;
        ensure!(shown(&answer).contains(text), "the answer is not to the question: {answer:?}");
        Ok(chat)
    }

    async fn goes_on(&self, chat: &ConversationId, text: &str) -> Result<()> {
        self.asks(Some(chat), text, (None, Chosen::default())).await.map(drop)
    }

    fn account(&self) -> Result<Account> {
        self.run.state().accounts.into_iter().next().context("nobody is signed in")
    }
}

pub async fn a_model_and_an_effort_chosen_in_mid_conversation_reach_the_endpoint(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    person.in_browser("ada-lind").await?;
    let chat = person.asks(None, "think hard", (Some("gpt-5.1"), hard("high"))).await?;
    ensure!(asked_of(&last(&person.sandbox)?) == ("gpt-5.1".into(), Some("high".into())), "as a new chat chose");

    person.run.chat()?.choose(&chat, hard("low")).await?;
    person.goes_on(&chat, "less, please").await?;
    ensure!(asked_of(&last(&person.sandbox)?) == ("gpt-5.1".into(), Some("low".into())), "another effort from then on");

    person.run.chat()?.choose(&chat, Chosen::default()).await?;
    person.goes_on(&chat, "as you like").await?;
    let asked = asked_of(&last(&person.sandbox)?);
    ensure!(asked == ("gpt-5.1".into(), Some("medium".into())), "taken back, it is the model's own: {asked:?}");

    person.run.chat()?.choose(&chat, hard("high")).await?;
    person.run.chat()?.choose_model(&chat, Some("claude-haiku-4.5")).await?;
    person.goes_on(&chat, "somebody else now").await?;
    let asked = last(&person.sandbox)?;
    ensure!(asked_of(&asked) == ("claude-haiku-4.5".into(), None), "one that cannot be told is not told: {asked:?}");
    ensure!(asked.body.contains("think hard"), "and it knows what was said to the other: {}", asked.body);

    person.run.chat()?.choose_model(&chat, Some("gpt-5-mini")).await?;
    person.goes_on(&chat, "and a third").await?;
    let asked = asked_of(&last(&person.sandbox)?);
    ensure!(asked == ("gpt-5-mini".into(), Some("high".into())), "over the other endpoint too: {asked:?}");
    person.run.finish().await
}

pub async fn the_choice_can_be_left_to_copilot(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let ada = person.in_browser("ada-lind").await?;
    ensure!(person.run.chat()?.models(&ada).await?.auto, "nothing forbids it");
    let chat = person.asks(None, "whichever you like", (Some("auto"), Chosen::default())).await?;
    let turns = person.run.turns(&chat).await?;
    let answer = turns.last().context("no answer")?;
    ensure!(answer.notices.is_empty(), "nobody was replaced: {:?}", answer.notices);
    let (asked, _) = asked_of(&last(&person.sandbox)?);
    ensure!(answer.model.as_deref() == Some(asked.as_str()) && asked != "auto", "who answered is told: {answer:?}");
    person.run.finish().await
}

pub async fn an_account_s_own_default_holds_and_what_is_withheld_says_why(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let ada = person.in_browser("ada-lind").await?;
    let models = person.run.chat()?.models(&ada).await?;
    let withheld: Vec<_> = models.withheld.iter().map(|it| (it.id.as_str(), it.withheld)).collect();
    let (off, not_yet) = (Withheld::Disabled, Withheld::NotEnabled);
    ensure!(
        withheld == [("claude-opus-4.5", Some(off)), ("grok-code-2", Some(not_yet))],
        "what cannot be had is told apart: {withheld:?}"
    );
    ensure!(models.models.iter().all(|it| it.withheld.is_none()), "and is not among what can be had");

    let own = AccountChoices {
        favourites: vec!["gpt-5-mini".into()],
        default_model: Some("gpt-5-mini".into()),
        credit_limit: Some(20.0),
    };
    person.run.app.choose_for_account(&ada, own.clone()).await?;
    ensure!(person.account()?.choices == own, "every window is told at once");
    person.asks(None, "by whom?", (None, Chosen::default())).await?;
    ensure!(asked_of(&last(&person.sandbox)?).0 == "gpt-5-mini", "a new chat uses it");

    let gone = AccountChoices { default_model: Some("gpt-0".into()), ..own };
    person.run.app.choose_for_account(&ada, gone.clone()).await?;
    let models = person.run.chat()?.models(&ada).await?;
    ensure!(
        models.missing.as_deref() == Some("gpt-0") && models.default.is_some(),
        "one that is gone is told: {models:?}"
    );
    let Person { sandbox, table, run } = person;
    run.finish().await?;

    let configuration = std::fs::read_to_string(folder.join("config.toml"))?;
    let run = Run::ruled(&folder, &table, &configuration, "[copilot]\nmodel = \"gpt-5.1\"\n")?;
    run.app.start();
    let state = run.until("it is ready", |state| state.phase == Phase::Ready).await?;
    ensure!(state.accounts[0].choices == gone, "what was chosen survives a restart");
    let models = run.chat()?.models(&ada).await?;
    ensure!(
        models.default.as_deref() == Some("gpt-5.1") && models.missing.is_none(),
        "a policy goes first: {models:?}"
    );
    drop(sandbox);
    run.finish().await
}

pub async fn instructions_reach_the_model_from_the_next_question_on(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    person.in_browser("ada-lind").await?;
    let chats = person.run.chat()?;
    let chat = person.asks(None, "before", (None, Chosen::default())).await?;
    let plain = told_before(&last(&person.sandbox)?);
    ensure!(plain.contains("You are Copilot") && !plain.contains("The person wants"), "nothing was said: {plain}");

    chats.save_instructions("Call me Countess.").await?;
    person.goes_on(&chat, "with a title").await?;
    let asked = last(&person.sandbox)?;
    ensure!(told_before(&asked).contains("Call me Countess."), "said for all chats: {}", told_before(&asked));
    ensure!(asked.body.contains("before"), "and what was said before is still known");

    chats.choose(&chat, told("Answer in rhyme.")).await?;
    person.goes_on(&chat, "in verse").await?;
    let both = told_before(&last(&person.sandbox)?);
    ensure!(both.find("Countess") < both.find("rhyme") && both.contains("rhyme"), "this chat's come last: {both}");

    person.asks(None, "elsewhere", (None, told("Answer in prose."))).await?;
    let other = told_before(&last(&person.sandbox)?);
    ensure!(other.contains("Countess") && other.contains("prose"), "a new chat may begin with its own: {other}");
    ensure!(!other.contains("rhyme"), "and hears nothing of another's: {other}");

    let Person { sandbox, table, run } = person;
    run.finish().await?;
    let configuration = std::fs::read_to_string(folder.join("config.toml"))?;
    let run = Run::configured(&folder, &table, &configuration)?;
    run.app.start();
    run.until("it is ready", |state| state.phase == Phase::Ready).await?;
    let person = Person { sandbox, table, run };
    person.goes_on(&chat, "after a restart").await?;
    let again = told_before(&last(&person.sandbox)?);
    ensure!(again.contains("Countess") && again.contains("rhyme"), "they survive a restart: {again}");

    person.run.chat()?.save_instructions("").await?;
    person.run.chat()?.choose(&chat, Chosen::default()).await?;
    person.goes_on(&chat, "no more of that").await?;
    let plain = told_before(&last(&person.sandbox)?);
    ensure!(!plain.contains("Countess") && !plain.contains("rhyme"), "what is taken back is not said again: {plain}");
    person.run.finish().await
}

fn is(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

fn left(account: &Account) -> Option<Quota> {
    match account.copilot {
        CopilotStanding::Ready { quota, .. } => quota,
        _ => None,
    }
}

pub async fn what_is_left_falls_with_each_answer_and_a_deleted_chat_was_paid_for(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let quota =
        wingman_sandbox::Quota { entitlement: 2.0, remaining: 2.0, overage_permitted: true, ..Default::default() };
    let small = Copilot { quotas: [("premium_interactions".into(), quota)].into(), ..Copilot::of(Access::Pro) };
    person.sandbox.set_copilot("ada-lind", small);
    let ada = person.in_browser("ada-lind").await?;
    person.run.app.window_is_up();
    person
        .run
        .until("GitHub was asked", |state| left(&state.accounts[0]).is_some_and(|it| is(it.remaining, 2.0)))
        .await?;

    let chat = person.asks(None, "the first", (None, Chosen::default())).await?;
    let one = |state: &AppState| left(&state.accounts[0]).is_some_and(|it| is(it.remaining, 1.0));
    let state = person.run.until("one is left, without asking GitHub again", one).await?;
    let CopilotStanding::Ready { resets_at, .. } = state.accounts[0].copilot else { anyhow::bail!("not ready") };
    ensure!(resets_at.is_some(), "and until when");
    let first = person.run.turns(&chat).await?.pop().context("no answer")?;
    let (read, all) = (first.tokens_in.context("what was read")?, first.tokens.context("and all")?);
    ensure!(read > 0 && all > read, "under the answer stands what was read and written: {first:?}");
    let cost = first.credits.context("it is billed by credits")?;
    person.goes_on(&chat, "the second").await?;
    person.goes_on(&chat, "the third").await?;
    let beyond = |state: &AppState| {
        left(&state.accounts[0]).is_some_and(|it| is(it.remaining, 0.0) && is(it.overage, 1.0) && it.more_is_paid)
    };
    person.run.until("what goes beyond is told", beyond).await?;

    let month = person.run.chat()?.usage(None).await?;
    let sum = month.rows.first().context("the month has a row")?;
    ensure!(month.rows.len() == 1 && sum.answers == 3 && sum.login == "ada-lind", "by account and model: {month:?}");
    ensure!(sum.model == "claude-sonnet-4.5" && sum.tokens_in > u64::from(read), "with its tokens: {sum:?}");
    let credits = sum.credits.context("in credits")?;
    ensure!(credits > cost, "three cost more than one: {credits}");
    let spent = |state: &AppState| is(state.accounts[0].spent, credits);
    person.run.until("the window knows what was spent", spent).await?;

    person.run.chat()?.delete(&chat).await?;
    let after = person.run.chat()?.usage(None).await?;
    ensure!(after == month, "a deleted chat was paid for all the same: {after:?}");
    ensure!(person.run.chat()?.usage(Some("2020-01")).await?.rows.is_empty(), "another month has its own");
    let month_before = after.months.len();
    ensure!(month_before == 1, "only this month has anything: {:?}", after.months);
    person.run.app.forget_account(&ada).await?;
    let forgotten = person.run.chat()?.usage(None).await?;
    ensure!(forgotten.rows.is_empty(), "an account that is forgotten is forgotten here too: {forgotten:?}");
    person.run.finish().await
}
