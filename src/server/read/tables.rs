//! What only the catalogue knows of tables: rows, engine, free space, comment; and the sizes of the engines that have
//! no tablespaces (MyISAM, Aria).
//!
//! The catalogue waits behind DDL on one of the servers, so every statement here has a limit of its own and waits for
//! no lock. A table that DDL holds is listed with its [`TableFacts::problem`] and nothing else; the others are whole.
//! Views are left out. The catalogue shows an account only what it may touch: a database of which it shows nothing at
//! all is *not permitted*, never empty.

mod detail;
mod indexes;
mod space;

use chrono::{DateTime, Utc};

use crate::server::error::{Known, ServerError, Unavailable, known};
use crate::server::row::Row;
use crate::server::{Link, sql};
use crate::units::{Bytes, Rows};

pub use detail::{Column, Index, Partition, columns, indexes, partitions};
pub use indexes::{TableIndexes, of_schemas as indexes_of_schemas};
pub use space::{Space, of_tables as spaces_of_tables};

/// The catalogue's facts of one table.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct TableFacts {
    /// The database on the server.
    pub schema: String,
    /// The table.
    pub table: String,
    /// Its storage engine.
    pub engine: Option<String>,
    /// Rows: an estimate with InnoDB, exact with MyISAM and Aria.
    pub rows: Option<Rows>,
    /// Length of the data (with InnoDB: of the clustered index).
    pub data: Option<Bytes>,
    /// Length of the indexes.
    pub index: Option<Bytes>,
    /// Allocated and unused.
    pub free: Option<Bytes>,
    /// How its rows are stored.
    pub row_format: Option<String>,
    /// Its collation.
    pub collation: Option<String>,
    /// When it was made, or last rebuilt.
    pub created: Option<DateTime<Utc>>,
    /// The next automatic number.
    pub auto_increment: Option<u64>,
    /// Whether it has partitions.
    pub partitioned: bool,
    /// Its comment.
    pub comment: String,
    /// Why the server could not look at it (held by DDL, damaged), in its own words.
    pub problem: Option<String>,
}

const COLUMNS: &str = "TABLE_SCHEMA, TABLE_NAME, ENGINE, TABLE_ROWS, DATA_LENGTH, INDEX_LENGTH, DATA_FREE, \
     ROW_FORMAT, TABLE_COLLATION, UNIX_TIMESTAMP(CREATE_TIME), AUTO_INCREMENT, CREATE_OPTIONS, TABLE_COMMENT";

/// Reads the facts of all tables of the given schemas; one statement more when it comes back empty.
///
/// # Errors
/// As [`Link::rows`]; unavailable when the account has no right in any of the schemas, and when the answer takes
/// longer than a second.
pub async fn read(link: &mut Link, schemas: &[String]) -> Result<Known<Vec<TableFacts>>, ServerError> {
    let from = format!(
        "{COLUMNS} FROM information_schema.TABLES WHERE TABLE_SCHEMA IN ({}) AND TABLE_TYPE NOT LIKE '%VIEW'",
        sql::list(schemas)
    );
    match bounded(link, &from).await? {
        Ok(rows) if rows.is_empty() => reason_for_none(link, schemas).await,
        answer => Ok(answer.map(|rows| rows.iter().map(facts).collect())),
    }
}

/// Runs a SELECT (given without the word) that neither waits for DDL nor takes longer than a second.
async fn bounded(link: &mut Link, select: &str) -> Result<Known<Vec<Row>>, ServerError> {
    match link.rows(link.caps.limit.bounded(select)).await {
        Err(error) if error.is_held() => Ok(Err(Unavailable::answer(HELD))),
        answer => known(answer, || Unavailable::answer("the account may not read the catalogue")),
    }
}

const HELD: &str = "the catalogue did not answer within a second: a statement that creates or alters a table holds it";

/// No tables: because there are none, or because the account sees none?
async fn reason_for_none(link: &mut Link, schemas: &[String]) -> Result<Known<Vec<TableFacts>>, ServerError> {
    let from = format!("1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN ({})", sql::list(schemas));
    let visible = bounded(link, &from).await?;
    Ok(match (visible, schemas.first()) {
        (Err(lack), _) => Err(lack),
        (Ok(rows), Some(schema)) if rows.is_empty() => Err(no_rights(link, schema, schemas)),
        _ => Ok(Vec::new()),
    })
}

fn no_rights(link: &Link, first: &str, schemas: &[String]) -> Unavailable {
    let grants: Vec<String> =
        schemas.iter().map(|schema| link.caps.grant("SELECT", &link.caps.scope_of(schema))).collect();
    let others = if schemas.len() > 1 { " and the other configured databases" } else { "" };
    let shown = crate::text::clean(first.as_bytes());
    Unavailable::permission(format!("the account sees nothing of {shown}{others}"), grants.join(" "))
}

fn facts(row: &Row) -> TableFacts {
    let bytes = |column| row.u64(column).map(Bytes);
    let engine = row.text(2);
    let comment = row.text_or_empty(12);
    let (comment, problem) = if engine.is_some() { (comment, None) } else { (String::new(), Some(comment)) };
    TableFacts {
        schema: row.verbatim(0).unwrap_or_default(),
        table: row.verbatim(1).unwrap_or_default(),
        rows: row.u64(3).map(Rows),
        data: bytes(4),
        index: bytes(5),
        free: bytes(6),
        row_format: row.text(7),
        collation: row.text(8),
        created: row.u64(9).and_then(|seconds| DateTime::from_timestamp(i64::try_from(seconds).ok()?, 0)),
        auto_increment: row.u64(10),
        partitioned: row.text_or_empty(11).contains("partitioned"),
        engine,
        comment,
        problem,
    }
}
