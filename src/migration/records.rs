//! The records of all databases of a server, read in one statement: for whoever looks again and again.
//!
//! The tables differ from installation to installation and may not be there at all, so each is asked once for its columns;
//! from then on one statement reads all of them, looks whether somebody is at work, and whether a table has come that was
//! not there. When a table has changed under it, it asks for the columns anew. Reads only as much as
//! [`super::compare`] needs; [`History::read`](super::History::read) reads everything.

use std::collections::HashMap;

use super::history::{History, HistoryRow, HistoryState, StepRow, StepState, moment};
use super::interruption::work_lock;
use super::tables::{HISTORY, STEPS};
use crate::server::error::{Known, known};
use crate::server::row::Row;
use crate::server::{Link, ServerError, Unavailable, sql};
use crate::units::ThreadId;

/// The record of one database, as far as it is compared with the files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// What it says; of the statements only those of migrations that are not applied.
    pub history: History,
    /// Whether there is one at all.
    pub is_there: bool,
    /// The connection that runs a migration there now.
    pub at_work: Option<ThreadId>,
}

/// What is known of the tables, by database.
#[derive(Debug, Clone, Default)]
pub struct Records {
    tables: HashMap<String, Tables>,
}

/// The tables of one database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Tables {
    history: bool,
    normal: bool,
    steps: bool,
}

impl Records {
    /// Reads the records of databases that the link's account is to read; the answers are in their order.
    ///
    /// # Errors
    /// Those that have taken the connection; what is not permitted concerns its own database only.
    pub async fn read(&mut self, link: &mut Link, schemas: &[String]) -> Result<Vec<Known<Record>>, ServerError> {
        let mut lacks = self.learn(link, schemas).await?;
        let readable: Vec<&String> = schemas.iter().filter(|schema| !lacks.contains_key(*schema)).collect();
        let mut found = HashMap::new();
        match self.ask(link, &readable).await {
            Ok(records) => found.extend(readable.iter().map(|schema| (*schema).clone()).zip(records)),
            Err(error) if !error.is_harmless() => return Err(error),
            Err(_) => self.ask_each(link, &readable, &mut found, &mut lacks).await?,
        }
        let record = |schema: &String| match lacks.remove(schema) {
            Some(lack) => Err(lack),
            None => Ok(found.remove(schema).unwrap_or_default()),
        };
        Ok(schemas.iter().map(record).collect())
    }

    /// A table has changed, or may not be read: each database is asked anew, and for itself.
    async fn ask_each(
        &mut self,
        link: &mut Link,
        schemas: &[&String],
        found: &mut HashMap<String, Record>,
        lacks: &mut HashMap<String, Unavailable>,
    ) -> Result<(), ServerError> {
        for schema in schemas {
            self.tables.remove(*schema);
            lacks.extend(self.learn(link, std::slice::from_ref(*schema)).await?);
            if lacks.contains_key(*schema) {
                continue;
            }
            let answer = self.ask(link, &[schema]).await;
            let denied = denied(link, schema);
            match known(answer, || denied)? {
                Ok(records) => found.extend(records.into_iter().map(|record| ((*schema).clone(), record))),
                Err(lack) => _ = lacks.insert((*schema).clone(), lack),
            }
        }
        Ok(())
    }

    /// Asks for the columns of the tables that are not known yet. What is not permitted is asked again the next time.
    async fn learn(
        &mut self,
        link: &mut Link,
        schemas: &[String],
    ) -> Result<HashMap<String, Unavailable>, ServerError> {
        let mut lacks = HashMap::new();
        for schema in schemas.iter().filter(|schema| !self.tables.contains_key(*schema)).cloned().collect::<Vec<_>>() {
            match tables(link, &schema).await? {
                Ok(tables) => _ = self.tables.insert(schema, tables),
                Err(lack) => _ = lacks.insert(schema, lack),
            }
        }
        Ok(lacks)
    }

    /// One statement for all; a second one when a table has come.
    async fn ask(&mut self, link: &mut Link, schemas: &[&String]) -> Result<Vec<Record>, ServerError> {
        let known = |schema: &&String| self.tables.get(*schema).copied().unwrap_or_default();
        let legs = schemas.iter().enumerate().flat_map(|(place, schema)| legs(place, schema, known(schema)));
        let legs: Vec<String> = legs.collect();
        if legs.is_empty() {
            return Ok(Vec::new());
        }
        let rows = link.rows(legs.join(" UNION ALL ")).await?;
        let mut records: Vec<Record> =
            schemas.iter().map(|schema| Record { is_there: known(schema).history, ..Record::default() }).collect();
        let mut come = Vec::new();
        for row in &rows {
            let Some(place) = row.u64(0).and_then(|place| usize::try_from(place).ok()) else { continue };
            let Some(record) = records.get_mut(place) else { continue };
            match row.text_or_empty(1).as_str() {
                "table" => come.push(schemas[place].clone()),
                _ => record.take(row),
            }
        }
        for record in &mut records {
            record.history.steps.sort_by(|one, other| (&one.name, one.step).cmp(&(&other.name, other.step)));
        }
        // Read with the next look: until then it is as it was before the table came.
        self.tables.retain(|schema, _| !come.contains(schema));
        Ok(records)
    }
}

impl Record {
    fn take(&mut self, row: &Row) {
        match row.text_or_empty(1).as_str() {
            "row" => self.history.rows.push(HistoryRow {
                name: row.text_or_empty(2),
                state: HistoryState::of(row.text(3).as_deref()),
                checksum: row.text(4),
                normal: row.text(5),
                executed: row.text(6).and_then(|text| moment(&text)),
                error: row.text(7),
                ..HistoryRow::default()
            }),
            "step" => self.history.steps.push(StepRow {
                name: row.text_or_empty(2),
                state: StepState::of(row.text(3).as_deref()),
                step: row.u64(4).unwrap_or(0),
                line: row.u64(5).unwrap_or(0),
                began: row.text(6).and_then(|text| moment(&text)),
                statement: row.text_or_empty(7),
                ..StepRow::default()
            }),
            _ => self.at_work = row.u64(4).map(ThreadId),
        }
    }
}

const NO_SUCH_TABLE: u16 = 1146;

/// Which tables there are, and whether they have dbdeck's columns.
async fn tables(link: &mut Link, schema: &str) -> Result<Known<Tables>, ServerError> {
    let history = match columns(link, schema, HISTORY).await? {
        Ok(columns) => columns,
        Err(lack) => return Ok(Err(lack)),
    };
    // Who may not see the statements sees the files: what is broken off is then told as failed.
    let steps = if history.is_empty() { Vec::new() } else { columns(link, schema, STEPS).await?.unwrap_or_default() };
    let normal = history.iter().any(|column| column.eq_ignore_ascii_case("normal_checksum"));
    Ok(Ok(Tables { history: !history.is_empty(), normal, steps: !steps.is_empty() }))
}

/// The columns of a table; none when it is not there.
async fn columns(link: &mut Link, schema: &str, table: &str) -> Result<Known<Vec<String>>, ServerError> {
    let question = format!("SHOW COLUMNS FROM {}.{}", sql::ident(schema), sql::ident(table));
    match link.rows(question).await {
        Err(ServerError::Sql { code: NO_SUCH_TABLE, .. }) => absence(link, schema, table).await,
        answer => {
            let denied = denied(link, schema);
            known(answer.map(|rows| rows.iter().map(|row| row.text_or_empty(0)).collect()), || denied)
        }
    }
}

/// One server says of a table that nobody may see that it is not there, unless it is to be read.
async fn absence(link: &mut Link, schema: &str, table: &str) -> Result<Known<Vec<String>>, ServerError> {
    let question = format!("SELECT 1 FROM {}.{} LIMIT 0", sql::ident(schema), sql::ident(table));
    match link.rows(question).await {
        Err(error) if error.is_denied() => Ok(Err(denied(link, schema))),
        Err(error) if !error.is_harmless() => Err(error),
        _ => Ok(Ok(Vec::new())),
    }
}

/// What is said when a record may not be read.
pub fn denied(link: &Link, schema: &str) -> Unavailable {
    let remedy = link.caps.grant("SELECT", &link.caps.scope_of(schema));
    let shown = crate::text::clean(schema.as_bytes());
    Unavailable::permission(format!("the account may not read the record of migrations of {shown}"), remedy)
}

/// The parts of the statement about one database, each with eight columns: its place, what it is, and six more.
fn legs(place: usize, schema: &str, known: Tables) -> Vec<String> {
    let table = |name: &str| format!("{}.{}", sql::ident(schema), sql::ident(name));
    let mut legs = Vec::new();
    if known.history {
        let normal = if known.normal { text("normal_checksum") } else { "NULL".to_owned() };
        legs.push(format!(
            "SELECT {place}, 'row', {}, {}, {}, {normal}, {}, {} FROM {}",
            text("migration_name"),
            text("status"),
            text("checksum"),
            text("executed_at"),
            text("LEFT(error_message, 300)"),
            table(HISTORY)
        ));
        let lock = sql::readable(&work_lock(schema));
        legs.push(format!(
            "SELECT {place}, 'lock', NULL, NULL, {}, NULL, NULL, NULL",
            text(&format!("IS_USED_LOCK({lock})"))
        ));
    }
    if known.steps {
        legs.push(format!(
            "SELECT {place}, 'step', {}, {}, {}, {}, {}, {} FROM {} AS step JOIN {} AS own \
             ON step.migration_name = CONVERT(own.migration_name USING utf8mb4) COLLATE utf8mb4_unicode_ci \
             AND own.status = 'failed'",
            text("step.migration_name"),
            text("step.state"),
            text("step.step"),
            text("step.line"),
            text("step.began"),
            text("LEFT(step.statement, 300)"),
            table(STEPS),
            table(HISTORY)
        ));
    }
    // Equal to one name, the catalogue opens no other table, and waits for none.
    let awaited = if known.history { (!known.steps).then_some(STEPS) } else { Some(HISTORY) };
    legs.extend(awaited.map(|name| {
        format!(
            "SELECT {place}, 'table', {}, NULL, NULL, NULL, NULL, NULL FROM information_schema.TABLES \
             WHERE TABLE_SCHEMA = {} AND TABLE_NAME = '{name}'",
            text("TABLE_NAME"),
            sql::literal(schema)
        )
    }));
    legs
}

/// Texts of tables with different collations in one answer.
fn text(expression: &str) -> String {
    format!("CONVERT({expression} USING utf8mb4) COLLATE utf8mb4_bin")
}
