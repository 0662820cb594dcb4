//! What a rule may look at.

use crate::clock::Moment;
use crate::config::Thresholds;
use crate::sample::snapshot::Reading;
use crate::sample::{DatabaseSnapshot, Picture, ServerSnapshot, State};

use super::signal::Subject;

/// One look at everything, and by what it is judged.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// What was read, servers that do not answer included.
    pub picture: &'a Picture,
    /// When a figure deserves attention.
    pub thresholds: &'a Thresholds,
    /// What the configuration itself deserves a word about.
    pub warnings: &'a [String],
    /// Now.
    pub now: Moment,
}

impl<'a> Facts<'a> {
    /// The servers whose figures can be believed: those that answer.
    pub fn servers(&self) -> impl Iterator<Item = &'a ServerSnapshot> {
        let now = self.now.instant;
        self.picture.servers().filter(move |server| server.state(now) == State::Live)
    }

    /// Their databases, in the order of the configuration.
    pub fn databases(&self) -> impl Iterator<Item = (&'a DatabaseSnapshot, &'a ServerSnapshot)> {
        let now = self.now.instant;
        self.picture.databases().filter(move |(_, server)| server.state(now) == State::Live)
    }

    /// Whether the server that a subject belongs to answers.
    pub fn can_tell(&self, subject: &Subject) -> bool {
        match subject {
            Subject::Server(endpoint)
            | Subject::Thread { server: endpoint, .. }
            | Subject::Account { server: endpoint, .. } => self.servers().any(|server| server.endpoint == *endpoint),
            Subject::Database(name) | Subject::Table { database: name, .. } => {
                self.databases().any(|(database, _)| database.name == *name)
            }
            Subject::Configuration(_) | Subject::Files => true,
        }
    }
}

/// The value of a reading that was taken and is available.
pub fn value<T>(reading: &Reading<T>) -> Option<&T> {
    reading.as_ref()?.value.as_ref().ok().map(AsRef::as_ref)
}
