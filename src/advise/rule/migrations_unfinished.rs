//! Migrations that were begun and are not done: a database between two states.

use super::Rule;
use crate::advise::facts::value;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};
use crate::migration::{Entry, Standing};
use crate::sample::DatabaseSnapshot;

/// See [`Rule::doc`].
pub struct MigrationsUnfinished;

impl Rule for MigrationsUnfinished {
    fn id(&self) -> &'static str {
        "migrations-unfinished"
    }

    fn title(&self) -> &'static str {
        "Migration that was begun and is not done"
    }

    fn doc(&self) -> &'static str {
        "A migration has failed, or was broken off and nobody is at work on it."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        for (database, _) in facts.databases() {
            let stand = value(&database.migrations).filter(|stand| stand.at_work.is_none());
            let entries = stand.into_iter().flat_map(|stand| &stand.standings.entries);
            let found: Vec<Signal> = entries.filter_map(|entry| signal(database, entry)).collect();
            out.add_some(found.into_iter().max_by_key(|signal| signal.severity));
        }
    }
}

fn signal(database: &DatabaseSnapshot, entry: &Entry) -> Option<Signal> {
    let name = &entry.name;
    let (severity, text) = match &entry.standing {
        Standing::Failed { step, error } => {
            let step = step.map_or_else(String::new, |step| format!(" at statement {step}"));
            (Severity::Warning, format!("migration {name} failed{step}: {error}"))
        }
        Standing::Interrupted { step } => {
            (Severity::Critical, format!("migration {name} was broken off at statement {step}, m goes on"))
        }
        _ => return None,
    };
    let remedy = format!("dbdeck migration-status --database {}", database.name);
    Some(Signal::new(Subject::Database(database.name.clone()), severity, text).remedy(remedy))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::testing::Stage;
    use crate::sample::Aged;
    use crate::sample::snapshot::MigrationStand;
    use crate::units::ThreadId;

    #[test]
    fn the_worst_of_a_database_is_told_unless_somebody_is_at_work() {
        let failed = || ("2025_01_01_a", Standing::Failed { step: Some(2), error: "no such table".to_owned() });
        let broken = || ("2025_01_02_b", Standing::Interrupted { step: 3 });
        let mut stage = Stage::default();
        stage.set_migrations(vec![failed()]);
        let line = "warning client: migration 2025_01_01_a failed at statement 2: no such table";
        assert_eq!(stage.hear(&MigrationsUnfinished), [line]);
        stage.set_migrations(vec![broken(), failed()]);
        let line = "critical client: migration 2025_01_02_b was broken off at statement 3, m goes on";
        assert_eq!(stage.hear(&MigrationsUnfinished), [line]);
        let stand = value(&stage.server.databases[0].migrations).cloned().unwrap_or_default();
        stage.server.databases[0].migrations =
            Some(Aged::now(Ok(MigrationStand { at_work: Some(ThreadId(7)), ..stand })));
        assert_eq!(stage.hear(&MigrationsUnfinished), Vec::<String>::new());
    }
}
