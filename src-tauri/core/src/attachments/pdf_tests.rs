//! PDFs made for it: with text, without, locked, torn.

use pdf_extract::{Document as Pdf, EncryptionState, EncryptionVersion, Object, Permissions, Stream, dictionary};

use super::*;

/// A PDF with a page for each of these lines; an empty one has a page without text.
fn pdf(lines: &[&str]) -> Pdf {
    let mut pdf = Pdf::with_version("1.5");
    let pages = pdf.new_object_id();
    let font = pdf.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Courier" });
    let resources = pdf.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
    let mut kids: Vec<Object> = Vec::new();
    for line in lines {
        let shown = if line.is_empty() { String::new() } else { format!("BT /F1 12 Tf 72 720 Td ({line}) Tj ET") };
        let content = pdf.add_object(Stream::new(dictionary! {}, shown.into_bytes()));
        let page = dictionary! { "Type" => "Page", "Parent" => pages, "Contents" => content };
        kids.push(pdf.add_object(page).into());
    }
    let count = i64::try_from(kids.len()).expect("a few");
    let all = dictionary! {
        "Type" => "Pages", "Kids" => kids, "Count" => count, "Resources" => resources,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    };
    pdf.objects.insert(pages, all.into());
    let catalog = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    pdf.trailer.set("Root", catalog);
    let id = Object::string_literal("0123456789abcdef");
    pdf.trailer.set("ID", Object::Array(vec![id.clone(), id]));
    pdf
}

fn written(mut pdf: Pdf) -> Vec<u8> {
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).expect("into memory");
    bytes
}

fn locked(user_password: &str) -> Vec<u8> {
    let mut pdf = pdf(&["The secret recipe"]);
    let version = EncryptionVersion::V2 {
        document: &pdf,
        owner_password: "owner",
        user_password,
        key_length: 128,
        permissions: Permissions::PRINTABLE,
    };
    let state = EncryptionState::try_from(version).expect("it can be locked");
    pdf.encrypt(&state).expect("and is");
    written(pdf)
}

#[test]
fn the_text_of_every_page_is_read_in_order() {
    let bytes = written(pdf(&["Burst size and rate", "", "Tokens drip in"]));
    assert!(is_one(&bytes) && is_one(&[b"\n\n", &bytes[..]].concat()), "known by its content");
    let read = extract(&bytes).expect("an ordinary PDF");
    assert_eq!(read, Document { text: "Burst size and rate\n\nTokens drip in".to_owned(), pages: 3 }, "page by page");
}

#[test]
fn pages_without_text_are_told_as_that() {
    assert_eq!(extract(&written(pdf(&["", ""]))), Err(Fault::NoText), "a scan must not pass for an empty document");
}

#[test]
fn a_locked_pdf_is_told_as_that_and_one_that_opens_without_a_password_is_read() {
    assert_eq!(extract(&locked("open sesame")), Err(Fault::Locked), "nobody was asked for the password");
    let open = extract(&locked("")).expect("locked against changes only");
    assert_eq!(open.text, "The secret recipe", "as any reader shows it");
}

#[test]
fn more_text_than_goes_with_a_question_says_how_much() {
    let line = "word ".repeat(20_000);
    let bytes = written(pdf(&[line.as_str(); 12]));
    assert!(matches!(extract(&bytes), Err(Fault::TooLong(size)) if size > LONGEST_TEXT), "and stops reading there");
}

#[test]
fn a_torn_or_damaged_pdf_is_told_as_that() {
    let whole = written(pdf(&["Burst size and rate"]));
    assert_eq!(extract(&whole[..whole.len() / 3]), Err(Fault::Damaged), "torn");
    assert_eq!(extract(b"%PDF-1.7\nnothing else"), Err(Fault::Damaged), "a head and no body");
    for at in (0..whole.len()).step_by(7) {
        let mut broken = whole.clone();
        broken[at] ^= 0x55;
        let _ = catch_unwind(|| extract(&broken)); // whatever is wrong, it ends
    }
}
