//! Open InnoDB transactions, those of idle connections included. Needs PROCESS on both flavors (error 1227).

use std::time::Duration;

use crate::server::Link;
use crate::server::error::{Known, ServerError, Unavailable, known};
use crate::server::row::Row;
use crate::units::{Rows, ThreadId};

/// One open transaction.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Transaction {
    /// The connection it belongs to.
    pub thread: ThreadId,
    /// For how long it has been open.
    pub age: Duration,
    /// For how long it has been waiting for a row lock; `None` when it is not.
    pub waiting: Option<Duration>,
    /// Rows it has changed and would have to roll back.
    pub modified: Rows,
    /// Rows it has locked, roughly.
    pub locked: Rows,
}

/// `trx_started` is in the operating system's time zone, whatever the session's and the server's are (measured), and
/// `NOW()` in the session's: hence the present is converted before the two are compared.
const STATEMENT: &str = "SELECT trx_mysql_thread_id, \
     TIMESTAMPDIFF(MICROSECOND, trx_started, CONVERT_TZ(UTC_TIMESTAMP(6), '+00:00', 'SYSTEM')), \
     TIMESTAMPDIFF(MICROSECOND, trx_wait_started, CONVERT_TZ(UTC_TIMESTAMP(6), '+00:00', 'SYSTEM')), \
     trx_rows_modified, trx_rows_locked FROM information_schema.INNODB_TRX WHERE trx_mysql_thread_id > 0";

/// Reads the transactions.
///
/// # Errors
/// As [`Link::rows`]; without PROCESS the reading is [`Unavailable`].
pub async fn read(link: &mut Link) -> Result<Known<Vec<Transaction>>, ServerError> {
    let answer = link.rows(STATEMENT).await;
    let own = link.id;
    let transactions =
        answer.map(|rows| rows.iter().map(transaction).filter(|transaction| transaction.thread != own).collect());
    known(transactions, || needs_process(link))
}

/// What every reading that needs PROCESS says without it.
pub fn needs_process(link: &Link) -> Unavailable {
    Unavailable::permission("the account may not see other connections", link.caps.grant("PROCESS", "*.*"))
}

fn transaction(row: &Row) -> Transaction {
    let micros = |column| row.f64(column).map(|micros| Duration::from_secs_f64(micros.max(0.0) / 1e6));
    Transaction {
        thread: ThreadId(row.u64(0).unwrap_or(0)),
        age: micros(1).unwrap_or_default(),
        waiting: micros(2),
        modified: Rows(row.u64(3).unwrap_or(0)),
        locked: Rows(row.u64(4).unwrap_or(0)),
    }
}
