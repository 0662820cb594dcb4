//! Files that are waiting to be applied.

use super::Rule;
use crate::advise::facts::value;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};
use crate::migration::{Entry, Standing};

/// See [`Rule::doc`].
pub struct MigrationsPending;

impl Rule for MigrationsPending {
    fn id(&self) -> &'static str {
        "migrations-pending"
    }

    fn title(&self) -> &'static str {
        "Migrations that are not applied"
    }

    fn doc(&self) -> &'static str {
        "There are migration files that have not been applied to a database."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        for (database, _) in facts.databases() {
            let stand = value(&database.migrations).filter(|stand| stand.at_work.is_none());
            let entries = stand.into_iter().flat_map(|stand| &stand.standings.entries);
            let pending: Vec<&Entry> = entries.filter(|entry| entry.standing == Standing::Pending).collect();
            let Some(first) = pending.first() else { continue };
            let text = match pending.len() {
                1 => format!("1 migration pending, m reviews it: {}", first.name),
                count => format!("{count} migrations pending, m reviews them: {} first", first.name),
            };
            let remedy = format!("dbdeck migrate --database {} --dry-run", database.name);
            out.add(Signal::new(Subject::Database(database.name.clone()), Severity::Warning, text).remedy(remedy));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::testing::Stage;

    #[test]
    fn the_key_that_deals_with_it_is_named() {
        let check = |standings: Vec<(&str, Standing)>, expected: &[&str]| {
            let mut stage = Stage::default();
            stage.set_migrations(standings);
            assert_eq!(stage.hear(&MigrationsPending), expected);
        };
        let applied = || Standing::Applied { at: None };
        check(vec![("2025_01_01_a", applied())], &[]);
        check(
            vec![("2025_01_01_a", applied()), ("2025_01_02_b", Standing::Pending)],
            &["warning client: 1 migration pending, m reviews it: 2025_01_02_b"],
        );
        check(
            vec![("2025_01_02_b", Standing::Pending), ("2025_01_03_c", Standing::Pending)],
            &["warning client: 2 migrations pending, m reviews them: 2025_01_02_b first"],
        );
        assert_eq!(Stage::default().hear(&MigrationsPending), Vec::<String>::new(), "nothing is known yet");
    }
}
