//! What was chosen, and what it cost.

use super::*;
use crate::chat::{Chosen, Prompt, PromptId};
use crate::store::choices::{self, AccountChoices};
use crate::store::{connection, migrations, prompts, usage};

fn paid(credits: Option<f64>) -> Usage {
    Usage { tokens_in: Some(100), tokens_out: Some(20), credits, payer: Some("ada-lind".to_owned()) }
}

/// A conversation whose answer, by this model, ended then and cost that.
fn answered(c: &rusqlite::Connection, id: &str, model: &str, credits: Option<f64>, at: i64) -> Result<(), StoreError> {
    conversations::begin(c, &conversation(id, at))?;
    let question = turn(&format!("{id}-q"), id, None, Role::You, "Why?");
    turns::add(c, &question)?;
    let answer = turn(&format!("{id}-a"), id, Some(&question.id.0), Role::Copilot, "");
    turns::add(c, &answer)?;
    let ending =
        Ending { model: Some(model.to_owned()), usage: paid(credits), at: Millis(at), ..complete(Some("So.")) };
    turns::end(c, &answer.id, &ending)
}

fn memory() -> Store {
    let store = Store::open(Place::Memory).expect("memory needs nothing");
    store.write_blocking(|c| profiles::save(c, &profile(&account()))).expect("a profile");
    store
}

#[test]
fn what_was_paid_is_summed_by_account_and_model_within_its_time() {
    let store = memory();
    let sums = store.write_blocking(|c| {
        answered(c, "before", "gpt-5.1", Some(9.0), 99)?;
        answered(c, "first", "gpt-5.1", Some(1.0), 100)?;
        answered(c, "second", "gpt-5.1", Some(0.5), 150)?;
        answered(c, "third", "sonnet", Some(4.0), 199)?;
        answered(c, "free", "mini", None, 199)?;
        answered(c, "after", "gpt-5.1", Some(9.0), 200)?;
        usage::between(c, Millis(100), Millis(200))
    });
    let sums = sums.expect("an ordinary month");
    let told: Vec<_> = sums.iter().map(|sum| (sum.model.as_str(), sum.answers, sum.credits)).collect();
    let expected = [("sonnet", 1, Some(4.0)), ("gpt-5.1", 2, Some(1.5)), ("mini", 1, None)];
    assert_eq!(told, expected, "the dearest first; what has no price is not free of charge but unknown");
    assert_eq!((sums[1].tokens_in, sums[1].tokens_out), (200, 40), "tokens too");
    let spent = store.read_blocking(|c| usage::credits(c, &account(), Millis(100), Millis(200)));
    assert_eq!(spent, Ok(5.5), "and the sum is what a limit is held against");
}

#[test]
fn a_deleted_chat_was_paid_for_and_a_forgotten_account_is_forgotten() {
    let store = memory();
    let whole = (Millis(0), Millis(1000));
    store
        .write_blocking(|c| {
            answered(c, "gone", "gpt-5.1", Some(1.0), 100)?;
            conversations::delete(c, &ConversationId("gone".to_owned()))
        })
        .expect("a deleted chat");
    let spent = |store: &Store| store.read_blocking(move |c| usage::credits(c, &account(), whole.0, whole.1));
    assert_eq!(spent(&store), Ok(1.0), "deleting a chat gives no money back");
    let choices = AccountChoices { default_model: Some("sonnet".to_owned()), ..AccountChoices::default() };
    store
        .write_blocking(move |c| {
            choices::set_for_account(c, &account(), &choices)?;
            profiles::forget(c, &account())
        })
        .expect("a forgotten account");
    assert_eq!(spent(&store), Ok(0.0), "nothing of it stays");
    let chosen = store.read_blocking(|c| choices::of_account(c, &account()));
    assert_eq!(chosen, Ok(AccountChoices::default()), "nor what was chosen for it");
}

#[test]
fn answers_from_before_the_ledger_are_in_it_but_no_copies_of_another_account_s() {
    let mut c = connection::memory().expect("memory needs nothing");
    let ledger = migrations::MIGRATIONS.iter().position(|sql| sql.contains("CREATE TABLE usage")).expect("it is there");
    migrations::apply(&mut c, &migrations::MIGRATIONS[..ledger]).expect("the schema before it");
    c.execute_batch(
        "INSERT INTO profile (id, host, user_id, login, added_at, last_used_at, signed_out)
             VALUES ('github.com/7', 'github.com', 7, 'ada-lind', 1, 1, 0);
         INSERT INTO conversation (id, account, title, titled_by, created_at, updated_at)
             VALUES ('c', 'github.com/7', 'T', 'question', 1, 1);
         INSERT INTO turn (id, conversation, role, text, state, model, tokens_in, tokens_out, credits, payer, created_at,
                 ended_at, remembered)
             VALUES ('q', 'c', 'you', 'Q', 'complete', NULL, NULL, NULL, NULL, NULL, 1, NULL, 1),
                 ('a', 'c', 'copilot', 'A', 'complete', 'gpt-5.1', 10, 2, 0.5, 'ada-lind', 1, 50, 1),
                 ('copy', 'c', 'copilot', 'A', 'complete', 'gpt-5.1', 10, 2, 7.0, 'ada (work.ghe.com)', 1, 50, 1),
                 ('stopped', 'c', 'copilot', '', 'stopped', 'gpt-5.1', NULL, NULL, NULL, 'ada-lind', 1, 50, 0);",
    )
    .expect("a database of the version before");
    migrations::migrate(&mut c).expect("an upgrade");
    let sums = usage::between(&c, Millis(0), Millis(100)).expect("readable");
    let told: Vec<_> = sums.iter().map(|sum| (sum.answers, sum.credits)).collect();
    assert_eq!(told, [(1, Some(0.5))], "what was paid is counted once, by whoever paid it");
}

#[test]
fn a_conversation_s_choices_live_and_die_with_it() {
    let store = memory();
    let id = || ConversationId("c".to_owned());
    let chosen = Chosen { effort: Some("high".to_owned()), instructions: "Be brief.".to_owned() };
    let kept = chosen.clone();
    let read = store.write_blocking(move |c| {
        assert_eq!(choices::set_for_conversation(c, &id(), &kept), Err(StoreError::NotFound), "there is none yet");
        conversations::begin(c, &conversation("c", 1))?;
        choices::set_for_conversation(c, &id(), &Chosen::default())?;
        choices::set_for_conversation(c, &id(), &kept)?;
        let read = choices::of_conversation(c, &id())?;
        conversations::delete(c, &id())?;
        Ok((read, choices::of_conversation(c, &id())?))
    });
    assert_eq!(read, Ok((chosen, Chosen::default())), "the last word holds, and nothing of it stays behind");
}

#[test]
fn no_two_prompts_have_one_name() {
    let store = memory();
    let prompt = |id: &str, name: &str| Prompt { id: PromptId(id.into()), name: name.into(), text: "T".into() };
    let names = store.write_blocking(move |c| {
        assert!(prompts::save(c, &prompt("1", "review"), Millis(1))?, "a name that is free");
        assert!(!prompts::save(c, &prompt("2", "Review"), Millis(1))?, "in another case it is the same one");
        assert!(prompts::save(c, &prompt("1", "REVIEW"), Millis(1))?, "its own name is no collision");
        assert!(prompts::save(c, &prompt("2", "Äpfel"), Millis(1))?, "another name");
        assert!(!prompts::save(c, &prompt("3", "äpfel"), Millis(1))?, "the same beyond ASCII");
        assert!(!prompts::save(c, &prompt("2", "review"), Millis(1))?, "nor can one take a name that is taken");
        prompts::all(c)
    });
    let names: Vec<_> = names.expect("readable").into_iter().map(|prompt| prompt.name).collect();
    assert_eq!(names, ["REVIEW", "Äpfel"], "what was refused changed nothing");
}
