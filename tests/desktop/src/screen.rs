//! The X screen: its windows, real keys, and pictures of it as a person sees it.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::session::Session;
use crate::{Desktop, artifacts, wait};

const LIMIT: Duration = Duration::from_secs(10);

/// A window on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its X id, such as `0x0140000a`.
    pub id: String,
    /// The process that it belongs to, by its id inside the session.
    pub(crate) inner_pid: u32,
    /// Its class, such as `wingman.Wingman`.
    pub class: String,
    /// Its title.
    pub title: String,
}

impl Desktop {
    /// The windows that are open.
    pub async fn windows(&self) -> Result<Vec<Window>> {
        windows(self.session()).await
    }

    /// Waits until a window has a title with `part` in it; ten seconds at most.
    pub async fn wait_for_window(&self, part: &str) -> Result<Window> {
        wait::until(format!("a window titled {part:?}"), LIMIT, async || {
            Ok(self.windows().await?.into_iter().find(|window| window.title.contains(part)))
        })
        .await
    }

    /// The title of the window that has the keyboard; `None` when none has.
    pub async fn active_window(&self) -> Result<Option<Window>> {
        let Ok(id) = self.session().run("xdotool", &["getactivewindow"], LIMIT).await else {
            return Ok(None);
        };
        let id: u64 = id.trim().parse().context("xdotool answered no number")?;
        let same = |window: &Window| u64::from_str_radix(window.id.trim_start_matches("0x"), 16) == Ok(id);
        Ok(self.windows().await?.into_iter().find(same))
    }

    /// Presses real keys in the window that has the keyboard, in xdotool's words: `ctrl+n`, `Return`, `shift+Tab`.
    pub async fn press_keys(&self, keys: &[&str]) -> Result<()> {
        let arguments: Vec<&str> = ["key", "--clearmodifiers"].into_iter().chain(keys.iter().copied()).collect();
        self.session().run("xdotool", &arguments, LIMIT).await.map(drop)
    }

    /// Clicks with the real mouse, so many pixels from the top left corner of this window.
    pub async fn click_in(&self, window: &Window, x: u32, y: u32) -> Result<()> {
        let (x, y) = (x.to_string(), y.to_string());
        let arguments = ["mousemove", "--window", &window.id, &x, &y, "click", "1"];
        self.session().run("xdotool", &arguments, LIMIT).await.map(drop)
    }

    /// Drags with the real mouse, from the middle of one window to so many pixels from the top left corner of another, as
    /// slowly as a hand: programs tell a drag by its way. The button is let go once the other window `is_over`: that it
    /// sees what comes. On a busy machine a program may miss that something was taken up at all; like a person, who sees
    /// that nothing comes along, this goes back and tries again, three times in all.
    pub async fn drag(
        &self,
        from: &Window,
        to: &Window,
        x: u32,
        y: u32,
        is_over: impl AsyncFn() -> Result<bool>,
    ) -> Result<()> {
        let run = async |arguments: &[&str]| self.session().run("xdotool", arguments, LIMIT).await.map(drop);
        let place = |number: u32| number.to_string();
        for _ in 0..3 {
            run(&["mousemove", "--window", &from.id, "60", "60", "mousedown", "1"]).await?;
            for step in 1..=4 {
                run(&[
                    "mousemove",
                    "--window",
                    &from.id,
                    &place(60 + 8 * step),
                    &place(60 + 4 * step),
                    "sleep",
                    "0.05",
                ])
                .await?;
            }
            // A hand that waits is never still, and what is under it is told only of its moves.
            for step in [8, 4].into_iter().cycle().take(20) {
                run(&["mousemove", "--window", &to.id, &place(x + step), &place(y + step), "sleep", "0.15"]).await?;
                if is_over().await? {
                    return run(&["mouseup", "1"]).await;
                }
            }
            run(&["mousemove", "--window", &from.id, "60", "60", "sleep", "0.15", "mouseup", "1"]).await?;
        }
        bail!("nothing was dragged over {}", to.title)
    }

    /// Moves a window to this place of the screen and lays it on top.
    pub async fn place(&self, window: &Window, x: u32, y: u32) -> Result<()> {
        let (x, y) = (x.to_string(), y.to_string());
        self.session()
            .run("xdotool", &["windowmove", &window.id, &x, &y, "windowraise", &window.id], LIMIT)
            .await
            .map(drop)
    }

    /// Types a text with real keys in the window that has the keyboard.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        self.session().run("xdotool", &["type", "--clearmodifiers", "--delay", "4", "--", text], LIMIT).await.map(drop)
    }

    /// The same as fast as a hand can, sixteen keys a second.
    pub async fn type_by_hand(&self, text: &str) -> Result<()> {
        self.session().run("xdotool", &["type", "--clearmodifiers", "--delay", "60", "--", text], LIMIT).await.map(drop)
    }

    /// A picture of the whole screen in the artifacts folder, named after the story and `name`. It shows what the X
    /// server has at this moment: a window that has just changed may not be drawn yet.
    pub async fn screenshot(&self, name: &str) -> Result<PathBuf> {
        screenshot(self.session(), name).await
    }
}

pub(crate) async fn windows(session: &Session) -> Result<Vec<Window>> {
    // A window that goes away while it asks makes it fail as a whole.
    let mut listed = session.run("wmctrl", &["-l", "-p", "-x"], LIMIT).await;
    for _ in 0..3 {
        if listed.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        listed = session.run("wmctrl", &["-l", "-p", "-x"], LIMIT).await;
    }
    Ok(listed?.lines().filter_map(parse).collect())
}

pub(crate) async fn screenshot(session: &Session, name: &str) -> Result<PathBuf> {
    let path = artifacts::artifact(&format!("{}-{name}", session.name), ".png")?;
    session.run("import", &["-window", "root", &path.display().to_string()], LIMIT).await?;
    Ok(path)
}

/// `0x00c00003  0 4711   wingman.Wingman  host Title of it`
fn parse(line: &str) -> Option<Window> {
    let mut rest = line;
    let mut word = || {
        let trimmed = rest.trim_start();
        let (word, after) = trimmed.split_once(' ')?;
        rest = after;
        Some(word.to_owned())
    };
    let (id, _desktop, pid, class, _host) = (word()?, word()?, word()?, word()?, word()?);
    Some(Window { id, inner_pid: pid.parse().ok()?, class, title: rest.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_wmctrl_is_a_window() {
        let window = parse("0x00c00003  0 4711   wingman.Wingman       host New chat - Wingman").unwrap();
        assert_eq!(
            (window.id.as_str(), window.inner_pid),
            ("0x00c00003", 4711),
            "the columns are told apart by any spaces"
        );
        assert_eq!(
            (window.class.as_str(), window.title.as_str()),
            ("wingman.Wingman", "New chat - Wingman"),
            "a title may hold spaces"
        );
    }
}
