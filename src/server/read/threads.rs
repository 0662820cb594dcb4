//! The process list: every connection of the server, once per refresh, in one scan.
//!
//! Without the PROCESS right a server shows the account's own connections only and does not say so; whether the list
//! is whole is known from [`super::transactions`], which fails without that right.

use std::time::Duration;

use crate::server::Link;
use crate::server::caps::ProcessList;
use crate::server::error::ServerError;
use crate::server::row::Row;
use crate::units::ThreadId;

/// One connection of a server.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// Who it belongs to.
    pub user: String,
    /// Where it comes from, without the port.
    pub host: String,
    /// Its default database.
    pub schema: Option<String>,
    /// What it is doing (`Query`, `Sleep`, `Binlog Dump`, …).
    pub command: String,
    /// For how long.
    pub time: Duration,
    /// The stage of the statement.
    pub state: String,
    /// The beginning of the statement; empty when it runs none.
    pub statement: String,
    /// Part done of a long ALTER, 0 to 1, where the server says it.
    pub progress: Option<f64>,
}

impl Thread {
    /// Whether it runs a statement for somebody: not asleep, not one of the server's own, not a replica's feed.
    pub fn is_working(&self) -> bool {
        !matches!(
            self.command.as_str(),
            "Sleep"
                | "Daemon"
                | "Binlog Dump"
                | "Binlog Dump GTID"
                | "Connect"
                | "Slave_IO"
                | "Slave_SQL"
                | "Slave_worker"
        )
    }

    /// Whether it is one of the server's own threads, which no client has opened.
    pub fn is_internal(&self) -> bool {
        matches!(self.command.as_str(), "Daemon" | "Slave_IO" | "Slave_SQL" | "Slave_worker")
            || self.user == "event_scheduler"
    }
}

/// How many characters of a statement a list needs; the whole text is read for the one that is opened.
const EXCERPT: usize = 512;

/// Reads the list, dbdeck's own sampling connection left out.
///
/// # Errors
/// As [`Link::rows`].
pub async fn read(link: &mut Link) -> Result<Vec<Thread>, ServerError> {
    let sql = statement(link.caps.process_list);
    let own = link.id;
    let rows = link.rows(sql).await?;
    Ok(rows.iter().map(thread).filter(|thread| thread.id != own).collect())
}

/// Reads one thread, with the progress of its stage; two statements at most. `None` when it is gone, or is somebody
/// else's and the account may not see it.
///
/// # Errors
/// As [`Link::rows`].
pub async fn one(link: &mut Link, id: ThreadId) -> Result<Option<Thread>, ServerError> {
    let sql = format!("{} WHERE ID = {id}", statement(link.caps.process_list));
    let Some(thread) = link.rows(sql).await?.first().map(thread) else { return Ok(None) };
    let progress = match thread.progress {
        None if link.caps.process_list == ProcessList::PerformanceSchema => stage_progress(link, id).await?,
        known => known,
    };
    Ok(Some(Thread { progress, ..thread }))
}

/// Where the process list has no progress, the stages of long statements may have one; not for every account. Work beyond
/// the server's own estimate says nothing of the rest.
async fn stage_progress(link: &mut Link, id: ThreadId) -> Result<Option<f64>, ServerError> {
    let sql = format!(
        "SELECT stage.WORK_COMPLETED, stage.WORK_ESTIMATED FROM performance_schema.events_stages_current AS stage \
         JOIN performance_schema.threads AS thread ON thread.THREAD_ID = stage.THREAD_ID \
         WHERE thread.PROCESSLIST_ID = {id} AND stage.WORK_ESTIMATED > 0"
    );
    match link.rows(sql).await {
        Ok(rows) => Ok(rows.first().and_then(|row| Some(row.f64(0)? / row.f64(1)?)).filter(|part| *part < 1.0)),
        Err(error) if error.is_harmless() => Ok(None),
        Err(error) => Err(error),
    }
}

fn statement(source: ProcessList) -> String {
    let (table, time, progress) = match source {
        ProcessList::PerformanceSchema => ("performance_schema.processlist", "TIME * 1000", "NULL, NULL, NULL"),
        ProcessList::Plain => ("information_schema.PROCESSLIST", "TIME * 1000", "NULL, NULL, NULL"),
        ProcessList::InformationSchema => ("information_schema.PROCESSLIST", "TIME_MS", "STAGE, MAX_STAGE, PROGRESS"),
    };
    format!("SELECT ID, USER, HOST, DB, COMMAND, {time}, STATE, LEFT(INFO, {EXCERPT}), {progress} FROM {table}")
}

fn thread(row: &Row) -> Thread {
    let host = row.text_or_empty(2);
    Thread {
        id: ThreadId(row.u64(0).unwrap_or(0)),
        user: row.text_or_empty(1),
        host: host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name).to_owned(),
        schema: row.text(3).filter(|schema| !schema.is_empty()),
        command: row.text_or_empty(4),
        time: Duration::from_secs_f64(row.f64(5).unwrap_or(0.0).max(0.0) / 1000.0),
        state: row.text_or_empty(6),
        statement: row.text_or_empty(7),
        progress: progress(row),
    }
}

/// The formula of the server's own client: stages done, plus the part of the present one.
fn progress(row: &Row) -> Option<f64> {
    let (stage, stages, part) = (row.f64(8)?, row.f64(9)?, row.f64(10)?);
    (stages > 0.0 && stage > 0.0).then(|| ((stage - 1.0 + part / 100.0) / stages).clamp(0.0, 1.0))
}

/// The statement of one thread, as much of it as servers keep (64 KB); `None` when it has ended or runs none.
///
/// `performance_schema.processlist` cuts it at 1024 bytes, so the older list is asked; but where the newer one exists
/// that one fails on a text that is not valid (3854, measured), be it another thread's. `SHOW` cannot choose a thread,
/// and sends the texts as they are.
///
/// # Errors
/// As [`Link::rows`].
pub async fn full_statement(link: &mut Link, id: ThreadId) -> Result<Option<String>, ServerError> {
    let answer = link.rows(format!("SELECT ID, INFO FROM information_schema.PROCESSLIST WHERE ID = {id}")).await;
    let (rows, info) = match answer {
        Err(ServerError::Sql { .. }) if link.caps.process_list == ProcessList::PerformanceSchema => {
            (link.rows("SHOW FULL PROCESSLIST").await?, SHOWN_INFO)
        }
        answer => (answer?, 1),
    };
    let row = rows.iter().find(|row| row.u64(0) == Some(id.0));
    Ok(row.and_then(|row| row.bytes(info)).map(crate::text::clean_lines))
}

/// The column of the statement in `SHOW PROCESSLIST`.
const SHOWN_INFO: usize = 7;
