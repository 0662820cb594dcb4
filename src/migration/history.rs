//! What the record of a database says. Reads only; a table that is not there is an empty one.

use chrono::{DateTime, NaiveDateTime, Utc};

use super::tables::{HISTORY, STEPS};
use crate::server::row::Row;
use crate::server::{Link, ServerError, sql};

/// The record of one database.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History {
    /// A row for each migration.
    pub rows: Vec<HistoryRow>,
    /// A row for each statement of those that dbdeck has applied.
    pub steps: Vec<StepRow>,
}

/// A migration in the record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryRow {
    /// Its name.
    pub name: String,
    /// The database, as the record has it.
    pub database: String,
    /// When.
    pub executed: Option<DateTime<Utc>>,
    /// How long it took, in milliseconds.
    pub took_ms: Option<u64>,
    /// The checksum of the file's bytes, 64 or 16 digits.
    pub checksum: Option<String>,
    /// The checksum of its text.
    pub normal: Option<String>,
    /// How it ended.
    pub state: HistoryState,
    /// Why it failed.
    pub error: Option<String>,
    /// Who had it applied.
    pub applied_by: Option<String>,
}

/// How a migration ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum HistoryState {
    /// Applied.
    Success,
    /// Not applied, or not to its end.
    #[default]
    Failed,
    /// Applied once, and taken back.
    Rollback,
}

impl HistoryState {
    /// As the record has it; what is unknown is not applied.
    pub fn of(word: Option<&str>) -> Self {
        match word {
            Some("success") => Self::Success,
            Some("rollback") => Self::Rollback,
            _ => Self::Failed,
        }
    }
}

/// A statement in the record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StepRow {
    /// The migration.
    pub name: String,
    /// Its place in the file, from 1.
    pub step: u64,
    /// Its line in the file, from 1.
    pub line: u64,
    /// Its column, from 1.
    pub column: u64,
    /// How an interruption is judged.
    pub kind: String,
    /// As it was sent.
    pub statement: String,
    /// What it makes, changes or removes.
    pub objects: String,
    /// What these were before.
    pub before: Option<String>,
    /// What they were after.
    pub after: Option<String>,
    /// How far it came.
    pub state: StepState,
    /// When it began.
    pub began: Option<DateTime<Utc>>,
    /// When it ended.
    pub ended: Option<DateTime<Utc>>,
    /// The connection that did it.
    pub thread: Option<u64>,
    /// The job whose comment it carries.
    pub tag: Option<String>,
    /// Why it failed.
    pub error: Option<String>,
    /// Rows changed.
    pub rows: u64,
}

/// How far a statement came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum StepState {
    /// Written down; whether it was done is not known.
    #[default]
    Begun,
    /// Done.
    Done,
    /// The server refused it.
    Failed,
    /// Begun, and found not to have been done.
    Undone,
}

impl StepState {
    /// As the record has it; what is unknown is not settled.
    pub fn of(word: Option<&str>) -> Self {
        match word {
            Some("done") => Self::Done,
            Some("failed") => Self::Failed,
            Some("undone") => Self::Undone,
            _ => Self::Begun,
        }
    }
}

impl History {
    /// Reads both tables of a database.
    ///
    /// # Errors
    /// The server's; not the one that a table is not there.
    pub async fn read(link: &mut Link, schema: &str) -> Result<Self, ServerError> {
        Self::read_some(link, schema, "").await
    }

    /// Reads what is recorded of one migration, and of taking it back.
    ///
    /// # Errors
    /// As [`History::read`].
    pub async fn of(link: &mut Link, schema: &str, name: &str) -> Result<Self, ServerError> {
        let names = sql::list(&[name, &down(name)]);
        Self::read_some(link, schema, &format!("WHERE migration_name IN ({names})")).await
    }

    async fn read_some(link: &mut Link, schema: &str, which: &str) -> Result<Self, ServerError> {
        let rows = all(link, schema, HISTORY, &format!("{which} ORDER BY id")).await?;
        let steps = all(link, schema, STEPS, &format!("{which} ORDER BY migration_name, step")).await?;
        Ok(Self { rows: rows.iter().map(history_row).collect(), steps: steps.iter().filter_map(step_row).collect() })
    }

    /// The row of a migration.
    pub fn row(&self, name: &str) -> Option<&HistoryRow> {
        self.rows.iter().find(|row| row.name == name)
    }

    /// The statements of a migration, in order.
    pub fn steps<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a StepRow> {
        self.steps.iter().filter(move |step| step.name == name)
    }
}

/// Under which name the statements are recorded that take a migration back.
pub fn down(name: &str) -> String {
    format!("{name}.down")
}

const NO_SUCH_TABLE: u16 = 1146;

async fn all(link: &mut Link, schema: &str, table: &str, which: &str) -> Result<Vec<Row>, ServerError> {
    let (schema, table) = (sql::ident(schema), sql::ident(table));
    match link.rows(format!("SELECT * FROM {schema}.{table} {which}")).await {
        Err(ServerError::Sql { code: NO_SUCH_TABLE, .. }) => Ok(Vec::new()),
        answer => answer,
    }
}

/// Columns by name: older tables have fewer.
fn history_row(row: &Row) -> HistoryRow {
    let text = |name: &str| row.named(name).and_then(|column| row.text(column));
    HistoryRow {
        name: text("migration_name").unwrap_or_default(),
        database: text("database_name").unwrap_or_default(),
        executed: text("executed_at").and_then(|text| moment(&text)),
        took_ms: row.named("execution_time_ms").and_then(|column| row.u64(column)),
        checksum: text("checksum"),
        normal: text("normal_checksum"),
        state: HistoryState::of(text("status").as_deref()),
        error: text("error_message"),
        applied_by: text("applied_by"),
    }
}

fn step_row(row: &Row) -> Option<StepRow> {
    let text = |name: &str| row.named(name).and_then(|column| row.text(column));
    let verbatim = |name: &str| row.named(name).and_then(|column| row.verbatim(column));
    let number = |name: &str| row.named(name).and_then(|column| row.u64(column));
    Some(StepRow {
        name: text("migration_name")?,
        step: number("step")?,
        line: number("line")?,
        column: number("col")?,
        kind: text("kind")?,
        statement: verbatim("statement")?,
        objects: text("objects").unwrap_or_default(),
        before: text("before_image"),
        after: text("after_image"),
        state: StepState::of(text("state").as_deref()),
        began: text("began").and_then(|text| moment(&text)),
        ended: text("ended").and_then(|text| moment(&text)),
        thread: number("thread"),
        tag: text("tag"),
        error: text("error_message"),
        rows: number("rows_done").unwrap_or(0),
    })
}

/// The sessions are in UTC.
pub(super) fn moment(text: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f").ok().map(|time| time.and_utc())
}
