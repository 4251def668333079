//! What only the real Copilot server can show.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use wingman_core::Code;
use wingman_core::app::AccountState;
use wingman_core::chat::{ConversationId, Turn, TurnState};
use wingman_sandbox::{Answer, Outcome, Pace};
use wingman_shared_runtime::{CONNECTION_TOKEN, Colleague, Company, Server, files_with, shown, token_of};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_people_ask_at_once_and_each_pays_for_their_own() -> Result<()> {
    let company = Arc::new(Company::new().await?);
    let logins: Vec<String> = (1..=10).map(|number| format!("colleague-{number:02}")).collect();
    let begun = Instant::now();
    let (all_here, mut people) = (Arc::new(Barrier::new(logins.len())), JoinSet::new());
    for login in logins.clone() {
        let (company, all_here) = (company.clone(), all_here.clone());
        people.spawn(async move {
            let colleague = company.colleague(&login).await?;
            let (chat, answer) = colleague.ask(None, &format!("{login} likes plums")).await?;
            ensure!(shown(&answer).contains(&format!("You said: {login} likes plums")), "an answer of one's own");
            // Slow from here on, so that ten answers stream side by side.
            all_here.wait().await;
            company.sandbox.set_pace(Pace { chunk_chars: 6, chunk_delay_ms: Some(300) });
            let (_, answer) = colleague.ask(Some(&chat), &format!("what does {login} like?")).await?;
            ensure!(shown(&answer).contains(&format!("what does {login} like?")), "and again: {}", shown(&answer));
            Ok(colleague)
        });
    }
    let mut at_once = 0;
    while at_once < logins.len() {
        let open = company.asked().iter().filter(|request| request.outcome == Outcome::Open).count();
        at_once = at_once.max(open);
        tokio::time::sleep(Duration::from_millis(10)).await;
        ensure!(begun.elapsed() < Duration::from_mins(1), "of ten answers no more than {at_once} came at once");
    }
    let people: Vec<Colleague> = people.join_all().await.into_iter().collect::<Result<_>>()?;

    let live = company.sandbox.live_tokens();
    let owners: HashMap<&str, &str> =
        live.iter().map(|token| (token.access_token.as_str(), token.login.as_str())).collect();
    ensure!(owners.len() == 10, "ten people have signed in: {owners:?}");
    let asked = company.asked();
    ensure!(asked.len() == 20, "each asked twice, and nothing was sent twice: {}", asked.len());
    for request in &asked {
        let owner = token_of(request).and_then(|token| owners.get(token)).context("nobody's token")?;
        for login in &logins {
            ensure!(request.body.contains(login) == (login == owner), "{owner} sent, and paid for, words of {login}");
        }
    }
    let remembered = asked.iter().filter(|request| request.body.contains("what does")).collect::<Vec<_>>();
    let whole = remembered.iter().all(|request| request.body.contains("likes plums"));
    ensure!(remembered.len() == 10 && whole, "the server remembers for each what they said before");

    let copilots = ["/models", "/responses", "/chat/completions"];
    for request in company.sandbox.requests() {
        if let Some(token) = token_of(&request) {
            ensure!(owners.contains_key(token), "{} was asked with nobody's token", request.path);
        }
        let agent = request.headers.get("user-agent").map_or("", String::as_str);
        let by_us = agent.starts_with("Wingman/");
        ensure!(!(by_us && copilots.contains(&&*request.path)), "{} must leave through the server", request.path);
        let told = format!("{:?} {}", request.headers, request.body).contains(CONNECTION_TOKEN);
        ensure!(!told, "the connection token is the server's alone, not for {}", request.path);
    }
    for colleague in &people {
        colleague.leave().await?;
        for secret in live.iter().map(|token| token.access_token.as_str()).chain([CONNECTION_TOKEN]) {
            let found = files_with(colleague.folder(), secret)?;
            ensure!(found.is_empty(), "a secret of {} lies in {found:?}", colleague.login);
        }
    }
    Ok(())
}

/// What the settings and the documentation say of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operator_can_read_what_was_said_and_no_token_lies_on_the_server_s_disk() -> Result<()> {
    let company = Company::new().await?;
    let colleague = company.colleague("colleague-01").await?;
    let (chat, _) = colleague.ask(None, "my salary is a secret").await?;
    let words = files_with(company.server.folder(), "my salary is a secret")?;
    ensure!(!words.is_empty(), "what the model remembers lies there in clear text, and people are told so");
    for token in company.sandbox.live_tokens() {
        let found = files_with(company.server.folder(), &token.access_token)?;
        ensure!(found.is_empty(), "the token is in the server's memory, not in {found:?}");
    }

    colleague.chat()?.delete(&chat).await?;
    let left = files_with(&company.server.sessions(), "my salary is a secret")?;
    ensure!(left.is_empty(), "a deleted chat is deleted there, too: {left:?}");
    colleague.leave().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_forgotten_here_is_forgotten_there() -> Result<()> {
    let company = Company::new().await?;
    let (leaving, staying) = (company.colleague("colleague-01").await?, company.colleague("colleague-02").await?);
    for question in ["my salary is a secret", "so is my bonus"] {
        leaving.ask(None, question).await?;
    }
    staying.ask(None, "mine is none of them").await?;
    leaving.app.forget_account(&leaving.account()?).await?;
    for gone in ["my salary is a secret", "so is my bonus"] {
        let left = files_with(&company.server.sessions(), gone)?;
        ensure!(left.is_empty(), "everything about the account means the server's memory too: {left:?}");
    }
    let kept = files_with(&company.server.sessions(), "mine is none of them")?;
    ensure!(!kept.is_empty(), "and nothing of anybody else");
    leaving.leave().await?;
    staying.leave().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_deleted_there_at_once_is_deleted_later() -> Result<()> {
    let mut company = Company::new().await?;
    let colleague = company.colleague("colleague-01").await?;
    let (chat, _) = colleague.ask(None, "my salary is a secret").await?;
    company.server.kill().await?;
    colleague.chat()?.delete(&chat).await?;
    let left = |company: &Company| files_with(&company.server.sessions(), "my salary is a secret");
    ensure!(!left(&company)?.is_empty(), "nobody was there to delete it");

    company.server.start_again().await?;
    colleague.app.check_again();
    for _ in 0..400 {
        if left(&company)?.is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    ensure!(left(&company)?.is_empty(), "the next round finds the server and has it deleted: {:?}", left(&company)?);
    colleague.leave().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_right_connection_token_nothing_is_sent() -> Result<()> {
    let company = Company::new().await?;
    let colleague = Colleague::new("colleague-01", &company.sandbox, company.server.port())?;
    colleague.arrive(&company.sandbox).await?;
    let address = format!("127.0.0.1:{}", company.server.port());

    let chat = colleague.send(None, "is anybody there?").await?;
    let (error, _) = colleague.failed(&chat).await?;
    ensure!(error.code == Code::SharedRuntimeTokenMissing, "they must be told what is missing: {error:?}");
    ensure!(error.retryable && error.params["address"] == address, "and for which server: {error:?}");

    colleague.hand("yesterday's");
    colleague.chat()?.retry(&chat).await?;
    let (error, _) = colleague.failed(&chat).await?;
    ensure!(error.code == Code::SharedRuntimeRefused, "another one than the server's is refused: {error:?}");
    ensure!(!format!("{error:?}").contains("yesterday"), "and not repeated");
    ensure!(company.asked().is_empty(), "nobody was asked so far");

    colleague.hand(CONNECTION_TOKEN);
    colleague.chat()?.retry(&chat).await?;
    let answer = colleague.answered(&chat).await?;
    ensure!(shown(&answer).contains("is anybody there?"), "with the right one it works, without a new start");
    colleague.leave().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_ends_in_the_middle_costs_the_rest_of_one_answer() -> Result<()> {
    let mut company = Company::new().await?;
    let colleague = company.colleague("colleague-01").await?;
    let (chat, _) = colleague.ask(None, "my cat is called Ada").await?;
    colleague.send(Some(&chat), "slowly, please").await?;
    colleague.last(&chat, |turn| shown(turn).contains("Counting slowly")).await?;
    let killed = Instant::now();
    company.server.kill().await?;
    let (error, turn) = colleague.failed(&chat).await?;
    ensure!(killed.elapsed() < Duration::from_secs(5), "it is told at once, not after {:?}", killed.elapsed());
    ensure!(error.code == Code::SharedRuntimeGone && error.retryable, "what happened: {error:?}");
    ensure!(shown(&turn).contains("Counting slowly"), "what had come stays: {turn:?}");

    colleague.chat()?.retry(&chat).await?;
    let (error, _) = colleague.failed(&chat).await?;
    ensure!(error.code == Code::SharedRuntimeGone, "while it is away: {error:?}");

    company.server.start_again().await?;
    let (_, answer) = colleague.ask(Some(&chat), "what is she called?").await?;
    ensure!(shown(&answer).contains("what is she called?"), "back again, it answers, without a new start here");
    let asked = company.asked();
    let prompt = &asked.last().context("nothing was asked")?.body;
    ensure!(prompt.contains("my cat is called Ada"), "and remembers what was said before: {prompt}");
    colleague.leave().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_was_started_anew_meanwhile_is_not_noticed() -> Result<()> {
    let mut company = Company::new().await?;
    let colleague = company.colleague("colleague-01").await?;
    let (chat, _) = colleague.ask(None, "my cat is called Ada").await?;
    let (other, _) = colleague.ask(None, "my dog is called Lin").await?;
    for (chat, question, memory) in [(&chat, "and my cat?", "called Ada"), (&other, "and my dog?", "called Lin")] {
        company.server.kill().await?;
        company.server.start_again().await?;
        let (_, answer) = colleague.ask(Some(chat), question).await?;
        ensure!(shown(&answer).contains(question), "nobody needs to know that the server was away: {answer:?}");
        let asked = company.asked();
        ensure!(asked.last().is_some_and(|last| last.body.contains(memory)), "and it remembers: {:?}", asked.last());
    }
    colleague.leave().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_stopped_and_asked_for_again() -> Result<()> {
    let company = Company::new().await?;
    let colleague = company.colleague("colleague-01").await?;
    let chat = colleague.send(None, "slowly, please").await?;
    colleague.last(&chat, |turn| shown(turn).contains("Counting slowly")).await?;
    colleague.chat()?.stop(&chat);
    let stopped = colleague.ended(&chat).await?;
    ensure!(stopped.state == TurnState::Stopped, "stopped: {stopped:?}");
    ensure!(shown(&stopped).contains("Counting slowly"), "what had come stays");

    colleague.chat()?.retry(&chat).await?;
    let answer = colleague.answered(&chat).await?;
    ensure!(shown(&answer).contains("step 10"), "and asked again it comes whole: {}", shown(&answer));
    let asked = company.asked();
    let prompt = &asked.last().context("nothing was asked")?.body;
    ensure!(prompt.matches("slowly, please").count() == 1, "the model reads the question once: {prompt}");
    colleague.leave().await
}

/// Such a server copies no session: every place in the tree that it does not remember is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_model_remembers_is_what_is_shown() -> Result<()> {
    let company = Company::new().await?;
    let colleague = company.colleague("colleague-01").await?;
    let chats = colleague.chat()?;
    // Not the echo, which would repeat what was told.
    let say = |text: &str| company.sandbox.answer(Answer { times: Some(1), ..Answer::text(text) });
    let knows = |yes: &[&str], no: &[&str]| -> Result<()> {
        let asked = company.asked();
        let prompt = &asked.last().context("nothing was asked")?.body;
        for words in yes {
            ensure!(prompt.matches(words).count() == 1, "{words} once, not {}", prompt.matches(words).count());
        }
        for words in no {
            ensure!(!prompt.contains(words), "nothing of {words}: {prompt}");
        }
        Ok(())
    };
    let turns = async |chat: &ConversationId| -> Result<Vec<Turn>> {
        let (view, _patches) = chats.watch(chat).await?;
        chats.unwatch(view.watch);
        Ok(view.turns)
    };
    say("answer-one");
    let (chat, _) = colleague.ask(None, "question-one").await?;
    say("answer-two");
    colleague.ask(Some(&chat), "question-two").await?;

    let first = turns(&chat).await?[3].id.clone();
    say("another-two");
    chats.regenerate(&chat, &first, None).await?;
    colleague.last(&chat, |turn| shown(turn).contains("another-two")).await?;
    colleague.answered(&chat).await?;
    knows(&["question-one", "answer-one", "question-two"], &["answer-two"])?;
    say("answer-three");
    colleague.ask(Some(&chat), "question-three").await?;
    knows(&["question-one", "answer-one", "question-two", "another-two", "question-three"], &["answer-two"])?;

    let second = turns(&chat).await?[2].id.clone();
    say("answer-changed");
    chats.edit(&chat, &second, "question-changed").await?;
    colleague.last(&chat, |turn| shown(turn).contains("answer-changed")).await?;
    colleague.answered(&chat).await?;
    knows(&["question-one", "answer-one", "question-changed"], &["question-two", "another-two", "question-three"])?;

    let branch = chats.branch(&chat, &turns(&chat).await?[1].id).await?;
    say("answer-branch");
    colleague.ask(Some(&branch), "question-branch").await?;
    knows(&["question-one", "answer-one", "question-branch"], &["question-changed", "question-two"])?;

    // Back to the first version, which the server's own session remembers.
    chats.show_version(&chat, &first).await?;
    say("answer-back");
    colleague.ask(Some(&chat), "question-back").await?;
    let others = ["another-two", "question-three", "question-changed", "question-branch"];
    knows(&["question-one", "answer-one", "question-two", "answer-two", "question-back"], &others)?;
    colleague.leave().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_token_is_handed_over_with_the_next_question() -> Result<()> {
    let company = Company::new().await?;
    let colleague = company.colleague("colleague-01").await?;
    let (chat, _) = colleague.ask(None, "with the first token").await?;
    let first = company.sandbox.live_tokens().first().context("no token")?.access_token.clone();

    company.sandbox.revoke_tokens(None);
    colleague.send(Some(&chat), "with a dead token").await?;
    let (error, _) = colleague.failed(&chat).await?;
    ensure!(error.code == Code::SignInNeeded, "GitHub's refusal comes through: {error:?}");
    ensure!(error.params["login"] == "colleague-01", "and whose it is");
    let state = colleague.state().accounts[0].state;
    ensure!(state == AccountState::SignInNeeded, "the window asks for sign-in");
    let sent = company.asked().len();
    colleague.chat()?.retry(&chat).await?;
    colleague.failed(&chat).await?;
    ensure!(company.asked().len() == sent, "a token that is known to be dead is not sent again");

    colleague.sign_in(&company.sandbox).await?;
    colleague.chat()?.retry(&chat).await?;
    colleague.answered(&chat).await?;
    let second = company.sandbox.live_tokens().first().context("no token")?.access_token.clone();
    ensure!(first != second, "it is another token");
    let asked = company.asked();
    let last = asked.last().context("nothing was asked")?;
    ensure!(token_of(last) == Some(&*second), "the session that the server has open uses the new one");
    ensure!(last.body.contains("with the first token"), "and still remembers");
    colleague.leave().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_not_there_is_told_before_anything_is_sent() -> Result<()> {
    let mut company = Company::new().await?;
    company.server.kill().await?;
    let colleague = company.colleague("colleague-01").await?;
    let chat = colleague.send(None, "hello").await?;
    let (error, _) = colleague.failed(&chat).await?;
    ensure!(error.code == Code::SharedRuntimeGone && error.retryable, "no model is missing, the server is: {error:?}");

    // Somebody else on the port is no Copilot server.
    let mut stranger = Server::start(company.sandbox.url()).await?;
    stranger.kill().await?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", stranger.port())).await?;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let colleague = Colleague::new("colleague-02", &company.sandbox, stranger.port())?;
    colleague.hand(CONNECTION_TOKEN);
    colleague.arrive(&company.sandbox).await?;
    let chat = colleague.send(None, "hello").await?;
    let (error, _) = colleague.failed(&chat).await?;
    ensure!(error.code == Code::SharedRuntimeGone, "it does not pass for one: {error:?}");
    colleague.leave().await
}
