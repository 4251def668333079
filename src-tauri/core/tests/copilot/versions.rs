//! Versions of a conversation: what is asked again, changed, branched off or made to wait, and that the model
//! remembers exactly what the person sees.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use wingman_core::accounts::AccountId;
use wingman_core::chat::{ConversationId, Role, TurnId, TurnState, Waiting};

use crate::endpoint::{Endpoint, Reply};
use crate::story::{Run, Table, shown};

/// Somebody who is signed in, and an endpoint that answers by script.
pub struct Scene {
    pub run: Run,
    table: Arc<Table>,
    pub endpoint: Endpoint,
    pub account: AccountId,
}

impl Scene {
    /// At the beginning: nothing was asked.
    pub async fn begin(folder: &Path) -> Result<Self> {
        let (table, endpoint) = (Arc::new(Table::default()), Endpoint::start().await?);
        let run = Run::start(folder, &table, &endpoint).await?;
        let account = run.sign_in(&table).await?;
        Ok(Self { run, table, endpoint, account })
    }

    /// Ends the program, does something to its database, and starts it again.
    pub async fn again(
        self,
        folder: &Path,
        meanwhile: impl FnOnce(&rusqlite::Connection) -> Result<()>,
    ) -> Result<Self> {
        let Self { run, table, endpoint, account } = self;
        run.finish().await?;
        let key = table.entry("database").context("the database has a key")?;
        let database = rusqlite::Connection::open(folder.join("wingman/data/wingman.db"))?;
        database.execute_batch(&format!("PRAGMA key = \"x'{key}'\"; PRAGMA foreign_keys = ON"))?;
        meanwhile(&database)?;
        drop(database);
        let run = Run::start(folder, &table, &endpoint).await?;
        Ok(Self { run, table, endpoint, account })
    }

    /// Asks, and has it answered with these words.
    pub async fn ask(&self, chat: Option<&ConversationId>, question: &str, answer: &str) -> Result<ConversationId> {
        self.will_say(answer);
        let chat = self.run.send(&self.account, chat, question).await?;
        self.run.last(&chat, |turn| shown(turn).contains(answer) && turn.state == TurnState::Complete).await?;
        Ok(chat)
    }

    /// The next question is answered so.
    pub fn will_say(&self, answer: &str) {
        self.endpoint.reply(Reply::Text(vec![answer.to_owned()], "stop"));
    }

    /// Waits until this was answered.
    pub async fn says(&self, chat: &ConversationId, answer: &str) -> Result<()> {
        self.run.last(chat, |turn| shown(turn).contains(answer) && turn.state == TurnState::Complete).await?;
        Ok(())
    }

    /// What the model was given with the last question, oldest first, without the instructions.
    pub fn prompt(&self) -> Result<Vec<String>> {
        let messages = self.endpoint.chats().last().context("nothing was asked")?.messages();
        // In front of a question the runtime puts the time, and whether the model changed.
        let words = |message: &String| {
            let message = message.trim_matches('"');
            let told = message.starts_with('<').then(|| message.rsplit_once(">\\n\\n")).flatten();
            told.map_or(message, |(_, question)| question).to_owned()
        };
        Ok(messages.iter().skip(1).map(words).collect())
    }

    /// The path that is shown: each turn's words.
    pub async fn path(&self, chat: &ConversationId) -> Result<Vec<String>> {
        let turns = self.run.turns(chat).await?;
        let text = |html: String| html.replace("<p dir=\"auto\">", "").replace("<p>", "").replace("</p>", "");
        let words = |turn: &wingman_core::chat::Turn| match turn.role {
            Role::You => turn.text.clone(),
            Role::Copilot => text(shown(turn)).trim().to_owned(),
        };
        Ok(turns.iter().map(words).collect())
    }

    /// The name of the turn at this place of the path.
    pub async fn turn(&self, chat: &ConversationId, place: usize) -> Result<TurnId> {
        Ok(self.run.turns(chat).await?.get(place).context("no such turn")?.id.clone())
    }

    /// What waits.
    pub async fn waiting(&self, chat: &ConversationId) -> Result<Vec<Waiting>> {
        let (view, _patches) = self.run.chat()?.watch(chat).await?;
        self.run.chat()?.unwatch(view.watch);
        Ok(view.waiting)
    }
}

pub async fn what_the_model_remembers_is_what_is_shown(folder: PathBuf) -> Result<()> {
    let scene = Scene::begin(&folder).await?;
    let chats = scene.run.chat()?;
    let chat = scene.ask(None, "q1", "a1").await?;
    scene.ask(Some(&chat), "q2", "a2").await?;
    scene.ask(Some(&chat), "q3", "a3").await?;

    // Another answer in the middle: what followed the first is a version of its own now.
    scene.will_say("b2");
    chats.regenerate(&chat, &scene.turn(&chat, 3).await?, Some("second".to_owned())).await?;
    scene.says(&chat, "b2").await?;
    ensure!(scene.path(&chat).await? == ["q1", "a1", "q2", "b2"], "the new answer is the end of what is shown");
    ensure!(scene.prompt()? == ["q1", "a1", "q2"], "and was given without the old one: {:?}", scene.prompt()?);
    let request: serde_json::Value =
        serde_json::from_str(&scene.endpoint.chats().last().context("nothing was asked")?.body)?;
    ensure!(request["model"] == "second", "by the model that was chosen for it: {}", request["model"]);
    scene.ask(Some(&chat), "q4", "b4").await?;
    ensure!(scene.prompt()? == ["q1", "a1", "q2", "b2", "q4"], "it goes on from there: {:?}", scene.prompt()?);
    let request: serde_json::Value =
        serde_json::from_str(&scene.endpoint.chats().last().context("nothing was asked")?.body)?;
    ensure!(request["model"] == "first", "with the conversation's own model: {}", request["model"]);

    // Walking back shows the other version to its end, and the model is back there as well.
    let versions = scene.run.turns(&chat).await?[3].versions.clone();
    ensure!(versions.len() == 2, "two answers were given to the second question: {versions:?}");
    chats.show_version(&chat, &versions[0]).await?;
    ensure!(scene.path(&chat).await? == ["q1", "a1", "q2", "a2", "q3", "a3"], "the first version, whole");
    scene.ask(Some(&chat), "q5", "a5").await?;
    let first = ["q1", "a1", "q2", "a2", "q3", "a3", "q5"];
    ensure!(scene.prompt()? == first, "the model knows that version and nothing of the other: {:?}", scene.prompt()?);

    // The last answer again, after the program was started anew.
    let scene = scene.again(&folder, |_| Ok(())).await?;
    scene.will_say("c5");
    scene.run.chat()?.regenerate(&chat, &scene.turn(&chat, 7).await?, None).await?;
    scene.says(&chat, "c5").await?;
    ensure!(scene.prompt()? == first, "as if it had not been answered: {:?}", scene.prompt()?);
    scene.will_say("d1");
    scene.run.chat()?.regenerate(&chat, &scene.turn(&chat, 1).await?, None).await?;
    scene.says(&chat, "d1").await?;
    ensure!(scene.prompt()? == ["q1"], "the first question alone has nothing above it: {:?}", scene.prompt()?);
    scene.ask(Some(&chat), "q6", "d6").await?;
    ensure!(scene.prompt()? == ["q1", "d1", "q6"], "and goes on by itself: {:?}", scene.prompt()?);
    scene.run.finish().await
}

pub async fn an_edited_question_leaves_the_first_version_as_it_was(folder: PathBuf) -> Result<()> {
    let scene = Scene::begin(&folder).await?;
    let chats = scene.run.chat()?;
    let chat = scene.ask(None, "my cat is called Ada", "nice").await?;
    scene.ask(Some(&chat), "how old is she?", "unknown").await?;
    scene.will_say("still unknown");
    chats.edit(&chat, &scene.turn(&chat, 2).await?, "what is her name?").await?;
    scene.says(&chat, "still unknown").await?;
    ensure!(
        scene.prompt()? == ["my cat is called Ada", "nice", "what is her name?"],
        "the model reads the new words alone: {:?}",
        scene.prompt()?
    );
    let turns = scene.run.turns(&chat).await?;
    ensure!(turns[2].versions.len() == 2 && turns[3].versions.is_empty(), "the question has two versions: {turns:?}");

    // The very first question, which gave the chat its title.
    scene.will_say("a dog then");
    chats.edit(&chat, &scene.turn(&chat, 0).await?, "my dog is called Ada").await?;
    scene.says(&chat, "a dog then").await?;
    ensure!(scene.prompt()? == ["my dog is called Ada"], "nothing of the cat: {:?}", scene.prompt()?);
    let title = |page: wingman_core::chat::ConversationPage| page.conversations[0].title.clone();
    let titled = title(chats.conversations(&scene.account, None).await?);
    ensure!(titled == "my dog is called Ada", "a title made of the question follows it: {titled}");

    chats.rename(&chat, "Pets").await?;
    scene.will_say("a bird");
    chats.edit(&chat, &scene.turn(&chat, 0).await?, "my bird is called Ada").await?;
    scene.says(&chat, "a bird").await?;
    let titled = title(chats.conversations(&scene.account, None).await?);
    ensure!(titled == "Pets", "the person's own is never overwritten: {titled}");

    let first = scene.run.turns(&chat).await?[0].versions[0].clone();
    chats.show_version(&chat, &first).await?;
    let path = scene.path(&chat).await?;
    ensure!(
        path == ["my cat is called Ada", "nice", "what is her name?", "still unknown"],
        "nothing is lost: {path:?}"
    );
    let empty = chats.edit(&chat, &first, "  ").await.err().context("an empty question was taken")?;
    ensure!(empty.code == wingman_core::Code::QuestionEmpty, "it is refused: {empty:?}");
    scene.run.finish().await
}

pub async fn a_branch_goes_on_by_itself(folder: PathBuf) -> Result<()> {
    let scene = Scene::begin(&folder).await?;
    let chats = scene.run.chat()?;
    let chat = scene.ask(None, "q1", "a1").await?;
    scene.ask(Some(&chat), "q2", "a2").await?;
    let branch = chats.branch(&chat, &scene.turn(&chat, 1).await?).await?;
    ensure!(scene.path(&branch).await? == ["q1", "a1"], "it begins with what was said up to there");
    scene.ask(Some(&branch), "b2", "c2").await?;
    ensure!(scene.prompt()? == ["q1", "a1", "b2"], "which the model remembers: {:?}", scene.prompt()?);
    scene.ask(Some(&chat), "q3", "a3").await?;
    ensure!(scene.prompt()? == ["q1", "a1", "q2", "a2", "q3"], "the original is untouched: {:?}", scene.prompt()?);

    // From a question: it is the new chat's draft.
    let asked = chats.branch(&chat, &scene.turn(&chat, 2).await?).await?;
    let (view, _patches) = chats.watch(&asked).await?;
    ensure!(view.turns.len() == 2 && view.draft == "q2", "to be asked in other words: {view:?}");

    // It lives without the chat that it came from, and of what it copied itself it can be asked again.
    chats.delete(&chat).await?;
    scene.will_say("d1");
    chats.regenerate(&branch, &scene.turn(&branch, 1).await?, None).await?;
    scene.says(&branch, "d1").await?;
    ensure!(scene.prompt()? == ["q1"], "{:?}", scene.prompt()?);
    let first = scene.run.turns(&branch).await?[1].versions[0].clone();
    chats.show_version(&branch, &first).await?;
    scene.ask(Some(&branch), "b3", "c3").await?;
    ensure!(scene.prompt()? == ["q1", "a1", "b2", "c2", "b3"], "every version by itself: {:?}", scene.prompt()?);
    scene.run.finish().await
}

pub async fn a_question_that_comes_too_early_waits_its_turn(folder: PathBuf) -> Result<()> {
    let scene = Scene::begin(&folder).await?;
    let chats = scene.run.chat()?;
    scene.endpoint.reply(Reply::Stall(vec!["it goes on ".to_owned()]));
    let chat = scene.run.send(&scene.account, None, "q1").await?;
    scene.run.last(&chat, |turn| shown(turn).contains("it goes on")).await?;
    for question in ["q2", "q3", "q4"] {
        scene.run.send(&scene.account, Some(&chat), question).await?;
    }
    let words = |waiting: &[Waiting]| waiting.iter().map(|one| one.text.clone()).collect::<Vec<_>>();
    let waiting = scene.waiting(&chat).await?;
    ensure!(words(&waiting) == ["q2", "q3", "q4"], "in the order in which they came: {waiting:?}");
    ensure!(scene.endpoint.chats().len() == 1, "and none of them is on its way");
    chats.move_waiting(&chat, &waiting[2].id, 0).await?;
    ensure!(chats.take_waiting(&chat, &waiting[1].id).await? == "q3", "what is taken back comes back in full");
    let draft = |view: &wingman_core::chat::ConversationView| view.draft.clone();
    ensure!(draft(&chats.watch(&chat).await?.0) == "q3", "and is kept as a draft at once: a crash would lose nothing");
    let waiting = scene.waiting(&chat).await?;
    ensure!(words(&waiting) == ["q4", "q2"], "{waiting:?}");

    // Stopped by the person, nothing goes on by itself.
    chats.stop(&chat);
    scene.run.last(&chat, |turn| turn.state == TurnState::Stopped).await?;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    ensure!(scene.waiting(&chat).await?.len() == 2 && scene.endpoint.chats().len() == 1, "both wait for a word");

    // One is sent, is answered, and so the other follows: each once, in order.
    scene.will_say("a4");
    scene.will_say("a2");
    chats.send_waiting(&chat, &waiting[0].id).await?;
    scene.says(&chat, "a2").await?;
    let path = scene.path(&chat).await?;
    ensure!(path == ["q1", "it goes on", "q4", "a4", "q2", "a2"], "each question once, in order: {path:?}");
    ensure!(scene.prompt()? == ["q1", "q4", "a4", "q2"], "for the model as well: {:?}", scene.prompt()?);
    ensure!(scene.waiting(&chat).await?.is_empty(), "nothing waits any more");
    let gone = chats.take_waiting(&chat, &waiting[0].id).await.err().context("it was asked")?;
    ensure!(gone.code == wingman_core::Code::NotFound, "what was asked cannot be taken back: {gone:?}");
    scene.run.finish().await
}

pub async fn what_waits_can_go_first_and_survives_the_end(folder: PathBuf) -> Result<()> {
    let scene = Scene::begin(&folder).await?;
    scene.endpoint.reply(Reply::Stall(vec!["on and on ".to_owned()]));
    let chat = scene.run.send(&scene.account, None, "q1").await?;
    scene.run.last(&chat, |turn| shown(turn).contains("on and on")).await?;
    scene.run.send(&scene.account, Some(&chat), "later").await?;
    scene.run.send(&scene.account, Some(&chat), "in French, please").await?;
    let waiting = scene.waiting(&chat).await?;
    // Steering: the answer is stopped for it, and what came of that stays.
    scene.endpoint.reply(Reply::Text(vec!["volontiers".to_owned()], "stop")).reply(Reply::Stall(vec!["hm".to_owned()]));
    scene.run.chat()?.send_waiting(&chat, &waiting[1].id).await?;
    scene.run.last(&chat, |turn| shown(turn).contains("hm")).await?;
    let path = scene.path(&chat).await?;
    ensure!(path[..5] == ["q1", "on and on", "in French, please", "volontiers", "later"], "{path:?}");
    scene.run.send(&scene.account, Some(&chat), "and one more").await?;
    let scene = scene.again(&folder, |_| Ok(())).await?;
    let waiting = scene.waiting(&chat).await?;
    ensure!(
        waiting.len() == 1 && waiting[0].text == "and one more",
        "a question that waits is never lost: {waiting:?}"
    );
    scene.will_say("done");
    scene.run.chat()?.send_waiting(&chat, &waiting[0].id).await?;
    scene.says(&chat, "done").await?;
    ensure!(scene.waiting(&chat).await?.is_empty(), "and asked once");
    scene.run.finish().await
}

pub async fn a_memory_that_was_lost_is_told(folder: PathBuf) -> Result<()> {
    let scene = Scene::begin(&folder).await?;
    let chat = scene.ask(None, "my cat is called Ada", "nice").await?;
    let lost = |database: &rusqlite::Connection| -> Result<()> {
        ensure!(database.execute("DELETE FROM session_file", [])? > 0, "there was a memory to lose");
        Ok(())
    };
    let scene = scene.again(&folder, lost).await?;
    scene.ask(Some(&chat), "what is she called?", "Ada").await?;
    let prompt = scene.prompt()?.join("\n");
    ensure!(prompt.contains("my cat is called Ada") && prompt.contains("nice"), "the model is told: {prompt}");
    scene.ask(Some(&chat), "sure?", "yes").await?;
    let prompt = scene.prompt()?.join("\n");
    ensure!(prompt.matches("my cat is called Ada").count() == 1, "once: {prompt}");
    scene.run.finish().await
}
