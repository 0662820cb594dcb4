//! The server's slow log by pattern, from the first look on: what stands in for statement digests where there are none.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Instant;

use super::slow::SlowPattern;
use crate::server::read::SlowStatement;
use crate::server::read::slow_log::{SlowLog, SlowSource, Watermark};
use crate::server::script::fingerprint;

/// More patterns than anyone reads; beyond it new ones are not taken up.
const MOST: usize = 1_000;

/// The log as far as it was read.
#[derive(Debug, Clone, Default)]
pub struct SlowLogWatch {
    /// Where the next look begins.
    pub next: Option<Watermark>,
    patterns: HashMap<(Option<String>, String), SlowPattern>,
}

/// What the log has said.
#[derive(Debug, Clone, PartialEq)]
pub struct SlowLogged {
    /// The file it is read from; `None` for the table.
    pub file: Option<PathBuf>,
    /// By pattern and schema, costliest first.
    pub patterns: Vec<SlowPattern>,
}

impl SlowLogWatch {
    /// Adds what one look has found.
    pub fn add(&mut self, log: SlowLog, now: Instant) -> SlowLogged {
        self.next = Some(log.next);
        for statement in log.statements {
            self.note(&statement, now);
        }
        let mut patterns: Vec<SlowPattern> = self.patterns.values().cloned().collect();
        patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.total));
        let file = match log.source {
            SlowSource::Table => None,
            SlowSource::File(path) => Some(path),
        };
        SlowLogged { file, patterns }
    }

    fn note(&mut self, statement: &SlowStatement, now: Instant) {
        let key = (statement.schema.clone(), fingerprint(&statement.text));
        if self.patterns.len() >= MOST && !self.patterns.contains_key(&key) {
            return;
        }
        let at = statement.age.and_then(|age| now.checked_sub(age)).unwrap_or(now);
        let fresh = SlowPattern::new(key.0.clone(), key.1.clone(), at);
        let pattern = self.patterns.entry(key).or_insert(fresh);
        pattern.add(statement.query_time, &statement.text, at);
    }
}
