//! How long a copy of a table may take, from copies of tables of a similar size that the record has.

use std::time::Duration;

use crate::migration::{History, StepRow, StepState};
use crate::units::{Rows, Span};

/// A table a tenth or ten times as large tells something; any other one nothing.
const SIMILAR: u64 = 10;

/// In words, with what it is taken from.
pub fn expected(histories: &[&History], rows: Rows) -> Option<String> {
    let copies = histories.iter().flat_map(|history| &history.steps).filter_map(Copy::of);
    let similar = |copy: &Copy| copy.rows / SIMILAR <= rows.0 && rows.0 / SIMILAR <= copy.rows;
    let nearest = copies.filter(similar).min_by_key(|copy| copy.rows.abs_diff(rows.0))?;
    let time = nearest.took.mul_f64(rows.0 as f64 / nearest.rows as f64);
    Some(format!(
        "about {}: {} took {} in {}",
        Span(time),
        Rows(nearest.rows).counted(),
        Span(nearest.took),
        nearest.name
    ))
}

/// A change of a table that copied its rows.
struct Copy<'a> {
    name: &'a str,
    rows: u64,
    took: Duration,
}

impl<'a> Copy<'a> {
    fn of(step: &'a StepRow) -> Option<Self> {
        let is_copy = step.kind == "ddl" && step.state == StepState::Done && step.rows > 0;
        let took = (step.ended? - step.began?).to_std().ok()?;
        (is_copy && !took.is_zero()).then_some(Self { name: &step.name, rows: step.rows, took })
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, Utc};

    use super::*;

    fn copied(name: &str, rows: u64, seconds: i64) -> StepRow {
        let began = Utc::now();
        StepRow {
            name: name.to_owned(),
            step: 1,
            line: 1,
            column: 1,
            kind: "ddl".to_owned(),
            statement: String::new(),
            objects: String::new(),
            before: None,
            after: None,
            state: StepState::Done,
            began: Some(began),
            ended: Some(began + TimeDelta::seconds(seconds)),
            thread: None,
            tag: None,
            error: None,
            rows,
        }
    }

    #[test]
    fn similar_tables_take_similar_times() {
        let history = History { rows: vec![], steps: vec![copied("a", 1000, 1), copied("b", 1_000_000, 40)] };
        let check = |rows, expected_words: Option<&str>| {
            assert_eq!(expected(&[&history], Rows(rows)).as_deref(), expected_words, "{rows}");
        };
        check(500_000, Some("about 20 s: 1 000 000 rows took 40 s in b"));
        check(2000, Some("about 2.0 s: 1 000 rows took 1.0 s in a"));
        check(50_000, None);
        check(0, None);
    }
}
