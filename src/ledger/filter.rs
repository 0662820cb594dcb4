//! Which jobs of the record are wanted.

use chrono::{DateTime, Utc};

use super::words::word;
use crate::job::JobView;
use crate::op::record::JobState;
use crate::server::sql;
use crate::units::DatabaseName;

/// Which jobs are wanted; every part narrows, and none of them is all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// At most so many, the newest.
    pub limit: usize,
    /// Of this operation.
    pub operation: Option<String>,
    /// About this database, perhaps among others.
    pub database: Option<DatabaseName>,
    /// Asked for by this user, `user` or `user@host`.
    pub who: Option<String>,
    /// As it is shown: a job that has not been heard of is interrupted.
    pub state: Option<JobState>,
    /// Asked for at this time or later.
    pub since: Option<DateTime<Utc>>,
    /// Only those that are not over.
    pub open_only: bool,
}

impl Default for Filter {
    fn default() -> Self {
        let (operation, database, who, state, since) = (None, None, None, None, None);
        Self { limit: 100, operation, database, who, state, since, open_only: false }
    }
}

impl Filter {
    /// Whether a job is wanted.
    pub fn admits(&self, job: &JobView) -> bool {
        let who = |wanted: &String| job.operator == *wanted || job.operator.split('@').next() == Some(wanted);
        self.operation.as_ref().is_none_or(|wanted| job.operation == *wanted)
            && self.database.as_ref().is_none_or(|wanted| job.databases.contains(wanted))
            && self.who.as_ref().is_none_or(who)
            && self.state.is_none_or(|wanted| job.state == wanted)
            && self.since.is_none_or(|since| job.submitted >= since)
            && !(self.open_only && job.state.is_over())
    }

    /// The same as a condition of a statement on `dbdeck_jobs`.
    pub(super) fn condition(&self) -> String {
        let mut parts = vec!["TRUE".to_owned()];
        let mut equals = |column: &str, value: &str| parts.push(format!("{column} = {}", sql::literal(value)));
        if let Some(operation) = &self.operation {
            equals("operation", operation);
        }
        if let Some(who) = &self.who {
            let (user, host) = who.split_once('@').map_or((who.as_str(), None), |(user, host)| (user, Some(host)));
            equals("who", user);
            if let Some(host) = host {
                equals("host", host);
            }
        }
        if let Some(database) = &self.database {
            parts.push(format!("JSON_CONTAINS(targets, JSON_QUOTE({}))", sql::literal(&database.0)));
        }
        if let Some(since) = self.since {
            parts.push(format!("submitted >= {}", super::words::time(since)));
        }
        parts.extend(self.state.map(in_state));
        if self.open_only {
            parts.push(format!("ended IS NULL AND NOT {SILENT}"));
        }
        parts.join(" AND ")
    }
}

/// Beats come every two seconds: who has missed seven of them is gone.
pub(super) const SILENT: &str = "(ended IS NULL AND heard < UTC_TIMESTAMP(6) - INTERVAL 15 SECOND)";

fn in_state(state: JobState) -> String {
    let recorded = format!("state = {}", sql::literal(&word(&state)));
    match state {
        JobState::Interrupted => format!("({recorded} OR {SILENT})"),
        state if state.is_over() => recorded,
        _ => format!("({recorded} AND NOT {SILENT})"),
    }
}
