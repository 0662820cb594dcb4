//! How the files and the record of a database compare.

use chrono::{DateTime, Utc};

use super::catalogue::Catalogue;
use super::file::MigrationFile;
use super::history::{History, HistoryRow, HistoryState, StepState};
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

impl Standings {
    /// How many stand so.
    pub fn count(&self, is_meant: impl Fn(&Standing) -> bool) -> usize {
        self.entries.iter().filter(|entry| is_meant(&entry.standing)).count()
    }
}

/// Compares the files with the record of one database.
pub fn compare(catalogue: &Catalogue, database: &DatabaseName, history: &History) -> Standings {
    let files: Vec<&MigrationFile> = catalogue.of(database).collect();
    let is_applied = |name: &str| history.row(name).is_some_and(|row| row.state == HistoryState::Success);
    let last = files.iter().rposition(|file| is_applied(&file.name.text));
    let mut entries: Vec<Entry> = Vec::new();
    for (place, file) in files.iter().enumerate() {
        let behind = last.filter(|last| place < *last).map(|last| files[last].name.text.clone());
        entries.push(entry(file, history, behind.as_deref()));
    }
    let is_missing =
        |row: &&HistoryRow| row.state == HistoryState::Success && files.iter().all(|file| file.name.text != row.name);
    for row in history.rows.iter().filter(is_missing) {
        let standing = Standing::Missing { at: row.executed };
        entries.push(Entry { name: row.name.clone(), standing, cosmetic: false });
    }
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    Standings { entries }
}

fn entry(file: &MigrationFile, history: &History, behind: Option<&str>) -> Entry {
    let name = file.name.text.clone();
    let pending = || match behind {
        Some(behind) => Standing::OutOfOrder { behind: behind.to_owned() },
        None => Standing::Pending,
    };
    let Some(row) = history.row(&name) else {
        return Entry { name, standing: pending(), cosmetic: false };
    };
    match row.state {
        HistoryState::Rollback => Entry { name, standing: pending(), cosmetic: false },
        HistoryState::Failed => Entry { standing: unfinished(row, history), name, cosmetic: false },
        HistoryState::Success => {
            let same = row.checksum.as_ref().is_none_or(|checksum| file.checksums.matches(checksum));
            let cosmetic = !same && row.normal.as_ref() == Some(&file.checksums.normal);
            let at = row.executed;
            let standing = if same || cosmetic { Standing::Applied { at } } else { Standing::Edited { at } };
            Entry { name, standing, cosmetic }
        }
    }
}

fn unfinished(row: &HistoryRow, history: &History) -> Standing {
    let last = history.steps(&row.name).last();
    match last {
        Some(step) if step.state != StepState::Failed => Standing::Interrupted { step: step.step },
        step => Standing::Failed {
            step: step.map(|step| step.step),
            error: row.error.clone().unwrap_or_else(|| "the record does not say why".to_owned()),
        },
    }
}
