//! A connection of one of the service's programs: opened when it is needed, again and again.

use std::time::Duration;

use crate::server::row::Row;
use crate::server::sql::ident;
use crate::server::{Budgets, Link, Login, ServerError};

/// Longer than any trouble that is made on purpose, short enough to come back after a frozen server.
const BUDGETS: Budgets = Budgets { connect: Duration::from_secs(5), query: Duration::from_secs(20) };

/// Who connects to what, and the connection while there is one.
pub struct Session {
    login: Login,
    schema: &'static str,
    link: Option<Link>,
}

impl Session {
    /// Not connected yet.
    pub fn new(login: Login, schema: &'static str) -> Self {
        Self { login, schema, link: None }
    }

    /// Runs a statement and gives the rows it changed.
    pub async fn run(&mut self, sql: &str) -> Result<u64, ServerError> {
        self.link().await?.execute(sql).await
    }

    /// Runs a query and gives its rows.
    pub async fn rows(&mut self, sql: &str) -> Result<Vec<Row>, ServerError> {
        self.link().await?.rows(sql).await
    }

    /// Another session of the same program, not connected yet.
    pub fn another(&self) -> Self {
        Self::new(self.login.clone(), self.schema)
    }

    /// Ends the connection; the next statement opens another.
    pub fn leave(&mut self) {
        self.link = None;
    }

    async fn link(&mut self) -> Result<&mut Link, ServerError> {
        let link = match self.link.take() {
            Some(link) if link.is_usable() => link,
            _ => self.open().await?,
        };
        Ok(self.link.insert(link))
    }

    async fn open(&self) -> Result<Link, ServerError> {
        let mut link = Link::open(&self.login, BUDGETS).await?;
        link.execute(format!("USE {}", ident(self.schema))).await?;
        Ok(link)
    }
}
