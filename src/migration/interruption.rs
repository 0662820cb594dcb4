//! What a server says of migrations that were begun and whose end is not recorded: at work now, or broken off, and then
//! whether the statement that was begun last was done.

use super::doubt::{self, Verdict};
use super::history::{History, StepRow, StepState};
use super::standing::{Standing, Standings};
use crate::server::{Link, ServerError, sql};
use crate::units::ThreadId;

/// The lock that a connection holds while it runs the statements of a migration.
pub fn work_lock(schema: &str) -> String {
    sql::lock_name("dbdeck:work", schema)
}

/// A migration that was begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interruption {
    /// Its statement that was begun last.
    pub step: StepRow,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// A run is at work in this database, on this connection.
    AtWork(ThreadId),
    /// Nobody is at work there any more.
    Ended(Verdict),
}

/// Asks about every interrupted migration of a database.
///
/// # Errors
/// The server's.
pub async fn interruptions(
    link: &mut Link,
    schema: &str,
    history: &History,
    standings: &Standings,
) -> Result<Vec<Interruption>, ServerError> {
    let mut found = Vec::new();
    for entry in &standings.entries {
        let Standing::Interrupted { step } = entry.standing else { continue };
        let Some(row) = history.steps(&entry.name).find(|row| row.step == step) else { continue };
        found.push(Interruption { step: row.clone(), fate: fate(link, schema, row).await? });
    }
    Ok(found)
}

async fn fate(link: &mut Link, schema: &str, row: &StepRow) -> Result<Fate, ServerError> {
    let lock = sql::readable(&work_lock(schema));
    let holder = link.rows(format!("SELECT IS_USED_LOCK({lock})")).await?;
    if let Some(thread) = holder.first().and_then(|row| row.u64(0)) {
        return Ok(Fate::AtWork(ThreadId(thread)));
    }
    let verdict = match row.state {
        StepState::Begun => doubt::verdict(link, row).await?,
        StepState::Done => Verdict::Done,
        StepState::Failed | StepState::Undone => Verdict::NotDone,
    };
    Ok(Fate::Ended(verdict))
}
