//! What tables and partitions take, and what of that is unused.
//!
//! Free extents are known at once, from the catalogue. Of partitions one server does not tell them (measured: always 0):
//! there it is the length of the file without what the statistics know of and what is allocated ahead, and for some
//! seconds after a large change too much or too little. Pages that are half empty are in neither: a rebuild may give
//! back more.

use std::collections::BTreeMap;

use super::{TableFacts, bounded};
use crate::server::caps::TablespaceNames;
use crate::server::error::{Known, ServerError};
use crate::server::read::sizes::{partition_of_name, parts_of_name, table_of};
use crate::server::row::Row;
use crate::server::{Link, sql};
use crate::units::{Bytes, Percent};

/// What a table without partitions, or one partition, takes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Space {
    /// The table.
    pub table: String,
    /// Its partition, the subpartitions together; `None` when it has none.
    pub partition: Option<String>,
    /// All of it.
    pub size: Bytes,
    /// Allocated and unused, at least.
    pub free: Bytes,
    /// What a copy of it takes, at most.
    pub copy: Bytes,
}

impl Space {
    /// The part that is unused.
    pub fn unused(&self) -> Percent {
        Percent::of(self.free.0 as f64, self.size.0 as f64)
    }

    /// Both together, as a space of the table.
    #[must_use]
    pub fn and(self, other: &Self) -> Self {
        let sum = |one: Bytes, other: Bytes| Bytes(one.0 + other.0);
        let (size, free, copy) = (sum(self.size, other.size), sum(self.free, other.free), sum(self.copy, other.copy));
        Self { table: self.table, partition: None, size, free, copy }
    }

    fn new((table, partition): (String, Option<String>), used: u64, free: u64, file: Option<u64>) -> Self {
        let size = file.unwrap_or(used + free);
        let beyond = size.saturating_sub(used).saturating_sub(AHEAD);
        let (guessed, copy) =
            if partition.is_some() && free == 0 { (beyond, size) } else { (0, size.saturating_sub(free)) };
        Self { table, partition, size: Bytes(size), free: Bytes(free.max(guessed).min(size)), copy: Bytes(copy) }
    }
}

/// What servers allocate ahead, and lose to tables and indexes that do not fill their last extents.
const AHEAD: u64 = 8 << 20;

/// Table, and partition in small letters.
type Key = (String, Option<String>);

/// Reads the space of these tables of one schema, of their partitions where they have some; two statements at most. A
/// table that DDL holds is left out this time.
///
/// # Errors
/// As [`Link::rows`]; unavailable when the catalogue does not answer. Without PROCESS the files are not looked at.
pub async fn of_tables(link: &mut Link, schema: &str, facts: &[TableFacts]) -> Result<Known<Vec<Space>>, ServerError> {
    let files = files(link, schema).await?;
    let mut spaces: Vec<Space> =
        facts.iter().filter(|facts| !facts.partitioned).filter_map(|it| whole(it, &files)).collect();
    if facts.iter().all(|facts| !facts.partitioned) {
        return Ok(Ok(spaces));
    }
    let from = format!(
        "TABLE_NAME, PARTITION_NAME, DATA_LENGTH + INDEX_LENGTH, DATA_FREE FROM information_schema.PARTITIONS \
         WHERE TABLE_SCHEMA = {} AND PARTITION_NAME IS NOT NULL ORDER BY TABLE_NAME, PARTITION_ORDINAL_POSITION",
        sql::literal(schema)
    );
    let rows = match bounded(link, &from).await? {
        Ok(rows) => rows,
        Err(lack) => return Ok(Err(lack)),
    };
    let is_meant = |part: &Part| facts.iter().any(|facts| facts.table == part.table);
    for part in parts(&rows).into_iter().filter(is_meant) {
        let file = files.get(&key(&part.table, Some(&part.partition))).copied();
        spaces.push(Space::new((part.table, Some(part.partition)), part.used, part.free, file));
    }
    Ok(Ok(spaces))
}

/// `None` for a table that the server could not look at.
fn whole(facts: &TableFacts, files: &BTreeMap<Key, u64>) -> Option<Space> {
    let (free, used) = (facts.free.unwrap_or_default().0, facts.data?.0 + facts.index.unwrap_or_default().0);
    let file = files.get(&key(&facts.table, None)).copied();
    Some(Space::new((facts.table.clone(), None), used, free, file))
}

/// What the catalogue knows of a partition.
struct Part {
    table: String,
    partition: String,
    used: u64,
    free: u64,
}

/// Subpartitions are added up.
fn parts(rows: &[Row]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for row in rows {
        let (Some(table), Some(partition)) = (row.verbatim(0), row.verbatim(1)) else { continue };
        let (used, free) = (row.u64(2).unwrap_or(0), row.u64(3).unwrap_or(0));
        match parts.last_mut().filter(|last| (&last.table, &last.partition) == (&table, &partition)) {
            Some(last) => (last.used, last.free) = (last.used + used, last.free + free),
            None => parts.push(Part { table, partition, used, free }),
        }
    }
    parts
}

fn key(table: &str, partition: Option<&str>) -> Key {
    (table.to_owned(), partition.map(str::to_lowercase))
}

/// The lengths of the files; none when they may not be seen.
async fn files(link: &mut Link, schema: &str) -> Result<BTreeMap<Key, u64>, ServerError> {
    let names = link.caps.tablespace_names;
    let [schema_name, table, _] = parts_of_name(names);
    let (partition, source) = (partition_of_name(names), link.caps.tablespaces);
    let wanted = sql::literal(schema);
    let sql = format!("SELECT {table}, {partition}, FILE_SIZE FROM {source} WHERE {schema_name} = {wanted}");
    let rows = match link.rows(sql).await {
        Ok(rows) => rows,
        Err(error) if error.is_harmless() => return Ok(BTreeMap::new()),
        Err(error) => return Err(error),
    };
    let mut files = BTreeMap::new();
    for row in &rows {
        let name = row.verbatim(0).unwrap_or_default();
        let table = if names == TablespaceNames::Plain { table_of(&name).0 } else { name };
        *files.entry(key(&table, row.verbatim(1).as_deref())).or_default() += row.u64(2).unwrap_or(0);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unused_is_told_or_guessed() {
        let check = |partition: Option<&str>, (used, free, file): (u64, u64, Option<u64>), expected: [u64; 3]| {
            let mib = |mib: u64| mib << 20;
            let names = ("t".to_owned(), partition.map(str::to_owned));
            let space = Space::new(names, mib(used), mib(free), file.map(mib));
            assert_eq!([space.size.0, space.free.0, space.copy.0], expected.map(mib), "{space:?}");
        };
        check(None, (60, 20, Some(90)), [90, 20, 70]);
        check(None, (60, 20, None), [80, 20, 60]);
        check(None, (0, 4, Some(60)), [60, 4, 56]);
        check(Some("p"), (1, 23, Some(28)), [28, 23, 5]);
        check(Some("p"), (1, 0, Some(28)), [28, 19, 28]);
        check(Some("p"), (5, 0, Some(13)), [13, 0, 13]);
        check(Some("p"), (5, 0, None), [5, 0, 5]);
    }
}
