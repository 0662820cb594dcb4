//! The binary log: how much of it there is and where it stands. Needs a right of its own on both flavors.
//!
//! Two statements: the list of files, and the present position.

use crate::server::Link;
use crate::server::error::{Known, ServerError, Unavailable, known};
use crate::server::row::Row;
use crate::units::Bytes;

/// The binary log as the server lists it.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct BinaryLog {
    /// Its files, oldest first.
    pub files: Vec<BinaryLogFile>,
    /// The file being written.
    pub current: String,
    /// The offset of its end.
    pub position: u64,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct BinaryLogFile {
    /// Its name, without directory.
    pub name: String,
    /// Its length.
    pub bytes: Bytes,
}

impl BinaryLog {
    /// What all files take together.
    pub fn bytes(&self) -> Bytes {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

/// Reads the list and the position.
///
/// # Errors
/// As [`Link::rows`]; unavailable without a binary log, and without the right to look at it.
pub async fn read(link: &mut Link) -> Result<Known<BinaryLog>, ServerError> {
    if !link.caps.binary_log {
        return Ok(Err(Unavailable::setting(
            "the server writes no binary log",
            "in the server's option file, below [mysqld]: log_bin = binlog and server_id = 1 (and restart)",
        )));
    }
    let files = match ask(link, "SHOW BINARY LOGS").await? {
        Ok(rows) => rows.iter().map(file).collect(),
        Err(lack) => return Ok(Err(lack)),
    };
    let position = ask(link, link.caps.binary_log_status).await?;
    Ok(position.map(|rows| BinaryLog {
        files,
        current: rows.first().map(|row| row.text_or_empty(0)).unwrap_or_default(),
        position: rows.first().and_then(|row| row.u64(1)).unwrap_or(0),
    }))
}

async fn ask(link: &mut Link, statement: &str) -> Result<Known<Vec<Row>>, ServerError> {
    let answer = link.rows(statement).await;
    known(answer, || {
        let remedy = link.caps.grant(link.caps.binary_log_right, "*.*");
        Unavailable::permission("the account may not see the binary log", remedy)
    })
}

fn file(row: &Row) -> BinaryLogFile {
    BinaryLogFile { name: row.text_or_empty(0), bytes: Bytes(row.u64(1).unwrap_or(0)) }
}
