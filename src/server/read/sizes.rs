//! Sizes of tables, right at once after a large insert and readable while DDL runs.
//!
//! The tablespaces answer both and need PROCESS. `information_schema.TABLES`, the usual source, is a day old on one
//! server and waits behind `CREATE TABLE … SELECT` for seconds on the other; it is asked in [`super::tables`], with a
//! limit of its own, for what only it knows (rows, engines) and for accounts without PROCESS.

use std::collections::BTreeMap;

use crate::server::caps::TablespaceNames;
use crate::server::error::{Known, ServerError, Unavailable, known};
use crate::server::row::Row;
use crate::server::{Link, sql};
use crate::units::Bytes;

use super::transactions::needs_process;

/// What one table takes on disk, its partitions together.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct TableSize {
    /// The database on the server.
    pub schema: String,
    /// The table.
    pub table: String,
    /// Data and indexes: the length of its files.
    pub bytes: Bytes,
    /// Number of partitions; 0 when it has none.
    pub partitions: usize,
}

/// Reads the sizes of all InnoDB tables of the given schemas.
///
/// # Errors
/// As [`Link::rows`]; without PROCESS the reading is unavailable.
pub async fn read(link: &mut Link, schemas: &[String]) -> Result<Known<Vec<TableSize>>, ServerError> {
    let names = link.caps.tablespace_names;
    let answer = link.rows(statement(link.caps.tablespaces, names, schemas)).await;
    known(answer.map(|rows| gathered(&rows, names)), || needs_process(link))
}

/// Columns: database, table, file, length.
fn statement(tablespaces: &str, names: TablespaceNames, schemas: &[String]) -> String {
    let [schema, table, file] = parts_of_name(names);
    let schemas = sql::list(schemas);
    format!("SELECT {schema}, {table}, {file}, FILE_SIZE FROM {tablespaces} WHERE {schema} IN ({schemas})")
}

/// Expressions for database, table and file, of a NAME as InnoDB lists it. Names in files have a code for everything but
/// letters, digits and `_`, and a shorter one for some alphabets: the server decodes them. The copy that an ALTER makes
/// (`#sql-…`) has no code.
pub(super) fn parts_of_name(names: TablespaceNames) -> [String; 3] {
    let schema = "SUBSTRING_INDEX(NAME, '/', 1)";
    let file = "SUBSTRING_INDEX(NAME, '/', -1)";
    let (schema, table) = match names {
        TablespaceNames::Plain => (schema.to_owned(), file.to_owned()),
        TablespaceNames::Encoded => {
            let table = decoded(&format!("SUBSTRING_INDEX({file}, '#P#', 1)"));
            (decoded(schema), format!("IF({file} LIKE '#sql%', {file}, {table})"))
        }
    };
    [schema, table, file.to_owned()]
}

/// An expression for the partition of such a name, subpartitions left out; `NULL` for a table without. One server writes
/// it in small letters, whatever it is called.
pub(super) fn partition_of_name(names: TablespaceNames) -> String {
    let part = |mark, sub| format!("SUBSTRING_INDEX(SUBSTRING_INDEX(NAME, '{mark}', -1), '{sub}', 1)");
    match names {
        TablespaceNames::Plain => format!("IF(NAME LIKE '%#p#%', {}, NULL)", part("#p#", "#sp#")),
        TablespaceNames::Encoded => format!("IF(NAME LIKE '%#P#%', {}, NULL)", decoded(&part("#P#", "#SP#"))),
    }
}

fn decoded(name: &str) -> String {
    format!("CONVERT(CONVERT(CAST({name} AS BINARY) USING filename) USING utf8mb4)")
}

/// Whether a schema without tables is an empty database or none at all; `None` when it exists or may not be asked about.
///
/// # Errors
/// As [`Link::rows`].
pub async fn absence(link: &mut Link, schema: &str) -> Result<Option<Unavailable>, ServerError> {
    let name = sql::ident(schema);
    match link.rows(format!("SHOW CREATE DATABASE {name}")).await {
        Err(ServerError::Sql { code: UNKNOWN_DATABASE, .. }) => {
            let remedy = format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;");
            Ok(Some(Unavailable::absent(format!("there is no database {schema} on this server"), remedy)))
        }
        Err(error) if !error.is_harmless() => Err(error),
        _ => Ok(None),
    }
}

/// The same number on both flavors.
const UNKNOWN_DATABASE: u16 = 1049;

/// Partitions are tablespaces of their own: they are added up.
fn gathered(rows: &[Row], names: TablespaceNames) -> Vec<TableSize> {
    let mut tables: BTreeMap<(String, String), TableSize> = BTreeMap::new();
    for row in rows {
        let text = |column| row.verbatim(column).unwrap_or_default();
        let (schema, file) = (text(0), text(2));
        let (table, is_partition) = match names {
            TablespaceNames::Plain => table_of(&file),
            TablespaceNames::Encoded => (text(1), file.contains("#P#")),
        };
        let key = (schema.clone(), table.clone());
        let size = tables.entry(key).or_insert(TableSize { schema, table, ..TableSize::default() });
        size.bytes.0 += row.u64(3).unwrap_or(0);
        size.partitions += usize::from(is_partition);
    }
    tables.into_values().collect()
}

/// The table of a partition's file, where names are plain, and whether it is one.
pub(super) fn table_of(file: &str) -> (String, bool) {
    match file.split_once("#p#") {
        Some((table, _)) if !table.is_empty() => (table.to_owned(), true),
        _ => (file.to_owned(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_belong_to_their_table() {
        let check = |file, table: &str, is_partition| assert_eq!(table_of(file), (table.to_owned(), is_partition));
        check("logs#p#p20261101", "logs", true);
        check("logs#p#p20261101#sp#s1", "logs", true);
        check("logs", "logs", false);
        check("#p#", "#p#", false);
    }
}
