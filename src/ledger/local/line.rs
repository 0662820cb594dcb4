//! One line of the file: a job, or something that has become of one.

use std::collections::HashSet;
use std::path::Path;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::op::record::{Entry, JobNumber, JobRecord, JobUid};

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The job it is about.
    pub job: JobUid,
    /// What it says.
    #[serde(flatten)]
    pub what: What,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The job itself: before its first entry here, also when it is numbered in the database.
    Opened {
        /// As it was written down.
        record: Box<JobRecord>,
        /// What it was called then.
        number: JobNumber,
    },
    /// What has become of it.
    Wrote(Entry),
}

impl Line {
    /// The line of a job itself.
    pub fn opened(record: &JobRecord, number: JobNumber) -> Self {
        Self { job: record.uid.clone(), what: What::Opened { record: Box::new(record.clone()), number } }
    }

    /// The line of an entry.
    pub fn wrote(job: &JobUid, entry: Entry) -> Self {
        Self { job: job.clone(), what: What::Wrote(entry) }
    }
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// In the order in which they were written.
    pub lines: Vec<Line>,
    /// What could not be read.
    pub notes: Vec<String>,
}

impl Reading {
    /// Reads a file's text.
    pub fn of(path: &Path, text: &str) -> Self {
        let mut reading = Self::default();
        for (place, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            match serde_json::from_str(line) {
                Ok(line) => reading.lines.push(line),
                Err(_) => reading.notes.push(format!(
                    "line {} of {} is torn or not understood, and left out",
                    place + 1,
                    path.display()
                )),
            }
        }
        reading
    }

    /// Adds what was read from the next file.
    pub fn extend(&mut self, other: Self) {
        self.lines.extend(other.lines);
        self.notes.extend(other.notes);
    }
}

/// As they are written.
pub fn text(lines: &[Line]) -> String {
    // The types hold nothing that JSON cannot.
    lines.iter().map(|line| serde_json::to_string(line).unwrap_or_default() + "\n").collect()
}

/// What is about jobs that were asked for since then.
pub fn since(lines: &[Line], since: DateTime<Utc>) -> Vec<Line> {
    let old = |line: &Line| matches!(&line.what, What::Opened { record, .. } if record.submitted < since);
    let gone: HashSet<&JobUid> = lines.iter().filter(|line| old(line)).map(|line| &line.job).collect();
    lines.iter().filter(|line| !gone.contains(&line.job)).cloned().collect()
}
