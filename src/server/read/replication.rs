//! What a replica says of itself, by channel. Needs a right of its own on both flavors (error 1227).
//!
//! An empty list is an answer: this server replicates from nowhere. Columns are found by name, because releases add
//! some and have renamed others (`Slave_…` became `Replica_…`, `Master_…` became `Source_…`).

use std::time::Duration;

use crate::server::Link;
use crate::server::error::{Known, ServerError, Unavailable, known};
use crate::server::row::Row;

/// One source this server replicates from.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct Channel {
    /// Its name; empty for the default one.
    pub name: String,
    /// The source's host.
    pub source: String,
    /// Whether changes arrive.
    pub receiving: Running,
    /// Whether changes are applied.
    pub applying: Running,
    /// How far behind it is; `None` while the server does not know (it is stopped, or not connected).
    pub lag: Option<Duration>,
    /// The last error of either half, in the server's own words.
    pub error: Option<String>,
}

/// The state of one half of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Running {
    /// It works.
    Yes,
    /// It is stopped.
    #[default]
    No,
    /// It tries to reach its source.
    Connecting,
}

impl Channel {
    /// Whether both halves work.
    pub fn is_running(&self) -> bool {
        self.receiving == Running::Yes && self.applying == Running::Yes
    }
}

/// Reads the channels; none when this server is not a replica.
///
/// # Errors
/// As [`Link::rows`]; without the right the reading is unavailable.
pub async fn read(link: &mut Link) -> Result<Known<Vec<Channel>>, ServerError> {
    let answer = link.rows(link.caps.replica_status).await;
    known(answer.map(|rows| rows.iter().map(channel).collect()), || {
        let remedy = link.caps.grant(link.caps.replica_right, "*.*");
        Unavailable::permission("the account may not see the state of replication", remedy)
    })
}

fn channel(row: &Row) -> Channel {
    let text = |names: &[&str]| column(row, names).and_then(|at| row.text(at)).unwrap_or_default();
    let lag = column(row, &["Seconds_Behind_Source", "Seconds_Behind_Master"]).and_then(|at| row.u64(at));
    let errors = [text(&["Last_IO_Error"]), text(&["Last_SQL_Error"])];
    Channel {
        name: text(&["Channel_Name", "Connection_name"]),
        source: text(&["Source_Host", "Master_Host"]),
        receiving: running(&text(&["Replica_IO_Running", "Slave_IO_Running"])),
        applying: running(&text(&["Replica_SQL_Running", "Slave_SQL_Running"])),
        lag: lag.map(Duration::from_secs),
        error: errors.into_iter().find(|error| !error.is_empty()),
    }
}

fn column(row: &Row, names: &[&str]) -> Option<usize> {
    names.iter().find_map(|name| row.named(name))
}

/// `Preparing` (connected, the dump not yet requested) is one server's word for a stage of connecting.
fn running(text: &str) -> Running {
    match text {
        "Yes" => Running::Yes,
        "Connecting" | "Preparing" => Running::Connecting,
        _ => Running::No,
    }
}
