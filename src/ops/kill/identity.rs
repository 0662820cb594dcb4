//! Which statement was meant, so that no other one is shot in its place.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::server::read::Running;
use crate::units::ThreadId;

/// A statement of a connection, as the plan saw it. The text itself is not kept: it may hold what nobody should read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Identity {
    thread: u64,
    user: String,
    host: String,
    digest: String,
    number: Option<u64>,
    began: DateTime<Utc>,
}

/// Some process lists count whole seconds, and two looks are cut off differently.
const TOLERANCE: Duration = Duration::from_secs(2);

impl Identity {
    /// What is running now; `now` is when it was read.
    pub(super) fn of(running: &Running, now: DateTime<Utc>) -> Self {
        let Running { thread, statement, number } = running;
        let digest = Sha256::digest(statement.as_deref().unwrap_or_default().as_bytes());
        Self {
            thread: thread.id.0,
            user: thread.user.clone(),
            host: thread.host.clone(),
            digest: digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect(),
            number: *number,
            began: now - thread.time,
        }
    }

    pub(super) fn thread(&self) -> ThreadId {
        ThreadId(self.thread)
    }

    /// The server's own number of the statement, where it has one.
    pub(super) fn number(&self) -> Option<u64> {
        self.number
    }

    /// Whether it is the same statement, and not the same text once more: by the server's number, else by its start.
    pub(super) fn is(&self, other: &Self) -> bool {
        let same_text = (self.thread, &self.user, &self.host, &self.digest)
            == (other.thread, &other.user, &other.host, &other.digest);
        same_text
            && match (self.number, other.number) {
                (Some(one), Some(other)) => one == other,
                _ => (self.began - other.began).abs().to_std().is_ok_and(|apart| apart <= TOLERANCE),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::read::Thread;

    fn running(statement: &str, number: Option<u64>, seconds: u64) -> Running {
        let thread = Thread { id: ThreadId(7), time: Duration::from_secs(seconds), ..Thread::default() };
        Running { thread, statement: Some(statement.to_owned()), number }
    }

    #[test]
    fn a_statement_is_known_again() {
        let now = Utc::now();
        let planned = |number| Identity::of(&running("UPDATE t", number, 10), now);
        let check = |number, later: Running, expected| {
            let later = Identity::of(&later, now + Duration::from_secs(30));
            assert_eq!(planned(number).is(&later), expected, "{later:?}");
        };
        check(Some(4), running("UPDATE t", Some(4), 40), true);
        check(Some(4), running("UPDATE t", Some(5), 2), false);
        check(Some(4), running("DELETE FROM t", Some(4), 40), false);
        check(None, running("UPDATE t", None, 40), true);
        check(None, running("UPDATE t", None, 41), true);
        check(None, running("UPDATE t", None, 2), false);
        check(None, running("DELETE FROM t", None, 40), false);
    }
}
