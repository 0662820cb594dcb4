//! What the server itself counts, and what asking costs.

use std::time::Duration;

use anyhow::{Context, Result};
use dbdeck::server::{Budgets, Link, Login};
use tokio::runtime::{Builder, Runtime};

const QUESTION: &str = "SHOW GLOBAL STATUS WHERE Variable_name IN \
     ('Questions', 'Com_show_status', 'Bytes_sent', 'Bytes_received')";

/// Generous: a crowded server may be slow to let somebody in, and that is not what is measured.
pub const BUDGETS: Budgets = Budgets { connect: Duration::from_secs(10), query: Duration::from_secs(20) };

/// A connection of the measurer's own.
pub struct Probe {
    runtime: Runtime,
    link: Link,
}

/// Counters of the server, or what they grew by.
#[derive(Debug, Clone, Copy, Default)]
pub struct Traffic {
    /// Statements from clients.
    pub statements: u64,
    /// Of these, looks at the counters: one per refresh for every tool that is measured here.
    pub looks: u64,
    /// Bytes to clients.
    pub sent: u64,
    /// Bytes from clients.
    pub received: u64,
}

impl Probe {
    pub fn open(login: &Login) -> Result<Self> {
        let runtime = quiet_runtime()?;
        let link = runtime.block_on(Link::open(login, BUDGETS))?;
        Ok(Self { runtime, link })
    }

    pub fn execute(&mut self, sql: &str) -> Result<()> {
        self.runtime.block_on(self.link.execute(sql)).with_context(|| sql.to_owned())?;
        Ok(())
    }

    /// The one figure that a statement answers.
    pub fn count(&mut self, sql: &str) -> Result<u64> {
        let rows = self.runtime.block_on(self.link.rows(sql)).with_context(|| sql.to_owned())?;
        rows.first().and_then(|row| row.u64(0)).with_context(|| format!("no figure came back: {sql}"))
    }

    pub fn traffic(&mut self) -> Result<Traffic> {
        let mut traffic = Traffic::default();
        for row in self.runtime.block_on(self.link.rows(QUESTION))? {
            let value = row.u64(1).context("a counter is not a number")?;
            match row.text_or_empty(0).as_str() {
                "Questions" => traffic.statements = value,
                "Com_show_status" => traffic.looks = value,
                "Bytes_sent" => traffic.sent = value,
                _ => traffic.received = value,
            }
        }
        Ok(traffic)
    }

    /// What one call of [`Probe::traffic`] adds to the counters; nothing else may speak to the server meanwhile.
    pub fn own_cost(&mut self) -> Result<Traffic> {
        let before = self.traffic()?;
        Ok(self.traffic()?.since(before))
    }
}

impl Traffic {
    pub fn since(self, earlier: Self) -> Self {
        Self {
            statements: self.statements.saturating_sub(earlier.statements),
            looks: self.looks.saturating_sub(earlier.looks),
            sent: self.sent.saturating_sub(earlier.sent),
            received: self.received.saturating_sub(earlier.received),
        }
    }
}

/// A runtime that works only while it is waited for.
pub fn quiet_runtime() -> Result<Runtime> {
    Ok(Builder::new_current_thread().enable_all().build()?)
}
