//! Sizes of tables, right at once after a large insert and readable while DDL runs.
//!
//! The tablespaces answer both and need PROCESS. `information_schema.TABLES`, the usual source, is a day old on one
//! server and waits behind `CREATE TABLE … SELECT` for seconds on the other; it is asked in [`super::tables`], with a
//! limit of its own, for what only it knows (rows, engines) and for accounts without PROCESS.

use std::collections::BTreeMap;

use crate::server::error::{Known, ServerError, known};
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
    let names: Vec<String> = schemas.iter().map(|schema| encoded(schema)).collect();
    let statement = format!(
        "SELECT NAME, FILE_SIZE FROM {} WHERE SUBSTRING_INDEX(NAME, '/', 1) IN ({})",
        link.caps.tablespaces,
        sql::list(&names)
    );
    let answer = link.rows(statement).await;
    known(answer.map(|rows| gathered(&rows)), || needs_process(link))
}

/// Partitions are tablespaces of their own (`schema/table#P#name`, `#p#` on the other server): they are added up.
fn gathered(rows: &[Row]) -> Vec<TableSize> {
    let mut tables: BTreeMap<(String, String), TableSize> = BTreeMap::new();
    for row in rows {
        let name = row.verbatim(0).unwrap_or_default();
        let Some((schema, file)) = name.split_once('/') else { continue };
        let (table, is_partition) = table_of(file);
        let key = (decoded(schema), decoded(table));
        let size = tables.entry(key.clone()).or_insert_with(|| TableSize {
            schema: key.0,
            table: key.1,
            ..TableSize::default()
        });
        size.bytes.0 += row.u64(1).unwrap_or(0);
        size.partitions += usize::from(is_partition);
    }
    tables.into_values().collect()
}

fn table_of(file: &str) -> (&str, bool) {
    match file.find("#P#").or_else(|| file.find("#p#")) {
        Some(end) => (&file[..end], true),
        None => (file, false),
    }
}

/// A name as the server writes it in file names: letters, digits and `_` as they are, anything else as `@` and four
/// hexadecimal digits of UTF-16. Letters beyond ASCII have shorter codes on some servers, which [`decoded`] leaves alone.
fn encoded(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || c == '_' {
            text.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                text.push_str(&format!("@{unit:04x}"));
            }
        }
    }
    text
}

fn decoded(name: &str) -> String {
    let mut units: Vec<u16> = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let code =
            rest.strip_prefix('@').and_then(|code| code.get(..4)).and_then(|hex| u16::from_str_radix(hex, 16).ok());
        let taken = if let Some(code) = code {
            units.push(code);
            5
        } else {
            units.extend_from_slice(first.encode_utf16(&mut [0; 2]));
            first.len_utf8()
        };
        rest = &rest[taken..];
    }
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_give_back_the_table() {
        for name in ["client_tasks", "with space", "dash-ed", "表格", "a@b", "back`tick", "😀"] {
            assert_eq!(decoded(&encoded(name)), name);
        }
        assert_eq!(decoded("with@0020space"), "with space");
    }

    #[test]
    fn partitions_belong_to_their_table() {
        assert_eq!(table_of("logs#P#p20261101"), ("logs", true));
        assert_eq!(table_of("logs#p#p20261101#sp#s1"), ("logs", true));
        assert_eq!(table_of("logs"), ("logs", false));
    }
}
