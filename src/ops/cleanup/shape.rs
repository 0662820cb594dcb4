//! What a table looks like, as far as removing its rows is concerned: columns, a key to walk along, engine, partitions,
//! and which other tables a removed row takes with it.
//!
//! Read from the catalogue, with its limits: a table that DDL holds is an error here, never an empty answer.

use super::column::{Column, Kind};
use super::keys::Key;
use crate::server::error::{Known, ServerError};
use crate::server::read::tables::{self, Index, Partition, TableFacts};
use crate::server::{Link, sql};

/// A table.
#[derive(Debug, Clone)]
pub struct Shape {
    /// The database on the server.
    pub schema: String,
    /// Its name.
    pub table: String,
    /// Its storage engine.
    pub engine: String,
    /// Whether a broken statement leaves nothing half-done.
    pub transactional: bool,
    /// Rows, an estimate.
    pub rows: u64,
    /// Bytes of data and indexes.
    pub bytes: u64,
    /// Its columns in order.
    pub columns: Vec<Column>,
    /// Its indexes.
    pub indexes: Vec<Index>,
    /// Its partitions.
    pub partitions: Vec<Partition>,
    /// Tables whose rows the server removes or changes together with rows of this one.
    pub followers: Vec<Follower>,
}

/// A table that refers to another one by a foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follower {
    /// The table, with its database when that is another one.
    pub table: String,
    /// What happens to its rows: `CASCADE`, `SET NULL`, `RESTRICT`.
    pub rule: String,
}

impl Shape {
    /// Reads it; `None` when there is no such table, or the account may not see it.
    ///
    /// # Errors
    /// As [`Link::rows`]; [`ServerError::Unexpected`] when the catalogue does not answer in time.
    pub async fn read(link: &mut Link, schema: &str, table: &str) -> Result<Option<Self>, ServerError> {
        let all = answered(tables::read(link, &[schema.to_owned()]).await?)?;
        let Some(facts) = all.into_iter().find(|facts| facts.table == table) else { return Ok(None) };
        if let Some(problem) = &facts.problem {
            return Err(ServerError::Unexpected(format!("{table} cannot be looked at: {problem}")));
        }
        let columns = answered(tables::columns(link, schema, table).await?)?.iter().map(Column::of).collect();
        let indexes = answered(tables::indexes(link, schema, table).await?)?;
        let partitions =
            if facts.partitioned { answered(tables::partitions(link, schema, table).await?)? } else { Vec::new() };
        let transactional = is_transactional(link, facts.engine.as_deref().unwrap_or_default()).await?;
        let followers = followers(link, schema, table).await?;
        Ok(Some(Self { transactional, columns, indexes, partitions, followers, ..Self::of(facts) }))
    }

    fn of(facts: TableFacts) -> Self {
        Self {
            schema: facts.schema,
            table: facts.table,
            engine: facts.engine.unwrap_or_default(),
            transactional: false,
            rows: facts.rows.map_or(0, |rows| rows.0),
            bytes: facts.data.map_or(0, |bytes| bytes.0) + facts.index.map_or(0, |bytes| bytes.0),
            columns: Vec::new(),
            indexes: Vec::new(),
            partitions: Vec::new(),
            followers: Vec::new(),
        }
    }

    /// The table with its database, quoted.
    pub fn name(&self) -> String {
        format!("{}.{}", sql::ident(&self.schema), sql::ident(&self.table))
    }

    /// A column by its name, in any case.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// The key that names each row: the primary one, else a unique one without NULL. Keys whose order in the index is not
    /// the order of their literals (ENUM, SET, FLOAT) and prefixes cannot be walked.
    pub fn key(&self) -> Option<Key> {
        let unique = self.indexes.iter().filter(|index| index.unique && index.kind == "BTREE");
        let mut usable: Vec<&Index> = unique.filter(|index| self.can_walk(index)).collect();
        usable.sort_by_key(|index| (index.name != "PRIMARY", index.columns.len()));
        usable.first().map(|index| Key { index: index.name.clone(), columns: index.columns.clone() })
    }

    fn can_walk(&self, index: &Index) -> bool {
        index.columns.iter().all(|name| self.column(name).is_some_and(Column::can_be_walked))
    }

    /// An index by which rows can be walked in the order of a time, each followed by the row's key: `(time)`, and what the
    /// engine itself adds to every index.
    pub fn key_by_time(&self, time: &str, key: &Key) -> Option<Key> {
        let starts_well = |index: &&Index| {
            let columns = &index.columns;
            let first = columns.first().is_some_and(|column| column.eq_ignore_ascii_case(time));
            index.kind == "BTREE" && first && key.columns.starts_with(&columns[1..])
        };
        let known = self.column(time).filter(|column| !matches!(column.kind, Kind::Inexact | Kind::Choice))?;
        let index = self.indexes.iter().find(starts_well)?;
        let rest = key.columns.iter().filter(|column| !column.eq_ignore_ascii_case(time)).cloned();
        let columns = std::iter::once(known.name.clone()).chain(rest).collect();
        Some(Key { index: index.name.clone(), columns })
    }

    /// Whether a condition on the time is served by an index.
    pub fn has_index_on(&self, time: &str) -> bool {
        self.indexes.iter().any(|index| index.columns.iter().take(2).any(|name| name.eq_ignore_ascii_case(time)))
    }

    /// Mean bytes of a row, indexes included, at least one.
    pub fn row_bytes(&self) -> u64 {
        (self.bytes / self.rows.max(1)).max(1)
    }
}

fn answered<T>(answer: Known<T>) -> Result<T, ServerError> {
    answer.map_err(|lack| ServerError::Unexpected(format!("{} {}", lack.reason, lack.remedy).trim().to_owned()))
}

async fn is_transactional(link: &mut Link, engine: &str) -> Result<bool, ServerError> {
    let from = format!("SELECT TRANSACTIONS FROM information_schema.ENGINES WHERE ENGINE = {}", sql::literal(engine));
    Ok(link.rows(from).await?.first().and_then(|row| row.flag(0)).unwrap_or(false))
}

async fn followers(link: &mut Link, schema: &str, table: &str) -> Result<Vec<Follower>, ServerError> {
    let select = format!(
        "SELECT IF(CONSTRAINT_SCHEMA = {schema}, TABLE_NAME, CONCAT(CONSTRAINT_SCHEMA, '.', TABLE_NAME)), DELETE_RULE \
         FROM information_schema.REFERENTIAL_CONSTRAINTS \
         WHERE UNIQUE_CONSTRAINT_SCHEMA = {schema} AND REFERENCED_TABLE_NAME = {table} ORDER BY 1",
        schema = sql::literal(schema),
        table = sql::literal(table)
    );
    let rows = link.rows(select).await?;
    Ok(rows
        .iter()
        .map(|row| Follower { table: row.verbatim(0).unwrap_or_default(), rule: row.text_or_empty(1) })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(columns: &[(&str, &str, bool)], indexes: &[(&str, &[&str], bool)]) -> Shape {
        let column = |&(name, kind, nullable): &(&str, &str, bool)| {
            Column::of(&tables::Column { name: name.to_owned(), kind: kind.to_owned(), nullable, ..Default::default() })
        };
        let index = |&(name, columns, unique): &(&str, &[&str], bool)| Index {
            name: name.to_owned(),
            columns: columns.iter().map(|&name| name.to_owned()).collect(),
            unique,
            kind: "BTREE".to_owned(),
            cardinality: None,
        };
        Shape {
            columns: columns.iter().map(column).collect(),
            indexes: indexes.iter().map(index).collect(),
            ..Shape::of(TableFacts::default())
        }
    }

    #[test]
    fn a_table_is_walked_along_its_primary_key_or_another_that_names_each_row() {
        let columns = [("id", "int", false), ("at", "timestamp", true), ("e", "enum('a')", false), ("n", "int", true)];
        let check = |indexes: &[(&str, &[&str], bool)], expected: Option<&str>| {
            assert_eq!(table(&columns, indexes).key().map(|key| key.index).as_deref(), expected, "{indexes:?}");
        };
        check(&[("PRIMARY", &["id"], true)], Some("PRIMARY"));
        check(&[("uk", &["id"], true), ("PRIMARY", &["e", "id"], true)], Some("uk"));
        check(&[("uk", &["n"], true)], None);
        check(&[("uk", &["id(10)"], true)], None);
        check(&[("k", &["id"], false)], None);
        check(&[], None);
    }

    #[test]
    fn an_index_on_the_time_is_walked_with_the_key_behind_it() {
        let columns = [("id", "int", false), ("at", "timestamp", true), ("b", "int", false)];
        let check = |index: &[&str], expected: Option<&[&str]>| {
            let table = table(&columns, &[("PRIMARY", &["id", "b"], true), ("k", index, false)]);
            let key = table.key().and_then(|key| table.key_by_time("AT", &key));
            assert_eq!(key.map(|key| key.columns), expected.map(|names| names.iter().map(|&n| n.to_owned()).collect()));
        };
        check(&["at"], Some(&["at", "id", "b"]));
        check(&["at", "id"], Some(&["at", "id", "b"]));
        check(&["at", "b"], None);
        check(&["b", "at"], None);
    }
}
