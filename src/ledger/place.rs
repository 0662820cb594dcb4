//! The database that has the tables, and connections to it.

use crate::config::{Config, Target};
use crate::server::conn::Session;
use crate::server::read::rights::{self, On};
use crate::server::row::Row;
use crate::server::script::{self, Options};
use crate::server::{Budgets, Link, Login, ServerError, sql};
use crate::units::DatabaseName;

use super::trouble::{RIGHTS, TABLES, Trouble, forbidden};

/// The tables, as they are created: one source for `dbdeck`, `init` and whoever does it by hand.
const SCHEMA: &str = include_str!("../../schema/dbdeck_ledger.sql");

/// The database, as configured.
#[derive(Debug, Clone)]
pub struct Place {
    /// Its name.
    pub database: DatabaseName,
    /// Where it is, unless the configuration lacks it.
    target: Option<Target>,
    budgets: Budgets,
}

impl Place {
    /// The configured one; `None` when the record is kept on this machine only.
    pub fn of(config: &Config) -> Option<Self> {
        let database = config.ledger.database.clone()?;
        let target = config.targets.iter().find(|target| target.name == database).cloned();
        let budgets = Budgets { connect: config.sampling.connect_budget, query: config.sampling.query_budget };
        Some(Self { database, target, budgets })
    }

    /// What tells this database from others, on every machine the same.
    pub fn identity(&self) -> String {
        let target = self.target.as_ref();
        target.map_or_else(|| self.database.0.clone(), |target| format!("{} {}", target.endpoint, target.schema))
    }

    /// Its name on the server.
    pub fn schema(&self) -> &str {
        self.target.as_ref().map_or(self.database.0.as_str(), |target| &target.schema)
    }

    /// Connects to write; every statement is committed by itself unless a transaction is begun.
    pub async fn writer(&self) -> Result<Link, Trouble> {
        let mut link = self.connect(Session::Look).await?;
        let chosen = link.execute(format!("USE {}", sql::ident(self.schema()))).await;
        chosen.map_err(|error| self.trouble(&error, Some(&link)))?;
        let set = link.execute("SET SESSION autocommit = 1").await;
        set.map_err(|error| self.trouble(&error, Some(&link)))?;
        Ok(link)
    }

    /// Connects to read; the server refuses writes. Without a default database: a console that stays open all day would
    /// count among the connections of the service's database.
    pub async fn reader(&self) -> Result<Link, Trouble> {
        self.connect(Session::Plan).await
    }

    async fn connect(&self, session: Session) -> Result<Link, Trouble> {
        let Some(target) = &self.target else {
            return Err(Trouble::Down("the configuration has no such database".to_owned()));
        };
        let link = Link::open_for(session, &Login::of(target), self.budgets).await;
        link.map_err(|error| self.trouble(&error, None))
    }

    /// What a failed statement means.
    pub fn trouble(&self, error: &ServerError, link: Option<&Link>) -> Trouble {
        Trouble::of(error, link.map(|link| &link.caps), self.schema())
    }

    /// Whether everything is there and allowed; reads only.
    pub async fn examine(&self) -> Result<(), Trouble> {
        let mut link = self.reader().await?;
        let answer = examine(&mut link, self.schema()).await;
        answer.map_err(|error| self.trouble(&error, Some(&link)))?
    }
}

async fn examine(link: &mut Link, schema: &str) -> Result<Result<(), Trouble>, ServerError> {
    for table in TABLES {
        link.rows(format!("SELECT 1 FROM {}.{} LIMIT 0", sql::ident(schema), sql::ident(table))).await?;
    }
    let rights = rights::read(link).await?;
    let has_all = |table: &&str| RIGHTS.iter().all(|right| rights.has(right, On::Table(schema, table)));
    if !TABLES.iter().all(has_all) {
        return Ok(Err(Trouble::Forbidden(forbidden(&link.caps, schema))));
    }
    if link.caps.read_only {
        return Ok(Err(Trouble::Down("the server is read-only".to_owned())));
    }
    Ok(Ok(()))
}

/// The statements that create the tables; each can be repeated.
pub fn creation() -> Vec<String> {
    // The file is the program's own, and a test reads it.
    let statements = script::split(SCHEMA, Options::default()).unwrap_or_default();
    statements.iter().map(|statement| statement.text.to_owned()).collect()
}

/// Asks a reading connection one of the statements of [`super::read`]; opens one when there is none, and once more when
/// it has broken since.
pub async fn ask(place: &Place, kept: &mut Option<Link>, statement: &str) -> Result<Vec<Row>, Trouble> {
    // The first FROM is the statement's own: what was asked for stands behind it.
    let qualified = format!("FROM {}.dbdeck_job", sql::ident(place.schema()));
    let sql = &statement.replacen("FROM dbdeck_job", &qualified, 1);
    if let Some(link) = kept {
        match link.rows(sql).await {
            Ok(rows) => return Ok(rows),
            Err(error) if error.is_harmless() => return Err(place.trouble(&error, Some(link))),
            Err(_) => *kept = None,
        }
    }
    let link = kept.insert(place.reader().await?);
    let answer = link.rows(sql).await;
    answer.map_err(|error| {
        let trouble = place.trouble(&error, kept.as_ref());
        if !error.is_harmless() {
            *kept = None;
        }
        trouble
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_creates_both_tables_and_nothing_else() {
        let statements = creation();
        assert_eq!(statements.len(), TABLES.len());
        for (statement, table) in statements.iter().zip(TABLES) {
            assert!(statement.starts_with(&format!("CREATE TABLE IF NOT EXISTS {table} (")), "{statement}");
        }
    }
}
