//! How the history is kept: by this version and by others, for how long, and what is left of it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use secrecy::SecretString;
use wingman_core::Code;
use wingman_core::app::{AccountState, HistoryPlace, Phase};
use wingman_core::chat::{AlertWords, ConversationId, ExportFormat, ExportWords};
use wingman_core::store::{DatabaseKey, Place, Store};

use crate::endpoint::Endpoint;
use crate::story::{Run, Table, shown};

/// The database, opened beside the program, which must have ended.
fn database(folder: &Path, table: &Table) -> Result<Store> {
    let entry = table.entry("database").context("its key is in the keychain")?;
    let key = DatabaseKey::from_text(&SecretString::from(entry)).context("that is a key")?;
    Ok(Store::open(Place::File { path: folder.join("wingman/data/wingman.db"), key: &key })?)
}

fn words() -> ExportWords {
    ExportWords {
        language: "en".into(),
        you: "You".into(),
        copilot: "Copilot".into(),
        stopped: "Stopped.".into(),
        failed: "Failed.".into(),
        footer: "Exported".into(),
        alerts: AlertWords::default(),
    }
}

pub async fn what_a_newer_wingman_wrote_can_be_read_and_is_not_changed(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    let chat = run.send(&account, None, "written before the update").await?;
    run.answered(&chat).await?;
    run.finish().await?;

    let store = database(&folder, &table)?;
    store
        .write(|change| {
            change.execute_batch("ALTER TABLE turn ADD COLUMN mood TEXT; PRAGMA user_version = 999")?;
            Ok(())
        })
        .await?;
    store.close().await?;
    let file = folder.join("wingman/data/wingman.db");
    let before = std::fs::read(&file)?;
    let (asked, entry) = (endpoint.chats().len(), table.entry(account.as_str()));

    let run = Run::start(&folder, &table, &endpoint).await?;
    let state = run.state();
    ensure!(state.accounts.len() == 1 && state.accounts[0].state == AccountState::ReadOnly, "the window says so");
    let turns = run.turns(&chat).await?;
    ensure!(turns.len() == 2 && shown(&turns[1]).contains("written before the update"), "all of it is read: {turns:?}");
    let found = run.chat()?.search(&account, "before", vec![]).await?.found;
    ensure!(found.len() == 1, "and found");
    let exported = folder.join("all.json");
    run.chat()?.export(&account, Some(vec![chat.clone()]), ExportFormat::Json, words(), exported.clone()).await?;
    ensure!(std::fs::read_to_string(&exported)?.contains("written before the update"), "and can be taken along");

    let refused = run.send(&account, Some(&chat), "and now?").await.err().context("it was taken")?;
    let code = refused.downcast_ref::<wingman_core::Error>().map(|error| error.code);
    ensure!(code == Some(Code::StoreNewer), "a question is not half taken: {refused:#}");
    ensure!(run.chat()?.rename(&chat, "other").await.is_err_and(|e| e.code == Code::StoreNewer), "nothing is changed");
    run.app.window_is_up();
    run.finish().await?;
    ensure!(std::fs::read(&file)? == before, "the newer Wingman's file is as it was, to the byte");
    ensure!(endpoint.chats().len() == asked, "and nothing was sent");
    ensure!(table.entry(account.as_str()) == entry, "nor was anybody signed out");
    Ok(())
}

/// A question and its answer; the conversation.
async fn chat(run: &Run, account: &wingman_core::accounts::AccountId, text: &str) -> Result<ConversationId> {
    let chat = run.send(account, None, text).await?;
    run.answered(&chat).await?;
    Ok(chat)
}

fn passphrase(text: &str) -> SecretString {
    SecretString::from(text)
}

pub async fn chats_are_deleted_after_the_days_that_the_person_set_and_leave_nothing(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    chat(&run, &account, "Zyzzogeton of long ago").await?;
    run.finish().await?;
    // A copy of a day on which the chat was there.
    let store = database(&folder, &table)?;
    store.back_up()?;
    let id = store
        .read(|look| Ok(look.query_row("SELECT id FROM conversation", [], |row| row.get::<_, String>(0))?))
        .await?;
    store
        .write(move |change| {
            change.execute("UPDATE conversation SET updated_at = updated_at - 40 * 86400000", [])?;
            change.execute(
                "UPDATE turn SET created_at = created_at - 40 * 86400000, ended_at = ended_at - 40 * 86400000",
                [],
            )?;
            Ok(())
        })
        .await?;
    store.close().await?;

    let run = Run::start(&folder, &table, &endpoint).await?;
    run.app.window_is_up();
    let young = chat(&run, &account, "of today").await?;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let page = run.chat()?.conversations(&account, None).await?;
    ensure!(page.conversations.len() == 2, "for as long as nobody says so, chats are kept");
    let mut settings = run.state().settings;
    settings.history.days = Some(30);
    run.app.save_settings(settings).await?;
    for _ in 0..200 {
        if run.chat()?.conversations(&account, None).await?.conversations.len() == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
    }
    let page = run.chat()?.conversations(&account, None).await?;
    let left: Vec<_> = page.conversations.iter().map(|row| row.id.clone()).collect();
    ensure!(left == [young], "at once, and only what is older: {left:?}, not {id}");
    run.finish().await?;

    let copies: Vec<_> = std::fs::read_dir(folder.join("wingman/data/backups"))?.collect::<std::io::Result<_>>()?;
    ensure!(copies.len() == 1, "the copies that held it are gone: {copies:?}");
    let entry = table.entry("database").context("the key")?;
    let key = DatabaseKey::from_text(&passphrase(&entry)).context("that is a key")?;
    let copy = Store::open(Place::File { path: copies[0].path(), key: &key })?;
    let found: i64 = copy
        .read(|look| {
            Ok(look.query_row("SELECT count(*) FROM turn WHERE text LIKE '%Zyzzogeton%'", [], |row| row.get(0))?)
        })
        .await?;
    ensure!(found == 0, "and what is in their place does not hold it");
    copy.close().await?;
    Ok(())
}

pub async fn an_account_s_chats_go_with_its_sign_in_where_that_is_set(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    chat(&run, &account, "to be wiped").await?;
    let mut settings = run.state().settings;
    settings.history.delete_on_sign_out = true;
    run.app.save_settings(settings).await?;
    run.app.sign_out(&account).await?;
    run.finish().await?;
    let store = database(&folder, &table)?;
    let left: i64 = store
        .read(|look| {
            Ok(look.query_row("SELECT (SELECT count(*) FROM turn) + (SELECT count(*) FROM profile)", [], |row| {
                row.get(0)
            })?)
        })
        .await?;
    store.close().await?;
    ensure!(left == 0, "neither a word nor a name is left");
    ensure!(table.entry(account.as_str()).is_none(), "nor a token");
    Ok(())
}

pub async fn the_key_can_be_changed_and_a_change_that_was_cut_off_is_found(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    let first = chat(&run, &account, "before the change").await?;
    let old = table.entry("database").context("a key")?;
    run.app.change_key(None).await?;
    run.until("it is open again", |state| state.phase == Phase::Ready).await?;
    let new = table.entry("database").context("a key")?;
    ensure!(new != old, "the keychain has another key");
    ensure!(table.entry("database-next").is_none(), "and nothing is left of the change");
    ensure!(run.turns(&first).await?.len() == 2, "all chats are there");
    run.send(&account, Some(&first), "after the change").await?;
    run.answered(&first).await?;
    let prompt = endpoint.chats().last().context("it was asked")?.messages().join(" ");
    ensure!(prompt.contains("before the change"), "and the model remembers: {prompt}");
    run.finish().await?;

    // Cut off between the database and the keychain: the database has the key that the keychain knows as the next.
    table.put("dev.wingman.desktop.sandbox", "database-next", &new)?;
    table.put("dev.wingman.desktop.sandbox", "database", &old)?;
    let run = Run::start(&folder, &table, &endpoint).await?;
    ensure!(run.turns(&first).await?.len() == 4, "whichever key it has, it opens");
    ensure!(table.entry("database").as_ref() == Some(&new), "which is its only one from now on");
    ensure!(table.entry("database-next").is_none(), "for good");
    run.finish().await?;

    // Cut off before the database: the next key opens nothing, and is forgotten.
    table.put("dev.wingman.desktop.sandbox", "database-next", &old)?;
    let run = Run::start(&folder, &table, &endpoint).await?;
    ensure!(run.turns(&first).await?.len() == 4, "it opens with the one it has");
    ensure!(table.entry("database-next").is_none() && table.entry("database").as_ref() == Some(&new), "and keeps it");
    run.finish().await
}

pub async fn without_a_keychain_a_passphrase_keeps_the_chats(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::without_a_keychain()), Endpoint::start().await?);
    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    let first = chat(&run, &account, "said in memory").await?;
    ensure!(run.state().history.place == HistoryPlace::Memory, "the window says that nothing is kept");
    let short = run.app.set_passphrase(passphrase("short")).await.err().map(|error| error.code);
    ensure!(short == Some(Code::PassphraseShort), "what anybody guesses is none: {short:?}");
    ensure!(run.turns(&first).await?.len() == 2, "and nothing was lost by it");

    run.app.set_passphrase(passphrase("correct horse")).await?;
    let state = run.until("it is open again", |state| state.phase == Phase::Ready).await?;
    ensure!(state.history.place == HistoryPlace::Passphrase, "from now on they are kept: {:?}", state.history);
    ensure!(state.accounts[0].state == AccountState::SignedIn, "and nobody has to sign in anew for it");
    run.send(&account, Some(&first), "and now?").await?;
    run.answered(&first).await?;
    run.finish().await?;
    for (name, bytes) in crate::person::files(&folder.join("wingman"))? {
        ensure!(!crate::person::holds(&bytes, "said in memory"), "{name} shows the chat");
        ensure!(!crate::person::holds(&bytes, "correct horse"), "{name} shows the passphrase");
    }

    let run = Run::new(&folder, &table, &endpoint, "github.com")?;
    run.app.start();
    run.until("it asks", |state| state.phase == Phase::Passphrase { wrong: false }).await?;
    run.app.unlock(passphrase("correct mouse"));
    run.until("it says so", |state| state.phase == Phase::Passphrase { wrong: true }).await?;
    run.app.unlock(passphrase("correct horse"));
    let state = run.until("it opens", |state| state.phase == Phase::Ready).await?;
    ensure!(run.turns(&first).await?.len() == 4, "everything is there");
    ensure!(state.accounts[0].state == AccountState::SignInNeeded, "a token is kept nowhere without a keychain");
    run.app.change_key(Some(passphrase("correct horse"))).await?;
    run.until("it is open again", |state| state.phase == Phase::Ready).await?;
    ensure!(run.turns(&first).await?.len() == 4, "another key changes nothing for the person");
    run.finish().await?;

    let run = Run::new(&folder, &table, &endpoint, "github.com")?;
    run.app.start();
    run.until("it asks", |state| state.phase == Phase::Passphrase { wrong: false }).await?;
    run.app.start_without_history();
    let state = run.until("it opens", |state| state.phase == Phase::Ready).await?;
    ensure!(
        state.history.place == HistoryPlace::Memory && state.accounts.is_empty(),
        "without the chats, and without harm"
    );
    let refused = run.app.set_passphrase(passphrase("another one")).await.err().map(|error| error.code);
    ensure!(refused == Some(Code::StoreKeyMissing), "what is there is not written over: {refused:?}");
    run.finish().await
}

pub async fn a_passphrase_opens_the_chats_when_the_keychain_has_lost_their_key(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    let first = chat(&run, &account, "worth keeping").await?;
    run.app.set_passphrase(passphrase("correct horse")).await?;
    ensure!(run.state().history.passphrase, "the settings say so");
    let needed = run.app.change_key(None).await.err().map(|error| error.code);
    ensure!(needed == Some(Code::PassphraseNeeded), "a change must not leave it behind: {needed:?}");
    let wrong = run.app.change_key(Some(passphrase("correct mouse"))).await.err().map(|error| error.code);
    ensure!(wrong == Some(Code::PassphraseWrong), "nor lock it out: {wrong:?}");
    run.app.change_key(Some(passphrase("correct horse"))).await?;
    run.until("it is open again", |state| state.phase == Phase::Ready).await?;
    run.finish().await?;

    table.lose_everything();
    let run = Run::new(&folder, &table, &endpoint, "github.com")?;
    run.app.start();
    run.until("it asks", |state| state.phase == Phase::Passphrase { wrong: false }).await?;
    run.app.unlock(passphrase("correct horse"));
    run.until("it opens", |state| state.phase == Phase::Ready).await?;
    ensure!(run.turns(&first).await?.len() == 2, "the key that was changed is behind it, too");
    ensure!(table.entry("database").is_some(), "and the keychain has it again");
    run.app.remove_passphrase().await?;
    run.finish().await?;
    let run = Run::start(&folder, &table, &endpoint).await?;
    ensure!(run.turns(&first).await?.len() == 2 && !run.state().history.passphrase, "by which it opens from now on");
    run.finish().await
}

pub async fn chats_move_to_another_computer_behind_a_passphrase(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let run = Run::start(&folder, &table, &endpoint).await?;
    let account = run.sign_in(&table).await?;
    chat(&run, &account, "Zyzzogeton goes along").await?;
    let file = folder.join("moved.wingman");
    let sealed = run.chat()?.export_sealed(&account, None, passphrase("correct horse"), file.clone()).await?;
    ensure!(sealed == 1, "one chat");
    run.finish().await?;
    ensure!(!crate::person::holds(&std::fs::read(&file)?, "Zyzzogeton"), "nobody reads it on the way");

    let (other, there) = (folder.join("other"), Arc::new(Table::default()));
    std::fs::create_dir_all(&other)?;
    let run = Run::start(&other, &there, &endpoint).await?;
    let account = run.sign_in(&there).await?;
    let asked = run.chat()?.import(&account, file.clone()).await.err().map(|error| error.code);
    ensure!(asked == Some(Code::PassphraseNeeded), "the window asks for it: {asked:?}");
    let wrong = run.chat()?.import_sealed(&account, file.clone(), passphrase("correct mouse")).await;
    ensure!(wrong.err().map(|error| error.code) == Some(Code::PassphraseWrong), "another one opens nothing");
    let done = run.chat()?.import_sealed(&account, file, passphrase("correct horse")).await?;
    ensure!(done.conversations == 1, "it came in: {done:?}");
    let found = run.chat()?.search(&account, "zyzzogeton", vec![]).await?.found;
    ensure!(found.len() == 1, "and is found");
    run.finish().await
}

pub async fn who_wants_nothing_kept_leaves_nothing(folder: PathBuf) -> Result<()> {
    let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
    let at = endpoint.url.as_str().trim_end_matches('/');
    let configured = format!(
        "[github]\nclient_id = \"client\"\nclient_secret = \"not-so-secret\"\nweb_url = \"{at}/web\"\n\
         api_url = \"{at}/api/v3\"\n[history]\nmemory_only = true\n{}",
        crate::story::copilot(at)
    );
    let run = Run::configured(&folder, &table, &configured)?;
    run.app.start();
    let state = run.until("it is ready", |state| state.phase == Phase::Ready).await?;
    ensure!(state.history.place == HistoryPlace::MemoryOnly, "and says so");
    let account = run.sign_in(&table).await?;
    chat(&run, &account, "Zyzzogeton in passing").await?;
    run.finish().await?;
    ensure!(
        table.entry("database").is_none() && table.entry(account.as_str()).is_none(),
        "the keychain was not touched"
    );
    for (name, bytes) in crate::person::files(&folder.join("wingman"))? {
        ensure!(!crate::person::holds(&bytes, "Zyzzogeton"), "{name} shows the chat");
        ensure!(!name.contains("wingman.db"), "{name} is a database");
    }
    Ok(())
}
