//! Statements begin to be slow.

use std::time::Duration;

use super::Rule;
use crate::advise::signal::{RAISE, ratio};
use crate::advise::{Facts, Severity, Signal, Signals, Subject};
use crate::sample::slow::SlowPattern;
use crate::sample::{DatabaseSnapshot, ServerSnapshot};
use crate::units::Span;

/// See [`Rule::doc`].
pub struct SlowStatements;

/// A pattern is new for so long.
const NEW: Duration = Duration::from_mins(1);

impl Rule for SlowStatements {
    fn id(&self) -> &'static str {
        "slow-statements"
    }

    fn title(&self) -> &'static str {
        "Slow statements"
    }

    fn doc(&self) -> &'static str {
        "More slow statements in five minutes than `slow_statements`, or the first one after none."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        for (database, server) in facts.databases() {
            let slow = of_database(server, database);
            if let Some(costliest) = slow.first() {
                out.add(signal(database, &slow, costliest, facts));
            }
        }
    }
}

/// The slow patterns of one database, costliest first.
fn of_database<'a>(server: &'a ServerSnapshot, database: &DatabaseSnapshot) -> Vec<&'a SlowPattern> {
    server.slow.iter().filter(|pattern| pattern.schema.as_deref() == Some(&database.schema)).collect()
}

fn signal(database: &DatabaseSnapshot, slow: &[&SlowPattern], costliest: &SlowPattern, facts: &Facts<'_>) -> Signal {
    let count: usize = slow.iter().map(|pattern| pattern.count).sum();
    let limit = facts.thresholds.slow_statements;
    let strength = ratio(count as f64, f64::from(limit));
    let subject = Subject::Database(database.name.clone());
    let remedy = "see Queries: the plan of the costliest pattern shows what it reads";
    if strength < RAISE && limit > 0 && slow.iter().all(|pattern| facts.now.since(pattern.first_seen) < NEW) {
        let text = format!("the first slow statement: {}, {}", Span(costliest.longest), costliest.fingerprint);
        return Signal::new(subject, Severity::Notice, text).remedy(remedy);
    }
    let text = format!(
        "{count} slow statements in 5 min (limit {limit}), {} in all: {}",
        Span(costliest.total),
        costliest.fingerprint
    );
    Signal::new(subject, Severity::Warning, text).strength(strength).remedy(remedy)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::advise::testing::Stage;

    #[test]
    fn the_first_is_a_notice_and_many_are_a_warning() {
        let check = |count, seconds_ago, schema: &str, expected: &[&str]| {
            let mut stage = Stage::default();
            let (seen, longest) = (stage.now.instant, Duration::from_secs(2));
            stage.later(seconds_ago);
            let pattern = SlowPattern {
                schema: Some(schema.to_owned()),
                fingerprint: "SELECT ?".into(),
                example: "SELECT 1".into(),
                count,
                total: longest * 3,
                longest,
                first_seen: seen,
                last_seen: seen,
            };
            stage.server.slow = Arc::new(vec![pattern]);
            assert_eq!(stage.hear(&SlowStatements), expected);
        };
        check(1, 5, "elsewhere", &[]);
        check(1, 5, "comfyui_client", &["notice client: the first slow statement: 2.0 s, SELECT ?"]);
        check(5, 90, "comfyui_client", &[]);
        check(
            12,
            5,
            "comfyui_client",
            &["warning client: 12 slow statements in 5 min (limit 10), 6.0 s in all: SELECT ? (1.20)"],
        );
    }
}
