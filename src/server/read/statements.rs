//! What the statements cost, by digest: `performance_schema.events_statements_summary_by_digest`.
//!
//! Needs `performance_schema = ON` (a start-up setting) and SELECT on it. Times there are picoseconds.

use std::time::Duration;

use crate::server::error::{Known, ServerError, Unavailable, known};
use crate::server::row::Row;
use crate::server::{Link, sql};
use crate::units::Rows;

/// One statement pattern in one database, totals since the server started to count.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DigestRow {
    /// The default database of its executions.
    pub schema: Option<String>,
    /// What identifies the pattern.
    pub digest: String,
    /// The pattern.
    pub text: String,
    /// Executions.
    pub count: u64,
    /// Time of all executions together.
    pub total: Duration,
    /// The longest one.
    pub longest: Duration,
    /// Rows examined.
    pub examined: Rows,
    /// Rows sent.
    pub sent: Rows,
    /// Rows changed.
    pub affected: Rows,
    /// Executions that failed.
    pub errors: u64,
    /// Executions that used no index.
    pub without_index: u64,
}

/// Totals of one schema, from which its rate of statements and their mean time are made.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SchemaTotal {
    /// The database on the server.
    pub schema: String,
    /// Executions.
    pub count: u64,
    /// Their time together.
    pub total: Duration,
}

/// More rows than anyone reads; the table itself holds up to 10 000.
const LIMIT: usize = 200;

/// Reads the costliest patterns of the given schemas.
///
/// # Errors
/// As [`Link::rows`]; unavailable without `performance_schema` or without SELECT on it.
pub async fn read(link: &mut Link, schemas: &[String]) -> Result<Known<Vec<DigestRow>>, ServerError> {
    let statement = format!(
        "SELECT SCHEMA_NAME, DIGEST, LEFT(DIGEST_TEXT, 1024), COUNT_STAR, SUM_TIMER_WAIT, MAX_TIMER_WAIT, \
         SUM_ROWS_EXAMINED, SUM_ROWS_SENT, SUM_ROWS_AFFECTED, SUM_ERRORS, SUM_NO_INDEX_USED \
         FROM performance_schema.events_statements_summary_by_digest WHERE SCHEMA_NAME IN ({}) \
         ORDER BY SUM_TIMER_WAIT DESC LIMIT {LIMIT}",
        sql::list(schemas)
    );
    let answer = ask(link, statement).await?;
    Ok(answer.map(|rows| rows.iter().map(digest).collect()))
}

/// Reads the totals of the given schemas.
///
/// # Errors
/// As [`read`].
pub async fn totals(link: &mut Link, schemas: &[String]) -> Result<Known<Vec<SchemaTotal>>, ServerError> {
    let statement = format!(
        "SELECT SCHEMA_NAME, SUM(COUNT_STAR), SUM(SUM_TIMER_WAIT) \
         FROM performance_schema.events_statements_summary_by_digest WHERE SCHEMA_NAME IN ({}) GROUP BY SCHEMA_NAME",
        sql::list(schemas)
    );
    let answer = ask(link, statement).await?;
    Ok(answer.map(|rows| rows.iter().map(schema_total).collect()))
}

async fn ask(link: &mut Link, statement: String) -> Result<Known<Vec<Row>>, ServerError> {
    if !link.caps.performance_schema {
        return Ok(Err(Unavailable::setting(
            "the server does not count statements",
            "in the server's option file, below [mysqld]: performance_schema = ON (and restart)",
        )));
    }
    let answer = link.rows(statement).await;
    known(answer, || {
        let remedy = link.caps.grant("SELECT", "performance_schema.*");
        Unavailable::permission("the account may not read statement digests", remedy)
    })
}

fn picoseconds(row: &Row, column: usize) -> Duration {
    Duration::from_nanos(row.u64(column).unwrap_or(0) / 1000)
}

fn digest(row: &Row) -> DigestRow {
    DigestRow {
        schema: row.text(0),
        digest: row.text_or_empty(1),
        text: row.text_or_empty(2),
        count: row.u64(3).unwrap_or(0),
        total: picoseconds(row, 4),
        longest: picoseconds(row, 5),
        examined: Rows(row.u64(6).unwrap_or(0)),
        sent: Rows(row.u64(7).unwrap_or(0)),
        affected: Rows(row.u64(8).unwrap_or(0)),
        errors: row.u64(9).unwrap_or(0),
        without_index: row.u64(10).unwrap_or(0),
    }
}

fn schema_total(row: &Row) -> SchemaTotal {
    SchemaTotal { schema: row.text_or_empty(0), count: row.u64(1).unwrap_or(0), total: picoseconds(row, 2) }
}
