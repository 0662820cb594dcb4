//! Temporary.
use crate::server::Link;
use crate::server::error::{Known, ServerError};
use crate::units::{Bytes, Rows};
/// Facts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TableFacts {
    /// x
    pub schema: String,
    /// x
    pub table: String,
    /// x
    pub engine: Option<String>,
    /// x
    pub rows: Option<Rows>,
    /// x
    pub data: Option<Bytes>,
    /// x
    pub index: Option<Bytes>,
    /// x
    pub free: Option<Bytes>,
    /// x
    pub comment: String,
}
/// x
pub async fn read(_link: &mut Link, _schemas: &[String]) -> Result<Known<Vec<TableFacts>>, ServerError> {
    Ok(Ok(vec![]))
}
