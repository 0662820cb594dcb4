//! The one connection that writes, kept open; what fails on it is tried once more on a new one.
//!
//! After a failure the database is left alone for a while, so that a job with a thousand steps does not wait a thousand
//! times for a dead server.

use std::time::{Duration, Instant};

use super::place::{Place, creation};
use super::trouble::Trouble;
use crate::server::row::Row;
use crate::server::{Link, ServerError};

/// The database is not tried again for so long.
const REST: Duration = Duration::from_secs(5);

/// The connection.
pub struct Desk {
    place: Place,
    link: Option<Link>,
    outage: Option<(Instant, String)>,
}

impl Desk {
    /// Not connected yet.
    pub fn new(place: Place) -> Self {
        Self { place, link: None, outage: None }
    }

    /// The rows of one statement.
    pub async fn rows(&mut self, sql: &str) -> Result<Vec<Row>, Trouble> {
        for last in [false, true] {
            let link = self.link().await?;
            match link.rows(sql).await {
                Ok(rows) => return Ok(rows),
                Err(error) => self.failed(&error, last).await?,
            }
        }
        Err(Trouble::Down("no answer".to_owned()))
    }

    /// Runs statements, all or none, and returns the rows that each affected. They can be repeated.
    pub async fn run(&mut self, statements: &[String]) -> Result<Vec<u64>, Trouble> {
        for last in [false, true] {
            let link = self.link().await?;
            match run(link, statements).await {
                Ok(affected) => return Ok(affected),
                Err(error) => self.failed(&error, last).await?,
            }
        }
        Err(Trouble::Down("no answer".to_owned()))
    }

    /// Creates the tables.
    pub async fn create(&mut self) -> Result<(), Trouble> {
        for statement in creation() {
            self.run(&[statement]).await?;
        }
        Ok(())
    }

    /// Whether the next attempt would not even be made.
    pub fn rests(&self) -> bool {
        self.outage.as_ref().is_some_and(|(since, _)| since.elapsed() < REST)
    }

    async fn link(&mut self) -> Result<&mut Link, Trouble> {
        if let Some((_, reason)) = self.outage.as_ref().filter(|_| self.rests()) {
            return Err(Trouble::Down(reason.clone()));
        }
        self.outage = None;
        if self.link.as_ref().is_none_or(|link| !link.is_usable()) {
            self.link = None;
            let link = self.place.writer().await;
            if let Err(Trouble::Down(reason)) = &link {
                self.outage = Some((Instant::now(), reason.clone()));
            }
            return Ok(self.link.insert(link?));
        }
        self.link.as_mut().ok_or_else(|| Trouble::Down("not connected".to_owned()))
    }

    /// Whether it is worth another attempt; else what it means.
    async fn failed(&mut self, error: &ServerError, last: bool) -> Result<(), Trouble> {
        if error.is_harmless() {
            self.undo().await;
        } else {
            self.link = None;
        }
        if !last && is_passing(error) {
            return Ok(());
        }
        let trouble = self.place.trouble(error, self.link.as_ref());
        if let (Trouble::Down(reason), false) = (&trouble, error.is_harmless()) {
            self.outage = Some((Instant::now(), reason.clone()));
        }
        Err(trouble)
    }

    async fn undo(&mut self) {
        if let Some(link) = &mut self.link
            && link.execute("ROLLBACK").await.is_err()
        {
            self.link = None;
        }
    }
}

/// A broken connection, a deadlock, a lock that was not had in time.
fn is_passing(error: &ServerError) -> bool {
    !error.is_harmless() || matches!(error, ServerError::Sql { code: 1205 | 1213, .. })
}

async fn run(link: &mut Link, statements: &[String]) -> Result<Vec<u64>, ServerError> {
    let together = statements.len() > 1;
    if together {
        link.execute("START TRANSACTION").await?;
    }
    let mut affected = Vec::new();
    for statement in statements {
        affected.push(link.execute(statement).await?);
    }
    if together {
        link.execute("COMMIT").await?;
    }
    Ok(affected)
}
