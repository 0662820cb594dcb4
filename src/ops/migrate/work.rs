//! What is to be done, as the plan says it and the run reads it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::units::DatabaseName;

/// All of it, in the order in which it is done: the details of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Work {
    /// One for each file and database.
    pub units: Vec<Unit>,
    /// What the run may do beyond the ordinary.
    pub allowed: Vec<String>,
}

/// One file for one database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// The database.
    pub database: DatabaseName,
    /// The migration's name.
    pub migration: String,
    /// The checksum of the file that was planned; the script's that takes it back, for that.
    pub checksum: String,
    /// What is done with it.
    pub mode: Mode,
}

/// What is done with a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// It is applied, or gone on with.
    Up,
    /// It is taken back.
    Down,
    /// It is marked as applied, for this reason.
    Baseline(String),
    /// One of its statements is settled by the operator.
    Settle(Settlement),
}

/// What the operator says of a statement in doubt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settlement {
    /// The migration.
    pub migration: String,
    /// The statement's place in it, from 1.
    pub step: u64,
    /// Whether it was done.
    pub done: bool,
}

impl FromStr for Settlement {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not NAME:STEP=done or NAME:STEP=undone");
        let (place, what) = text.rsplit_once('=').ok_or_else(wrong)?;
        let (migration, step) = place.rsplit_once(':').ok_or_else(wrong)?;
        let step = step.parse().ok().filter(|step| *step > 0).ok_or_else(wrong)?;
        let done = match what {
            "done" => true,
            "undone" => false,
            _ => return Err(wrong()),
        };
        Ok(Self { migration: migration.to_owned(), step, done })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settlement_names_one_statement() {
        let check = |text: &str, expected: Option<(&str, u64, bool)>| {
            let found = text.parse::<Settlement>().ok();
            let found = found.as_ref().map(|found| (found.migration.as_str(), found.step, found.done));
            assert_eq!(found, expected, "{text}");
        };
        check("2025_01_01_x:3=done", Some(("2025_01_01_x", 3, true)));
        check("2025_01_01_x:3=undone", Some(("2025_01_01_x", 3, false)));
        check("2025_01_01_x:0=done", None);
        check("2025_01_01_x=done", None);
        check("2025_01_01_x:1=maybe", None);
    }
}
