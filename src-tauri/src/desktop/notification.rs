//! Telling a person of an answer that ended while they looked elsewhere. It never takes the focus, and it says nothing
//! of the answer unless the person wants that.

use notify_rust::Notification;
use tauri::{AppHandle, Manager as _};
use wingman_core::app::Notifications;
use wingman_core::desktop::EndedAnswer;

use super::state::{DesktopWords, WindowMessage};
use super::window;
use crate::shell::Shell;

/// Nobody comes back to a notification after so long, and its desktop may have forgotten it without a word.
#[cfg(target_os = "linux")]
const LONGEST: std::time::Duration = std::time::Duration::from_hours(12);

/// Tells of the answer, when that is wanted and the person has not seen it end.
pub fn tell(app: &AppHandle, answer: EndedAnswer) {
    let Some(shell) = app.try_state::<Shell>() else { return };
    let settings = shell.surroundings.settings();
    let Some(words) = shell.surroundings.words() else { return };
    if settings.notify == Notifications::Off || !answer.is_worth_telling() || shell.windows.sees(&answer.conversation) {
        return;
    }
    let notification = written(&answer, &words, settings.notify == Notifications::Preview);
    let app = app.clone();
    tauri::async_runtime::spawn(async move { show(&app, notification, answer).await });
}

fn written(answer: &EndedAnswer, words: &DesktopWords, preview: bool) -> Notification {
    let said = if answer.complete { &words.answered } else { &words.failed };
    let body = if preview && answer.complete && !answer.beginning.is_empty() { &answer.beginning } else { said };
    let mut notification = Notification::new();
    // The body is markup on Linux, and an answer must not be read as that.
    let body = if cfg!(target_os = "linux") { plain(body) } else { body.clone() };
    notification.appname("Wingman").icon("wingman").summary(&answer.title).body(&body).action("default", &words.open);
    #[cfg(target_os = "linux")]
    notification.hint(notify_rust::Hint::DesktopEntry("wingman".into()));
    notification
}

/// A text as markup that says just that.
fn plain(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(target_os = "linux")]
async fn show(app: &AppHandle, notification: Notification, answer: EndedAnswer) {
    use notify_rust::NotificationResponse;

    let shown = match notification.show_async().await {
        Ok(shown) => shown,
        Err(error) => return failed(&error),
    };
    let over = app.state::<Shell>().surroundings.telling(&answer.conversation);
    let mut pressed = false;
    tokio::select! {
        () = shown.wait_for_action_async(|response| pressed = matches!(response, NotificationResponse::Default)) => {}
        // The person has come by themselves.
        () = over.notified() => shown.close_async().await,
        () = tokio::time::sleep(LONGEST) => {}
    }
    app.state::<Shell>().surroundings.told(&answer.conversation, &over);
    if pressed {
        open(app, answer);
    }
}

/// Elsewhere a thread waits for the click, for as long as the notification stands there.
#[cfg(not(target_os = "linux"))]
#[allow(clippy::unused_async, reason = "on Linux it is a talk over the bus")]
async fn show(app: &AppHandle, notification: Notification, answer: EndedAnswer) {
    let app = app.clone();
    std::thread::spawn(move || match notification.show() {
        Ok(shown) => shown.wait_for_action(|action| {
            if action == "default" {
                open(&app, answer);
            }
        }),
        Err(error) => failed(&error),
    });
}

fn failed(error: &notify_rust::error::Error) {
    tracing::info!(%error, "nobody shows notifications here");
}

/// Shows the conversation: where it is open, else in the window that was used last.
fn open(app: &AppHandle, answer: EndedAnswer) {
    let shell = app.state::<Shell>();
    let at = shell.windows.showing(&answer.conversation).or_else(|| shell.windows.latest());
    let Some(label) = at else { return };
    let EndedAnswer { conversation, account, .. } = answer;
    shell.windows.tell(&label, WindowMessage::Open { conversation, account });
    window::bring(app, &label);
}

/// Whether somebody shows notifications here. May take a while: the desktop may have to start it first.
pub fn is_possible() -> bool {
    #[cfg(target_os = "linux")]
    return notify_rust::get_server_information().is_ok();
    #[cfg(not(target_os = "linux"))]
    true
}

#[cfg(test)]
mod tests {
    use wingman_core::accounts::AccountId;
    use wingman_core::chat::ConversationId;

    use super::*;

    fn ended(complete: bool) -> EndedAnswer {
        EndedAnswer {
            conversation: ConversationId("c".into()),
            account: AccountId::new("github.com", 1),
            title: "Taxes of <2026>".into(),
            complete,
            took: 20_000,
            beginning: "You owe <b>much</b> & more".into(),
        }
    }

    fn words() -> DesktopWords {
        let said = |text: &str| text.to_owned();
        DesktopWords {
            open: said("Open"),
            new_chat: said("New"),
            quit: said("Quit"),
            answered: said("Copilot has answered"),
            failed: said("No answer"),
        }
    }

    #[test]
    fn a_notification_keeps_the_answer_to_itself_unless_it_may_be_shown() {
        let quiet = written(&ended(true), &words(), false);
        assert_eq!(quiet.summary, "Taxes of <2026>", "it says which chat it is");
        assert_eq!(quiet.body, "Copilot has answered", "and nothing of what is in it");
        let open = written(&ended(true), &words(), true);
        let expected = if cfg!(target_os = "linux") {
            "You owe &lt;b&gt;much&lt;/b&gt; &amp; more"
        } else {
            "You owe <b>much</b> & more"
        };
        assert_eq!(open.body, expected, "what may be shown is shown as it was written, not as markup");
        assert_eq!(written(&ended(false), &words(), true).body, "No answer", "a failure has nothing to show");
    }
}
