//! What a person attaches, from the file to the question that it goes with.
//!
//! A file is read once and kept at once, in the draft that it was attached to: from then on it is as safe as what is
//! typed, through a change of chats and a restart. Sending gives it to the question; asking again takes it from there.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rusqlite::Connection;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::{Chat, Draft, Question, Room, TurnId, new_id};
use crate::attachments::{self as files, Attachment, AttachmentId, LARGEST_FILE, Limits, Shown};
use crate::copilot::{Enclosure, Model};
use crate::error::{Code, Error, Result};
use crate::store::attachments::{self, Weight};
use crate::store::{StoreError, conversations};

/// What lies in one draft at most: more than any model takes.
const MOST: usize = 20;

/// So many files are read at the same time: a picture being decoded takes hundreds of megabytes.
static READERS: Semaphore = Semaphore::const_new(2);

/// How long the list of models is waited for before a question with attachments is stored. Where it takes longer the
/// question is stored, and what the model does not take is told as its answer's failure.
const PATIENCE: Duration = Duration::from_secs(3);

/// How many bytes of text make a token at least, roughly: four in English, three in code and in Chinese. A model counts
/// for itself; this refuses only what cannot fit.
const BYTES_OF_TOKEN: u64 = 4;

impl Chat {
    /// Reads what was pasted or dropped, its bytes in base64, and keeps it in the draft. Errors, each with `name`: those
    /// of [`files::read`], and `TooManyAttachments`.
    pub async fn attach(&self, draft: &Draft, name: &str, data: String) -> Result<Attachment> {
        let name = name.to_owned();
        self.attach_read(draft, move || {
            let damaged = |_| Error::new(Code::AttachmentDamaged).with("name", files::cleaned(&name));
            files::read(&name, &BASE64_STANDARD.decode(data).map_err(damaged)?)
        })
        .await
    }

    /// The same with a file of the disk.
    pub async fn attach_file(&self, draft: &Draft, path: &Path) -> Result<Attachment> {
        let path = path.to_owned();
        self.attach_read(draft, move || {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            files::read(&name, &from_disk(&path).map_err(|error| error.with("name", files::cleaned(&name)))?)
        })
        .await
    }

    /// The same with a picture that is no file: four bytes for each pixel.
    pub async fn attach_pixels(
        &self,
        draft: &Draft,
        name: &str,
        width: u32,
        height: u32,
        pixels: Vec<u8>,
    ) -> Result<Attachment> {
        let name = name.to_owned();
        self.attach_read(draft, move || files::read_pixels(&name, width, height, pixels)).await
    }

    async fn attach_read(
        &self,
        draft: &Draft,
        read: impl FnOnce() -> Result<files::Read> + Send + 'static,
    ) -> Result<Attachment> {
        let conversation = draft.conversation();
        let draft = draft.clone();
        let fault = |_| Error::new(Code::Internal).with("reason", "a file could not be read");
        let file = {
            let _turn = READERS.acquire().await.map_err(fault)?;
            spawn_blocking(read).await.map_err(|_panic| Code::AttachmentDamaged)??
        };
        let id = AttachmentId(new_id());
        let name = file.name.clone();
        let kept = self.room.store.write(move |change| {
            // Looked at in the same step: what is read side by side must not pass the limit together.
            if attachments::of_draft(change, &draft)?.len() >= MOST {
                return Ok(None);
            }
            if let Some(id) = draft.conversation() {
                let row = conversations::find(change, id)?.ok_or(StoreError::NotFound)?;
                if row.account != *draft.account() {
                    return Err(StoreError::NotFound);
                }
            }
            attachments::add(change, &draft, &id, &file)?;
            Ok(Some(Attachment { id, name: file.name, size: file.size, form: file.form }))
        });
        let too_many = || Error::new(Code::TooManyAttachments).with("limit", MOST).with("name", &name);
        let attachment = kept.await?.ok_or_else(too_many)?;
        if let Some(conversation) = conversation {
            self.room.announce(conversation).await;
        }
        Ok(attachment)
    }

    /// What lies in a draft.
    pub async fn attachments(&self, draft: &Draft) -> Result<Vec<Attachment>> {
        let draft = draft.clone();
        Ok(self.room.store.read(move |look| attachments::of_draft(look, &draft)).await?)
    }

    /// Takes something out of its draft. What went with a question stays with it.
    pub async fn detach(&self, attachment: &AttachmentId) -> Result<()> {
        let id = attachment.clone();
        let draft = self.room.store.write(move |change| attachments::remove(change, &id)).await?;
        if let Some(conversation) = draft.as_ref().and_then(Draft::conversation) {
            self.room.announce(conversation).await;
        }
        Ok(())
    }

    /// The small picture of an attachment as a `data:` URL; none where it is no picture.
    pub async fn thumbnail(&self, attachment: &AttachmentId) -> Result<Option<String>> {
        let id = attachment.clone();
        let small = self.room.store.read(move |look| attachments::thumbnail(look, &id)).await?;
        Ok(small.map(|small| {
            let media_type = if small.starts_with(b"\x89PNG") { "image/png" } else { "image/jpeg" };
            data_url(media_type, &small)
        }))
    }

    /// An attachment in full.
    pub async fn attachment(&self, attachment: &AttachmentId) -> Result<Shown> {
        let id = attachment.clone();
        let kept = self.room.store.read(move |look| attachments::content(look, &id)).await?.ok_or(Code::NotFound)?;
        Ok(if kept.media_type.starts_with("image/") {
            Shown::Image { url: data_url(&kept.media_type, &kept.content) }
        } else {
            Shown::Text { text: String::from_utf8_lossy(&kept.content).into_owned() }
        })
    }
}

impl Room {
    /// Whether the model that will be asked takes what goes with the question. Where the models cannot be listed
    /// nothing is said here: the question will not be sent, and says why.
    pub(super) async fn suits(&self, question: &Question) -> Result<()> {
        if question.attachments.is_empty() {
            return Ok(());
        }
        if question.attachments.len() > MOST {
            return Err(Error::new(Code::TooManyAttachments).with("limit", MOST));
        }
        let (ids, conversation) = (question.attachments.clone(), question.conversation.clone());
        let look = self.store.read(move |look| {
            let row = conversation.map(|id| conversations::find(look, &id)).transpose()?.flatten();
            Ok((attachments::weigh(look, &ids)?, row.and_then(|row| row.model)))
        });
        let (weight, kept) = look.await?;
        let login = self.login(&question.account).await?;
        let listed = timeout(PATIENCE, self.copilot.models(&question.account, &login)).await;
        let Ok(Ok(offered)) = listed else { return Ok(()) };
        let find = |id: &String| offered.models.iter().find(|model| model.id == *id);
        let asked = question.model.as_ref().or(kept.as_ref()).and_then(find);
        asked.or_else(|| offered.default.as_ref().and_then(find)).map_or(Ok(()), |model| takes(model, weight))
    }

    /// What goes with a stored question, as this model takes it; whenever it is asked, again, anew or elsewhere.
    pub(super) async fn enclosed(&self, question: &TurnId, model: Option<&Model>) -> Result<Vec<Enclosure>> {
        let id = question.clone();
        let look = self.store.read(move |look| {
            let attached = attachments::of_turn(look, &id)?;
            let ids: Vec<AttachmentId> = attached.iter().map(|it| it.id.clone()).collect();
            let weight = attachments::weigh(look, &ids)?;
            let with_content = |it: Attachment| {
                attachments::content(look, &it.id)?.map(|kept| (it.name, kept)).ok_or(StoreError::NotFound)
            };
            Ok((weight, attached.into_iter().map(with_content).collect::<std::result::Result<Vec<_>, _>>()?))
        });
        let (weight, contents) = look.await?;
        if contents.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(model) = model {
            takes(model, weight)?;
        }
        let pictures = model.map(|model| model.pictures.clone()).unwrap_or_default();
        let fitted = spawn_blocking(move || {
            let limits = Limits { size: pictures.largest.map(|it| it as usize), media_types: &pictures.media_types };
            let fit = |(name, kept): (String, attachments::Content)| {
                if !kept.media_type.starts_with("image/") {
                    return Ok(Enclosure { name, media_type: kept.media_type, content: kept.content });
                }
                match limits.fit(kept.content, &kept.media_type) {
                    Ok(fit) => Ok(Enclosure { name, media_type: fit.media_type, content: fit.content }),
                    Err(error) => Err(error.with("name", name)),
                }
            };
            contents.into_iter().map(fit).collect()
        });
        fitted.await.map_err(|_panic| Code::AttachmentDamaged)?
    }
}

/// Whether a model takes so much.
fn takes(model: &Model, weight: Weight) -> Result<()> {
    let named = |code: Code| Error::new(code).with("model", &model.name);
    if weight.images > 0 {
        if !model.vision {
            return Err(named(Code::ModelWithoutVision));
        }
        if let Some(most) = model.pictures.most.filter(|most| weight.images > *most) {
            return Err(named(Code::TooManyPictures).with("count", weight.images).with("limit", most));
        }
    }
    let tokens = weight.text / BYTES_OF_TOKEN;
    match model.prompt_tokens {
        Some(limit) if tokens > u64::from(limit) => {
            Err(named(Code::AttachmentsTooLong).with("size", tokens).with("limit", limit))
        }
        _ => Ok(()),
    }
}

/// What a chat is titled after: the words, or the name of what was sent without any.
pub(super) fn title(c: &Connection, text: &str, ids: &[AttachmentId]) -> std::result::Result<String, StoreError> {
    match ids.first() {
        Some(first) if text.trim().is_empty() => attachments::name(c, first),
        _ => Ok(text.to_owned()),
    }
}

/// A file's bytes; of what is no file (a folder, a device that never ends) nothing is read.
fn from_disk(path: &Path) -> Result<Vec<u8>> {
    let unread = |error: std::io::Error| Error::new(Code::AttachmentUnread).with("reason", error.kind());
    let file = std::fs::metadata(path).map_err(unread)?;
    if !file.is_file() {
        return Err(Code::AttachmentUnknown.into());
    }
    files::fits(usize::try_from(file.len()).unwrap_or(usize::MAX), LARGEST_FILE)?;
    let mut bytes = Vec::new();
    let limit = LARGEST_FILE as u64 + 1; // it may grow meanwhile, and is then refused for that
    File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)).map_err(unread)?;
    Ok(bytes)
}

fn data_url(media_type: &str, bytes: &[u8]) -> String {
    format!("data:{media_type};base64,{}", BASE64_STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::copilot::Pictures;

    fn model(vision: bool, most: Option<u32>, prompt_tokens: Option<u32>) -> Model {
        let pictures = Pictures { most, ..Pictures::default() };
        Model { id: "m".into(), name: "Model M".into(), vision, pictures, prompt_tokens, ..Model::default() }
    }

    #[test]
    fn what_a_model_does_not_take_is_refused_with_its_own_limit() {
        let pictures = |images| Weight { images, text: 0 };
        let blind = takes(&model(false, None, None), pictures(1)).expect_err("it sees nothing");
        assert_eq!((blind.code, blind.params["model"].as_str()), (Code::ModelWithoutVision, "Model M"), "who and why");
        let sees = |most| model(true, most, None);
        let refused = takes(&sees(Some(5)), pictures(6)).expect_err("one too many");
        assert_eq!(refused.code, Code::TooManyPictures, "why");
        assert_eq!((refused.params["count"].as_str(), refused.params["limit"].as_str()), ("6", "5"), "and how many go");
        assert!(takes(&sees(Some(5)), pictures(5)).is_ok(), "as many as it takes");
        assert!(takes(&sees(None), pictures(20)).is_ok(), "no limit is named");
    }

    #[test]
    fn text_counts_against_what_a_model_reads_at_once() {
        let text = |text| Weight { images: 0, text };
        let small = model(false, None, Some(1000));
        assert!(takes(&small, text(4000)).is_ok(), "it may just fit; the model counts for itself");
        let refused = takes(&small, text(8000)).expect_err("twice as much as fits");
        assert_eq!(refused.code, Code::AttachmentsTooLong, "why");
        assert_eq!((refused.params["size"].as_str(), refused.params["limit"].as_str()), ("2000", "1000"), "in tokens");
        assert!(takes(&model(false, None, None), text(u64::MAX)).is_ok(), "who names no limit is asked");
    }

    #[test]
    fn what_is_no_file_is_not_waited_for() {
        let refused = from_disk(Path::new("/dev/zero")).expect_err("it never ends");
        assert_eq!(refused.code, Code::AttachmentUnknown, "a device is no file");
        let folder = tempfile::tempdir().expect("a folder");
        assert_eq!(from_disk(folder.path()).expect_err("no file").code, Code::AttachmentUnknown, "nor is a folder");
        let gone = from_disk(&folder.path().join("gone.txt")).expect_err("it is not there");
        assert_eq!(gone.code, Code::AttachmentUnread, "and what is gone says so");
        let huge = folder.path().join("huge");
        File::create(&huge).and_then(|file| file.set_len(LARGEST_FILE as u64 + 1)).expect("a file with a hole");
        assert_eq!(from_disk(&huge).expect_err("too large").code, Code::AttachmentTooLarge, "without reading it");
    }
}
