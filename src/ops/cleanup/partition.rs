//! Whole partitions that are past retention: which they are, and how they are dropped.
//!
//! A partition is expired when its upper limit is not after the cutoff; that can be told for tables that are partitioned
//! by ranges of the policy's time alone. The catch-all (`MAXVALUE`) has no limit, and the last partition always stays.
//! A partition whose rows are archived or have children is dropped when these were removed one by one: a row that is
//! inserted with an expired time after that, while the lock of the table is tried for, goes with it.

use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, Utc};

use super::task::{Expired, Task};
use crate::op::{JobCx, OpError, Place};
use crate::ops::attempt;
use crate::server::read::tables::{self, Partition};
use crate::server::sql;

/// The partitions whose rows are all older than the cutoff, the last partition left out. The rows are not counted yet.
pub fn expired(partitions: &[Partition], time: &str, cutoff: DateTime<Utc>) -> Vec<Expired> {
    let mut found: Vec<Expired> = Vec::new();
    let last = partitions.last().map(|partition| main_name(partition).to_owned());
    for partition in partitions {
        let name = main_name(partition);
        let is_new = Some(name) != last.as_deref() && found.iter().all(|other| other.name != name);
        if is_new && limit(partition, time).is_some_and(|limit| limit <= cutoff) {
            let limit = partition.description.clone().unwrap_or_default();
            found.push(Expired { name: name.to_owned(), limit, rows: 0 });
        }
    }
    found
}

/// The name without its subpartition's.
fn main_name(partition: &Partition) -> &str {
    partition.name.split('/').next().unwrap_or_default()
}

/// The moment that all of its rows are before.
fn limit(partition: &Partition, time: &str) -> Option<DateTime<Utc>> {
    let text = partition.description.as_deref()?.trim_matches('\'');
    let plain: String = partition.expression.chars().filter(|c| !c.is_whitespace() && *c != '`').collect();
    let plain = plain.to_lowercase();
    let column = time.to_lowercase();
    let (function, argument) = plain.split_once('(').unwrap_or(("", &plain));
    if argument.trim_end_matches(')') != column || !partition.method.starts_with("RANGE") {
        return None;
    }
    match function {
        "" if partition.method.ends_with("COLUMNS") => moment(text),
        "" => seconds(text),
        "unix_timestamp" => seconds(text),
        "to_days" => day(text.parse().ok()?),
        _ => None,
    }
}

fn seconds(text: &str) -> Option<DateTime<Utc>> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let up = i64::from(part.bytes().any(|digit| digit != b'0'));
    DateTime::from_timestamp(whole.parse::<i64>().ok()? + up, 0)
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    let midnight = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    let parsed = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok().or_else(midnight)?;
    Some(parsed.and_utc())
}

/// The servers count days from the year 0; 1970 began with this one.
const FIRST_OF_1970: u64 = 719_528;

fn day(number: u64) -> Option<DateTime<Utc>> {
    DateTime::UNIX_EPOCH.checked_add_days(Days::new(number.checked_sub(FIRST_OF_1970)?))
}

/// Drops the expired partitions one after the other. Returns the rows that went with them.
///
/// # Errors
/// [`OpError::Changed`] when a partition is not what was planned; as [`attempt::ddl`].
pub async fn drop_all(cx: &JobCx, place: &mut Place, task: &Task) -> Result<u64, OpError> {
    let mut rows = 0;
    for partition in &task.partitions {
        cx.checkpoint().await?;
        let sql = task.drop_of(partition);
        let step = cx.begin(format!("drop {}.{}", task.table, partition.name), &sql).await?;
        let result = Dropper { cx, task, partition }.drop(place, &sql).await;
        let gone = if task.drops_rows { partition.rows } else { 0 };
        match result {
            Ok(true) => {
                cx.count(gone, 0);
                cx.settle(step, "dropped", gone).await?;
                rows += gone;
            }
            Ok(false) => cx.settle(step, "stays: it is no longer there, or not empty", 0).await?,
            Err(error) => {
                cx.settle(step, error.to_string(), 0).await?;
                return Err(error);
            }
        }
    }
    Ok(rows)
}

struct Dropper<'a> {
    cx: &'a JobCx,
    task: &'a Task,
    partition: &'a Expired,
}

impl Dropper<'_> {
    /// `false`: the partition stays, because it is gone already, or has rows again that were to be removed one by one.
    async fn drop(&self, place: &mut Place, sql: &str) -> Result<bool, OpError> {
        let doing = format!("dropping {}.{}", self.task.table, self.partition.name);
        if !self.is_there(place).await? || !self.may_go(place, &doing).await? {
            return Ok(false);
        }
        attempt::ddl(self.cx, place, &doing, sql).await.map(|_| true)
    }

    async fn may_go(&self, place: &mut Place, doing: &str) -> Result<bool, OpError> {
        if self.task.drops_rows {
            return Ok(true);
        }
        let (table, partition) = (self.task.name(), sql::ident(&self.partition.name));
        let rows = place.link.rows(doing, format!("SELECT 1 FROM {table} PARTITION ({partition}) LIMIT 1")).await?;
        Ok(rows.is_empty())
    }

    /// Whether it is still there.
    ///
    /// # Errors
    /// [`OpError::Changed`] when one of that name has another limit now.
    async fn is_there(&self, place: &mut Place) -> Result<bool, OpError> {
        let Task { schema, table, .. } = self.task;
        let doing = || format!("looking at the partitions of {table}");
        let now = tables::partitions(place.link.reading(), schema, table).await.map_err(OpError::server(doing()))?;
        let now = now.map_err(|lack| OpError::Refused(format!("{}: {}", doing(), lack.reason)))?;
        let Some(found) = now.iter().find(|partition| main_name(partition) == self.partition.name) else {
            return Ok(false);
        };
        if found.description.as_deref() == Some(&self.partition.limit) {
            return Ok(true);
        }
        Err(OpError::Changed(format!("the partition {}.{} has another limit than planned", table, found.name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn partition(name: &str, method: &str, expression: &str, description: &str) -> Partition {
        Partition {
            name: name.to_owned(),
            method: method.to_owned(),
            expression: expression.to_owned(),
            description: Some(description.to_owned()),
            ..Partition::default()
        }
    }

    #[test]
    fn a_limit_is_read_whatever_the_range_is_of() {
        let check = |method: &str, expression: &str, description: &str, expected: Option<&str>| {
            let found = limit(&partition("p", method, expression, description), "Created_At");
            assert_eq!(found.map(|limit| limit.format("%F %T").to_string()).as_deref(), expected, "{expression}");
        };
        check("RANGE", "unix_timestamp(`created_at`)", "1764547200", Some("2025-12-01 00:00:00"));
        check("RANGE", "UNIX_TIMESTAMP( created_at )", "1764547199.5", Some("2025-12-01 00:00:00"));
        check("RANGE", "to_days(`created_at`)", "739951", Some("2025-12-01 00:00:00"));
        check("RANGE", "`created_at`", "1764547200", Some("2025-12-01 00:00:00"));
        check("RANGE COLUMNS", "`created_at`", "'2025-12-01'", Some("2025-12-01 00:00:00"));
        check("RANGE COLUMNS", "`created_at`", "'2025-12-01 06:00:00'", Some("2025-12-01 06:00:00"));
        check("RANGE", "unix_timestamp(`created_at`)", "MAXVALUE", None);
        check("RANGE", "unix_timestamp(`updated_at`)", "1764547200", None);
        check("RANGE COLUMNS", "`created_at`,`id`", "'2025-12-01',5", None);
        check("RANGE", "year(`created_at`)", "2025", None);
        check("LIST", "unix_timestamp(`created_at`)", "1764547200", None);
    }

    #[test]
    fn only_whole_partitions_go_and_the_last_one_stays() {
        let by_time = |name: &str, limit: &str| partition(name, "RANGE", "unix_timestamp(`at`)", limit);
        let check = |partitions: &[Partition], expected: &[&str]| {
            let cutoff = DateTime::from_timestamp(2_000, 0).unwrap_or_default();
            let names: Vec<String> = expired(partitions, "at", cutoff).into_iter().map(|it| it.name).collect();
            assert_eq!(names, expected);
        };
        check(&[by_time("a", "1000"), by_time("b", "2000"), by_time("c", "2001")], &["a", "b"]);
        check(&[by_time("a", "1000"), by_time("b", "2000")], &["a"]);
        check(&[by_time("a", "1000"), by_time("m", "MAXVALUE")], &["a"]);
        check(&[by_time("a/s1", "1000"), by_time("a/s2", "1000"), by_time("m/s1", "MAXVALUE")], &["a"]);
        check(&[], &[]);
    }
}
