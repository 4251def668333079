//! Conversations as files that a person keeps: JSON with everything in it, Markdown and HTML to read.
//!
//! The words on a page (who speaks, when it was) come from the window, in the person's language.

pub(in crate::chat) mod file;
mod html;
mod markdown;
mod name;
mod places;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::Deserialize;
use ts_rs::TS;

use super::{Chat, ConversationId, Draft};
use crate::accounts::AccountId;
use crate::error::{Code, Error, Result};
use crate::passphrase::{self, Sealing};
use crate::store::conversations::Conversation;
use crate::store::turns::TurnRecord;
use crate::store::{Store, StoreError, conversations, drafts, profiles, turns};
use crate::time::Millis;

/// The ending of a sealed file.
pub const SEALED: &str = "wingman";

/// What kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ExportFormat {
    /// Everything, for another program or another Wingman.
    Json,
    /// The path that is shown, as text.
    Markdown,
    /// The path that is shown, as a page.
    Html,
}

/// The words on a page, in the person's language.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportWords {
    /// The language, as a page names it.
    pub language: String,
    /// Who asks.
    pub you: String,
    /// Who answers.
    pub copilot: String,
    /// Under an answer that was stopped.
    pub stopped: String,
    /// Under one that failed.
    pub failed: String,
    /// At the end: where the file comes from.
    pub footer: String,
    /// Above an alert.
    pub alerts: AlertWords,
}

/// What the kinds of an alert (`> [!WARNING]`) are called.
#[derive(Clone, Debug, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AlertWords {
    /// `NOTE`.
    pub note: String,
    /// `TIP`.
    pub tip: String,
    /// `IMPORTANT`.
    pub important: String,
    /// `WARNING`.
    pub warning: String,
    /// `CAUTION`.
    pub caution: String,
}

/// A conversation with what is written of it.
pub(super) struct Whole {
    pub row: Conversation,
    pub login: String,
    pub origin: Option<String>,
    pub draft: String,
    /// Every turn, of every version.
    pub tree: Vec<TurnRecord>,
    /// The turns that are shown.
    pub path: Vec<TurnRecord>,
}

impl Chat {
    /// What the file may be called: by the title of a single conversation.
    pub async fn export_name(&self, some: Option<&[ConversationId]>, format: ExportFormat) -> Result<String> {
        let ending = match (format, some) {
            (ExportFormat::Json, _) => "json",
            (ExportFormat::Markdown, Some([_])) => "md",
            (ExportFormat::Html, Some([_])) => "html",
            _ => "zip",
        };
        Ok(format!("{}.{ending}", self.stem(some).await?))
    }

    /// What a sealed file may be called.
    pub async fn sealed_name(&self, some: Option<&[ConversationId]>) -> Result<String> {
        Ok(format!("{}.{SEALED}", self.stem(some).await?))
    }

    async fn stem(&self, some: Option<&[ConversationId]>) -> Result<String> {
        Ok(match some {
            Some([one]) => name::safe(&self.room.row(one).await?.title),
            _ => format!("wingman-chats-{}", day(self.room.now())),
        })
    }

    /// Writes these conversations of the account, or all of them, into a file. Answers with how many they were: of
    /// several, one that was deleted meanwhile is left out. A file of that name is replaced, once the new one is whole.
    /// Errors: `FileFailed`, `StoreFailed`, `NotFound` when there is none of them any more.
    pub async fn export(
        &self,
        account: &AccountId,
        some: Option<Vec<ConversationId>>,
        format: ExportFormat,
        words: ExportWords,
        to: PathBuf,
    ) -> Result<u32> {
        let (store, account, now) = (self.room.store.clone(), account.clone(), self.room.now());
        let written = tokio::task::spawn_blocking(move || {
            let one = some.as_ref().is_some_and(|some| some.len() == 1);
            let ids = match some {
                Some(some) => some,
                None => store.read_blocking(move |look| conversations::all_of(look, &account))?,
            };
            replace(&to, |file| match format {
                ExportFormat::Json => json(file, &store, &ids, now),
                _ if one => page(file, &whole(&store, &ids[0])?, format, &words).map(|()| 1),
                _ => pages(file, &store, &ids, format, &words),
            })
        });
        written.await.unwrap_or_else(|_panic| Err(Error::new(Code::Internal).with("reason", "writing a file failed")))
    }

    /// The same as JSON that only this passphrase opens: to go to another computer. `PassphraseShort` when anybody could
    /// guess it.
    pub async fn export_sealed(
        &self,
        account: &AccountId,
        some: Option<Vec<ConversationId>>,
        passphrase: SecretString,
        to: PathBuf,
    ) -> Result<u32> {
        if !passphrase::is_long_enough(&passphrase) {
            return Err(Error::new(Code::PassphraseShort).with("characters", passphrase::SHORTEST));
        }
        let (store, account, now) = (self.room.store.clone(), account.clone(), self.room.now());
        let desktop = self.room.desktop.clone();
        let written = tokio::task::spawn_blocking(move || {
            let ids = match some {
                Some(some) => some,
                None => store.read_blocking(move |look| conversations::all_of(look, &account))?,
            };
            let fill = |bytes: &mut [u8]| desktop.random(bytes).map_err(std::io::Error::other);
            replace(&to, |file| {
                let sealing = Sealing::begin(file, &passphrase, fill);
                let mut sealing = sealing.map_err(|failure| Error::new(Code::FileFailed).with("reason", failure))?;
                let count = json(&mut sealing, &store, &ids, now)?;
                sealing.finish().map_err(|error| failed(&error))?;
                Ok(count)
            })
        });
        written.await.unwrap_or_else(|_panic| Err(Error::new(Code::Internal).with("reason", "writing a file failed")))
    }
}

/// Writes beside the file and puts it in its place at the end: an export that fails leaves what was there.
fn replace<T>(to: &Path, write: impl FnOnce(&mut BufWriter<File>) -> Result<T>) -> Result<T> {
    let mut beside = to.as_os_str().to_owned();
    beside.push(".part");
    let beside = PathBuf::from(beside);
    let written = (|| {
        let mut file = BufWriter::new(File::create(&beside).map_err(|error| failed(&error))?);
        let answer = write(&mut file)?;
        let file = file.into_inner().map_err(|error| failed(error.error()))?;
        file.sync_all().map_err(|error| failed(&error))?;
        std::fs::rename(&beside, to).map_err(|error| failed(&error))?;
        Ok(answer)
    })();
    if written.is_err() {
        let _ = std::fs::remove_file(&beside); // it may not even have been made
    }
    written
}

pub(in crate::chat) fn failed(error: &std::io::Error) -> Error {
    Error::new(Code::FileFailed).with("reason", error.kind())
}

fn json(file: &mut impl Write, store: &Store, ids: &[ConversationId], now: Millis) -> Result<u32> {
    let head = file::Head {
        format: file::FORMAT.to_owned(),
        version: file::VERSION,
        app: env!("CARGO_PKG_VERSION").to_owned(),
        exported_at: now,
    };
    let head = text(&head)?;
    // One conversation in memory at a time.
    let mut put = |text: &str| file.write_all(text.as_bytes()).map_err(|error| failed(&error));
    put(head.trim_end_matches('}'))?;
    put(",\"conversations\":[")?;
    let mut separator = "\n";
    let count = each(store, ids, |whole| {
        put(std::mem::replace(&mut separator, ",\n"))?;
        put(&text(&file::Kept::new(whole.row, whole.origin, whole.login, whole.draft, whole.tree))?)
    })?;
    put("\n]}\n")?;
    Ok(count)
}

/// Hands over one conversation after the other, and answers with how many there still were.
fn each(store: &Store, ids: &[ConversationId], mut hand_over: impl FnMut(Whole) -> Result<()>) -> Result<u32> {
    let mut count = 0;
    for id in ids {
        match whole(store, id) {
            Ok(whole) => hand_over(whole)?,
            Err(error) if error.code == Code::NotFound => continue,
            Err(error) => return Err(error),
        }
        count += 1;
    }
    if count == 0 && !ids.is_empty() { Err(Code::NotFound.into()) } else { Ok(count) }
}

fn text(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|_| Error::new(Code::Internal).with("reason", "a chat that is no JSON"))
}

fn page(file: &mut impl Write, whole: &Whole, format: ExportFormat, words: &ExportWords) -> Result<()> {
    let text = match format {
        ExportFormat::Html => html::page(whole, words),
        _ => markdown::page(whole, words),
    };
    file.write_all(text.as_bytes()).map_err(|error| failed(&error))
}

/// A page for each conversation, in one archive.
fn pages(
    file: &mut BufWriter<File>,
    store: &Store,
    ids: &[ConversationId],
    format: ExportFormat,
    words: &ExportWords,
) -> Result<u32> {
    let broken = |error: zip::result::ZipError| failed(&error.into());
    let mut archive = zip::ZipWriter::new(file);
    let mut names = name::Names::default();
    let ending = if format == ExportFormat::Html { "html" } else { "md" };
    let options = zip::write::SimpleFileOptions::default();
    let count = each(store, ids, |whole| {
        archive.start_file(names.next(&whole.row.title, ending), options).map_err(broken)?;
        page(&mut archive, &whole, format, words)
    })?;
    archive.finish().map_err(broken)?;
    Ok(count)
}

fn whole(store: &Store, id: &ConversationId) -> Result<Whole> {
    let id = id.clone();
    Ok(store.read_blocking(move |look| {
        let row = conversations::find(look, &id)?.ok_or(StoreError::NotFound)?;
        Ok(Whole {
            login: profiles::find(look, &row.account)?.ok_or(StoreError::NotFound)?.login,
            origin: conversations::origin(look, &id)?,
            draft: drafts::get(look, &Draft::of(row.account.clone(), id.clone()))?,
            tree: turns::tree(look, &id)?,
            path: turns::latest(look, &id, u32::MAX)?.turns,
            row,
        })
    })?)
}

/// A time as every language reads it, by this computer's clock.
fn minute(at: Millis) -> String {
    zoned(at).map_or_else(String::new, |at| at.strftime("%Y-%m-%d %H:%M").to_string())
}

fn day(at: Millis) -> String {
    zoned(at).map_or_else(String::new, |at| at.strftime("%Y-%m-%d").to_string())
}

fn zoned(at: Millis) -> Option<jiff::Zoned> {
    let at = jiff::Timestamp::from_millisecond(at.0).ok()?;
    Some(at.to_zoned(jiff::tz::TimeZone::system()))
}
