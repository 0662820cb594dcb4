//! The application's pool is nearly used up.

use super::Rule;
use crate::advise::signal::ratio;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};
use crate::sample::DatabaseSnapshot;
use crate::units::Percent;

/// See [`Rule::doc`].
pub struct PoolUsed;

impl Rule for PoolUsed {
    fn id(&self) -> &'static str {
        "pool-used"
    }

    fn title(&self) -> &'static str {
        "Connections near the pool's limit"
    }

    fn doc(&self) -> &'static str {
        "The connections of a database near what its application may open (`pool_size` + `max_overflow`)."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        for (database, _) in facts.databases() {
            if let Some(Ok(connections)) = database.connections {
                out.add(signal(database, connections, facts.thresholds.pool_percent));
            }
        }
    }
}

fn signal(database: &DatabaseSnapshot, connections: u32, limit: f64) -> Signal {
    let used = Percent::of(f64::from(connections), f64::from(database.pool_limit));
    let is_full = connections >= database.pool_limit;
    let severity = if is_full { Severity::Critical } else { Severity::Warning };
    let text =
        format!("{connections} of the pool's {} connections open (limit {})", database.pool_limit, Percent(limit));
    Signal::new(Subject::Database(database.name.clone()), severity, text)
        .strength(ratio(used.0, limit))
        .remedy("see who holds them (Activity); if it is honest load, raise pool_size or max_overflow")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::testing::{Stage, denied};

    #[test]
    fn the_pool_is_the_measure() {
        let check = |connections, expected: &[&str]| {
            let mut stage = Stage::default();
            stage.server.databases[0].connections = Some(connections);
            assert_eq!(stage.hear(&PoolUsed), expected);
        };
        check(Ok(20), &[]);
        check(Ok(21), &["warning client: 21 of the pool's 30 connections open (limit 80 %) (0.88)"]);
        check(Ok(24), &["warning client: 24 of the pool's 30 connections open (limit 80 %) (1.00)"]);
        check(Ok(30), &["critical client: 30 of the pool's 30 connections open (limit 80 %) (1.25)"]);
        check(Err(denied()), &[]);
    }
}
