//! From the file's tree to the program's [`Config`], finding everything that is wrong on the way.
//!
//! Every reader here returns what it could make sense of and reports the rest, so that one run shows all problems.
//! What is read despite a problem never leaves this module: with a problem there is no `Config`.
//!
//! Adding a section is one file with its keys and one line in [`SECTIONS`] and in `Checker::config`.

mod account;
mod database;
mod migrations;
mod retention;
mod section;
mod settings;
mod tls;
mod value;
mod worker;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::file::{self, Entry, Node, Value};
use super::model::Config;
use super::problem::{ConfigError, Position, Problem};
use super::suggest::nearest;

/// The top-level sections that are read here.
pub(super) const SECTIONS: &[&str] = &[
    "mysql",
    "environment",
    "operator",
    "thresholds",
    "sampling",
    "ui",
    "ledger",
    "worker",
    "retention",
    "migrations",
];

/// Names that are dbdeck's and mean nothing yet.
const RESERVED: &[&str] = &["schema", "backup", "schedule", "setup"];

/// Checks the text of the file at `path`; nothing but files that it names is looked at besides.
///
/// # Errors
/// Everything that is wrong, in the order of the file.
pub(super) fn check(path: &Path, text: &str) -> Result<Config, ConfigError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut checker = Checker::new(path);
    let config = match file::read(text, SECTIONS) {
        Ok(root) => checker.config(&root),
        Err(error) => {
            checker.problem(error.at, error.sentence);
            None
        }
    };
    match config {
        Some(config) if checker.problems.is_empty() => {
            let warnings = checker.said(&checker.warnings).iter().map(ToString::to_string).collect();
            Ok(Config { warnings, ..config })
        }
        _ => Err(ConfigError { problems: checker.said(&checker.problems) }),
    }
}

/// Collects what is found. Sets, because an anchor used in three places is one mistake.
struct Checker {
    path: PathBuf,
    problems: BTreeSet<(Position, String)>,
    warnings: BTreeSet<(Position, String)>,
}

impl Checker {
    fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), problems: BTreeSet::new(), warnings: BTreeSet::new() }
    }

    fn config(&mut self, root: &Node) -> Option<Config> {
        let entries = self.top_level(root)?;
        let section = |name: &str| entries.iter().find(|entry| entry.key == name);
        let operator = section("operator").and_then(|entry| self.operator(entry));
        let targets = match section("mysql") {
            Some(entry) => self.databases(entry, operator.as_ref()),
            None => self.no_databases(root.at),
        };
        let known = database::names(section("mysql"));
        Some(Config {
            path: self.path.clone(),
            ledger: self.ledger(section("ledger"), &targets, &known),
            worker: self.worker(section("worker")),
            retention: self.retention(section("retention"), &targets, &known),
            migrations: self.migrations(section("migrations"), &targets),
            environment: self.choice_or_default(section("environment")),
            targets,
            thresholds: self.thresholds(section("thresholds")),
            sampling: self.sampling(section("sampling")),
            ui: self.ui(section("ui")),
            warnings: Vec::new(),
        })
    }

    /// The sections, once their names are judged.
    fn top_level<'n>(&mut self, root: &'n Node) -> Option<&'n [Entry]> {
        match &root.value {
            Value::Map(entries) => {
                self.section_names(entries);
                Some(entries)
            }
            Value::Nothing => {
                self.problem(root.at, "the file is empty; it needs a `mysql:` section with the databases");
                None
            }
            _ => {
                self.problem(root.at, "this is not a configuration; it needs `mysql:` with the databases below it");
                None
            }
        }
    }

    fn section_names(&mut self, entries: &[Entry]) {
        for (index, entry) in entries.iter().enumerate() {
            let name = entry.key.as_str();
            if SECTIONS.contains(&name) {
                self.once(&entries[..index], entry);
            } else if RESERVED.contains(&name) {
                self.warn(entry.at, format!("`{name}` belongs to a later version of dbdeck; it is not used yet"));
            } else if let Some(meant) = nearest(name, SECTIONS) {
                self.problem(entry.at, format!("`{name}` is no section of dbdeck; did you mean `{meant}`?"));
            }
        }
    }

    /// Reports an entry whose key was there `before`.
    fn once(&mut self, before: &[Entry], entry: &Entry) {
        if let Some(first) = before.iter().find(|other| other.key == entry.key) {
            let (key, line) = (&entry.key, first.at.line);
            self.problem(entry.at, format!("`{key}` is written twice, first in line {line}; remove or rename one"));
        }
    }

    fn problem(&mut self, at: Position, sentence: impl Into<String>) {
        self.problems.insert((at, sentence.into()));
    }

    fn warn(&mut self, at: Position, sentence: impl Into<String>) {
        self.warnings.insert((at, sentence.into()));
    }

    fn said(&self, found: &BTreeSet<(Position, String)>) -> Vec<Problem> {
        let said = |(at, sentence): &(Position, String)| Problem {
            path: Some(self.path.clone()),
            at: Some(*at),
            sentence: sentence.clone(),
        };
        found.iter().map(said).collect()
    }
}

/// Every key that is known, section by section: what the example has to say.
#[cfg(test)]
pub(super) fn keys() -> impl Iterator<Item = &'static [&'static str]> {
    let blocks = [database::DATABASE, account::ACCOUNT, tls::TLS];
    let settings = [SECTIONS, settings::THRESHOLDS, settings::SAMPLING, settings::UI, worker::LEDGER, worker::WORKER];
    blocks.into_iter().chain(settings).chain([retention::POLICY, retention::CHILD, migrations::MIGRATIONS])
}
