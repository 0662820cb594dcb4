//! Which tables of a database an operation is for. Not an operation: shared by those that take tables.

use crate::op::OpError;
use crate::server::Link;
use crate::server::read::{TableFacts, tables};

/// The choice of tables, among the parameters of an operation.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Tables {
    /// Only this table; may be given several times
    #[arg(long = "table", value_name = "NAME")]
    names: Vec<String>,
}

impl Tables {
    /// Whether tables were named.
    pub fn are_named(&self) -> bool {
        !self.names.is_empty()
    }

    /// Whether a table is one of those that are meant.
    pub fn contain(&self, table: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|name| name == table)
    }

    /// What the catalogue knows of the tables that are meant, by name.
    ///
    /// # Errors
    /// [`OpError::Usage`] when one of them is not there, [`OpError::Refused`] when the catalogue cannot be read,
    /// [`OpError::Server`].
    pub async fn facts(&self, link: &mut Link, schema: &str) -> Result<Vec<TableFacts>, OpError> {
        let answer = tables::read(link, &[schema.to_owned()]).await;
        let known = answer.map_err(OpError::server(format!("reading the tables of {schema}")))?;
        let mut facts = known.map_err(|lack| {
            OpError::Refused(format!("{}; {}", lack.reason, lack.remedy).trim_end_matches("; ").to_owned())
        })?;
        if let Some(missing) = self.names.iter().find(|name| facts.iter().all(|facts| facts.table != **name)) {
            return Err(OpError::Usage(format!(
                "there is no table {missing} in {schema}, or this account may not see it"
            )));
        }
        facts.retain(|facts| self.contain(&facts.table));
        facts.sort_by(|one, other| one.table.cmp(&other.table));
        Ok(facts)
    }
}
