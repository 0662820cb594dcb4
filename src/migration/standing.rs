//! How the files and the record of a database compare.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::catalogue::Catalogue;
use super::file::MigrationFile;
use super::history::{History, HistoryRow, HistoryState, StepRow, StepState};
use super::name::MigrationName;
use crate::units::DatabaseName;

/// Every migration of a database, those without a file included, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standings {
    /// One for each migration.
    pub entries: Vec<Entry>,
}

/// A migration of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// How it stands.
    pub standing: Standing,
    /// Whether its file was changed after it was applied in ways that no server minds.
    pub cosmetic: bool,
}

/// How a migration stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Applied.
    Applied {
        /// When, where the record says.
        at: Option<DateTime<Utc>>,
    },
    /// Not applied.
    Pending,
    /// Not applied, and comes before one that is.
    OutOfOrder {
        /// The last one that is applied.
        behind: String,
    },
    /// The server refused one of its statements; those before it are done.
    Failed {
        /// That statement's place, from 1; older records do not say.
        step: Option<u64>,
        /// The server's reason.
        error: String,
    },
    /// It was begun, and nobody has recorded how it ended.
    Interrupted {
        /// The statement that was begun last, from 1.
        step: u64,
    },
    /// Applied, and its file is another one now.
    Edited {
        /// When it was applied.
        at: Option<DateTime<Utc>>,
    },
    /// Applied, and its file is gone.
    Missing {
        /// When it was applied.
        at: Option<DateTime<Utc>>,
    },
}

impl Standing {
    /// Whether it is still to be applied.
    pub fn is_open(&self) -> bool {
        !matches!(self, Self::Applied { .. } | Self::Edited { .. } | Self::Missing { .. })
    }

    /// One word, the same everywhere.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Applied { .. } => "applied",
            Self::Pending => "pending",
            Self::OutOfOrder { .. } => "out_of_order",
            Self::Failed { .. } => "failed",
            Self::Interrupted { .. } => "interrupted",
            Self::Edited { .. } => "edited",
            Self::Missing { .. } => "missing",
        }
    }
}

/// How many migrations of a database stand how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[allow(missing_docs, reason = "the names are those of the standings")]
pub struct Counts {
    pub applied: usize,
    pub pending: usize,
    pub out_of_order: usize,
    pub failed: usize,
    pub interrupted: usize,
    pub edited: usize,
    pub missing: usize,
    /// Of the applied ones, those whose file was changed in ways that no server minds.
    pub cosmetic: usize,
}

impl Standings {
    /// How many stand so.
    pub fn count(&self, is_meant: impl Fn(&Standing) -> bool) -> usize {
        self.entries.iter().filter(|entry| is_meant(&entry.standing)).count()
    }

    /// How many stand how.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for entry in &self.entries {
            counts.cosmetic += usize::from(entry.cosmetic);
            *match entry.standing {
                Standing::Applied { .. } => &mut counts.applied,
                Standing::Pending => &mut counts.pending,
                Standing::OutOfOrder { .. } => &mut counts.out_of_order,
                Standing::Failed { .. } => &mut counts.failed,
                Standing::Interrupted { .. } => &mut counts.interrupted,
                Standing::Edited { .. } => &mut counts.edited,
                Standing::Missing { .. } => &mut counts.missing,
            } += 1;
        }
        counts
    }
}

impl Counts {
    /// How many there are.
    pub fn all(&self) -> usize {
        self.applied + self.pending + self.out_of_order + self.failed + self.interrupted + self.edited + self.missing
    }

    /// Those that there are any of, each with its word (`2 pending`), the worst last.
    pub fn words(&self) -> Vec<(usize, &'static str)> {
        let all = [
            (self.applied, "applied"),
            (self.pending, "pending"),
            (self.out_of_order, "out of order"),
            (self.missing, "missing"),
            (self.edited, "edited"),
            (self.failed, "failed"),
            (self.interrupted, "interrupted"),
        ];
        all.into_iter().filter(|(count, _)| *count > 0).collect()
    }
}

/// Compares the files with the record of one database.
pub fn compare(catalogue: &Catalogue, database: &DatabaseName, history: &History) -> Standings {
    let files: Vec<&MigrationFile> = catalogue.of(database).collect();
    let record = Index::of(history);
    let is_applied = |name: &str| record.rows.get(name).is_some_and(|row| row.state == HistoryState::Success);
    let last = files.iter().rposition(|file| is_applied(&file.name.text));
    let mut entries: Vec<Entry> = Vec::new();
    for (place, file) in files.iter().enumerate() {
        let behind = last.filter(|last| place < *last).map(|last| files[last].name.text.clone());
        entries.push(entry(file, &record, behind.as_deref()));
    }
    let names: HashSet<&str> = files.iter().map(|file| file.name.text.as_str()).collect();
    let gone = history.rows.iter().filter(|row| row.state == HistoryState::Success);
    for row in gone.filter(|row| !names.contains(row.name.as_str())) {
        let standing = Standing::Missing { at: row.executed };
        entries.push(Entry { name: row.name.clone(), standing, cosmetic: false });
    }
    entries.sort_by_cached_key(|entry| in_order(&entry.name));
    Standings { entries }
}

/// The record by name: there may be thousands.
struct Index<'a> {
    rows: HashMap<&'a str, &'a HistoryRow>,
    last_steps: HashMap<&'a str, &'a StepRow>,
}

impl<'a> Index<'a> {
    fn of(history: &'a History) -> Self {
        Self {
            rows: history.rows.iter().map(|row| (row.name.as_str(), row)).collect(),
            last_steps: history.steps.iter().map(|step| (step.name.as_str(), step)).collect(),
        }
    }
}

fn entry(file: &MigrationFile, record: &Index<'_>, behind: Option<&str>) -> Entry {
    let name = file.name.text.clone();
    let pending = || match behind {
        Some(behind) => Standing::OutOfOrder { behind: behind.to_owned() },
        None => Standing::Pending,
    };
    let Some(row) = record.rows.get(name.as_str()) else {
        return Entry { name, standing: pending(), cosmetic: false };
    };
    match row.state {
        HistoryState::Rollback => Entry { name, standing: pending(), cosmetic: false },
        HistoryState::Failed => Entry { standing: unfinished(row, record), name, cosmetic: false },
        HistoryState::Success => {
            let same = row.checksum.as_ref().is_none_or(|checksum| file.checksums.matches(checksum));
            let cosmetic = !same && row.normal.as_ref() == Some(&file.checksums.normal);
            let at = row.executed;
            let standing = if same || cosmetic { Standing::Applied { at } } else { Standing::Edited { at } };
            Entry { name, standing, cosmetic }
        }
    }
}

fn unfinished(row: &HistoryRow, record: &Index<'_>) -> Standing {
    match record.last_steps.get(row.name.as_str()) {
        Some(step) if step.state != StepState::Failed => Standing::Interrupted { step: step.step },
        step => Standing::Failed {
            step: step.map(|step| step.step),
            error: row.error.clone().unwrap_or_else(|| "the record does not say why".to_owned()),
        },
    }
}

/// As the files are: by day and time; what is no name of a migration comes last.
fn in_order(name: &str) -> (bool, Option<MigrationName>, String) {
    let parsed = MigrationName::parse(name).ok();
    (parsed.is_none(), parsed, name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::{Checksums, Header};

    fn file(name: &str, text: &str) -> MigrationFile {
        let header = Header { databases: vec!["client".into()], ..Header::default() };
        MigrationFile {
            name: MigrationName::parse(name).unwrap(),
            path: format!("{name}.sql").into(),
            header,
            checksums: Checksums::of(text),
            text: text.to_owned(),
            down: None,
        }
    }

    fn row(name: &str, state: HistoryState, checksum: &str) -> HistoryRow {
        HistoryRow { name: name.to_owned(), state, checksum: Some(checksum.to_owned()), ..HistoryRow::default() }
    }

    fn step(name: &str, step: u64, state: StepState) -> StepRow {
        StepRow { name: name.to_owned(), step, state, ..StepRow::default() }
    }

    #[track_caller]
    fn check(names: &[&str], rows: Vec<HistoryRow>, steps: Vec<StepRow>, expected: &[&str]) {
        let mut files: Vec<MigrationFile> = names.iter().map(|name| file(name, "SELECT 1;")).collect();
        files.sort_by(|one, other| one.name.cmp(&other.name));
        let catalogue = Catalogue { files, ..Catalogue::default() };
        let standings = compare(&catalogue, &"client".into(), &History { rows, steps });
        let found: Vec<String> =
            standings.entries.iter().map(|entry| format!("{} {}", entry.name, entry.standing.word())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn a_migration_stands_as_file_and_record_say_together() {
        let (a, b, c) = ("2025_01_01_a", "2025_01_01_000001_b", "2025_01_02_c");
        let own = Checksums::of("SELECT 1;");
        let done = |name: &str| row(name, HistoryState::Success, &own.raw);
        let failed = |name: &str| row(name, HistoryState::Failed, &own.raw[..16]);
        let all = [c, b, a];
        check(&all, vec![], vec![], &[&format!("{a} pending"), &format!("{b} pending"), &format!("{c} pending")]);
        check(&[a, b], vec![done(b)], vec![], &[&format!("{a} out_of_order"), &format!("{b} applied")]);
        check(&[a], vec![row(a, HistoryState::Success, &own.raw[..16])], vec![], &[&format!("{a} applied")]);
        check(&[a], vec![row(a, HistoryState::Success, "0123456789abcdef")], vec![], &[&format!("{a} edited")]);
        check(&[a], vec![row(a, HistoryState::Rollback, &own.raw)], vec![], &[&format!("{a} pending")]);
        check(&[a], vec![failed(a)], vec![], &[&format!("{a} failed")]);
        check(&[a], vec![failed(a)], vec![step(a, 1, StepState::Done)], &[&format!("{a} interrupted")]);
        let refused = vec![step(a, 1, StepState::Done), step(a, 2, StepState::Failed)];
        check(&[a], vec![failed(a)], refused, &[&format!("{a} failed")]);
        check(&[], vec![done(c), done("odd"), failed(a)], vec![], &[&format!("{c} missing"), "odd missing"]);
    }

    #[test]
    fn a_change_that_no_server_minds_is_cosmetic() {
        let catalogue = Catalogue { files: vec![file("2025_01_01_a", "-- why\nSELECT 1;")], ..Catalogue::default() };
        let old = Checksums::of("SELECT  1;");
        let row = HistoryRow { normal: Some(old.normal), ..row("2025_01_01_a", HistoryState::Success, &old.raw) };
        let found = compare(&catalogue, &"client".into(), &History { rows: vec![row], steps: Vec::new() });
        assert!(found.entries[0].cosmetic && found.entries[0].standing.word() == "applied", "{found:?}");
        assert_eq!(found.counts(), Counts { applied: 1, cosmetic: 1, ..Counts::default() });
    }
}
