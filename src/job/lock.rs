//! A named lock in the server keeps two processes of dbdeck from working on one database at once.
//!
//! It is taken on the connection that does the work: when that one is lost, so is the lock, and the work has ended with
//! it. Asked for in slices of a second, because one flavor takes an endless wait for none (`server-facts`).

use std::time::Duration;

use crate::op::link::RUN;
use crate::op::record::Recorder;
use crate::op::{Control, JobLink, OpError};
use crate::server::read::threads;
use crate::server::{ServerError, sql};
use crate::units::{Span, ThreadId};

/// Between two attempts at the lock.
const SLICE: Duration = Duration::from_secs(1);

/// The name of the lock of a database.
pub fn name(schema: &str) -> String {
    sql::lock_name(RUN, schema)
}

/// What became of an attempt.
#[derive(Debug, PartialEq, Eq)]
pub enum Attempt {
    /// It is ours until the connection ends.
    Ours,
    /// Somebody else has it: the sentence says who.
    Held(String),
}

/// Tries once, without waiting.
///
/// # Errors
/// [`OpError::Server`].
pub async fn attempt(link: &mut JobLink, lock: &str, recorder: &dyn Recorder) -> Result<Attempt, OpError> {
    let rows = link.rows("taking the lock", format!("SELECT GET_LOCK({}, 0)", sql::readable(lock))).await?;
    if rows.first().and_then(|row| row.u64(0)) == Some(1) {
        return Ok(Attempt::Ours);
    }
    if let Ok(Some(holder)) = recorder.holder(lock).await {
        return Ok(Attempt::Held(holder));
    }
    Ok(Attempt::Held(seen_holder(link, lock).await?))
}

/// Waits between two attempts; ends early when the job is to stop.
pub async fn pause(control: &Control) {
    tokio::select! {
        () = tokio::time::sleep(SLICE) => {}
        () = control.cancelled() => {}
    }
}

/// What the server itself knows of the holder: the connection, and who it belongs to where we may see that.
async fn seen_holder(link: &mut JobLink, lock: &str) -> Result<String, OpError> {
    let rows =
        link.rows("asking for the lock's holder", format!("SELECT IS_USED_LOCK({})", sql::readable(lock))).await?;
    let Some(id) = rows.first().and_then(|row| row.u64(0)) else {
        return Ok("another dbdeck, which has just ended".to_owned());
    };
    let thread = threads::one(link.reading(), ThreadId(id)).await;
    Ok(match thread {
        Ok(Some(thread)) => {
            let (user, host, time) = (&thread.user, &thread.host, Span(thread.time));
            format!("connection {id} of {user}@{host}, {} for {time}", thread.command)
        }
        Ok(None) | Err(ServerError::Sql { .. }) => format!("connection {id}, which this account may not see"),
        Err(error) => return Err(OpError::server("asking for the lock's holder")(error)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_has_a_name_the_server_accepts() {
        let check = |schema: &str, expected: Option<&str>| {
            let name = name(schema);
            assert!(name.len() <= 64, "{name}");
            assert!(expected.is_none_or(|expected| name == expected), "{name}");
        };
        check("comfyui_client", Some("dbdeck:comfyui_client"));
        check(&"x".repeat(64), None);
        check("数据库", None);
        assert_ne!(name(&"x".repeat(64)), name(&"y".repeat(64)));
    }
}
