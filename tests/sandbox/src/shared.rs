//! What all handlers of one sandbox share: its address, its clock, and one lock around what changes.

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use parking_lot::Mutex;

use crate::{
    access::Copilot,
    clients::{Client, Clients},
    copilot::{Answer, Pace},
    failures::Failures,
    grants::Grants,
    journal::Journal,
    oauth::{Devices, Pending},
    organizations::Organizations,
    people::Person,
};

/// One sandbox.
#[derive(Debug)]
pub(crate) struct Shared {
    /// `http://127.0.0.1:PORT`.
    pub(crate) base: String,
    pub(crate) state: Mutex<State>,
    clients: Vec<Client>,
    /// Where tokens outlive this sandbox, if they do.
    keep: Option<PathBuf>,
}

/// What changes while it runs.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) clients: Clients,
    pub(crate) pending: Pending,
    pub(crate) devices: Devices,
    pub(crate) grants: Grants,
    pub(crate) journal: Journal,
    pub(crate) failures: Failures,
    pub(crate) answers: Vec<Answer>,
    pub(crate) pace: Pace,
    /// Premium requests that a person has used, by user id.
    pub(crate) used: HashMap<u64, f64>,
    /// What Copilot a person has, where it was said, by user id.
    copilots: HashMap<u64, Copilot>,
    pub(crate) organizations: Organizations,
    /// Every question and every answer.
    pub(crate) said: BTreeSet<String>,
    /// How far this clock is ahead of the machine's.
    ahead: Duration,
}

impl State {
    fn new(clients: &[Client], keep: Option<&PathBuf>) -> Self {
        Self {
            clients: Clients::new(clients),
            pending: Pending::default(),
            devices: Devices::default(),
            grants: keep.map_or_else(Grants::default, |file| Grants::kept_in(file.clone())),
            journal: Journal::default(),
            failures: Failures::default(),
            answers: Vec::new(),
            pace: Pace::default(),
            used: HashMap::new(),
            copilots: HashMap::new(),
            organizations: Organizations::default(),
            said: BTreeSet::new(),
            ahead: Duration::ZERO,
        }
    }

    /// What Copilot the person has.
    pub(crate) fn copilot_of(&self, person: &Person) -> Copilot {
        self.copilots.get(&person.id).cloned().unwrap_or_else(|| person.copilot())
    }

    /// Decides it, and with it what is used up.
    pub(crate) fn set_copilot(&mut self, person: &Person, copilot: Copilot) {
        self.used.insert(person.id, copilot.used());
        self.copilots.insert(person.id, copilot);
    }
}

impl Shared {
    pub(crate) fn new(base: String, clients: Vec<Client>, keep: Option<PathBuf>) -> Self {
        Self { base, state: Mutex::new(State::new(&clients, keep.as_ref())), clients, keep }
    }

    /// The time since 1970 by the sandbox's own clock.
    pub(crate) fn now(&self) -> Duration {
        let machine = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        machine + self.state.lock().ahead
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.state.lock().ahead += by;
    }

    pub(crate) fn reset(&self) {
        *self.state.lock() = State::new(&self.clients, self.keep.as_ref());
    }
}
