//! What is applied and what the files say cannot both be right.

use super::Rule;
use crate::advise::facts::value;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};
use crate::migration::{Entry, Standing};
use crate::sample::DatabaseSnapshot;
use crate::sample::snapshot::MigrationStand;

/// See [`Rule::doc`].
pub struct MigrationsConflict;

impl Rule for MigrationsConflict {
    fn id(&self) -> &'static str {
        "migrations-conflict"
    }

    fn title(&self) -> &'static str {
        "Migration files that do not fit the record"
    }

    fn doc(&self) -> &'static str {
        "An applied migration was edited or its file is gone, or a file comes before one that is applied."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        for (database, _) in facts.databases() {
            let Some(stand) = value(&database.migrations) else { continue };
            out.add_some(if stand.catalogue.missing { missing(database, stand) } else { conflict(database, stand) });
        }
    }
}

/// One reason for all of them.
fn missing(database: &DatabaseSnapshot, stand: &MigrationStand) -> Option<Signal> {
    let count = stand.standings.counts().missing;
    let directory = stand.catalogue.directory.display();
    let text = format!("{count} migrations are applied, and there is no directory {directory}");
    let remedy = "migrations:\n  directory: /where/the/files/are";
    let subject = Subject::Database(database.name.clone());
    (count > 0).then(|| Signal::new(subject, Severity::Notice, text).remedy(remedy))
}

fn conflict(database: &DatabaseSnapshot, stand: &MigrationStand) -> Option<Signal> {
    let mut found = stand.standings.entries.iter().filter_map(|entry| Some((entry, fault(entry)?)));
    let (first, fault) = found.next()?;
    let others = match found.count() {
        0 => String::new(),
        others => format!(", and {others} more"),
    };
    let text = format!("migration {} {fault}{others}", first.name);
    let remedy = format!("dbdeck migration-status --database {}", database.name);
    Some(Signal::new(Subject::Database(database.name.clone()), Severity::Warning, text).remedy(remedy))
}

fn fault(entry: &Entry) -> Option<&'static str> {
    match entry.standing {
        Standing::Edited { .. } => Some("was changed since it was applied"),
        Standing::Missing { .. } => Some("is applied, and its file is gone"),
        Standing::OutOfOrder { .. } => Some("comes before one that is applied"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::testing::Stage;

    #[test]
    fn the_first_is_named_and_the_others_are_counted() {
        let check = |standings: Vec<(&str, Standing)>, expected: &[&str]| {
            let mut stage = Stage::default();
            stage.set_migrations(standings);
            assert_eq!(stage.hear(&MigrationsConflict), expected);
        };
        let late = || Standing::OutOfOrder { behind: "2025_02_01_z".to_owned() };
        check(vec![("2025_01_01_a", Standing::Pending)], &[]);
        check(
            vec![("2025_01_01_a", late())],
            &["warning client: migration 2025_01_01_a comes before one that is applied"],
        );
        check(
            vec![("a", Standing::Edited { at: None }), ("b", Standing::Missing { at: None }), ("c", late())],
            &["warning client: migration a was changed since it was applied, and 2 more"],
        );
    }
}
