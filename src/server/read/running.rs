//! What one connection runs, in full and well enough to know it again a minute later.
//!
//! Ids of connections begin anew when a server restarts, and a connection of a pool runs one statement after the other:
//! an id alone says little. Where the server numbers its statements, the number tells two of them apart.

use super::threads::{self, Thread};
use crate::server::Link;
use crate::server::caps::{LockWaits, ProcessList};
use crate::server::error::{Known, ServerError, Unavailable, known};
use crate::units::ThreadId;

/// A connection and what it runs, or ran last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Running {
    /// The connection.
    pub thread: Thread,
    /// The whole statement; `None` when it runs none.
    pub statement: Option<String>,
    /// The server's own number of that statement, of the last one when it runs none; `None` where it has no such number.
    pub number: Option<u64>,
}

/// Reads what a connection runs; `None` when it is gone or may not be seen. Three statements: one that begins between
/// them makes a mixture that equals nothing.
///
/// # Errors
/// As [`Link::rows`].
pub async fn read(link: &mut Link, id: ThreadId) -> Result<Option<Running>, ServerError> {
    let number = number(link, id).await?;
    let Some(thread) = threads::one(link, id).await? else { return Ok(None) };
    let statement = threads::full_statement(link, id).await?;
    Ok(Some(Running { thread, statement, number }))
}

/// One server counts its statements in the process list, the other each connection's in its events, which may be off or
/// not for this account.
async fn number(link: &mut Link, id: ThreadId) -> Result<Option<u64>, ServerError> {
    let sql = match link.caps.process_list {
        ProcessList::InformationSchema => {
            format!("SELECT QUERY_ID FROM information_schema.PROCESSLIST WHERE ID = {id}")
        }
        ProcessList::PerformanceSchema => format!(
            "SELECT event.EVENT_ID FROM performance_schema.events_statements_current AS event \
             JOIN performance_schema.threads AS thread ON thread.THREAD_ID = event.THREAD_ID \
             WHERE thread.PROCESSLIST_ID = {id} AND event.NESTING_EVENT_LEVEL = 0"
        ),
        ProcessList::Plain => return Ok(None),
    };
    match link.rows(sql).await {
        Ok(rows) => Ok(rows.first().and_then(|row| row.u64(0))),
        Err(error) if error.is_harmless() => Ok(None),
        Err(error) => Err(error),
    }
}

/// Reads how many transactions wait for row locks of a connection's transaction.
///
/// # Errors
/// As [`Link::rows`]; unavailable without the right to see locks.
pub async fn waiting_for(link: &mut Link, id: ThreadId) -> Result<Known<usize>, ServerError> {
    let LockWaits { table, waiting, blocking, right, scope } = link.caps.lock_waits;
    let answer = link
        .rows(format!(
            "SELECT COUNT(DISTINCT wait.{waiting}) FROM {table} AS wait JOIN information_schema.INNODB_TRX AS holder \
             ON holder.trx_id = wait.{blocking} WHERE holder.trx_mysql_thread_id = {id}"
        ))
        .await;
    let count = answer.map(|rows| rows.first().and_then(|row| row.u64(0)).unwrap_or(0));
    known(count.map(|count| usize::try_from(count).unwrap_or(usize::MAX)), || {
        Unavailable::permission("the account may not see who waits for whom", link.caps.grant(right, scope))
    })
}
