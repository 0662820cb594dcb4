//! One table in detail: columns, indexes, partitions; each one statement, bounded like the rest of the catalogue.
//!
//! A table that DDL holds has no rows here and leaves a warning behind, so an empty answer costs a second look, and a third
//! to tell a table without indexes from one that this account may not see.

use super::{HELD, bounded};
use crate::server::error::{Known, ServerError, Unavailable};
use crate::server::row::Row;
use crate::server::{Link, sql};
use crate::units::{Bytes, Rows};

/// One column, in the order of the table.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type as in `CREATE TABLE` (`varchar(36)`).
    pub kind: String,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Its default, as the server writes it.
    pub default: Option<String>,
    /// `auto_increment`, `on update …`, `VIRTUAL GENERATED` and the like.
    pub extra: String,
    /// Its collation, for texts.
    pub collation: Option<String>,
    /// Its comment.
    pub comment: String,
}

/// One index.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Index {
    /// Its name; `PRIMARY` for the primary key.
    pub name: String,
    /// Its columns in order; a prefix as `name(10)`, an expression as such.
    pub columns: Vec<String>,
    /// Whether it forbids duplicates.
    pub unique: bool,
    /// `BTREE`, `HASH`, `FULLTEXT`, `SPATIAL`.
    pub kind: String,
    /// Estimated number of different values of all its columns.
    pub cardinality: Option<u64>,
}

/// One partition (or subpartition).
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Partition {
    /// Its name; a subpartition as `partition/subpartition`.
    pub name: String,
    /// `RANGE`, `LIST COLUMNS`, `HASH`, …
    pub method: String,
    /// What the table is partitioned by.
    pub expression: String,
    /// Its limit or its values; `None` where the method has none (HASH, KEY).
    pub description: Option<String>,
    /// Estimated rows.
    pub rows: Option<Rows>,
    /// Data and indexes.
    pub bytes: Option<Bytes>,
    /// Its comment.
    pub comment: String,
}

/// Reads the columns of a table.
///
/// # Errors
/// As [`Link::rows`]; unavailable when DDL holds the table, and when there is no such table for this account.
pub async fn columns(link: &mut Link, schema: &str, table: &str) -> Result<Known<Vec<Column>>, ServerError> {
    let select = "COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, COLLATION_NAME, COLUMN_COMMENT";
    let rows = ask(link, select, "COLUMNS", (schema, table), "ORDINAL_POSITION").await?;
    Ok(rows.map(|rows| rows.iter().map(column).collect()))
}

/// Reads the indexes of a table; none when it has none.
///
/// # Errors
/// As [`columns`].
pub async fn indexes(link: &mut Link, schema: &str, table: &str) -> Result<Known<Vec<Index>>, ServerError> {
    let expression = link.caps.index_expression;
    let select =
        format!("INDEX_NAME, NON_UNIQUE, INDEX_TYPE, CARDINALITY, SUB_PART, COALESCE(COLUMN_NAME, {expression})");
    let rows = ask(link, &select, "STATISTICS", (schema, table), "INDEX_NAME, SEQ_IN_INDEX").await?;
    Ok(rows.map(|rows| gathered(&rows)))
}

/// Reads the partitions of a table; none when it has none.
///
/// # Errors
/// As [`columns`].
pub async fn partitions(link: &mut Link, schema: &str, table: &str) -> Result<Known<Vec<Partition>>, ServerError> {
    let select = "PARTITION_NAME, SUBPARTITION_NAME, PARTITION_METHOD, PARTITION_EXPRESSION, \
         PARTITION_DESCRIPTION, TABLE_ROWS, DATA_LENGTH + INDEX_LENGTH, PARTITION_COMMENT";
    let order = "PARTITION_ORDINAL_POSITION, SUBPARTITION_ORDINAL_POSITION";
    let rows = ask(link, select, "PARTITIONS", (schema, table), order).await?;
    Ok(rows.map(|rows| rows.iter().filter_map(partition).collect()))
}

async fn ask(
    link: &mut Link,
    select: &str,
    view: &str,
    (schema, table): (&str, &str),
    order: &str,
) -> Result<Known<Vec<Row>>, ServerError> {
    let of_table = format!("TABLE_SCHEMA = {} AND TABLE_NAME = {}", sql::literal(schema), sql::literal(table));
    let from = format!("{select} FROM information_schema.{view} WHERE {of_table} ORDER BY {order}");
    match bounded(link, &from).await? {
        Ok(rows) if !rows.is_empty() => Ok(Ok(rows)),
        Ok(_) if was_held(link).await? => Ok(Err(Unavailable::answer(HELD))),
        Ok(none) => {
            let visible = bounded(link, &format!("1 FROM information_schema.TABLES WHERE {of_table}")).await?;
            let is_visible =
                |found: Vec<Row>| if found.is_empty() { Err(no_such_table(link, schema, table)) } else { Ok(none) };
            Ok(visible.and_then(is_visible))
        }
        lack => Ok(lack),
    }
}

/// Whether the last statement passed over a table because of a lock (1205).
async fn was_held(link: &mut Link) -> Result<bool, ServerError> {
    let warnings = link.rows("SHOW WARNINGS").await?;
    Ok(warnings.iter().any(|warning| warning.u64(1) == Some(1205)))
}

fn no_such_table(link: &Link, schema: &str, table: &str) -> Unavailable {
    let shown = crate::text::clean(table.as_bytes());
    let scope = format!("{}.{}", sql::ident(schema), sql::ident(table));
    Unavailable::permission(
        format!("there is no table {shown}, or the account may not see it"),
        link.caps.grant("SELECT", &scope),
    )
}

fn column(row: &Row) -> Column {
    Column {
        name: row.text_or_empty(0),
        kind: row.text_or_empty(1),
        nullable: row.flag(2).unwrap_or(false),
        default: row.text(3),
        extra: row.text_or_empty(4),
        collation: row.text(5),
        comment: row.text_or_empty(6),
    }
}

/// One row per column of an index; the last one's cardinality is the whole index's.
/// Rows of one table's indexes, by index and place in it.
pub(super) fn gathered(rows: &[Row]) -> Vec<Index> {
    let mut indexes: Vec<Index> = Vec::new();
    for row in rows {
        let name = row.text_or_empty(0);
        if indexes.last().is_none_or(|index| index.name != name) {
            let unique = !row.flag(1).unwrap_or(true);
            indexes.push(Index { name, unique, kind: row.text_or_empty(2), ..Index::default() });
        }
        if let Some(index) = indexes.last_mut() {
            index.columns.push(index_column(row));
            index.cardinality = row.u64(3);
        }
    }
    indexes
}

fn index_column(row: &Row) -> String {
    let name = row.text_or_empty(5);
    match row.u64(4) {
        Some(prefix) => format!("{name}({prefix})"),
        None => name,
    }
}

/// A table without partitions is listed as one part without a name.
fn partition(row: &Row) -> Option<Partition> {
    let name = row.text(0)?;
    Some(Partition {
        name: row.text(1).map_or(name.clone(), |sub| format!("{name}/{sub}")),
        method: row.text_or_empty(2),
        expression: row.text_or_empty(3),
        description: row.text(4),
        rows: row.u64(5).map(Rows),
        bytes: row.u64(6).map(Bytes),
        comment: row.text_or_empty(7),
    })
}
