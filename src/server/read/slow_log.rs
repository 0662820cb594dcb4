//! Slow statements as the server logged them: the source where there are no statement digests.
//!
//! Two places: the table `mysql.slow_log` (`log_output` has TABLE; needs SELECT on it), and the log file when it is on
//! this host and readable ([`mod@file`]). Ask when `Counters::slow_queries` has moved, and otherwise not: the table is a
//! CSV file without index, so each look is a scan of it. A scan has a limit of one second and sends at most
//! [`LIMIT`] rows.
//!
//! A look ends at a [`Watermark`], a place in the log and not a time: `start_time` is in the time zone of the session
//! that ran the statement (measured on both flavors), so times in the table cannot be compared. For the same reason
//! [`SlowStatement::age`] assumes sessions in the server's own time zone.

mod file;

use std::path::PathBuf;
use std::time::Duration;

use crate::clock::Moment;
use crate::server::Link;
use crate::server::error::{Known, ServerError, Unavailable, known};
use crate::server::local::is_local;
use crate::server::row::Row;
use crate::units::Rows;

/// One statement that the server found slow.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SlowStatement {
    /// How long ago it was logged, roughly; `None` where its time makes no sense here.
    pub age: Option<Duration>,
    /// Its default database.
    pub schema: Option<String>,
    /// How long it took.
    pub query_time: Duration,
    /// How long of that it waited for locks.
    pub lock_time: Duration,
    /// Rows sent.
    pub sent: Rows,
    /// Rows examined.
    pub examined: Rows,
    /// Its text, 1 KB of it.
    pub text: String,
}

/// What one look at the log found.
#[derive(Debug, Clone, PartialEq)]
pub struct SlowLog {
    /// Where it looked.
    pub source: SlowSource,
    /// The statements logged since the look before, oldest first.
    pub statements: Vec<SlowStatement>,
    /// Where the next look begins.
    pub next: Watermark,
}

/// Where the log is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlowSource {
    /// `mysql.slow_log`.
    Table,
    /// A file on this host.
    File(PathBuf),
}

/// A place in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watermark(Place);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// So many rows of the table.
    Rows(u64),
    /// So many bytes of the file with this inode, and the schema that was named last.
    Bytes { inode: u64, offset: u64, schema: Option<String> },
}

/// Most rows of one look at the table; the newest ones at the first look.
pub const LIMIT: u64 = 500;

/// Reads what was logged after `after`; at the first look (`None`) the newest part of the log.
///
/// # Errors
/// As [`Link::rows`]; unavailable when nothing is logged, or nowhere that can be read from here.
pub async fn read(link: &mut Link, after: Option<Watermark>) -> Result<Known<SlowLog>, ServerError> {
    let Some(settings) = link.rows(SETTINGS).await?.first().map(Settings::of) else {
        return Err(ServerError::Unexpected("no settings came back".to_owned()));
    };
    let file = if is_local(link) { settings.file(&link.caps.datadir) } else { None };
    if settings.logs_to("TABLE") {
        return read_table(link, after).await;
    }
    let Some(path) = file.filter(|_| settings.logs_to("FILE")) else {
        return off(link, &settings).await.map(Err);
    };
    match file::read(&path, after, Moment::now()).await {
        Ok(log) => Ok(Ok(log)),
        Err(error) => Ok(Err(unreadable(link, &settings, &path, &error).await?)),
    }
}

const SETTINGS: &str = "SELECT @@global.slow_query_log, @@global.log_output, @@global.slow_query_log_file";

struct Settings {
    on: bool,
    outputs: Vec<String>,
    file: String,
}

impl Settings {
    fn of(row: &Row) -> Self {
        let outputs = row.text_or_empty(1).split(',').map(str::to_ascii_uppercase).collect();
        Self { on: row.flag(0).unwrap_or(false), outputs, file: row.verbatim(2).unwrap_or_default() }
    }

    fn logs_to(&self, output: &str) -> bool {
        self.on && self.outputs.iter().any(|own| own == output) && !self.outputs.iter().any(|own| own == "NONE")
    }

    /// A relative name is relative to the data directory.
    fn file(&self, datadir: &str) -> Option<PathBuf> {
        (!self.file.is_empty()).then(|| PathBuf::from(datadir).join(&self.file))
    }

    /// What makes the server log into its table, whatever else it logs to.
    fn remedy(&self) -> String {
        let output = if self.outputs.iter().any(|output| output == "FILE") { "FILE,TABLE" } else { "TABLE" };
        format!("SET GLOBAL log_output = '{output}', GLOBAL slow_query_log = ON;")
    }
}

async fn off(link: &mut Link, settings: &Settings) -> Result<Unavailable, ServerError> {
    let reason = if settings.on {
        "the server logs slow statements where they cannot be read from here"
    } else {
        "the server does not log slow statements"
    };
    Ok(Unavailable::setting(reason, whole_remedy(link, settings).await?))
}

async fn unreadable(
    link: &mut Link,
    settings: &Settings,
    path: &std::path::Path,
    error: &std::io::Error,
) -> Result<Unavailable, ServerError> {
    let path = crate::text::clean(path.as_os_str().as_encoded_bytes());
    let remedy = whole_remedy(link, settings).await?;
    Ok(Unavailable::setting(format!("the slow log {path} cannot be read: {error}"), remedy))
}

/// Logging into the table is of no use without the right to read it: both are said at once.
async fn whole_remedy(link: &mut Link, settings: &Settings) -> Result<String, ServerError> {
    match link.rows("SELECT 1 FROM mysql.slow_log LIMIT 0").await {
        Err(error) if error.is_denied() => Ok(format!("{} {}", settings.remedy(), grant(link))),
        Err(error) if !error.is_harmless() => Err(error),
        _ => Ok(settings.remedy()),
    }
}

fn grant(link: &Link) -> String {
    link.caps.grant("SELECT", "mysql.slow_log")
}

async fn read_table(link: &mut Link, after: Option<Watermark>) -> Result<Known<SlowLog>, ServerError> {
    let start = match after {
        Some(Watermark(Place::Rows(rows))) => rows,
        _ => match count(link).await? {
            Ok(count) => count.saturating_sub(LIMIT),
            Err(lack) => return Ok(Err(lack)),
        },
    };
    match rows_from(link, start).await? {
        Ok(log) if log.statements.is_empty() && start > 0 => after_rotation(link, start).await,
        answer => Ok(answer),
    }
}

/// Nothing new, or the table was emptied and has begun again.
async fn after_rotation(link: &mut Link, start: u64) -> Result<Known<SlowLog>, ServerError> {
    match count(link).await? {
        Ok(count) if count < start => rows_from(link, count.saturating_sub(LIMIT)).await,
        Ok(_) => Ok(Ok(SlowLog::of_table(Vec::new(), start))),
        Err(lack) => Ok(Err(lack)),
    }
}

impl SlowLog {
    fn of_table(statements: Vec<SlowStatement>, start: u64) -> Self {
        let next = Watermark(Place::Rows(start + statements.len() as u64));
        Self { source: SlowSource::Table, statements, next }
    }
}

async fn count(link: &mut Link) -> Result<Known<u64>, ServerError> {
    let rows = scan(link, "COUNT(*) FROM mysql.slow_log".to_owned()).await?;
    Ok(rows.map(|rows| rows.first().and_then(|row| row.u64(0)).unwrap_or(0)))
}

async fn rows_from(link: &mut Link, start: u64) -> Result<Known<SlowLog>, ServerError> {
    let rows = scan(link, format!("{TABLE_COLUMNS} FROM mysql.slow_log LIMIT {LIMIT} OFFSET {start}")).await?;
    Ok(rows.map(|rows| SlowLog::of_table(rows.iter().map(logged).collect(), start)))
}

const TABLE_COLUMNS: &str = "TIMESTAMPDIFF(SECOND, start_time, CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', \
     @@global.time_zone)), NULLIF(db, ''), query_time, lock_time, rows_sent, rows_examined, LEFT(sql_text, 1024)";

async fn scan(link: &mut Link, select: String) -> Result<Known<Vec<Row>>, ServerError> {
    match link.rows(link.caps.limit.bounded(&select)).await {
        Err(error) if error.is_held() => Ok(Err(too_long())),
        answer => {
            known(answer, || Unavailable::permission("the account may not read the slow log's table", grant(link)))
        }
    }
}

fn too_long() -> Unavailable {
    Unavailable {
        remedy: "TRUNCATE TABLE mysql.slow_log;".to_owned(),
        ..Unavailable::answer("mysql.slow_log is too long to be read within a second")
    }
}

fn logged(row: &Row) -> SlowStatement {
    SlowStatement {
        age: row.u64(0).map(Duration::from_secs),
        schema: row.text(1),
        query_time: row.text(2).and_then(|text| clock_time(&text)).unwrap_or_default(),
        lock_time: row.text(3).and_then(|text| clock_time(&text)).unwrap_or_default(),
        sent: Rows(row.u64(4).unwrap_or(0)),
        examined: Rows(row.u64(5).unwrap_or(0)),
        text: row.text_or_empty(6),
    }
}

/// `00:00:01.201201`: the functions that turn a TIME into seconds keep the fraction on one flavor only.
fn clock_time(text: &str) -> Option<Duration> {
    let mut parts = text.splitn(3, ':');
    let hours: u64 = parts.next()?.parse().ok()?;
    let minutes: u64 = parts.next()?.parse().ok()?;
    let seconds = Duration::try_from_secs_f64(parts.next()?.parse().ok()?).ok()?;
    Some(Duration::from_secs(hours * 3600 + minutes * 60) + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_their_fraction() {
        let check = |text, expected: Option<u64>| {
            assert_eq!(clock_time(text), expected.map(Duration::from_millis), "{text}");
        };
        check("00:00:01.250000", Some(1_250));
        check("838:59:59", Some(3_020_399_000));
        check("00:00:00", Some(0));
        check("-00:00:01", None);
        check("", None);
        check("1:2", None);
    }

    #[test]
    fn a_file_name_is_relative_to_the_data() {
        let settings = |file: &str| Settings { on: true, outputs: vec!["FILE".into()], file: file.into() };
        assert_eq!(settings("a.log").file("/data/"), Some("/data/a.log".into()));
        assert_eq!(settings("/var/log/slow.log").file("/data/"), Some("/var/log/slow.log".into()));
        assert_eq!(settings("").file("/data/"), None);
    }
}
