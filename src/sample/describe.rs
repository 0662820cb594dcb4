//! One table in words: its columns, indexes and partitions.

use crate::server::{Link, ServerError};

/// The paragraphs about a table.
///
/// # Errors
/// As [`Link::rows`].
pub async fn table(_link: &mut Link, _schema: &str, _table: &str) -> Result<Vec<(String, Vec<String>)>, ServerError> {
    Ok(Vec::new())
}
