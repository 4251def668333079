//! What goes with a question: what of it really reaches the model.

use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use wingman_core::Code;
use wingman_core::accounts::AccountId;
use wingman_core::app::Phase;
use wingman_core::attachments::{Attachment, AttachmentId, Form, Shown};
use wingman_core::chat::{Chosen, ConversationId, Desk, Draft, Question, TurnState};
use wingman_sandbox::{Answer, Failure};

use crate::person::{files, holds};
use crate::story::{Run, shown};
use crate::ways::Person;

/// Nothing else is called this.
const SENTINEL: &str = "velvet-hippogriff-ledger";

/// The model of these stories: by the endpoint whose messages are easily read.
const MODEL: &str = "claude-sonnet-4.5";

/// One that looks at no pictures.
const BLIND: &str = "gemini-3-pro-preview";

async fn attach(
    run: &Run,
    account: &AccountId,
    at: Option<&ConversationId>,
    name: &str,
    bytes: &[u8],
) -> Result<Attachment> {
    Ok(run
        .chat()?
        .attach(&Draft::at(account.clone(), at.cloned(), Desk::default()), name, BASE64_STANDARD.encode(bytes))
        .await?)
}

fn unsent(account: &AccountId) -> Draft {
    Draft::of_new_chat(account.clone(), Desk::default())
}

fn question(account: &AccountId, at: Option<&ConversationId>, text: &str, attached: &[Attachment]) -> Question {
    Question {
        conversation: at.cloned(),
        account: account.clone(),
        text: text.to_owned(),
        model: Some(MODEL.to_owned()),
        chosen: Chosen::default(),
        desk: Desk::default(),
        attachments: attached.iter().map(|it| it.id.clone()).collect(),
    }
}

/// The last request for an answer.
fn last(person: &Person) -> Result<Value> {
    let asked = person.sandbox.requests().into_iter().rev().find(|it| it.path == "/chat/completions");
    Ok(asked.context("nothing was asked")?.json())
}

/// The pictures of a request, as they came.
fn pictures(request: &Value) -> Result<Vec<image::DynamicImage>> {
    let messages = request["messages"].as_array().context("a request has messages")?;
    let parts = messages.iter().filter_map(|message| message["content"].as_array()).flatten();
    let urls = parts.filter_map(|part| part["image_url"]["url"].as_str());
    urls.map(|url| {
        let (head, data) = url.split_once(',').context("a data: URL")?;
        ensure!(head.starts_with("data:image/") && head.ends_with(";base64"), "as the API wants it: {head}");
        let bytes = BASE64_STANDARD.decode(data)?;
        ensure!(data.len() <= 3_145_728, "no larger than the model's record says: {}", data.len());
        Ok(image::load_from_memory(&bytes)?)
    })
    .collect()
}

/// A photograph taken with the camera on its side, red on the left as it is stored; and where it was taken.
fn photograph(width: u32, height: u32) -> Result<Vec<u8>> {
    let red = |x: u32| if x < width / 2 { [220, 30, 30] } else { [30, 30, 220] };
    let plain = image::RgbImage::from_fn(width, height, |x, _| image::Rgb(red(x)));
    let mut jpeg = std::io::Cursor::new(Vec::new());
    plain.write_to(&mut jpeg, image::ImageFormat::Jpeg)?;
    let jpeg = jpeg.into_inner();
    let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0".to_vec();
    exif.extend([0x0e, 1, 2, 0, u8::try_from(SENTINEL.len())?, 0, 0, 0, 38, 0, 0, 0, 0, 0, 0, 0]);
    exif.extend(SENTINEL.as_bytes());
    let length = u16::try_from(exif.len() + 2)?.to_be_bytes();
    Ok([&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat())
}

pub async fn a_picture_reaches_the_model_upright_and_small_enough(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let account = person.in_browser("ada-lind").await?;
    let (run, chat) = (&person.run, person.run.chat()?);
    let photograph = attach(run, &account, None, "IMG_4711.JPG", &photograph(4000, 3000)?).await?;
    ensure!(photograph.form == Form::Image { width: 1500, height: 2000 }, "it stands upright: {photograph:?}");
    let small = chat.thumbnail(&photograph.id).await?.context("a picture has a small one")?;
    ensure!(small.starts_with("data:image/"), "ready for the window: {small:.30}");

    let sent = chat.send(question(&account, None, "What is this?", std::slice::from_ref(&photograph))).await?;
    let answer = run.answered(&sent.conversation).await?;
    ensure!(shown(&answer).contains("What is this?"), "it is answered: {answer:?}");
    let request = last(&person)?;
    let pictures = pictures(&request)?;
    ensure!(pictures.len() == 1, "one picture: {}", pictures.len());
    let picture = pictures[0].to_rgb8();
    ensure!(
        picture.dimensions() == (1500, 2000),
        "upright, and no larger than it is looked at: {:?}",
        picture.dimensions()
    );
    let (top, bottom) = (picture.get_pixel(700, 100).0, picture.get_pixel(700, 1900).0);
    ensure!(top[0] > 150 && bottom[2] > 150, "red was left and is above: {top:?}, {bottom:?}");
    let taken = BASE64_STANDARD.encode(SENTINEL);
    ensure!(!request.to_string().contains(taken.trim_end_matches('=')), "nobody hears where it was taken");

    let turns = run.turns(&sent.conversation).await?;
    ensure!(turns[0].attachments == [photograph], "the question shows it: {:?}", turns[0].attachments);
    ensure!(chat.attachments(&unsent(&account)).await?.is_empty(), "and no draft has it any more");
    person.run.finish().await
}

pub async fn a_file_reaches_the_model_as_text_and_lies_on_no_disk(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let account = person.in_browser("ada-lind").await?;
    let (run, chat) = (&person.run, person.run.chat()?);
    let utf16: Vec<u8> = std::iter::once(0xfeff)
        .chain(format!("total: {SENTINEL}\r\n").encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let from_disk = folder.join("上传 report.csv");
    std::fs::write(&from_disk, &utf16)?;
    let file = chat.attach_file(&unsent(&account), &from_disk).await?;
    std::fs::remove_file(&from_disk)?;
    ensure!(file.name == "上传 report.csv", "by its name alone: {file:?}");

    person.sandbox.answer(Answer::text("Forty.")); // an echo of the question would hold the file too
    let sent = chat.send(question(&account, None, "Add it up", &[file])).await?;
    run.answered(&sent.conversation).await?;
    let request = last(&person)?.to_string();
    ensure!(request.contains(&format!("total: {SENTINEL}")), "its text, not its path: {request}");
    ensure!(request.contains("上传 report.csv"), "under its name: {request}");
    ensure!(!request.contains(&folder.display().to_string()), "of the disk nobody hears: {request}");

    // The next question does not send it anew, and the model has it still.
    let next = question(&account, Some(&sent.conversation), "And now?", &[]);
    chat.send(next).await?;
    run.answered(&sent.conversation).await?;
    let request = last(&person)?.to_string();
    ensure!(request.matches(SENTINEL).count() == 1, "it is in the model's memory, once: {request}");
    let clear = |when: &str| -> Result<()> {
        let encoded = BASE64_STANDARD.encode(format!("total: {SENTINEL}"));
        for (name, bytes) in files(&folder)? {
            for text in [SENTINEL, encoded.trim_end_matches('=')] {
                ensure!(!holds(&bytes, text), "{when}, {name} holds what was attached in clear text");
            }
        }
        Ok(())
    };
    clear("while it runs")?;
    person.run.finish().await?;
    clear("afterwards")
}

pub async fn what_a_model_does_not_take_is_refused_and_stays_in_the_draft(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let account = person.in_browser("ada-lind").await?;
    let (run, chat) = (&person.run, person.run.chat()?);
    let picture = photograph(80, 60)?;
    let one = attach(run, &account, None, "one.jpg", &picture).await?;
    let blind =
        Question { model: Some(BLIND.into()), ..question(&account, None, "What is this?", std::slice::from_ref(&one)) };
    let told = chat.send(blind.clone()).await.err().context("it looks at no pictures")?;
    ensure!(told.code == Code::ModelWithoutVision, "why: {told:?}");
    ensure!(told.params["model"].starts_with("Gemini"), "which, by its name: {told:?}");
    ensure!(person.sandbox.requests_to("/chat/completions").is_empty(), "nothing was sent");
    ensure!(chat.conversations(&account, None).await?.conversations.is_empty(), "no chat was begun");

    let mut all = vec![one];
    for name in ["2.jpg", "3.jpg", "4.jpg", "5.jpg", "6.jpg"] {
        all.push(attach(run, &account, None, name, &picture).await?);
    }
    let told = chat.send(question(&account, None, "Compare", &all)).await.err().context("five are taken")?;
    ensure!(told.code == Code::TooManyPictures && told.params["limit"] == "5", "the record's own limit: {told:?}");
    let long = "word ".repeat(180_000);
    let long = attach(run, &account, None, "long.txt", long.as_bytes()).await?;
    let told = chat.send(question(&account, None, "Sum up", &[long])).await.err().context("it does not fit")?;
    ensure!(told.code == Code::AttachmentsTooLong && told.params["limit"] == "168000", "in tokens: {told:?}");
    ensure!(chat.attachments(&unsent(&account)).await?.len() == 7, "the draft keeps everything");

    // Where the models could not be listed in time, the same is told as the answer's failure.
    let sent = chat.send(question(&account, None, "What is this?", &all[..1])).await?;
    run.answered(&sent.conversation).await?;
    chat.choose_model(&sent.conversation, Some(BLIND)).await?;
    chat.retry(&sent.conversation).await?;
    let failed = run.last(&sent.conversation, |turn| matches!(turn.state, TurnState::Failed { .. })).await?;
    let refused = matches!(&failed.state, TurnState::Failed { error } if error.code == Code::ModelWithoutVision);
    ensure!(refused, "asked again with another model: {failed:?}");
    person.run.finish().await
}

pub async fn asked_again_a_question_has_its_attachments(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let account = person.in_browser("ada-lind").await?;
    let (run, chat) = (&person.run, person.run.chat()?);
    let attached = [
        attach(run, &account, None, "photo.jpg", &photograph(80, 60)?).await?,
        attach(run, &account, None, "notes.txt", SENTINEL.as_bytes()).await?,
    ];
    person.sandbox.fail(Failure::status("/chat/completions", 400));
    let sent = chat.send(question(&account, None, "What is this?", &attached)).await?;
    run.last(&sent.conversation, |turn| matches!(turn.state, TurnState::Failed { .. })).await?;
    person.sandbox.clear_failures();
    chat.retry(&sent.conversation).await?;
    run.answered(&sent.conversation).await?;
    let request = last(&person)?;
    ensure!(pictures(&request)?.len() == 1, "the picture goes again, once");
    ensure!(request.to_string().matches(SENTINEL).count() == 1, "and so does the text: {request}");
    person.run.finish().await
}

pub async fn attachments_without_words_are_a_question(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let account = person.in_browser("ada-lind").await?;
    let (run, chat) = (&person.run, person.run.chat()?);
    let photograph = attach(run, &account, None, "Trace of Monday.jpg", &photograph(80, 60)?).await?;
    let sent = chat.send(question(&account, None, "", &[photograph])).await?;
    run.answered(&sent.conversation).await?;
    ensure!(pictures(&last(&person)?)?.len() == 1, "it reaches the model");
    let title = chat.conversations(&account, None).await?.conversations.remove(0).title;
    ensure!(title == "Trace of Monday.jpg", "the chat is called after it: {title}");
    let gone = Question { attachments: vec![AttachmentId("gone".into())], ..question(&account, None, "And?", &[]) };
    let told = chat.send(gone).await.err().context("it is in no draft")?;
    ensure!(told.code == Code::NotFound, "what was removed meanwhile is not sent: {told:?}");
    person.run.finish().await
}

/// A PDF of one page with this line, written by hand: that a reader must look for its objects is no damage.
fn pdf(line: &str) -> Vec<u8> {
    let content = format!("BT /F1 12 Tf 72 720 Td ({line}) Tj ET");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 595 842] >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>".to_owned(),
    ];
    let mut file = "%PDF-1.4\n".to_owned();
    let mut places = String::new();
    for (number, object) in (1..).zip(objects) {
        places.push_str(&[&format!("{:010}", file.len()), " 00000 n \n"].concat());
        file.push_str(&[&number.to_string(), " 0 obj\n", &object, "\nendobj\n"].concat());
    }
    let start = file.len();
    let end = format!(
        "xref\n0 6\n0000000000 65535 f \n{places}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    (file + &end).into_bytes()
}

pub async fn a_pdf_reaches_the_model_as_its_text(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let account = person.in_browser("ada-lind").await?;
    let (run, chat) = (&person.run, person.run.chat()?);
    let report = attach(run, &account, None, "report.pdf", &pdf("Uploads rose by a third")).await?;
    ensure!(report.form == Form::Pdf { pages: 1 }, "read by a process of its own: {report:?}");
    let Shown::Text { text } = chat.attachment(&report.id).await? else { anyhow::bail!("a PDF is shown as its text") };
    ensure!(text == "Uploads rose by a third", "what the model reads: {text}");
    let torn = pdf("Uploads rose by a third");
    let told = attach(run, &account, None, "torn.pdf", &torn[..200]).await.err().context("it is torn")?;
    ensure!(told.to_string().contains("AttachmentDamaged"), "why: {told:?}");
    // Deeper than any reader's stack: whoever reads it falls, and it is not this program.
    let deep = [b"%PDF-1.4\n1 0 obj\n".to_vec(), b"[".repeat(2_000_000), b"\nendobj\n%%EOF".to_vec()].concat();
    let told = attach(run, &account, None, "deep.pdf", &deep).await.err().context("it has no bottom")?;
    ensure!(told.to_string().contains("AttachmentDamaged"), "why: {told:?}");
    let sent = chat.send(question(&account, None, "Sum it up", &[report])).await?;
    run.answered(&sent.conversation).await?;
    let request = last(&person)?.to_string();
    ensure!(request.contains("Uploads rose by a third") && request.contains("report.pdf"), "by name: {request}");
    person.run.finish().await
}

pub async fn a_pasted_picture_waits_in_its_draft_through_a_restart(folder: PathBuf) -> Result<()> {
    let person = Person::new(&folder).await?;
    let account = person.in_browser("ada-lind").await?;
    let chat = person.run.chat()?;
    let sent = chat.send(question(&account, None, "Hello", &[])).await?;
    person.run.answered(&sent.conversation).await?;
    let at = sent.conversation;
    let kept = attach(&person.run, &account, Some(&at), "Pasted picture.png", &photograph(80, 60)?).await?;
    let row = chat.conversations(&account, None).await?.conversations.remove(0);
    ensure!(row.draft, "the list says that something waits there");
    drop(chat);
    let Person { sandbox, table, run } = person;
    run.finish().await?;
    let run = Run::configured(&folder, &table, &std::fs::read_to_string(folder.join("config.toml"))?)?;
    run.app.start();
    run.until("it is ready", |state| state.phase == Phase::Ready).await?;
    let person = Person { sandbox, table, run };
    let chat = person.run.chat()?;
    ensure!(chat.attachments(&Draft::of(account.clone(), at.clone())).await? == [kept.clone()], "it is where it was");
    ensure!(chat.attachments(&unsent(&account)).await?.is_empty(), "and nowhere else");
    ensure!(chat.thumbnail(&kept.id).await?.is_some(), "to be seen");
    chat.detach(&kept.id).await?;
    ensure!(chat.attachments(&Draft::of(account.clone(), at.clone())).await?.is_empty(), "until it is removed");
    person.run.finish().await
}
