//! Every failure has a face, in the real window: what is tried again, what goes silent, what cannot be reached.

use std::sync::Arc;

use anyhow::Result;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use wingman_e2e::{World, ask};
use wingman_sandbox::{Answer, Failure};

/// Silence is told after a quarter of it.
const SILENCE: &str = "silence_seconds = 10\n";

/// The way to the sandbox's Copilot, which can be cut.
struct Cable {
    port: u16,
    to: String,
    carries: Option<JoinHandle<()>>,
}

impl Cable {
    async fn to(url: &str) -> Result<Self> {
        let to = url.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let mut cable = Self { port: listener.local_addr()?.port(), to, carries: None };
        cable.carry(listener);
        Ok(cable)
    }

    fn carry(&mut self, listener: TcpListener) {
        let to: Arc<str> = self.to.as_str().into();
        self.carries = Some(tokio::spawn(async move {
            // What is under way ends with this task.
            let mut under_way = tokio::task::JoinSet::new();
            while let Ok((mut here, _)) = listener.accept().await {
                let to = to.clone();
                under_way.spawn(async move {
                    if let Ok(mut there) = TcpStream::connect(&*to).await {
                        let _ = tokio::io::copy_bidirectional(&mut here, &mut there).await;
                    }
                });
            }
        }));
    }

    async fn cut(&mut self) {
        if let Some(carries) = self.carries.take() {
            carries.abort();
            let _ = carries.await;
        }
    }

    async fn mend(&mut self) -> Result<()> {
        self.carry(TcpListener::bind(("127.0.0.1", self.port)).await?);
        Ok(())
    }
}

#[tokio::test]
async fn what_goes_wrong_is_said_at_once_and_nothing_is_lost() -> Result<()> {
    let world = World::new("faces").await?;
    let mut cable = Cable::to(world.sandbox.url()).await?;
    let configured = std::fs::read_to_string(world.configuration())?;
    let (before, _) = configured.split_once("[copilot]").unwrap_or((&configured, ""));
    world.configure(&format!("{before}[copilot]\napi_url = \"http://127.0.0.1:{}\"\n{SILENCE}", cable.port))?;
    let app = world.signed_in().await?;
    ask(&app, "While all is well").await?;
    let log = app.log("Conversation");
    let answer = || log.article("Copilot").last();

    // A server that fails twice: said while it is tried again, and no error when it comes after all.
    world.sandbox.fail(Failure::status("/chat/completions", 500).times(2));
    app.textbox("Message").fill("A server that stumbles").await?;
    app.press("Enter").await?;
    answer().wait_text("Trying again, 2 of 6").await?;
    app.screenshot("trying-again").await?;
    answer().wait_text("You said: A server that stumbles").await?;
    app.button("Stop").wait_gone().await?;
    assert_eq!(log.role("alert").count().await?, 0, "what was mended is no error");

    // No connection: the same, and back again the answer comes by itself.
    cable.cut().await;
    app.textbox("Message").fill("Without a network").await?;
    app.press("Enter").await?;
    answer().wait_text("No connection to 127.0.0.1").await?;
    app.screenshot("offline").await?;
    cable.mend().await?;
    answer().wait_text("You said: Without a network").await?;
    app.button("Stop").wait_gone().await?;

    // Silence in the middle: told, with both ways out; asked again, nothing of it is lost.
    world.sandbox.fail(Failure {
        path: "/chat/completions".into(),
        stall_after_chunks: Some(3),
        times: Some(1),
        ..Failure::default()
    });
    app.textbox("Message").fill("An answer that falls silent").await?;
    app.press("Enter").await?;
    answer().wait_text("Copilot has gone quiet").await?;
    app.screenshot("silent").await?;
    let asked = world.asked().len();
    log.button("Stop").wait().await?;
    log.button("Retry").click().await?;
    answer().wait_text("You said: An answer that falls silent").await?;
    app.button("Stop").wait_gone().await?;
    assert_eq!(world.asked().len(), asked + 1, "it is asked for once more");

    // A refusal by the content filter is no empty success.
    world.sandbox.answer(Answer {
        text: "Up to here".into(),
        containing: Some("forbidden".into()),
        times: Some(1),
        finish_reason: Some("content_filter".into()),
        ..Answer::default()
    });
    app.textbox("Message").fill("Something forbidden").await?;
    app.press("Enter").await?;
    log.role("alert").wait().await?;
    let told = answer().text().await?;
    assert!(told.contains("The content filter ended this answer"), "the person reads why: {told}");

    // An hour's limit is said at once, with the time.
    world.sandbox.fail(Failure {
        headers: [("retry-after".to_owned(), "3600".to_owned())].into(),
        ..Failure::status("/chat/completions", 429).times(1)
    });
    app.textbox("Message").fill("Once too often").await?;
    app.press("Enter").await?;
    answer().wait_text("Too many requests until").await?;
    app.screenshot("limited").await?;
    app.close().await
}
