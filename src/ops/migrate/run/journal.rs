//! The record of a run in the database that it changes: a row for the file, a row for each of its statements.
//!
//! All of it is written over the connection that holds the database's lock, but for what belongs into the transaction of
//! a statement itself. A file that is begun is recorded as `failed` until it is done: tools that know nothing of dbdeck
//! take it, rightly, for not applied.

use std::time::Duration;

use crate::migration::doubt::Judged;
use crate::migration::history::{self, History, StepRow, StepState};
use crate::migration::image::Image;
use crate::migration::{MigrationFile, tables};
use crate::op::{JobCx, JobLink, OpError, Place};
use crate::server::script::Statement;
use crate::server::{ServerError, sql};

/// A record is written soon or never.
const BUDGET: Duration = Duration::from_mins(1);

/// The record of one file in one database.
#[derive(Debug, Clone)]
pub struct Journal {
    schema: String,
    name: String,
    /// Under which name its statements are recorded.
    script: String,
    /// How the file stands while it is not done: one that is being taken back is still applied.
    meanwhile: &'static str,
    job: String,
}

/// A statement that is about to be run.
pub struct Draft<'a> {
    /// Its place, from 1.
    pub step: u64,
    /// Its line and column in the file.
    pub at: (usize, usize),
    /// How an interruption is judged.
    pub judged: Judged,
    /// As it is sent.
    pub statement: &'a str,
    /// What it makes, changes or removes, as that is now.
    pub images: &'a [Image],
    /// The connection that does it.
    pub thread: u64,
}

impl<'a> Draft<'a> {
    /// A statement that only prepares the session; it is recorded when it fails.
    pub fn of_session(step: u64, statement: &Statement<'a>, thread: u64) -> Self {
        let at = (statement.line, statement.column);
        Self { step, at, judged: Judged::Again, statement: statement.text, images: &[], thread }
    }
}

/// How a statement ended.
pub struct End<'a> {
    /// How.
    pub state: StepState,
    /// What its objects are now.
    pub images: &'a [Image],
    /// Why it failed.
    pub error: Option<&'a str>,
    /// Rows changed.
    pub rows: u64,
}

impl End<'_> {
    /// As it was wanted, with so many rows.
    pub fn done(rows: u64) -> Self {
        Self { state: StepState::Done, images: &[], error: None, rows }
    }

    /// Not done, and nothing of it is left.
    pub fn undone() -> Self {
        Self { state: StepState::Undone, images: &[], error: None, rows: 0 }
    }
}

impl Journal {
    /// Of a file that is applied.
    pub fn up(cx: &JobCx, schema: &str, name: &str) -> Self {
        Self {
            schema: schema.to_owned(),
            name: name.to_owned(),
            script: name.to_owned(),
            meanwhile: "failed",
            job: cx.job.0.clone(),
        }
    }

    /// Of a file that is taken back.
    pub fn down(cx: &JobCx, schema: &str, name: &str) -> Self {
        Self { script: history::down(name), meanwhile: "success", ..Self::up(cx, schema, name) }
    }

    fn table(&self, table: &str) -> String {
        format!("{}.{}", sql::ident(&self.schema), sql::ident(table))
    }

    /// Writes that the file is begun; forgets the statements of an earlier time when it begins anew.
    pub fn opening(&self, database: &str, file: &MigrationFile, account: &str, anew: bool) -> Vec<String> {
        let text = sql::literal;
        let statements = file.statements().map_or(0, |statements| statements.len());
        let fields = [
            ("checksum", text(&file.checksums.raw)),
            ("normal_checksum", text(&file.checksums.normal)),
            ("status", format!("'{}'", self.meanwhile)),
            ("error_message", text("begun, and its end is not recorded")),
            ("statements", statements.to_string()),
            ("applied_by", text(account)),
            ("job", text(&self.job)),
            ("executed_at", "CURRENT_TIMESTAMP".to_owned()),
        ];
        let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        let values: Vec<&str> = fields.iter().map(|(_, value)| value.as_str()).collect();
        let updates: Vec<String> = fields.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let mut statements = Vec::new();
        if anew {
            statements.push(self.forget());
        }
        statements.push(format!(
            "INSERT INTO {} (migration_name, database_name, {}) VALUES ({}, {}, {}) ON DUPLICATE KEY UPDATE {}",
            self.table(tables::HISTORY),
            names.join(", "),
            text(&self.name),
            text(database),
            values.join(", "),
            updates.join(", ")
        ));
        statements
    }

    /// Both of applying it and of taking it back.
    fn forget(&self) -> String {
        let names = sql::list(&[&self.name, &history::down(&self.name)]);
        format!("DELETE FROM {} WHERE migration_name IN ({names})", self.table(tables::STEPS))
    }

    /// Writes that a statement is begun.
    pub fn begun(&self, draft: &Draft<'_>) -> String {
        let images = serde_json::to_string(draft.images).unwrap_or_default();
        format!(
            "REPLACE INTO {} (migration_name, step, line, col, kind, statement, objects, before_image, state, began, \
             thread, tag) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, 'begun', UTC_TIMESTAMP(6), {}, {})",
            self.table(tables::STEPS),
            sql::literal(&self.script),
            draft.step,
            draft.at.0,
            draft.at.1,
            sql::literal(draft.judged.word()),
            sql::literal(draft.statement),
            sql::literal(&images),
            checksum(draft.images),
            draft.thread,
            sql::literal(&self.job),
        )
    }

    /// Writes how a statement ended.
    pub fn ended(&self, step: u64, end: &End<'_>) -> String {
        let state = match end.state {
            StepState::Begun => "begun",
            StepState::Done => "done",
            StepState::Failed => "failed",
            StepState::Undone => "undone",
        };
        let error = end.error.map_or_else(|| "NULL".to_owned(), sql::literal);
        format!(
            "UPDATE {} SET state = '{state}', ended = UTC_TIMESTAMP(6), after_image = {}, error_message = {error}, \
             rows_done = {} WHERE migration_name = {} AND step = {step}",
            self.table(tables::STEPS),
            checksum(end.images),
            end.rows,
            sql::literal(&self.script),
        )
    }

    /// Forgets the failures of statements that only prepare the session: nothing else is not done in the end.
    pub fn tidied(&self) -> String {
        let (table, name) = (self.table(tables::STEPS), sql::literal(&self.script));
        format!("DELETE FROM {table} WHERE migration_name = {name} AND state <> 'done'")
    }

    /// Writes that a statement is undone, unless its transaction was kept after all: then its row says done by now.
    pub fn undone_unless_kept(&self, step: u64) -> String {
        format!("{} AND state = 'begun'", self.ended(step, &End::undone()))
    }

    /// Writes that the file is applied.
    pub fn applied(&self, took: Duration) -> String {
        self.closed("success", "NULL", took)
    }

    /// Writes that it was found to be applied, and why.
    pub fn marked(&self, evidence: &str) -> String {
        self.closed("success", &sql::literal(&format!("not run by dbdeck: {evidence}")), Duration::ZERO)
    }

    /// Writes that the file was taken back.
    pub fn taken_back(&self, took: Duration) -> String {
        self.closed("rollback", "NULL", took)
    }

    /// Writes why the file is not applied.
    pub fn failed(&self, why: &str, took: Duration) -> String {
        self.closed(self.meanwhile, &sql::literal(why), took)
    }

    fn closed(&self, status: &str, error: &str, took: Duration) -> String {
        let milliseconds = i32::try_from(took.as_millis()).unwrap_or(i32::MAX);
        format!(
            "UPDATE {} SET status = '{status}', error_message = {error}, execution_time_ms = {milliseconds}, \
             executed_at = CURRENT_TIMESTAMP WHERE migration_name = {}",
            self.table(tables::HISTORY),
            sql::literal(&self.name),
        )
    }

    /// The statements that are recorded of the file.
    pub fn steps<'a>(&'a self, history: &'a History) -> impl Iterator<Item = &'a StepRow> {
        history.steps(&self.script)
    }
}

fn checksum(images: &[Image]) -> String {
    if images.is_empty() {
        return "NULL".to_owned();
    }
    let text: Vec<String> = images.iter().map(|image| image.checksum.clone().unwrap_or_default()).collect();
    sql::literal(&crate::migration::checksum::sha256(text.join("\n").as_bytes()))
}

/// Writes all of it or nothing.
///
/// # Errors
/// [`OpError::Server`]: what is not recorded must not be done.
pub async fn write(link: &mut JobLink, statements: &[String]) -> Result<(), OpError> {
    let together = match statements {
        [] => return Ok(()),
        [one] => one.clone(),
        many => format!("START TRANSACTION; {}; COMMIT", many.join("; ")),
    };
    let answer = within(link.reading().execute(together)).await;
    if answer.as_ref().is_err_and(ServerError::is_harmless) && statements.len() > 1 {
        // What fails here leaves the connection to the server, which takes the transaction back with it.
        let _ = within(link.reading().execute("ROLLBACK")).await;
    }
    answer.map(drop).map_err(OpError::server("writing the record of the migration"))
}

async fn within<T>(work: impl Future<Output = Result<T, ServerError>>) -> Result<T, ServerError> {
    tokio::time::timeout(BUDGET, work).await.unwrap_or(Err(ServerError::Budget { budget: BUDGET }))
}

/// Makes the tables of the record, or extends those of an older installation; writes only where something is missing.
///
/// # Errors
/// [`OpError::Server`].
pub async fn prepare(place: &mut Place) -> Result<(), OpError> {
    let schema = place.target.schema.clone();
    let doing = format!("preparing the record of migrations in {schema}");
    let link = place.link.reading();
    let failed = || OpError::server(doing.clone());
    let question = format!(
        "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = {} AND TABLE_NAME IN ({}, {})",
        sql::literal(&schema),
        sql::literal(tables::HISTORY),
        sql::literal(tables::STEPS),
    );
    let found = within(link.rows(question)).await.map_err(failed())?;
    let has = |table: &str, column: Option<&str>| {
        found
            .iter()
            .any(|row| row.text_or_empty(0) == table && column.is_none_or(|column| row.text_or_empty(1) == column))
    };
    let mut statements = Vec::new();
    if !has(tables::HISTORY, None) || !has(tables::STEPS, None) {
        statements.push(format!("USE {}", sql::ident(&schema)));
        statements.extend(tables::creation());
    }
    let missing: Vec<String> = tables::ADDED
        .iter()
        .filter(|(column, _)| has(tables::HISTORY, None) && !has(tables::HISTORY, Some(column)))
        .map(|(column, definition)| format!("ADD COLUMN {column} {definition}"))
        .collect();
    if !missing.is_empty() {
        let table = format!("{}.{}", sql::ident(&schema), sql::ident(tables::HISTORY));
        statements.push(format!("ALTER TABLE {table} {}", missing.join(", ")));
    }
    for statement in statements {
        within(link.execute(statement)).await.map_err(failed())?;
    }
    Ok(())
}
