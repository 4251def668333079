use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use secrecy::SecretString;
use url::Url;

use super::*;
use crate::accounts::{ConnectionTokens, Tokens};
use crate::chat::{Notice, Role, Shelf, memory};
use crate::config::AllowedModels;
use crate::copilot::{Copilot, CopilotOptions, Handover, Patience, Reception};
use crate::desktop::{Desktop, DesktopFailure, Keychain};
use crate::error::Error;
use crate::github::{Hosts, Others};
use crate::http::{Http, Limits};
use crate::store::conversations::TitledBy;
use crate::store::profiles::Profile;
use crate::store::turns::KeptError;
use crate::store::{Place, Store};
use crate::time::Millis;

/// Nothing here is sent anywhere: nobody has a token.
struct Nobody;

#[async_trait]
impl Tokens for Nobody {
    async fn token(&self, _: &AccountId) -> Result<SecretString> {
        Err(Code::SignInNeeded.into())
    }

    async fn refused(&self, _: &AccountId, _: &SecretString) -> Result<SecretString> {
        Err(Code::SignInNeeded.into())
    }

    fn refused_again(&self, _: &AccountId) -> Error {
        Code::SignInNeeded.into()
    }
}

#[async_trait]
impl ConnectionTokens for Nobody {
    async fn connection_token(&self, _: SocketAddr) -> Result<SecretString> {
        Err(Code::SharedRuntimeTokenMissing.into())
    }
}

impl Desktop for Nobody {
    fn open(&self, _: &Url) -> std::result::Result<(), DesktopFailure> {
        unreachable!("no page is opened")
    }

    fn copy(&self, _: &str) -> std::result::Result<(), DesktopFailure> {
        unreachable!("nothing is copied")
    }

    fn copied(&self) -> std::result::Result<SecretString, DesktopFailure> {
        unreachable!("nor read")
    }

    fn clear(&self) -> std::result::Result<(), DesktopFailure> {
        Ok(())
    }

    fn now(&self) -> Millis {
        Millis(9_000)
    }

    fn random(&self, _: &mut [u8]) -> std::result::Result<(), DesktopFailure> {
        unreachable!("nothing is drawn")
    }

    fn keychain(&self) -> Arc<dyn Keychain> {
        unreachable!("no secret is touched")
    }
}

pub(in crate::chat) fn home() -> AccountId {
    AccountId::new("github.com", 7)
}

/// The same number on another host: somebody else.
pub(in crate::chat) fn work() -> AccountId {
    AccountId::new("octo.ghe.com", 7)
}

pub(in crate::chat) fn original() -> ConversationId {
    ConversationId("c".into())
}

fn profile(id: AccountId, signed_out: bool) -> Profile {
    Profile {
        id,
        user: 7,
        login: "ada-lind".into(),
        name: None,
        avatar: None,
        added_at: Millis(1),
        last_used_at: Millis(1),
        signed_out,
    }
}

pub(in crate::chat) fn turn(id: &str, parent: Option<&str>, role: Role, text: &str) -> TurnRecord {
    TurnRecord {
        id: TurnId(id.into()),
        conversation: original(),
        parent: parent.map(|parent| TurnId(parent.into())),
        role,
        text: text.into(),
        progress: Progress::Complete,
        notices: Vec::new(),
        model: None,
        usage: Usage::default(),
        created_at: Millis(20),
        ended_at: None,
        remembered: true,
        event: None,
        session: None,
        attachments: Vec::new(),
    }
}

/// Two accounts; one has a conversation with an answer, a version of it that is not shown, one that was stopped, one
/// that failed, and a draft.
pub(in crate::chat) fn chat() -> Chat {
    let store = Store::open(Place::Memory).expect("memory needs nothing");
    let stored = store.write_blocking(|c| {
        profiles::save(c, &profile(home(), false))?;
        profiles::save(c, &profile(work(), false))?;
        profiles::save(c, &profile(AccountId::new("github.com", 8), true))?;
        let conversation = Conversation {
            id: original(),
            account: home(),
            title: "About the sky".into(),
            titled_by: TitledBy::Person,
            model: Some("dear".into()),
            created_at: Millis(10),
            updated_at: Millis(10),
            active_leaf: None,
            session: Some("user-7-c".into()),
            handed_over: false,
            draft: false,
            answering: false,
            shelf: Shelf::List,
        };
        conversations::begin(c, &conversation)?;
        turns::add(c, &turn("q", None, Role::You, "Why is the sky blue?"))?;
        turns::add(c, &turn("old", Some("q"), Role::Copilot, "A version that is not shown."))?;
        let usage =
            Usage { tokens_in: Some(11), tokens_out: Some(7), credits: Some(0.25), payer: Some("ada-lind".into()) };
        let answer = TurnRecord {
            usage,
            model: Some("dear".into()),
            notices: vec![Notice::CutOff],
            ended_at: Some(Millis(30)),
            ..turn("a", Some("q"), Role::Copilot, "Light scatters.")
        };
        turns::add(c, &answer)?;
        turns::asked(c, &TurnId("a".into()), "user-7-c", "event-1")?;
        turns::add(c, &turn("q2", Some("a"), Role::You, "And at night?"))?;
        let stopped = TurnRecord {
            progress: Progress::Stopped,
            remembered: false,
            ..turn("a2", Some("q2"), Role::Copilot, "At night the")
        };
        turns::add(c, &stopped)?;
        turns::add(c, &turn("q3", Some("a2"), Role::You, "Go on."))?;
        let quota = KeptError::from(&Error::new(Code::QuotaUsed).with("login", "ada-lind"));
        let failed = TurnRecord {
            progress: Progress::Failed(quota),
            remembered: false,
            ..turn("a3", Some("q3"), Role::Copilot, "")
        };
        turns::add(c, &failed)?;
        drafts::save(c, &Draft::of(home(), original()), "half a thought", Millis(40))
    });
    stored.expect("an ordinary conversation");
    let http = Http::new(Limits::default(), Arc::new(|| Millis(0))).expect("a client");
    let copilot = Copilot::new(CopilotOptions {
        http: http.clone(),
        tokens: Arc::new(Nobody),
        connections: Arc::new(Nobody),
        files: store.session_files(),
        handover: Handover::Door,
        models: AllowedModels::default(),
        patience: Patience::of(Duration::from_secs(1)),
        base_directory: std::path::PathBuf::new(),
        now: Arc::new(|| Millis(9_000)),
    });
    let reception = Reception::new(
        copilot,
        Hosts::new(http, Vec::new(), Others::NoneBesideStandIns),
        Arc::new(Nobody),
        "auto".into(),
    );
    Chat::new(store, Arc::new(reception), Arc::new(Nobody))
}

/// A conversation as it is stored, with the path that is shown and its draft.
async fn stored(chat: &Chat, id: &ConversationId) -> (Conversation, Vec<TurnRecord>, String) {
    let id = id.clone();
    let look = chat.room.store.read(move |look| {
        let row = conversations::find(look, &id)?.expect("it is there");
        let draft = drafts::get(look, &Draft::of(row.account.clone(), id.clone()))?;
        Ok((row, turns::latest(look, &id, u32::MAX)?.turns, draft))
    });
    look.await.expect("readable")
}

#[tokio::test]
async fn what_went_with_the_questions_and_lies_in_the_draft_goes_over() {
    let chat = chat();
    let keep = async |name: &str| {
        let data = base64::engine::general_purpose::STANDARD.encode(format!("the content of {name}"));
        chat.attach(&Draft::of(home(), original()), name, data).await.expect("it is text")
    };
    let sent = keep("sent.txt").await;
    let question = TurnId("q".into());
    chat.room.store.write(move |c| attachments::give(c, &[sent.id], &home(), &question)).await.expect("given");
    keep("waiting.txt").await;
    let new = chat.hand_over(&original(), &work()).await.expect("an account that is signed in");
    let (row, turns, _) = stored(&chat, &new).await;
    let attached = &turns[0].attachments;
    assert_eq!(attached[0].name, "sent.txt", "the question has it there too");
    let shown = chat.attachment(&attached[0].id).await.expect("it is there");
    assert_eq!(shown, crate::attachments::Shown::Text { text: "the content of sent.txt".into() }, "whole");
    let next = TurnRecord { parent: Some(turns[5].id.clone()), ..turn("next", None, Role::You, "And?") };
    let told = chat.room.store.read(move |c| memory::transcript_above(c, &row, &next)).await.expect("readable");
    let told = told.expect("there is something to tell").text;
    assert!(told.contains("(Attached: sent.txt)\nWhy is the sky blue?"), "the new model hears of it: {told}");
    let draft = chat.attachments(&Draft::of(work(), new.clone())).await.expect("readable");
    assert_eq!(draft[0].name, "waiting.txt", "and what was not sent waits there");
    chat.delete(&original()).await.expect("deleted");
    chat.attachment(&attached[0].id).await.expect("the copy does not hang on the original");
}

#[tokio::test]
async fn what_is_shown_goes_over_and_the_original_stays() {
    let chat = chat();
    let before = stored(&chat, &original()).await;
    let new = chat.hand_over(&original(), &work()).await.expect("an account that is signed in");
    assert_eq!(stored(&chat, &original()).await, before, "nothing of the original is touched");

    let (row, turns, draft) = stored(&chat, &new).await;
    assert_eq!(row.account, work(), "it is the other account's");
    assert_eq!((row.title.as_str(), row.titled_by), ("About the sky", TitledBy::Person), "under the same title");
    assert_eq!(draft, "half a thought", "with what was typed and not sent");
    assert_eq!(row.model, None, "a model that this account may not have, or that is dear to it, is not taken along");
    assert_eq!((row.updated_at, row.draft, row.answering), (Millis(9_000), true, false), "at the top of the list");
    let shape = |turns: &[TurnRecord]| -> Vec<TurnRecord> {
        let nameless = |turn: &TurnRecord| TurnRecord {
            id: TurnId(String::new()),
            conversation: ConversationId(String::new()),
            parent: None,
            usage: Usage { payer: None, ..turn.usage.clone() },
            remembered: true,
            event: None,
            session: None,
            ..turn.clone()
        };
        turns.iter().map(nameless).collect()
    };
    assert_eq!(shape(&turns), shape(&before.1), "words, times, models, ends and costs are as they were");
    let payer = turns[1].usage.payer.as_deref();
    assert_eq!(payer, Some("ada-lind (github.com)"), "and stay with who paid, which is not the ada-lind of this chat");
    assert_eq!(turns.len(), 6, "the path alone: no version that was not shown");
    let chained = turns.windows(2).all(|pair| pair[1].parent.as_ref() == Some(&pair[0].id));
    assert!(chained && turns[0].parent.is_none(), "in their order");
    let taken = turns.iter().any(|turn| before.1.iter().any(|old| old.id == turn.id));
    assert!(!taken, "a turn belongs to one conversation");
}

#[tokio::test]
async fn nothing_of_the_old_session_goes_over() {
    let chat = chat();
    let files = chat.room.store.session_files();
    files.append("user-7-c", "/state/events.jsonl", b"the old memory").expect("a session");
    let new = chat.hand_over(&original(), &work()).await.expect("handed over");
    let (row, turns, _) = stored(&chat, &new).await;
    let session = row.session.expect("it has a session");
    assert_eq!(session, format!("user-7-{}", new.0), "of its own");
    let log = files.session(&session).expect("readable").expect("registered");
    assert_eq!((log.account, log.conversation), (work(), Some(new)), "of the new account, which alone may resume it");
    assert_eq!(files.holds(&session), Ok(false), "and empty");
    assert!(turns.iter().all(|turn| turn.session.is_none() && turn.event.is_none()), "no turn points into the old one");
    assert_eq!(files.sessions(&home()).expect("readable").len(), 1, "which is where it was");
}

#[tokio::test]
async fn only_a_conversation_at_rest_goes_to_somebody_else_who_is_signed_in() {
    let chat = chat();
    let refused = async |conversation: &ConversationId, to: AccountId| {
        chat.hand_over(conversation, &to).await.expect_err("it must not").code
    };
    assert_eq!(refused(&original(), home()).await, Code::NotFound, "it is there already");
    assert_eq!(refused(&original(), AccountId::new("github.com", 8)).await, Code::NotFound, "signed out");
    assert_eq!(refused(&original(), AccountId::new("github.com", 9)).await, Code::NotFound, "unknown");
    assert_eq!(refused(&ConversationId("gone".into()), work()).await, Code::NotFound, "no conversation");
    let answering = crate::chat::record::view(turn("new", Some("a3"), Role::Copilot, ""));
    chat.room.answers.begin(&original(), answering).expect("nothing is being written yet");
    assert_eq!(refused(&original(), work()).await, Code::Busy, "half an answer is no text to hand on");
    chat.room.answers.end(&original(), true);
    let page = chat.conversations(&work(), None).await.expect("readable");
    assert!(page.conversations.is_empty(), "a refusal leaves nothing behind");
    chat.hand_over(&original(), &work()).await.expect("at rest it goes");
}

#[tokio::test]
async fn what_goes_over_can_be_changed_deleted_and_handed_on() {
    let chat = chat();
    let there = chat.hand_over(&original(), &work()).await.expect("handed over");
    let back = chat.hand_over(&there, &home()).await.expect("and back");
    chat.room.store.write(move |change| conversations::delete(change, &there)).await.expect("deleted");
    let (row, turns, _) = stored(&chat, &back).await;
    assert_eq!((row.account, turns.len()), (home(), 6), "a copy lives on its own");
    assert_eq!(turns[1].usage.payer.as_deref(), Some("ada-lind (github.com)"), "and who paid stays who paid");
    assert!(stored(&chat, &original()).await.1.len() == 6, "and so does the original");
}

#[tokio::test]
async fn what_the_new_model_will_not_be_told_is_marked() {
    let (from, _, _) = stored(&chat(), &original()).await;
    let page = "x".repeat(40 * 1024);
    let path: Vec<_> = (0..4).map(|_| turn("t", None, Role::You, &page)).collect();
    let marks: Vec<bool> = copies(path, &from, &original()).iter().map(|turn| turn.remembered).collect();
    assert_eq!(marks, [false, false, true, true], "the person is told what is too long to be carried");
}

#[tokio::test]
async fn an_answer_that_nobody_ends_is_handed_on_as_stopped() {
    let (from, _, _) = stored(&chat(), &original()).await;
    let left = TurnRecord { progress: Progress::Answering, ..turn("a", Some("q"), Role::Copilot, "half") };
    let copied = copies(vec![left], &from, &original());
    assert_eq!(copied[0].progress, Progress::Stopped, "it would be awaited for ever");
}
