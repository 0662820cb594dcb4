//! Which indexes were used, as far as the server has counted, and for how long it has.
//!
//! Two places count: the performance schema on both flavors, and the per-user statistics of one of them. Both are only as
//! old as the server's start at most, and either may be off: no count is never taken for no use.

use std::time::Duration;

use super::{counters, variables};
use crate::server::error::{Known, ServerError, Unavailable, known};
use crate::server::{Link, sql};

/// How often indexes were read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct IndexUse {
    /// Table, index and reads of those that were read at all.
    pub reads: Vec<(String, String, u64)>,
    /// For how long the server has counted, at most: since its start.
    pub counted: Duration,
    /// Where it counts.
    pub source: &'static str,
}

impl IndexUse {
    /// How often an index was read.
    pub fn of(&self, table: &str, index: &str) -> u64 {
        let found = self.reads.iter().find(|(known, name, _)| known == table && name == index);
        found.map_or(0, |(_, _, reads)| *reads)
    }
}

/// Reads the use of all indexes of a schema; four statements at most.
///
/// # Errors
/// As [`Link::rows`]; unavailable when nothing counts, and when this account may not read what does.
pub async fn read(link: &mut Link, schema: &str) -> Result<Known<IndexUse>, ServerError> {
    let counted = Duration::from_secs(counters::read(link).await?.uptime);
    let userstat = variables::read(link).await?.userstat;
    let (source, columns, table) = match userstat {
        Some(true) => ("per-user statistics", INDEX_STATISTICS, "information_schema.INDEX_STATISTICS"),
        _ if link.caps.performance_schema => match instrument(link).await? {
            Ok(()) => ("performance schema", INDEX_WAITS, "performance_schema.table_io_waits_summary_by_index_usage"),
            Err(lack) => return Ok(Err(lack)),
        },
        known => return Ok(Err(nothing_counts(known))),
    };
    let [schema_column, table_column, reads] = columns;
    let answer = link
        .rows(format!(
            "SELECT {table_column}, INDEX_NAME, {reads} FROM {table} \
             WHERE {schema_column} = {} AND INDEX_NAME IS NOT NULL AND {reads} > 0",
            sql::literal(schema)
        ))
        .await;
    let reads = answer.map(|rows| {
        let text = |row: &crate::server::row::Row, column| row.verbatim(column).unwrap_or_default();
        rows.iter().map(|row| (text(row, 0), text(row, 1), row.u64(2).unwrap_or(0))).collect()
    });
    Ok(known(reads, || may_not(link))?.map(|reads| IndexUse { reads, counted, source }))
}

const INDEX_STATISTICS: [&str; 3] = ["TABLE_SCHEMA", "TABLE_NAME", "ROWS_READ"];
const INDEX_WAITS: [&str; 3] = ["OBJECT_SCHEMA", "OBJECT_NAME", "COUNT_STAR"];

const INSTRUMENT: &str = "wait/io/table/sql/handler";

/// Whether what counts is switched on.
async fn instrument(link: &mut Link) -> Result<Known<()>, ServerError> {
    let sql = format!("SELECT ENABLED FROM performance_schema.setup_instruments WHERE NAME = '{INSTRUMENT}'");
    let answer = link.rows(sql).await;
    let enabled = known(answer, || may_not(link))?;
    Ok(enabled.and_then(|rows| match rows.first().and_then(|row| row.flag(0)) {
        Some(true) => Ok(()),
        _ => Err(Unavailable::setting(
            "the server does not count the use of tables",
            format!("UPDATE performance_schema.setup_instruments SET ENABLED = 'YES' WHERE NAME = '{INSTRUMENT}';"),
        )),
    }))
}

fn may_not(link: &Link) -> Unavailable {
    let remedy = link.caps.grant("SELECT", "performance_schema.*");
    Unavailable::permission("the account may not read the performance schema", remedy)
}

fn nothing_counts(userstat: Option<bool>) -> Unavailable {
    let remedy = match userstat {
        Some(_) => "SET GLOBAL userstat = ON;",
        None => "performance_schema=ON in the server's option file, and a restart",
    };
    Unavailable::setting("the server does not count the use of indexes", remedy)
}
