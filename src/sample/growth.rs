//! How fast tables grow while somebody watches.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use crate::server::read::TableSize;
use crate::units::{Bytes, Percent};

/// What a table gained over a span of watching.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// Bytes gained (negative: given back).
    pub gained: i64,
    /// Over which span.
    pub over: Duration,
    /// What it was at the beginning of the span.
    pub from: Bytes,
}

impl Growth {
    /// Bytes per hour at this pace.
    #[allow(clippy::cast_possible_truncation)] // an estimate
    pub fn per_hour(&self) -> i64 {
        (self.gained as f64 * 3600.0 / self.over.as_secs_f64().max(1.0)) as i64
    }

    /// The gain in percent of the size at the beginning.
    pub fn percent(&self) -> Percent {
        Percent::of(self.gained as f64, self.from.0 as f64)
    }
}

/// The sizes of the last hour, one a minute.
#[derive(Debug, Clone, Default)]
pub struct GrowthWatch {
    tables: HashMap<(String, String), VecDeque<(Instant, Bytes)>>,
}

const STEP: Duration = Duration::from_secs(60);
const STEPS: usize = 60;

impl GrowthWatch {
    /// Notes the sizes of one look and forgets tables that are gone.
    pub fn observe(&mut self, sizes: &[TableSize], now: Instant) {
        let mut old = std::mem::take(&mut self.tables);
        for size in sizes {
            let key = (size.schema.clone(), size.table.clone());
            let mut points = old.remove(&key).unwrap_or_default();
            if points.back().is_none_or(|(at, _)| now.saturating_duration_since(*at) >= STEP) {
                if points.len() == STEPS {
                    points.pop_front();
                }
                points.push_back((now, size.bytes));
            }
            self.tables.insert(key, points);
        }
    }

    /// What a table has gained since it was first seen, an hour ago at most; `None` in the first ten seconds.
    pub fn of(&self, size: &TableSize, now: Instant) -> Option<Growth> {
        let (at, from) = *self.tables.get(&(size.schema.clone(), size.table.clone()))?.front()?;
        let over = now.saturating_duration_since(at);
        let gained = i64::try_from(size.bytes.0).ok()? - i64::try_from(from.0).ok()?;
        (over >= Duration::from_secs(10)).then_some(Growth { gained, over, from })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_told_with_its_span() {
        let table = |bytes| TableSize { schema: "s".into(), table: "t".into(), bytes: Bytes(bytes), partitions: 0 };
        let start = Instant::now();
        let mut watch = GrowthWatch::default();
        watch.observe(&[table(1000)], start);
        assert_eq!(watch.of(&table(1500), start + Duration::from_secs(5)), None);
        let growth = watch.of(&table(1500), start + STEP).expect("a minute has passed");
        assert_eq!((growth.gained, growth.over), (500, STEP));
        assert_eq!(growth.per_hour(), 30_000);
        assert_eq!(growth.percent(), Percent(50.0));
        watch.observe(&[], start);
        assert_eq!(watch.of(&table(1), start + STEP), None, "a dropped table is forgotten");
    }
}
