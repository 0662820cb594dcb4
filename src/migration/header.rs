//! What the first comments of a file say: `-- Database: client`, `-- After: shared@2025_03_14_x`.

use std::time::Duration;

use crate::config::{Target, span};
use crate::units::DatabaseName;

/// What a file says of itself before its first statement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Header {
    /// The databases it is for, in the order of the configuration.
    pub databases: Vec<DatabaseName>,
    /// What it is for.
    pub description: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When, as it is written.
    pub created: Option<String>,
    /// What has to be applied before it.
    pub after: Vec<After>,
    /// The longest that one of its statements may take.
    pub timeout: Option<Duration>,
    /// What it is allowed to do.
    pub allow: Vec<Allow>,
}

/// A migration that has to be applied first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// In this database; without one, in the file's own.
    pub database: Option<DatabaseName>,
    /// Its name.
    pub name: String,
}

/// What has to be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Allow {
    /// Statements during which writes to a table with rows wait.
    Blocking,
    /// Statements that take something away for good.
    Destructive,
    /// Files that come before one that is applied.
    OutOfOrder,
    /// Files that were changed since they were applied.
    Edited,
}

impl Allow {
    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Blocking => "blocking",
            Self::Destructive => "destructive",
            Self::OutOfOrder => "out-of-order",
            Self::Edited => "edited",
        }
    }
}

/// Something in a header that cannot be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderProblem {
    /// The line, from 1; `None` when something is missing.
    pub line: Option<usize>,
    /// What, and what would be right.
    pub sentence: String,
}

impl Header {
    /// Reads the comments before the first statement. What cannot be read is a problem, and left out.
    pub fn read(text: &str, targets: &[Target]) -> (Self, Vec<HeaderProblem>) {
        let mut reading = Reading { header: Self::default(), problems: Vec::new(), targets };
        for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.trim();
            let Some(comment) = line.strip_prefix("--").or(line.strip_prefix('#')) else {
                if line.is_empty() {
                    continue;
                }
                break;
            };
            if let Some((key, value)) = comment.split_once(':') {
                reading.entry(index + 1, &key.trim().to_ascii_lowercase(), value.trim());
            }
        }
        reading.finish()
    }
}

struct Reading<'a> {
    header: Header,
    problems: Vec<HeaderProblem>,
    targets: &'a [Target],
}

impl Reading<'_> {
    fn entry(&mut self, line: usize, key: &str, value: &str) {
        let text = || Some(value.to_owned()).filter(|value| !value.is_empty());
        match key {
            "database" | "databases" => self.databases(line, value),
            "description" => self.header.description = text(),
            "author" => self.header.author = text(),
            "created" => self.header.created = text(),
            "after" => self.after(line, value),
            "timeout" => self.timeout(line, value),
            "allow" => self.allow(line, value),
            _ => {}
        }
    }

    fn problem(&mut self, line: usize, sentence: String) {
        self.problems.push(HeaderProblem { line: Some(line), sentence });
    }

    /// A database's name in the configuration, or on the server, where one cannot be taken for the other.
    fn database(&self, word: &str) -> Option<DatabaseName> {
        let by_name = self.targets.iter().find(|target| target.name.0 == word);
        let target = by_name.or_else(|| self.targets.iter().find(|target| target.schema == word));
        target.map(|target| target.name.clone())
    }

    fn databases(&mut self, line: usize, value: &str) {
        let names = self.targets.iter().map(|target| target.name.clone());
        if value.eq_ignore_ascii_case("all") {
            self.header.databases = names.collect();
            return;
        }
        let mut meant = Vec::new();
        for word in words(value) {
            match self.database(word) {
                Some(name) => meant.push(name),
                None => self.problem(line, self.unknown(word)),
            }
        }
        self.header.databases = names.filter(|name| meant.contains(name)).collect();
    }

    fn unknown(&self, word: &str) -> String {
        let known: Vec<_> = self.targets.iter().map(|target| target.name.0.as_str()).collect();
        format!("there is no database {word:?} in the configuration; it has {}, or write `all`", known.join(", "))
    }

    fn after(&mut self, line: usize, value: &str) {
        for word in words(value) {
            let Some((database, name)) = word.split_once('@') else {
                self.header.after.push(After { database: None, name: stem(word) });
                continue;
            };
            match self.database(database) {
                Some(database) => self.header.after.push(After { database: Some(database), name: stem(name) }),
                None => self.problem(line, self.unknown(database)),
            }
        }
    }

    fn timeout(&mut self, line: usize, value: &str) {
        match span::parse(value).filter(|span| !span.is_zero()) {
            Some(span) => self.header.timeout = Some(span),
            None => self.problem(line, format!("{value:?} is no span of time; write such as 30s, 5 min, 1h")),
        }
    }

    fn allow(&mut self, line: usize, value: &str) {
        for word in words(value) {
            let known = [Allow::Blocking, Allow::Destructive, Allow::OutOfOrder];
            match known.into_iter().find(|allow| allow.word().eq_ignore_ascii_case(word)) {
                Some(allow) => self.header.allow.push(allow),
                None => self.problem(
                    line,
                    format!("{word:?} cannot be allowed; there are blocking, destructive and out-of-order"),
                ),
            }
        }
    }

    fn finish(mut self) -> (Header, Vec<HeaderProblem>) {
        if self.header.databases.is_empty() && self.problems.is_empty() {
            let sentence = "it does not say for which database it is; begin it with a line such as `-- Database: ";
            let example = self.targets.first().map_or("client", |target| target.name.0.as_str());
            self.problems.push(HeaderProblem { line: None, sentence: format!("{sentence}{example}`") });
        }
        (self.header, self.problems)
    }
}

fn words(value: &str) -> impl Iterator<Item = &str> {
    value.split([',', ' ', '\t']).filter(|word| !word.is_empty())
}

fn stem(name: &str) -> String {
    name.strip_suffix(".sql").unwrap_or(name).to_owned()
}
