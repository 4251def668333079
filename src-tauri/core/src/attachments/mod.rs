//! What a person attaches: bytes in, something that a model can read out.
//!
//! Knows nobody, like `render`: no conversation, no model, no database. What comes in is told apart by its content,
//! never by its name, and is anybody's: every decoder here has its limits, and none of them takes the program along
//! when it falls. What goes out holds nothing but the picture or the text: where a photograph was taken stays behind.

mod fit;
mod image;
pub mod pdf;
mod text;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::error::{Code, Error, Result};

pub use fit::{Fit, Limits};

/// What a file may be large, in bytes. The window knows it too, so that it does not read in vain.
pub const LARGEST_FILE: usize = 32 * 1024 * 1024;

/// What the text of a file may be long, in bytes: some 250,000 tokens, more than most models read.
pub const LONGEST_TEXT: usize = 1024 * 1024;

/// What a name may be long, in characters, as on most disks.
const LONGEST_NAME: usize = 255;

/// Names an attachment: a UUID, version 7.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct AttachmentId(pub String);

/// What an attachment is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum Form {
    /// A picture, upright, as it is kept.
    Image {
        /// In pixels.
        width: u32,
        /// In pixels.
        height: u32,
    },
    /// Text.
    Text,
    /// The text of a PDF.
    Pdf {
        /// How many pages it has.
        pages: u32,
    },
}

/// Something that goes with a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Attachment {
    /// Its name for us.
    pub id: AttachmentId,
    /// The name of the file, without its folder.
    pub name: String,
    /// How large the file was, in bytes.
    pub size: u32,
    /// What it is.
    pub form: Form,
}

/// An attachment's content, as the window shows it in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum Shown {
    /// A picture.
    Image {
        /// A `data:` URL.
        url: String,
    },
    /// Text, or the text of a PDF.
    Text {
        /// All of it.
        text: String,
    },
}

/// How far a file is that was chosen in the desktop's own dialog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "kind")]
pub enum Picked {
    /// It is being read.
    Reading {
        /// Which of those that were chosen.
        place: u32,
        /// What it is called.
        name: String,
    },
    /// It lies in the draft.
    Read {
        /// Which of those that were chosen.
        place: u32,
        /// As it lies there.
        attachment: Attachment,
    },
    /// It could not be read.
    Failed {
        /// Which of those that were chosen.
        place: u32,
        /// Why.
        error: Error,
    },
}

/// A file that was read, ready to be kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Read {
    /// Its name, cleaned.
    pub name: String,
    /// How large the file was.
    pub size: u32,
    /// What it is.
    pub form: Form,
    /// `text/plain`, or the kind of the picture as it is kept.
    pub media_type: &'static str,
    /// What is kept and sent: text in UTF-8, or a picture without anything beside it.
    pub content: Vec<u8>,
    /// Of a picture: a small one, a JPEG or a PNG.
    pub thumbnail: Option<Vec<u8>>,
}

/// Reads a file. Blocks, for seconds when it is large. Errors, each with `name`: `AttachmentTooLarge`,
/// `AttachmentEmpty`, `AttachmentUnknown`, `AttachmentDamaged`, `PictureTooLarge`, `PdfLocked`, `PdfWithoutText`.
pub fn read(name: &str, bytes: &[u8]) -> Result<Read> {
    let name = cleaned(name);
    read_named(&name, bytes).map_err(|error| error.with("name", &name))
}

/// The same with a picture that is no file, such as a screenshot on the clipboard: four bytes for each pixel.
pub fn read_pixels(name: &str, width: u32, height: u32, pixels: Vec<u8>) -> Result<Read> {
    let name = cleaned(name);
    let image::Picture { content, media_type, width, height, thumbnail } =
        image::read_pixels(width, height, pixels).map_err(|error| error.with("name", &name))?;
    let size = u32::try_from(content.len()).unwrap_or(u32::MAX);
    Ok(Read { name, size, form: Form::Image { width, height }, media_type, content, thumbnail: Some(thumbnail) })
}

fn read_named(name: &str, bytes: &[u8]) -> Result<Read> {
    fits(bytes.len(), LARGEST_FILE)?;
    let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    let of_text = |text: String, form: Form| -> Result<Read> {
        fits(text.len(), LONGEST_TEXT)?;
        let content = text.into_bytes();
        Ok(Read { name: name.to_owned(), size, form, media_type: "text/plain", content, thumbnail: None })
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Code::AttachmentEmpty.into());
    }
    let read = if pdf::is_one(bytes) {
        Some(pdf::read(bytes).and_then(|pdf::Document { text, pages }| of_text(text, Form::Pdf { pages })))
    } else {
        image::read(bytes).map(|picture| {
            let image::Picture { content, media_type, width, height, thumbnail } = picture?;
            let form = Form::Image { width, height };
            Ok(Read { name: name.to_owned(), size, form, media_type, content, thumbnail: Some(thumbnail) })
        })
    };
    match read {
        // Many a text begins as a picture does ("BM25"), or names a PDF's mark; a PDF begins with it itself.
        Some(Err(error))
            if matches!(error.code, Code::AttachmentDamaged | Code::PictureTooLarge)
                && !bytes.starts_with(pdf::MARK) =>
        {
            of_text(text::unicode(bytes).ok_or(error)?, Form::Text)
        }
        Some(read) => read,
        None => of_text(text::read(bytes).ok_or(Code::AttachmentUnknown)?, Form::Text),
    }
}

/// Whether something is not too large: `size` and `limit` in bytes.
pub fn fits(size: usize, limit: usize) -> Result<()> {
    if size <= limit {
        return Ok(());
    }
    Err(Error::new(Code::AttachmentTooLarge).with("size", size).with("limit", limit))
}

/// A file's name as it can be shown and sent: its last part, without what would break a line or turn it around.
pub fn cleaned(name: &str) -> String {
    let turns = |c: &char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !c.is_control() && !turns(c)).take(LONGEST_NAME).collect();
    let kept = kept.trim();
    if kept.is_empty() { "file".to_owned() } else { kept.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_is_is_read_from_its_content_and_not_from_its_name() {
        let text = read("photo.png", b"# Not a picture\n").expect("text under any name");
        assert_eq!((text.form, text.media_type), (Form::Text, "text/plain"), "a name can be anything");
        let picture = image::tests::png(3, 2);
        let read_as = read("notes.txt", &picture).expect("a picture under any name");
        assert_eq!(read_as.form, Form::Image { width: 3, height: 2 }, "whatever it is called");
    }

    #[test]
    fn a_text_that_begins_as_a_picture_or_names_a_pdf_is_text() {
        for text in [
            "BM25 ranks documents by the words of a question, and by how long they are.\n",
            "GIF89a and GIF87a are the two versions of the format. Its head is thirteen bytes long.\n",
            "#!/usr/bin/env python3\nHEAD = b'%PDF-1.7'\n",
        ] {
            let read = read("notes.md", text.as_bytes()).expect("it is text");
            assert_eq!((read.form, read.content), (Form::Text, text.into()), "by all that is in it");
        }
        let picture = image::tests::png(30, 20);
        let torn = read("torn.png", &picture[..picture.len() / 2]).err().expect("no picture, and no text");
        assert_eq!(torn.code, Code::AttachmentDamaged, "what is torn is told as that");
    }

    #[test]
    fn what_is_neither_picture_nor_text_is_refused_by_name() {
        let program = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0";
        let refused = read("/usr/bin/wingman", program).err().expect("a program is no text");
        assert_eq!(refused.code, Code::AttachmentUnknown, "why");
        assert_eq!(refused.params["name"], "wingman", "which, without the folder: paths are nobody's business");
        for nothing in [&b""[..], b" \n\t\n"] {
            assert_eq!(read("a.txt", nothing).err().map(|it| it.code), Some(Code::AttachmentEmpty), "nothing to read");
        }
    }

    #[test]
    fn what_is_too_large_says_how_large_and_what_the_limit_is() {
        let long = "x".repeat(LONGEST_TEXT + 1);
        let refused = read("long.log", long.as_bytes()).err().expect("no model reads it");
        assert_eq!(refused.code, Code::AttachmentTooLarge, "why");
        assert_eq!(refused.params["size"], (LONGEST_TEXT + 1).to_string(), "a person must know by how much");
        assert_eq!(refused.params["limit"], LONGEST_TEXT.to_string(), "and what would go");
        let refused = read("huge.bin", &vec![0; LARGEST_FILE + 1]).err().expect("it is not even looked at");
        assert_eq!(refused.code, Code::AttachmentTooLarge, "why");
    }

    #[test]
    fn a_name_is_one_line_that_reads_as_it_stands() {
        for (given, expected) in [
            ("/home/ada/Trace 1.png", "Trace 1.png"),
            (r"C:\Users\ada\trace.png", "trace.png"),
            ("gpj.\u{202e}exe.txt", "gpj.exe.txt"),
            ("two\nlines", "twolines"),
            ("报告.pdf", "报告.pdf"),
            ("../", "file"),
        ] {
            assert_eq!(cleaned(given), expected, "{given:?}");
        }
        assert_eq!(cleaned(&"n".repeat(9000)).len(), LONGEST_NAME, "no longer than a disk would have it");
    }
}
