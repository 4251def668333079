use std::time::Duration;

use tokio::time::timeout;

use super::*;
use crate::chat::{Block, Role, TurnState};
use crate::time::Millis;

fn here() -> ConversationId {
    ConversationId("here".into())
}

fn turn(id: &str, role: Role) -> Turn {
    Turn {
        id: TurnId(id.into()),
        parent: None,
        role,
        text: String::new(),
        attachments: Vec::new(),
        blocks: Vec::new(),
        tail: String::new(),
        state: TurnState::Answering { since: Millis(0), holdup: None },
        remembered: true,
        notices: Vec::new(),
        model: None,
        tokens: None,
        tokens_in: None,
        credits: None,
        payer: None,
        versions: Vec::new(),
        created_at: Millis(0),
    }
}

/// A window that watches, and the conversation as its pages would show it.
struct Window {
    watches: Arc<Watches>,
    id: WatchId,
    patches: mpsc::Receiver<ConversationPatch>,
    turns: Vec<Turn>,
}

impl Window {
    fn open(watches: &Arc<Watches>, answers: &Arc<Answers>) -> Self {
        let watch = watches.open(&here());
        let snapshot = answers.snapshot(&here());
        let turns = snapshot.iter().map(|(turn, _)| turn.clone()).collect();
        let patches = watch.clone().begin(snapshot.map(|(_, cursor)| cursor), answers.clone());
        Self { watches: watches.clone(), id: watch.id, patches, turns }
    }

    /// The next patch, applied as `ui/src/chat/patch.ts` does it, and not acknowledged.
    async fn next(&mut self) -> ConversationPatch {
        let patch = timeout(Duration::from_secs(5), self.patches.recv()).await;
        let patch = patch.expect("a patch is due").expect("the watch is open");
        for step in patch.steps.clone() {
            match step {
                PatchStep::Turn { turn } => match self.turns.iter_mut().find(|known| known.id == turn.id) {
                    Some(known) => *known = turn,
                    None => self.turns.push(turn),
                },
                PatchStep::Grown { turn, keep, blocks, tail } => {
                    if let Some(known) = self.turns.iter_mut().find(|known| known.id == turn) {
                        known.blocks.truncate(keep as usize);
                        known.blocks.extend(blocks);
                        known.tail = tail;
                    }
                }
                PatchStep::Path { turns } => self.turns.retain(|known| turns.contains(&known.id)),
                PatchStep::HeldUp { turn, holdup: by } => {
                    for known in self.turns.iter_mut().filter(|known| known.id == turn) {
                        if let TurnState::Answering { holdup, .. } = &mut known.state {
                            holdup.clone_from(&by);
                        }
                    }
                }
                PatchStep::Waiting { .. } | PatchStep::Forgotten { .. } | PatchStep::Summary { .. } => {}
            }
        }
        patch
    }

    fn acknowledge(&self, sequence: u64) {
        self.watches.acknowledge(self.id, sequence);
    }

    async fn nothing_comes(&mut self) -> bool {
        timeout(Duration::from_millis(100), self.patches.recv()).await.is_err()
    }

    fn shown(&self) -> Vec<&str> {
        self.turns.iter().map(|turn| turn.id.0.as_str()).collect()
    }

    fn answer(&self) -> String {
        let turn = self.turns.last().expect("a turn");
        turn.blocks.iter().map(|block: &Block| block.html.as_str()).chain([turn.tail.as_str()]).collect()
    }
}

fn house() -> (Arc<Watches>, Arc<Answers>) {
    (Arc::default(), Arc::default())
}

fn say(watches: &Watches, answers: &Answers, words: &str) {
    answers.push(&here(), words);
    watches.grown(&here());
}

#[tokio::test]
async fn the_next_patch_waits_for_the_acknowledgement_of_the_last() {
    let (watches, answers) = house();
    answers.begin(&here(), turn("answer", Role::Copilot)).expect("nothing is being written yet");
    let mut window = Window::open(&watches, &answers);
    say(&watches, &answers, "one ");
    let first = window.next().await;
    assert_eq!(first.sequence, 1, "the first patch follows the snapshot");
    for word in ["two ", "three ", "four"] {
        say(&watches, &answers, word);
    }
    assert!(window.nothing_comes().await, "a window that has not painted yet is not drowned");
    window.acknowledge(7);
    assert_eq!(window.next().await.sequence, 2, "an acknowledgement of what was never sent counts up to what was");
    assert!(window.answer().contains("one two three four"), "what came meanwhile is one patch: {}", window.answer());
    window.acknowledge(1);
    say(&watches, &answers, " five");
    assert!(window.nothing_comes().await, "an old acknowledgement that comes again frees nothing");
    window.acknowledge(2);
    assert_eq!(window.next().await.sequence, 3, "the right one does");
}

#[tokio::test]
async fn a_window_that_comes_late_continues_where_its_snapshot_ends() {
    let (watches, answers) = house();
    answers.begin(&here(), turn("answer", Role::Copilot)).expect("nothing is being written yet");
    say(&watches, &answers, "First.\n\nSecond.\n\nThi");
    let mut window = Window::open(&watches, &answers);
    assert!(window.answer().contains("First."), "the snapshot has what came before");
    let settled = window.turns[0].blocks.len();
    assert!(settled > 0, "some of it is settled");
    say(&watches, &answers, "rd.\n\nFourth");
    let patch = window.next().await;
    let [PatchStep::Grown { keep, .. }] = patch.steps.as_slice() else { panic!("one step: {patch:?}") };
    assert_eq!(*keep as usize, settled, "settled blocks are sent once");
    let text = window.answer();
    assert_eq!(text.matches("First.").count(), 1, "and stand there once: {text}");
    assert!(text.contains("Third.") && text.contains("Fourth"), "with all that followed: {text}");
}

#[tokio::test]
async fn what_holds_an_answer_up_is_told_without_its_words_and_only_as_it_is_now() {
    let (watches, answers) = house();
    answers.begin(&here(), turn("answer", Role::Copilot)).expect("nothing is being written yet");
    say(&watches, &answers, "What came before.\n\nAnd more");
    let mut window = Window::open(&watches, &answers);
    let silent = Holdup::Silent { since: Millis(1), until: None };
    let again = Holdup::TryingAgain { attempt: 2, of: 6, error: None };
    let hold_up = |by: Option<&Holdup>| {
        let turn = answers.hold_up(&here(), by).expect("it is being written");
        watches.held_up(&here(), &turn, by);
    };
    hold_up(Some(&silent));
    let patch = window.next().await;
    assert!(matches!(patch.steps[..], [PatchStep::HeldUp { .. }]), "what is read stays on the page: {patch:?}");
    assert!(answers.is_held_up(&here()), "and it may be asked again");
    hold_up(Some(&again));
    hold_up(None);
    window.acknowledge(patch.sequence);
    window.next().await;
    let state = &window.turns[0].state;
    assert!(
        matches!(state, TurnState::Answering { holdup: None, .. }),
        "a slow window hears what is so now: {state:?}"
    );
    assert!(window.answer().contains("What came before."), "with all the words");
    hold_up(Some(&again));
    let late = Window::open(&watches, &answers);
    let state = &late.turns[0].state;
    assert!(matches!(state, TurnState::Answering { holdup: Some(by), .. } if *by == again), "so does a late one");
}

#[tokio::test]
async fn a_new_attempt_takes_back_what_the_window_shows() {
    let (watches, answers) = house();
    answers.begin(&here(), turn("answer", Role::Copilot)).expect("nothing is being written yet");
    let mut window = Window::open(&watches, &answers);
    say(&watches, &answers, "Broken.\n\nAlso broken.\n\nha");
    let patch = window.next().await;
    let again = answers.restart(&here()).expect("it is being written");
    watches.turn(&here(), &again);
    say(&watches, &answers, "Whole.\n\nAnd more");
    window.acknowledge(patch.sequence);
    window.next().await;
    let text = window.answer();
    assert!(text.contains("Whole.") && text.contains("And more"), "the second attempt is there: {text}");
    assert!(!text.to_lowercase().contains("broken"), "nobody must read both attempts: {text}");
}

#[tokio::test]
async fn after_the_final_turn_nothing_of_the_stream_follows() {
    let (watches, answers) = house();
    answers.begin(&here(), turn("answer", Role::Copilot)).expect("nothing is being written yet");
    let mut window = Window::open(&watches, &answers);
    say(&watches, &answers, "str");
    let patch = window.next().await;
    say(&watches, &answers, "eamed");
    answers.end(&here(), true);
    let block = Block { kind: crate::chat::BlockKind::Text, html: "final".into() };
    let last = Turn { state: TurnState::Complete, blocks: vec![block], ..turn("answer", Role::Copilot) };
    watches.turn(&here(), &last);
    window.acknowledge(patch.sequence);
    let patch = window.next().await;
    assert_eq!(patch.steps.len(), 1, "growth that was not sent yet is part of the final turn");
    assert_eq!(window.answer(), "final", "the final text is what stays");
    window.acknowledge(patch.sequence);
    assert!(window.nothing_comes().await, "and nothing comes after it");
}

#[tokio::test]
async fn a_question_asked_while_a_retry_waits_to_be_shown_is_not_taken_out_again() {
    let (watches, answers) = house();
    let mut window = Window::open(&watches, &answers);
    watches.turn(&here(), &turn("q1", Role::You));
    watches.turn(&here(), &turn("failed", Role::Copilot));
    let patch = window.next().await;
    // The window is covered and acknowledges late; meanwhile the answer is tried again and the next question asked.
    watches.turn(&here(), &turn("again", Role::Copilot));
    let remaining = [TurnId("q1".into()), TurnId("again".into())];
    watches.news(&here(), &News { path: Some(&remaining), ..News::default() });
    watches.turn(&here(), &turn("q2", Role::You));
    watches.turn(&here(), &turn("a2", Role::Copilot));
    watches.turn(&here(), &turn("again", Role::Copilot));
    window.acknowledge(patch.sequence);
    let patch = window.next().await;
    if window.shown().len() < 4 {
        window.acknowledge(patch.sequence);
        window.next().await;
    }
    assert_eq!(window.shown(), ["q1", "again", "q2", "a2"], "the failed answer goes, all else stays in its order");
}

#[tokio::test]
async fn a_closed_watch_ends_and_another_conversation_is_nobody_s_here() {
    let (watches, answers) = house();
    let mut window = Window::open(&watches, &answers);
    watches.turn(&ConversationId("elsewhere".into()), &turn("q", Role::You));
    assert!(window.nothing_comes().await, "a window hears of what it watches");
    watches.close(window.id);
    let end = timeout(Duration::from_secs(5), window.patches.recv()).await;
    assert!(end.expect("it ends at once").is_none(), "its channel closes, and the task behind it ends");
    watches.turn(&here(), &turn("q", Role::You));
    window.acknowledge(1);
}

#[tokio::test]
async fn watches_of_pages_that_are_gone_do_not_pile_up() {
    let (watches, answers) = house();
    let mut first = Window::open(&watches, &answers);
    let mut windows: Vec<Window> = (0..MOST).map(|_| Window::open(&watches, &answers)).collect();
    let end = timeout(Duration::from_secs(5), first.patches.recv()).await;
    assert!(end.expect("it ends at once").is_none(), "the oldest makes room");
    watches.turn(&here(), &turn("q", Role::You));
    for window in &mut windows {
        assert_eq!(window.next().await.sequence, 1, "all others go on");
    }
}

#[tokio::test]
async fn one_answer_at_a_time_and_none_after_the_end_of_the_program() {
    let answers = Answers::default();
    let stop = answers.begin(&here(), turn("answer", Role::Copilot)).expect("nothing is being written yet");
    assert!(answers.begin(&here(), turn("other", Role::Copilot)).is_none(), "a second question waits its turn");
    answers.stop(&here());
    assert!(stop.is_cancelled(), "an answer can be stopped from the moment it begins");
    answers.end(&here(), true);
    let stop = answers.begin(&here(), turn("next", Role::Copilot)).expect("it is free again");
    answers.close();
    assert!(stop.is_cancelled(), "the end of the program ends what is being written");
    answers.end(&here(), true);
    assert!(answers.begin(&here(), turn("late", Role::Copilot)).is_none(), "and nothing begins behind its back");
}
