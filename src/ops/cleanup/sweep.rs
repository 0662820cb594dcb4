//! Carries a plan out, policy by policy: settles what an earlier run left, drops partitions, walks each table once.

use std::time::Duration;

use chrono::Utc;

use super::archive::{Keeper, Names};
use super::batch::{Batches, Halt, Reader};
use super::brake::Brake;
use super::journal::Head;
use super::pace::Pace;
use super::shape::Shape;
use super::task::{Details, Task};
use super::{partition, settle};
use crate::op::{JobCx, JobLink, OpError, Place, Plan, Progress, Unit};
use crate::server::sql;
use crate::units::Rows;

/// Dates that are none are data like any other, and conditions mean what they mean when they are planned.
pub const SQL_MODE: &str = "SET SESSION sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO'";

/// Collisions in a row after which a policy is given up.
const ATTEMPTS: u32 = 10;

/// Carries it out.
///
/// # Errors
/// Anything that keeps a policy from its end; the ones before it are done, and the ones after it are not begun.
pub async fn run(cx: &JobCx, places: &mut [Place], plan: &Plan) -> Result<String, OpError> {
    let Details { tasks, left_out } = serde_json::from_value(plan.details.clone())
        .map_err(|error| OpError::Changed(format!("the plan is not one of this version of dbdeck: {error}")))?;
    let total = tasks.iter().map(Task::total).sum();
    let mut rows = 0;
    for place in places {
        let database = place.target.name.clone();
        prepare(&mut place.link).await?;
        settle::all(cx, place).await?;
        for task in tasks.iter().filter(|task| task.database == database) {
            let sweep = Sweep { cx, task, before: rows, total };
            rows += sweep.policy(place).await?;
        }
    }
    let policies = tasks.len();
    let noun = if policies == 1 { "policy" } else { "policies" };
    let rest = if left_out > 0 { format!(", {left_out} left out") } else { String::new() };
    Ok(format!("{} of {policies} {noun}{rest}", Rows(rows).counted()))
}

/// A range locks no gaps (READ COMMITTED), but where the binary log is of statements, which forbids that.
async fn prepare(link: &mut JobLink) -> Result<(), OpError> {
    const DOING: &str = "preparing the session";
    link.execute(DOING, SQL_MODE).await?;
    let format = link.rows(DOING, "SHOW SESSION VARIABLES WHERE Variable_name = 'binlog_format'").await?;
    let of_statements = format.first().is_some_and(|row| row.text_or_empty(1) == "STATEMENT");
    if !(of_statements && link.caps().binary_log) {
        link.execute(DOING, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED").await?;
    }
    Ok(())
}

/// One policy.
struct Sweep<'a> {
    cx: &'a JobCx,
    task: &'a Task,
    /// Rows that went before it.
    before: u64,
    total: u64,
}

/// What has gone so far, and where.
#[derive(Default)]
struct Tally {
    rows: u64,
    children: u64,
    batches: u64,
}

impl Sweep<'_> {
    async fn policy(&self, place: &mut Place) -> Result<u64, OpError> {
        let mut rows = 0;
        self.show(0);
        if self.task.drops_rows {
            rows += partition::drop_all(self.cx, place, self.task).await?;
        }
        if self.task.rows > rows {
            rows += self.rows(place, rows).await?;
        }
        if !self.task.drops_rows {
            partition::drop_all(self.cx, place, self.task).await?;
        }
        Ok(rows)
    }

    /// Removes the rows, and records it.
    async fn rows(&self, place: &mut Place, dropped: u64) -> Result<u64, OpError> {
        let title = format!("clean up {} ({})", self.task.table, self.task.policy);
        let step = self.cx.begin(title, self.task.form()).await?;
        let mut tally = Tally { rows: dropped, ..Tally::default() };
        let result = self.walk(place, &mut tally).await;
        let gone = tally.rows - dropped + tally.children;
        let archive = result.as_ref().ok().and_then(Option::as_ref);
        let outcome = match (&result, archive) {
            (Err(error), _) => format!("{error}; gone: {}", Rows(gone).counted()),
            (Ok(_), Some(path)) => format!("gone; archived in {}", path.display()),
            (Ok(_), None) => format!("gone in {} batches", tally.batches),
        };
        self.cx.settle(step, outcome, gone).await?;
        result.map(|_| gone)
    }

    /// Walks the table; the archive is ended however that ends, unless a batch is open.
    async fn walk(&self, place: &mut Place, tally: &mut Tally) -> Result<Option<std::path::PathBuf>, OpError> {
        let batches = self.batches(place).await?;
        let walked = self.batch_by_batch(place, &batches, tally).await;
        let finished = match &batches.keeper {
            Some(keeper) => keeper.finish().await,
            None => Ok(None),
        };
        walked.and(finished)
    }

    async fn batch_by_batch(&self, place: &mut Place, batches: &Batches<'_>, tally: &mut Tally) -> Result<(), OpError> {
        let mut pace = Pace::new(self.task.target, self.task.most);
        let mut brake = Brake::default();
        let mut from = None;
        let mut collisions = 0;
        loop {
            brake.wait(self.cx, &mut place.link).await?;
            match batches.next(&mut place.link, from.as_ref(), pace.rows()).await {
                Ok(done) => {
                    pace.took(done.size, done.time);
                    self.cx.count(done.rows + done.children, done.bytes);
                    tally.rows += done.rows;
                    tally.children += done.children;
                    tally.batches += 1;
                    self.show(tally.rows + tally.children);
                    from = Some(done.end);
                    collisions = 0;
                }
                Err(Halt::End) => return Ok(()),
                Err(Halt::Collision(why)) if collisions < ATTEMPTS => {
                    collisions += 1;
                    pace.collided();
                    self.cx.hold(Some(format!("somebody is in the way: {why}")));
                    self.cx.sleep(Duration::from_millis(20) * 2_u32.pow(collisions.min(6))).await?;
                    self.cx.hold(None);
                }
                Err(Halt::Collision(why)) => {
                    return Err(OpError::Held(format!("{} could not be cleaned up: {why}", self.task.table)));
                }
                Err(Halt::Error(error)) => return Err(error),
            }
        }
    }

    async fn batches(&self, place: &mut Place) -> Result<Batches<'_>, OpError> {
        let task = self.task;
        let reader = self.reader(place, &task.table, |name| {
            let in_key = [&task.key, &task.walk].iter().any(|key| key.columns.iter().any(|column| column == name));
            let refers = task.children.iter().any(|child| child.parent.eq_ignore_ascii_case(name));
            in_key || refers || is(task.keeps.files.as_deref(), name)
        });
        let reader = reader.await?;
        let mut children = Vec::new();
        for child in &task.children {
            let needed = |name: &str| child.column.eq_ignore_ascii_case(name) || is(child.files.as_deref(), name);
            children.push(self.reader(place, &child.table, needed).await?);
        }
        let keeper = match &task.keeps.directory {
            Some(directory) => Some(self.keeper(place, directory.clone()).await?),
            None => None,
        };
        let doing = format!("cleaning up {}", task.table);
        Ok(Batches { task, reader, children, keeper, doing })
    }

    /// A table with its columns: all of them when rows are archived, else those that are needed.
    async fn reader(
        &self,
        place: &mut Place,
        table: &str,
        needed: impl Fn(&str) -> bool + Send,
    ) -> Result<Reader, OpError> {
        let doing = format!("looking at {table}");
        let shape =
            Shape::read(place.link.reading(), &self.task.schema, table).await.map_err(OpError::server(doing))?;
        let shape = shape.ok_or_else(|| OpError::Changed(format!("there is no table {table} any more")))?;
        let mut columns = shape.columns;
        columns.retain(|column| self.task.keeps.rows || needed(&column.name));
        Ok(Reader { table: shape.table, columns })
    }

    async fn keeper(&self, place: &mut Place, directory: std::path::PathBuf) -> Result<Keeper, OpError> {
        let task = self.task;
        let head = Head {
            job: self.cx.job.0.clone(),
            database: task.database.0.clone(),
            schema: task.schema.clone(),
            table: task.table.clone(),
            policy: task.policy.clone(),
            key: task.key.clone(),
            rows: task.keeps.rows,
            list: task.keeps.list.clone(),
        };
        let base = format!("{}-{}-{}-{}", task.database, task.policy, Utc::now().format("%Y%m%dT%H%M%SZ"), self.cx.job);
        let plain = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' };
        let names = Names { directory, base: base.chars().map(plain).collect() };
        let opening = if task.keeps.rows { self.opening(place).await? } else { String::new() };
        Keeper::create(names, head, opening).await
    }

    /// The first frame of an archive: whose rows these are, a session that takes them as they were, and their tables.
    async fn opening(&self, place: &mut Place) -> Result<String, OpError> {
        let task = self.task;
        let (name, policy) = (crate::text::clean(task.name().as_bytes()), crate::text::clean(task.policy.as_bytes()));
        let mut text = format!(
            "-- dbdeck archive: rows of {name} that were past retention ({policy}, older than {} UTC), \
             removed by job {}.\n\
             SET NAMES utf8mb4;\nSET time_zone = '+00:00';\n\
             SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';\nSET foreign_key_checks = 0;\n",
            task.cutoff.format("%F %T"),
            self.cx.job
        );
        for table in std::iter::once(&task.table).chain(task.children.iter().map(|child| &child.table)) {
            let show = format!("SHOW CREATE TABLE {}.{}", sql::ident(&task.schema), sql::ident(table));
            let rows = place.link.rows("reading a table's definition", show).await?;
            let definition = rows.first().and_then(|row| row.verbatim(1)).unwrap_or_default();
            text.push_str(&definition.replacen("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1));
            text.push_str(";\n");
        }
        Ok(text)
    }

    fn show(&self, gone: u64) {
        let (phase, done) = (self.task.table.clone(), self.before + gone);
        self.cx.progress(Progress { phase, unit: Unit::Rows, done, total: Some(self.total) });
    }
}

fn is(name: Option<&str>, column: &str) -> bool {
    name.is_some_and(|name| name.eq_ignore_ascii_case(column))
}
