//! How far the statistics that plans are made from are behind their tables, as InnoDB counts it itself. Needs PROCESS.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::sizes::{parts_of_name, table_of};
use super::transactions::needs_process;
use crate::server::caps::TablespaceNames;
use crate::server::error::{Known, ServerError, known};
use crate::server::{Link, sql};
use crate::units::Rows;

/// The statistics of one InnoDB table, its partitions together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableStatistics {
    /// The database on the server.
    pub schema: String,
    /// The table.
    pub table: String,
    /// Rows by the server's running estimate.
    pub rows: Rows,
    /// Rows changed since the statistics were made.
    pub modified: Rows,
    /// When they were made (the oldest partition's); `None` where they are not kept, or this account may not read when.
    pub made: Option<DateTime<Utc>>,
}

/// A tenth of the rows is the servers' own measure for making them anew; a handful of a small table changes no plan.
const BEHIND_PART: u64 = 10;
const BEHIND_ROWS: u64 = 1000;

impl TableStatistics {
    /// Whether so much has changed since that they should be made anew.
    pub fn is_behind(&self) -> bool {
        self.modified.0 >= BEHIND_ROWS && self.modified.0.saturating_mul(BEHIND_PART) > self.rows.0
    }
}

/// Reads the statistics of the tables that were opened since the server started; two statements. Those of the others are
/// as they were kept.
///
/// # Errors
/// As [`Link::rows`]; unavailable without PROCESS.
pub async fn read(link: &mut Link, schemas: &[String]) -> Result<Known<Vec<TableStatistics>>, ServerError> {
    let mut tables: BTreeMap<(String, String), TableStatistics> = BTreeMap::new();
    let (names, source) = (link.caps.tablespace_names, link.caps.table_statistics);
    let [schema, table, _] = parts_of_name(names);
    let wanted = sql::list(schemas);
    let answer = link
        .rows(format!(
            "SELECT {schema}, {table}, NUM_ROWS, MODIFIED_COUNTER FROM {source} \
             WHERE {schema} IN ({wanted}) AND STATS_INITIALIZED NOT IN ('0', 'Uninitialized')"
        ))
        .await;
    let rows = match known(answer, || needs_process(link))? {
        Ok(rows) => rows,
        Err(lack) => return Ok(Err(lack)),
    };
    for row in &rows {
        let (schema, name) = (row.verbatim(0).unwrap_or_default(), row.verbatim(1).unwrap_or_default());
        let table = if names == TablespaceNames::Plain { table_of(&name).0 } else { name };
        let key = (schema.clone(), table.clone());
        let sums = tables.entry(key).or_insert(TableStatistics { schema, table, ..TableStatistics::default() });
        sums.rows.0 += row.u64(2).unwrap_or(0);
        sums.modified.0 += row.u64(3).unwrap_or(0);
    }
    for (key, made) in dates(link, schemas).await? {
        if let Some(table) = tables.get_mut(&key) {
            table.made = Some(table.made.map_or(made, |known| known.min(made)));
        }
    }
    Ok(Ok(tables.into_values().collect()))
}

/// When the kept statistics were made, table by table and partition by partition; none when that may not be read.
async fn dates(link: &mut Link, schemas: &[String]) -> Result<Vec<((String, String), DateTime<Utc>)>, ServerError> {
    let sql = format!(
        "SELECT database_name, table_name, UNIX_TIMESTAMP(last_update) FROM mysql.innodb_table_stats \
         WHERE database_name IN ({})",
        sql::list(schemas)
    );
    let rows = match link.rows(sql).await {
        Ok(rows) => rows,
        Err(error) if error.is_harmless() => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let date = |row: &crate::server::row::Row| {
        let made = DateTime::from_timestamp(i64::try_from(row.u64(2)?).ok()?, 0)?;
        let (table, _) = table_of(&row.verbatim(1)?.replace("#P#", "#p#"));
        Some(((row.verbatim(0)?, table), made))
    };
    Ok(rows.iter().filter_map(date).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_are_behind_when_much_has_changed() {
        let check = |rows, modified, expected| {
            let table = TableStatistics { rows: Rows(rows), modified: Rows(modified), ..TableStatistics::default() };
            assert_eq!(table.is_behind(), expected, "{table:?}");
        };
        check(100_000, 20_000, true);
        check(100_000, 9_000, false);
        check(100, 999, false);
        check(0, 1_000, true);
    }
}
