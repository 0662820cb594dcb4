//! Planning: looks at each policy's table, counts exactly what is past retention, and chooses the way.
//!
//! The way: partitions that are past retention as a whole are dropped; other rows are removed along the primary key where
//! most rows in between go too, and along an index on the time where few of them do.

use chrono::{DateTime, TimeDelta, Utc};

use super::column::{Column, Kind};
use super::keys::Key;
use super::policy::archive_directory;
use super::shape::Shape;
use super::task::{ChildTask, Details, Keeps, Task};
use super::tell::Teller;
use super::way::{count, way};
use super::{Cleanup, brake, partition};
use crate::config::{Config, Policy, Target};
use crate::op::{OpError, Plan, PlanCx, Step};
use crate::server::{Link, ServerError, sql};
use crate::units::Rows;

/// Rows that are held in memory before they go (archive, children): so many bytes of them.
const HELD_BYTES: u64 = 8 << 20;

/// What rows are held for is one statement in the end, and a statement has a limit.
const HELD_ROWS: u64 = 5_000;

/// Why a policy is left out.
struct Obstacle {
    text: String,
    /// Whether somebody has to do something; a table that is not there is an ordinary thing in older installations.
    grave: bool,
}

/// What is known of a task besides what the run needs.
struct Survey {
    task: Task,
    step: Step,
    warnings: Vec<String>,
}

/// Plans all policies of the databases.
///
/// # Errors
/// [`OpError::Usage`] for an unknown policy, [`OpError::Server`] when a server cannot be reached.
pub(super) async fn plan(params: &Cleanup, cx: &PlanCx) -> Result<Plan, OpError> {
    let now = Utc::now();
    let mut draft = Draft::default();
    for target in &cx.targets {
        let policies = params.policies(&cx.config, target)?;
        if policies.is_empty() {
            continue;
        }
        let mut link = cx.connect(target).await?;
        let brakes = brake::prospect(&mut link, &cx.config.worker).await?;
        for policy in &policies {
            let surveyor = Surveyor { params, config: &cx.config, target, policy, now, brakes: &brakes };
            match surveyor.survey(&mut link).await? {
                Ok(survey) => draft.add(survey),
                Err(obstacle) => draft.leave_out(&policy.name, &obstacle, params.policy.contains(&policy.name)),
            }
        }
    }
    Ok(draft.finished())
}

/// A plan in the making.
#[derive(Default)]
struct Draft {
    plan: Plan,
    details: Details,
    looked_at: usize,
}

impl Draft {
    fn add(&mut self, survey: Survey) {
        self.looked_at += 1;
        if survey.task.rows > 0 || !survey.task.partitions.is_empty() {
            self.plan.steps.push(survey.step);
            self.plan.warnings.extend(survey.warnings);
            self.details.tasks.push(survey.task);
        }
    }

    /// One policy that cannot be carried out keeps no other one from it, unless it was asked for by name.
    fn leave_out(&mut self, policy: &str, obstacle: &Obstacle, named: bool) {
        let text = format!("{policy}: left out: {}", obstacle.text);
        self.details.left_out += usize::from(obstacle.grave);
        if named && obstacle.grave {
            self.plan.refusal.get_or_insert_with(|| text.clone());
        }
        self.plan.warnings.push(text);
    }

    fn finished(self) -> Plan {
        let Self { mut plan, details, looked_at } = self;
        if looked_at == 0 && details.left_out > 0 {
            plan.refusal = plan.refusal.or_else(|| plan.warnings.first().cloned());
        }
        let rows = Rows(details.tasks.iter().map(Task::total).sum()).counted();
        plan.summary = match details.tasks.len() {
            0 => "nothing is past retention".to_owned(),
            1 => format!("{rows} of 1 policy"),
            policies => format!("{rows} of {policies} policies"),
        };
        plan.details = serde_json::json!(details);
        plan
    }
}

struct Surveyor<'a> {
    params: &'a Cleanup,
    config: &'a Config,
    target: &'a Target,
    policy: &'a Policy,
    now: DateTime<Utc>,
    brakes: &'a str,
}

impl Surveyor<'_> {
    async fn survey(&self, link: &mut Link) -> Result<Result<Survey, Obstacle>, OpError> {
        let doing = || format!("cannot look at {}.{}", self.target.schema, self.policy.table);
        link.execute(super::sweep::SQL_MODE).await.map_err(OpError::server(doing()))?;
        let shape = match Shape::read(link, &self.target.schema, &self.policy.table).await {
            Ok(Some(shape)) => shape,
            Ok(None) => {
                let (table, schema) = (&self.policy.table, &self.target.schema);
                return Ok(Err(light(format!("there is no table {table} in {schema}, or the account may not see it"))));
            }
            Err(error) => return grave_or_lost(error, doing()),
        };
        let (time, key) = match self.usable(&shape) {
            Ok(found) => found,
            Err(obstacle) => return Ok(Err(obstacle)),
        };
        match self.task(link, &shape, &time, key).await {
            Ok(survey) => Ok(survey),
            Err(error) => grave_or_lost(error, doing()),
        }
    }

    /// The column of the time and the key of the table, or what is wrong with them.
    fn usable(&self, shape: &Shape) -> Result<(Column, Key), Obstacle> {
        let Policy { table, time, .. } = self.policy;
        let column = shape.column(time).ok_or_else(|| grave(format!("{table} has no column {time}")))?;
        if !matches!(column.kind, Kind::Stamp | Kind::Moment | Kind::Whole) {
            return Err(grave(format!("{table}.{time} is neither a time nor whole seconds since 1970")));
        }
        let key = shape.key().ok_or_else(|| {
            grave(format!(
                "{table} has no primary key, nor a unique one without NULL, to remove rows by in small steps: \
                 ALTER TABLE {} ADD COLUMN id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY FIRST",
                sql::ident(table)
            ))
        })?;
        self.keepable(shape)?;
        Ok((column.clone(), key))
    }

    /// Whether what is to be kept of the rows can be kept exactly.
    fn keepable(&self, shape: &Shape) -> Result<(), Obstacle> {
        let Policy { table, children, .. } = self.policy;
        if !self.keeps().any() {
            return Ok(());
        }
        if !shape.transactional {
            return Err(untransactional(table, &shape.engine));
        }
        let declared = |follower: &str| children.iter().any(|child| child.table == follower);
        match shape.followers.iter().find(|it| it.rule == "CASCADE" && !declared(&it.table)) {
            Some(follower) => Err(grave(format!(
                "the server removes rows of {0} with those of {table} (ON DELETE CASCADE), and they would be in no \
                 archive: name {0} among the policy's children, or use --no-archive",
                follower.table
            ))),
            None => Ok(()),
        }
    }

    fn keeps(&self) -> Keeps {
        let named = self.policy.files.is_some() || self.policy.children.iter().any(|child| child.files.is_some());
        let list = self.params.list_files.as_ref().filter(|_| named);
        let list = list.map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone()));
        let directory = (self.policy.archive || list.is_some()).then(|| archive_directory(self.config));
        Keeps { directory, rows: self.policy.archive, files: self.policy.files.clone(), list }
    }

    fn cutoff(&self) -> DateTime<Utc> {
        let keep = TimeDelta::from_std(self.policy.keep).unwrap_or(TimeDelta::MAX);
        // Whole seconds: what is shown is what is meant.
        let cutoff = self.now.checked_sub_signed(keep).unwrap_or(DateTime::UNIX_EPOCH);
        DateTime::from_timestamp(cutoff.timestamp(), 0).unwrap_or(cutoff)
    }

    async fn task(
        &self,
        link: &mut Link,
        shape: &Shape,
        time: &Column,
        key: Key,
    ) -> Result<Result<Survey, Obstacle>, ServerError> {
        let cutoff = self.cutoff();
        let past = format!("{} < {}", sql::ident(&time.name), cutoff_literal(&time.kind, cutoff));
        let own = self.policy.condition.as_ref().map(|own| format!(" AND ({own})")).unwrap_or_default();
        let condition = format!("{past}{own}");
        let count = count(link, shape, time, &key, &condition).await?;
        let (walk, why) = way(link, shape, time, &key, &count).await?;
        let bounds = count.bounds.clone().filter(|_| walk == key);
        let children = match self.children(link, shape, &condition).await? {
            Ok(children) => children,
            Err(obstacle) => return Ok(Err(obstacle)),
        };
        let keeps = self.keeps();
        let exact = !children.is_empty() || keeps.any();
        let partitions = self.partitions(link, shape, time, cutoff).await?;
        let counted_keys = !exact && key_is_counted(shape, &walk, bounds.as_ref(), count.rows);
        let task = Task {
            policy: self.policy.name.clone(),
            database: self.target.name.clone(),
            schema: shape.schema.clone(),
            table: shape.table.clone(),
            condition,
            cutoff,
            key,
            walk,
            bounds,
            counted_keys,
            rows: count.rows,
            most: if exact { held(shape, count.rows, &children) } else { u64::MAX },
            target: self.policy.batch_target.unwrap_or(self.config.worker.batch_target),
            children,
            partitions,
            drops_rows: !exact && !time.nullable,
            keeps,
        };
        let teller = Teller { policy: self.policy, shape, time, brakes: self.brakes };
        Ok(Ok(Survey { step: teller.step(&task, &count, &why), warnings: teller.warnings(), task }))
    }

    async fn children(
        &self,
        link: &mut Link,
        shape: &Shape,
        condition: &str,
    ) -> Result<Result<Vec<ChildTask>, Obstacle>, ServerError> {
        let mut children = Vec::new();
        for child in &self.policy.children {
            let Some(table) = Shape::read(link, &self.target.schema, &child.table).await? else {
                return Ok(Err(grave(format!("there is no table {}, whose rows go first", child.table))));
            };
            let missing = [(&table, &child.column), (shape, &child.parent)];
            if let Some((table, column)) = missing.into_iter().find(|(table, column)| table.column(column).is_none()) {
                return Ok(Err(grave(format!("{} has no column {column}", table.table))));
            }
            if self.keeps().any() && !table.transactional {
                return Ok(Err(untransactional(&child.table, &table.engine)));
            }
            let count = format!(
                "SELECT COUNT(*) FROM {child} AS c JOIN (SELECT {parent} AS k FROM {table} WHERE {condition}) AS p \
                 ON c.{column} = p.k",
                child = table.name(),
                parent = sql::ident(&child.parent),
                table = shape.name(),
                column = sql::ident(&child.column)
            );
            let rows = link.rows(count).await?.first().and_then(|row| row.u64(0)).unwrap_or(0);
            let (table, column, parent) = (child.table.clone(), child.column.clone(), child.parent.clone());
            children.push(ChildTask { table, column, parent, files: child.files.clone(), rows });
        }
        Ok(Ok(children))
    }

    async fn partitions(
        &self,
        link: &mut Link,
        shape: &Shape,
        time: &Column,
        cutoff: DateTime<Utc>,
    ) -> Result<Vec<super::task::Expired>, ServerError> {
        if self.policy.condition.is_some() {
            return Ok(Vec::new());
        }
        let mut expired = partition::expired(&shape.partitions, &time.name, cutoff);
        for partition in &mut expired {
            let (table, name) = (shape.name(), sql::ident(&partition.name));
            let rows = link.rows(format!("SELECT COUNT(*) FROM {table} PARTITION ({name})")).await?;
            partition.rows = rows.first().and_then(|row| row.u64(0)).unwrap_or(0);
        }
        Ok(expired)
    }
}

impl Keeps {
    fn any(&self) -> bool {
        self.directory.is_some()
    }
}

/// Whether at least half of the numbers between the bounds are rows to remove.
fn key_is_counted(shape: &Shape, walk: &Key, bounds: Option<&(String, String)>, rows: u64) -> bool {
    let [column] = walk.columns.as_slice() else { return false };
    let numbers = || {
        let (least, most) = bounds?;
        Some(most.parse::<i128>().ok()? - least.parse::<i128>().ok()? + 1)
    };
    let is_whole = shape.column(column).is_some_and(|column| column.kind == Kind::Whole);
    is_whole && numbers().is_some_and(|numbers| numbers <= 2 * i128::from(rows))
}

/// Most rows of the table that are held in memory together with their children.
fn held(shape: &Shape, rows: u64, children: &[ChildTask]) -> u64 {
    let with_them: u64 = children.iter().map(|child| child.rows).sum();
    let family = 1 + with_them / rows.max(1);
    (HELD_BYTES / shape.row_bytes()).min(HELD_ROWS) / family
}

fn grave(text: String) -> Obstacle {
    Obstacle { text, grave: true }
}

fn light(text: String) -> Obstacle {
    Obstacle { text, grave: false }
}

fn untransactional(table: &str, engine: &str) -> Obstacle {
    grave(format!(
        "{table} is {engine}, which has no transactions, so an archive of exactly what is removed cannot be promised: \
         ALTER TABLE {} ENGINE=InnoDB, or use --no-archive and no --list-files",
        sql::ident(table)
    ))
}

/// A statement that this server refuses concerns its policy; a lost connection concerns them all.
fn grave_or_lost<T>(error: ServerError, doing: String) -> Result<Result<T, Obstacle>, OpError> {
    if error.is_harmless() { Ok(Err(grave(error.to_string()))) } else { Err(OpError::server(doing)(error)) }
}

fn cutoff_literal(kind: &Kind, cutoff: DateTime<Utc>) -> String {
    match kind {
        Kind::Whole => cutoff.timestamp().to_string(),
        _ => format!("'{}'", cutoff.format("%F %T")),
    }
}
