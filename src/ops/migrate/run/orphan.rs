//! The lock of the connection that changes a database, and what may still hold it.
//!
//! Killing a client does not stop its `ALTER TABLE`: that runs to its end, and its connection keeps this lock for as long.
//! So the next run finds it, says so, and begins when it is over, because only then it can be seen what became of it.

use std::time::Duration;

use crate::migration::interruption::work_lock;
use crate::op::{JobCx, OpError, Place};
use crate::server::read::threads;
use crate::server::sql;
use crate::text::truncate;
use crate::units::{Span, ThreadId};

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(500);

/// Columns of a statement that are shown.
const SHOWN: usize = 60;

/// Takes the lock of the work on a connection, and waits for whatever still holds it.
///
/// # Errors
/// [`OpError::Server`], [`OpError::Cancelled`], [`OpError::HandedOver`].
pub async fn take_lock(cx: &JobCx, place: &mut Place) -> Result<(), OpError> {
    let name = sql::readable(&work_lock(&place.target.schema));
    loop {
        let taken = place.link.rows("taking the lock of the work", format!("SELECT GET_LOCK({name}, 0)")).await?;
        if taken.first().and_then(|row| row.u64(0)) == Some(1) {
            cx.hold(None);
            return Ok(());
        }
        let holder = holder(place, &name).await?;
        cx.hold(holder);
        cx.sleep(PAUSE).await?;
    }
}

async fn holder(place: &mut Place, name: &str) -> Result<Option<String>, OpError> {
    let doing = "asking for the holder of the work's lock";
    let rows = place.link.rows(doing, format!("SELECT IS_USED_LOCK({name})")).await?;
    let Some(id) = rows.first().and_then(|row| row.u64(0)).map(ThreadId) else { return Ok(None) };
    let thread = threads::one(place.link.reading(), id).await.map_err(OpError::server(doing))?;
    Ok(Some(match thread.filter(|thread| !thread.statement.is_empty()) {
        Some(thread) => {
            let (time, statement) = (Span(thread.time), truncate(&thread.statement, SHOWN));
            format!(
                "thread {id} still runs a statement of a run that has ended, for {time}: {statement}; waits until it is \
                 over (`dbdeck kill {id}` stops it)"
            )
        }
        None => format!("thread {id} still holds the lock of the work on {}", place.target.name),
    }))
}
