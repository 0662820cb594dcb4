//! How many rows are past retention, and along which index they are best found.
//!
//! Most rows of a range of the key expired: along the key, where rows lie. Few of them: along an index on the time, with
//! one more look-up for each row, but none for those that stay.

use super::column::{Column, Kind};
use super::keys::Key;
use super::shape::Shape;
use crate::server::{Link, ServerError, sql};
use crate::units::Percent;

/// Below this share of rows to remove, passing over the others costs more than the way over a second index.
const DENSE: f64 = 0.2;

/// What was counted of a table.
#[derive(Default)]
pub struct Count {
    /// Rows.
    pub rows: u64,
    /// The oldest one's time.
    pub oldest: Option<String>,
    /// The smallest and largest value of the key's first column, when that is a whole number.
    pub bounds: Option<(String, String)>,
}

/// Counts the rows that meet a condition.
///
/// # Errors
/// As [`Link::rows`].
pub async fn count(
    link: &mut Link,
    shape: &Shape,
    time: &Column,
    key: &Key,
    condition: &str,
) -> Result<Count, ServerError> {
    let first = key.columns.first().and_then(|name| shape.column(name));
    let bounded = first.filter(|column| column.kind == Kind::Whole);
    let bounds = bounded.map_or("NULL, NULL".to_owned(), |column| {
        let name = sql::ident(&column.name);
        format!("MIN({name}), MAX({name})")
    });
    let (time, table) = (sql::ident(&time.name), shape.name());
    let rows = link.rows(format!("SELECT COUNT(*), MIN({time}), {bounds} FROM {table} WHERE {condition}")).await?;
    let Some(row) = rows.first() else { return Ok(Count::default()) };
    let bounds = row.text(2).zip(row.text(3));
    Ok(Count { rows: row.u64(0).unwrap_or(0), oldest: row.text(1), bounds })
}

/// What to walk along, and why.
///
/// # Errors
/// As [`Link::rows`].
pub async fn way(
    link: &mut Link,
    shape: &Shape,
    time: &Column,
    key: &Key,
    count: &Count,
) -> Result<(Key, String), ServerError> {
    let by_time = shape.key_by_time(&time.name, key).filter(|_| shape.transactional);
    let between = match &count.bounds {
        Some(bounds) if by_time.is_some() => estimate(link, shape, key, bounds).await?,
        _ => None,
    };
    let between = between.unwrap_or(shape.rows).max(count.rows).max(1);
    let share = count.rows as f64 / between as f64;
    let percent = Percent(100.0 * share);
    Ok(match by_time {
        Some(walk) if share < DENSE => {
            let why = format!("along {} (few in between: {percent} of the rows go)", walk.index);
            (walk, why)
        }
        _ => (key.clone(), format!("along {} ({percent} of the rows in between go)", key.index)),
    })
}

/// Rows between two values of a key, as the optimizer reckons. (Not FORCE INDEX: one of the servers then does not look.)
async fn estimate(
    link: &mut Link,
    shape: &Shape,
    key: &Key,
    (least, most): &(String, String),
) -> Result<Option<u64>, ServerError> {
    let first = key.columns.first().map(|name| sql::ident(name)).unwrap_or_default();
    let (table, index) = (shape.name(), sql::ident(&key.index));
    let explain = format!(
        "EXPLAIN FORMAT=TRADITIONAL SELECT 1 FROM {table} USE INDEX ({index}) WHERE {first} BETWEEN {least} AND {most}"
    );
    let rows = link.rows(explain).await?;
    Ok(rows.first().and_then(|row| row.u64(row.named("rows")?)))
}
