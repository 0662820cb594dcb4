//! The handful of settings that rules and doctor judge. Needs no right on either flavor and costs 0.1 ms.
//!
//! Named one by one: the whole list is 22 KB and takes up to 300 ms under load. Global values, because dbdeck's own
//! session has settings of its own.

use std::time::Duration;

use crate::server::Link;
use crate::server::error::ServerError;
use crate::server::row::Row;
use crate::units::Bytes;

/// The settings; `None` where this server has no such setting.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Variables {
    /// Whether slow statements are logged.
    pub slow_query_log: Option<bool>,
    /// From when on a statement is slow.
    pub long_query_time: Option<Duration>,
    /// Where the logs go (`FILE`, `TABLE`, `FILE,TABLE`, `NONE`).
    pub log_output: Option<String>,
    /// Memory for InnoDB's pages.
    pub innodb_buffer_pool_size: Option<Bytes>,
    /// Most connections.
    pub max_connections: Option<u64>,
    /// Whether statement digests and their kin are collected.
    pub performance_schema: Option<bool>,
    /// Whether writes of ordinary accounts are refused.
    pub read_only: Option<bool>,
    /// Whether the server runs events.
    pub event_scheduler: Option<bool>,
    /// How strict it is.
    pub sql_mode: Option<String>,
    /// Whether it writes a binary log.
    pub log_bin: Option<bool>,
    /// In which format.
    pub binlog_format: Option<String>,
    /// How long a statement of an application waits for a metadata lock.
    pub lock_wait_timeout: Option<Duration>,
    /// How long it waits for a row lock.
    pub innodb_lock_wait_timeout: Option<Duration>,
    /// What a commit survives: 1 everything, 0 and 2 not a power cut.
    pub innodb_flush_log_at_trx_commit: Option<u64>,
    /// The same for the binary log: 1 everything.
    pub sync_binlog: Option<u64>,
    /// The server's time zone.
    pub time_zone: Option<String>,
    /// Whether use is counted per table and index (one flavor has it).
    pub userstat: Option<bool>,
    /// Whether writes of administrators are refused too (the other flavor has it).
    pub super_read_only: Option<bool>,
}

const COMMON: &str = "@@global.slow_query_log, @@global.long_query_time, @@global.log_output, \
     @@global.innodb_buffer_pool_size, @@global.max_connections, @@global.performance_schema, @@global.read_only, \
     @@global.event_scheduler, @@global.sql_mode, @@global.log_bin, @@global.binlog_format, \
     @@global.lock_wait_timeout, @@global.innodb_lock_wait_timeout, @@global.innodb_flush_log_at_trx_commit, \
     @@global.sync_binlog, @@global.time_zone";

/// Reads the settings.
///
/// # Errors
/// As [`Link::rows`].
pub async fn read(link: &mut Link) -> Result<Variables, ServerError> {
    let [user_statistics, super_read_only] = link.caps.kind.own_variables();
    let rows = link.rows(format!("SELECT {COMMON}, {user_statistics}, {super_read_only}")).await?;
    Ok(rows.first().map(variables).unwrap_or_default())
}

fn variables(row: &Row) -> Variables {
    let seconds = |column| row.f64(column).and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    Variables {
        slow_query_log: row.flag(0),
        long_query_time: seconds(1),
        log_output: row.text(2),
        innodb_buffer_pool_size: row.u64(3).map(Bytes),
        max_connections: row.u64(4),
        performance_schema: row.flag(5),
        read_only: row.flag(6),
        event_scheduler: row.flag(7),
        sql_mode: row.text(8),
        log_bin: row.flag(9),
        binlog_format: row.text(10),
        lock_wait_timeout: seconds(11),
        innodb_lock_wait_timeout: seconds(12),
        innodb_flush_log_at_trx_commit: row.u64(13),
        sync_binlog: row.u64(14),
        time_zone: row.text(15),
        userstat: row.flag(16),
        super_read_only: row.flag(17),
    }
}
