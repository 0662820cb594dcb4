//! The indexes of all tables of some schemas in one bounded statement, and which of them are superfluous.

use super::bounded;
use super::detail::{Index, gathered};
use crate::server::error::{Known, ServerError};
use crate::server::row::Row;
use crate::server::{Link, sql};

/// The indexes of one table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableIndexes {
    /// The database on the server.
    pub schema: String,
    /// The table.
    pub table: String,
    /// Its indexes.
    pub indexes: Vec<Index>,
}

/// Reads the indexes of all tables that have any. A table that DDL holds is left out this time.
///
/// # Errors
/// As [`Link::rows`].
pub async fn of_schemas(link: &mut Link, schemas: &[String]) -> Result<Known<Vec<TableIndexes>>, ServerError> {
    let expression = link.caps.index_expression;
    let from = format!(
        "INDEX_NAME, NON_UNIQUE, INDEX_TYPE, CARDINALITY, SUB_PART, COALESCE(COLUMN_NAME, {expression}), \
         TABLE_SCHEMA, TABLE_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA IN ({}) \
         ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
        sql::list(schemas)
    );
    let rows = bounded(link, &from).await?;
    Ok(rows.map(|rows| rows.chunk_by(|a, b| table_of(a) == table_of(b)).map(one_table).collect()))
}

fn table_of(row: &Row) -> (String, String) {
    (row.text_or_empty(6), row.text_or_empty(7))
}

fn one_table(rows: &[Row]) -> TableIndexes {
    let (schema, table) = rows.first().map(table_of).unwrap_or_default();
    TableIndexes { schema, table, indexes: gathered(rows) }
}

impl TableIndexes {
    /// Whether the table has a primary key.
    pub fn has_primary_key(&self) -> bool {
        self.indexes.iter().any(|index| index.name == PRIMARY)
    }

    /// Indexes that another one serves as well, with the other: a copy of it, or the beginning of its columns. A unique
    /// index is superfluous only beside another unique one over the same columns, since it also forbids something.
    pub fn superfluous(&self) -> impl Iterator<Item = (&Index, &Index)> {
        self.indexes.iter().enumerate().filter_map(|(place, index)| {
            let other = self
                .indexes
                .iter()
                .enumerate()
                .find(|(other_place, other)| *other_place != place && serves(index, other, *other_place < place));
            other.map(|(_, other)| (index, other))
        })
    }
}

const PRIMARY: &str = "PRIMARY";

/// Whether `other` does all that `index` does; of two equal ones the earlier stays.
fn serves(index: &Index, other: &Index, is_earlier: bool) -> bool {
    let comparable = index.kind == "BTREE" && other.kind == "BTREE" && index.name != PRIMARY;
    let same = index.columns == other.columns;
    let stays = match (index.unique, other.unique) {
        (true, true) => same && (is_earlier || other.name == PRIMARY),
        (true, false) => false,
        (false, true) => other.columns.starts_with(&index.columns),
        (false, false) => other.columns.starts_with(&index.columns) && (!same || is_earlier),
    };
    comparable && stays
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(name: &str, unique: bool, columns: &[&str]) -> Index {
        let columns = columns.iter().map(|column| (*column).to_owned()).collect();
        Index { name: name.to_owned(), columns, unique, kind: "BTREE".to_owned(), ..Index::default() }
    }

    #[test]
    fn an_index_is_superfluous_beside_one_that_begins_with_its_columns() {
        let check = |indexes: Vec<Index>, expected: &[(&str, &str)]| {
            let table = TableIndexes { indexes, ..TableIndexes::default() };
            let found: Vec<(&str, &str)> =
                table.superfluous().map(|(one, other)| (one.name.as_str(), other.name.as_str())).collect();
            assert_eq!(found, expected);
        };
        let id = || index("PRIMARY", true, &["id"]);
        check(vec![id(), index("a", false, &["a"]), index("ab", false, &["a", "b"])], &[("a", "ab")]);
        check(vec![id(), index("a", false, &["a"]), index("a2", false, &["a"])], &[("a2", "a")]);
        check(vec![id(), index("task", true, &["t"]), index("idx_task", false, &["t"])], &[("idx_task", "task")]);
        check(vec![id(), index("id", true, &["id"])], &[("id", "PRIMARY")]);
        check(vec![id(), index("b", false, &["b"]), index("ab", false, &["a", "b"])], &[]);
        check(vec![id(), index("u", true, &["a"]), index("ab", false, &["a", "b"])], &[]);
        check(vec![index("p", false, &["name(10)"]), index("whole", false, &["name"])], &[]);
    }
}
