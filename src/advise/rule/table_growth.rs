//! A table grows faster than tables do.

use super::Rule;
use crate::advise::facts::value;
use crate::advise::signal::ratio;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};
use crate::sample::DatabaseSnapshot;
use crate::sample::growth::Growth;
use crate::sample::snapshot::Table;
use crate::units::{Bytes, Percent, Span};

/// See [`Rule::doc`].
pub struct TableGrowth;

/// Smaller tables may grow as they like.
const FROM: Bytes = Bytes(64 << 20);

impl Rule for TableGrowth {
    fn id(&self) -> &'static str {
        "table-growth"
    }

    fn title(&self) -> &'static str {
        "Table growing unusually"
    }

    fn doc(&self) -> &'static str {
        "A table above 64 MiB gained more than `table_growth_percent` of its size within the last hour of watching."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        for (database, _) in facts.databases() {
            for table in value(&database.tables).into_iter().flatten().filter(|table| table.bytes >= FROM) {
                if let Some(growth) = table.growth {
                    out.add(signal(database, table, growth, facts.thresholds.table_growth_percent));
                }
            }
        }
    }
}

/// Judged by what was seen, never by an extrapolation; a table that was small counts as one of 64 MiB.
fn signal(database: &DatabaseSnapshot, table: &Table, growth: Growth, limit: f64) -> Signal {
    let gained = Percent::of(growth.gained as f64, growth.from.max(FROM).0 as f64);
    let text = format!(
        "grew from {} to {} in {} (limit {} an hour)",
        growth.from,
        table.bytes,
        Span(growth.over),
        Percent(limit)
    );
    let subject = Subject::Table { database: database.name.clone(), table: table.name.clone() };
    Signal::new(subject, Severity::Warning, text)
        .strength(ratio(gained.0, limit))
        .remedy("see what writes to it (Activity), and whether its old rows are ever removed")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::advise::testing::Stage;

    #[test]
    fn growth_is_judged_by_what_was_seen() {
        let check = |from: u64, to: u64, expected: &[&str]| {
            let mut stage = Stage::default();
            let (from, bytes) = (Bytes(from << 20), Bytes(to << 20));
            let gained = i64::try_from(bytes.0).expect("small") - i64::try_from(from.0).expect("small");
            let growth = Some(Growth { gained, over: Duration::from_mins(12), from });
            stage.set_tables(vec![Table { name: "logs".into(), bytes, growth, ..Table::default() }]);
            assert_eq!(stage.hear(&TableGrowth), expected);
        };
        check(1, 60, &[]);
        check(100, 110, &[]);
        check(100, 90, &[]);
        let line = "warning client.logs: grew from 100 MiB to 130 MiB in 12 min (limit 20 % an hour) (1.50)";
        check(100, 130, &[line]);
        check(0, 128, &["warning client.logs: grew from 0 B to 128 MiB in 12 min (limit 20 % an hour) (10.00)"]);
    }
}
