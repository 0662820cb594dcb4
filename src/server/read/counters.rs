//! The server's own counters: needs no right on either flavor and costs 0.1 ms.

use crate::server::error::ServerError;
use crate::server::{Link, row::Row};

/// One look at the counters; those that only grow are turned into rates by `sample::rate`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Seconds since the server started; a smaller value than before means a restart.
    pub uptime: u64,
    /// Statements received from clients.
    pub questions: u64,
    /// Statements slower than `long_query_time`, counted even when the slow log is off.
    pub slow_queries: u64,
    /// Bytes received from clients.
    pub bytes_received: u64,
    /// Bytes sent to clients.
    pub bytes_sent: u64,
    /// Connections open now.
    pub threads_connected: u64,
    /// Connections working now.
    pub threads_running: u64,
    /// Connections refused because `max_connections` was reached.
    pub refused_connections: u64,
    /// Rows read by InnoDB.
    pub rows_read: u64,
    /// Rows inserted, updated and deleted by InnoDB.
    pub rows_written: u64,
    /// Waits for row locks.
    pub row_lock_waits: u64,
    /// Row locks waited for now.
    pub row_lock_current_waits: u64,
}

const STATEMENT: &str = "SHOW GLOBAL STATUS WHERE Variable_name IN ('Uptime', 'Questions', 'Slow_queries', \
     'Bytes_received', 'Bytes_sent', 'Threads_connected', 'Threads_running', 'Connection_errors_max_connections', \
     'Innodb_rows_read', 'Innodb_rows_inserted', 'Innodb_rows_updated', 'Innodb_rows_deleted', \
     'Innodb_row_lock_waits', 'Innodb_row_lock_current_waits')";

/// Reads the counters.
///
/// # Errors
/// As [`Link::rows`].
pub async fn read(link: &mut Link) -> Result<Counters, ServerError> {
    let rows = link.rows(STATEMENT).await?;
    let mut counters = Counters::default();
    for row in &rows {
        counters.note(row);
    }
    Ok(counters)
}

impl Counters {
    fn note(&mut self, row: &Row) {
        let value = row.u64(1).unwrap_or(0);
        match row.text_or_empty(0).to_ascii_lowercase().as_str() {
            "uptime" => self.uptime = value,
            "questions" => self.questions = value,
            "slow_queries" => self.slow_queries = value,
            "bytes_received" => self.bytes_received = value,
            "bytes_sent" => self.bytes_sent = value,
            "threads_connected" => self.threads_connected = value,
            "threads_running" => self.threads_running = value,
            "connection_errors_max_connections" => self.refused_connections = value,
            "innodb_rows_read" => self.rows_read = value,
            "innodb_rows_inserted" | "innodb_rows_updated" | "innodb_rows_deleted" => self.rows_written += value,
            "innodb_row_lock_waits" => self.row_lock_waits = value,
            "innodb_row_lock_current_waits" => self.row_lock_current_waits = value,
            _ => {}
        }
    }
}
