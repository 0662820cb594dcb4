//! Statements that keep tables in shape, one after the other. Not an operation: shared by those that do so.
//!
//! A table that cannot be had, or has no room, does not keep the others from their turn; the job then ends with an error
//! that says what was done and what was not.

use serde::{Deserialize, Serialize};

use super::attempt;
use crate::op::{JobCx, OpError, Place, Plan, Progress, Unit};
use crate::server::read::{disk, sizes};
use crate::server::sql::Sql;
use crate::units::Bytes;

/// One statement on one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// What is done to what: `optimize client_access_logs`.
    pub title: String,
    /// The table.
    pub table: String,
    /// The statement.
    pub sql: String,
    /// Bytes it needs on the server's disk while it runs; 0 when it needs none.
    pub needs: u64,
}

impl Task {
    /// A statement that needs no space.
    pub fn new(title: String, table: &str, sql: &Sql) -> Self {
        Self { title, table: table.to_owned(), sql: sql.to_string(), needs: 0 }
    }

    /// The same, with what it needs.
    #[must_use]
    pub fn needing(self, bytes: Bytes) -> Self {
        Self { needs: bytes.0, ..self }
    }
}

/// Writes the tasks into the plan, for [`run`].
pub fn into_details(tasks: &[Task]) -> serde_json::Value {
    serde_json::json!(tasks)
}

/// Whether there is room: a tenth more than needed, since the server sorts and logs beside the copy.
pub fn fits(needs: Bytes, free: Bytes) -> bool {
    needs.0.saturating_add(needs.0 / 10) <= free.0
}

/// Runs the tasks of a plan, and says how many were done and what they freed.
///
/// # Errors
/// [`OpError::Cancelled`]: the table at hand is as it was. Else the first failure, when all that can be done is done.
pub async fn run(cx: &JobCx, places: &mut [Place], plan: &Plan) -> Result<String, OpError> {
    let tasks: Vec<Task> = serde_json::from_value(plan.details.clone())
        .map_err(|_| OpError::Refused("the plan does not say what to do with which table".to_owned()))?;
    let place = places.first_mut().ok_or_else(|| OpError::Refused("no database was chosen".to_owned()))?;
    let mut round = Round { cx, place, total: tasks.len() as u64, done: 0, freed: 0, failures: Vec::new() };
    for task in &tasks {
        round.turn(task).await?;
    }
    round.end()
}

struct Round<'a> {
    cx: &'a JobCx,
    place: &'a mut Place,
    total: u64,
    done: u64,
    freed: u64,
    failures: Vec<OpError>,
}

impl Round<'_> {
    async fn turn(&mut self, task: &Task) -> Result<(), OpError> {
        self.show(task.title.clone());
        self.cx.checkpoint().await?;
        match self.one(task).await {
            Ok(()) => self.done += 1,
            Err(error @ (OpError::File { .. } | OpError::Server { .. })) if !error.is_interruption() => {
                self.failures.push(error);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn show(&self, phase: String) {
        let done = self.done + self.failures.len() as u64;
        self.cx.progress(Progress { phase, unit: Unit::Tables, done, total: Some(self.total) });
    }

    async fn one(&mut self, task: &Task) -> Result<(), OpError> {
        self.check_room(task).await?;
        let before = self.size(task).await?;
        let step = self.cx.begin(&task.title, &task.sql).await?;
        let result = attempt::ddl(self.cx, self.place, &task.title, &task.sql).await;
        let outcome = match &result {
            Ok(_) => {
                let after = self.size(task).await?;
                self.gain(before, after)
            }
            Err(OpError::Cancelled | OpError::HandedOver) => "stopped; the table is as it was".to_owned(),
            Err(error) => error.to_string(),
        };
        self.cx.settle(step, outcome, 0).await?;
        result.map(|_| ())
    }

    /// The disk may have filled since the plan was made.
    async fn check_room(&mut self, task: &Task) -> Result<(), OpError> {
        if task.needs == 0 {
            return Ok(());
        }
        let free = disk::read(self.place.link.reading()).await.map_err(OpError::server("asking for free space"))?;
        match free {
            Ok(space) if !fits(Bytes(task.needs), space.free) => {
                let reason = no_room(Bytes(task.needs), space.free);
                let error = std::io::Error::new(std::io::ErrorKind::StorageFull, reason);
                Err(OpError::file(&task.title)(error))
            }
            _ => Ok(()),
        }
    }

    /// The length of the table's files, where that matters and may be seen.
    async fn size(&mut self, task: &Task) -> Result<Option<Bytes>, OpError> {
        if task.needs == 0 {
            return Ok(None);
        }
        let schemas = [self.place.target.schema.clone()];
        let sizes = sizes::read(self.place.link.reading(), &schemas).await;
        let sizes = sizes.map_err(OpError::server(format!("measuring {}", task.table)))?;
        Ok(sizes.ok().and_then(|sizes| sizes.into_iter().find(|size| size.table == task.table)).map(|size| size.bytes))
    }

    fn gain(&mut self, before: Option<Bytes>, after: Option<Bytes>) -> String {
        let (Some(before), Some(after)) = (before, after) else { return "done".to_owned() };
        let freed = before.0.saturating_sub(after.0);
        self.freed += freed;
        self.cx.count(0, freed);
        format!("{} freed, {after} left", Bytes(freed))
    }

    fn end(self) -> Result<String, OpError> {
        let freed = if self.freed > 0 { format!(", {} freed", Bytes(self.freed)) } else { String::new() };
        let done = format!("{} of {}{freed}", self.done, Unit::Tables.show(self.total));
        let others = self.failures.len().saturating_sub(1);
        let more = if others > 0 { format!(" (and {others} more, see the steps)") } else { String::new() };
        match self.failures.into_iter().next() {
            None if self.freed > 0 => Ok(format!("{}{freed}", Unit::Tables.show(self.done))),
            None => Ok(Unit::Tables.show(self.done)),
            Some(OpError::Server { doing, error }) => {
                Err(OpError::server(format!("{done} done{more}; {doing}"))(error))
            }
            Some(OpError::File { doing, error }) => Err(OpError::file(format!("{done} done{more}; {doing}"))(error)),
            Some(error) => Err(error),
        }
    }
}

/// Why something is not begun.
pub fn no_room(needs: Bytes, free: Bytes) -> String {
    format!("needs {needs} beside the table and a tenth more, and the server's disk has {free}")
}
