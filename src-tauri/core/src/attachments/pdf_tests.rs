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

/// This program once more, doing what the ignored test of that name does.
#[cfg(unix)]
fn child(test: &str) -> Child {
    let program = std::env::current_exe().expect("this test");
    let test = format!("attachments::pdf::tests::{test}");
    start(Command::new(program).args([&test, "--exact", "--ignored", "--nocapture"]).env(A_CHILD, "yes"))
        .expect("started")
}

#[cfg(unix)]
const A_CHILD: &str = "WINGMAN_TEST_CHILD";

/// How the system ended it.
#[cfg(unix)]
fn signal(child: &mut Child) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt as _;
    child.wait().expect("it has ended").signal()
}

#[cfg(unix)]
#[test]
#[ignore = "what the tests below start"]
fn unfolds_without_end() {
    assert!(std::env::var_os(A_CHILD).is_some() && limit(MOST_MEMORY, PATIENCE), "for a child only");
    let mut unfolded: Vec<Vec<u8>> = Vec::new();
    loop {
        unfolded.push(vec![0; 64 * 1024 * 1024]);
        assert!(unfolded.len() < 64, "the limit did not hold");
    }
}

#[cfg(unix)]
#[test]
#[ignore = "what the tests below start"]
fn runs_in_circles() {
    assert!(std::env::var_os(A_CHILD).is_some() && limit(MOST_MEMORY, Duration::from_secs(1)), "for a child only");
    loop {
        std::hint::spin_loop();
    }
}

#[cfg(unix)]
#[test]
#[ignore = "what the tests below start"]
fn never_answers() {
    assert!(std::env::var_os(A_CHILD).is_some(), "for a child only");
    std::thread::sleep(Duration::from_mins(1));
}

#[cfg(unix)]
#[test]
fn one_that_unfolds_without_end_is_ended_by_the_system() {
    let mut child = child("unfolds_without_end");
    let answer = answer_of(&mut child, b"%PDF-1.7", Duration::from_secs(50));
    assert!(answer.is_some(), "it ended by itself, and nobody's patience did");
    assert_eq!(understood(answer), Err(Fault::Damaged), "a person reads that it cannot be read");
    assert_eq!(signal(&mut child), Some(6), "memory was refused, and that ended it: no assertion of its own");
}

#[cfg(unix)]
#[test]
fn one_that_runs_in_circles_is_ended_by_the_system() {
    let mut child = child("runs_in_circles");
    let answer = answer_of(&mut child, b"%PDF-1.7", Duration::from_secs(50));
    assert_eq!(understood(answer), Err(Fault::Damaged), "a person reads that it cannot be read");
    let signal = signal(&mut child);
    assert!(matches!(signal, Some(9 | 24)), "its time was up, whoever waits: {signal:?}");
}

#[cfg(unix)]
#[test]
fn one_that_never_answers_is_not_waited_for() {
    let begun = std::time::Instant::now();
    let mut child = child("never_answers");
    // More than a pipe holds, and it reads none of it.
    let answer = answer_of(&mut child, &vec![0; 1024 * 1024], Duration::from_millis(500));
    assert_eq!(understood(answer), Err(Fault::Damaged), "a person reads that it cannot be read");
    assert!(begun.elapsed() < Duration::from_secs(20), "and does not wait: {:?}", begun.elapsed());
    child.kill().expect("it was still there");
    assert_eq!(signal(&mut child), Some(9), "and now it is gone");
}
