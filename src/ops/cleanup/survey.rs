//! Planning: looks at each policy's table, counts exactly what is past retention, and chooses the way.
//!
//! The way: partitions that are past retention as a whole are dropped; other rows are removed along the primary key where
//! most rows in between go too, and along an index on the time where few of them do.

use chrono::{DateTime, TimeDelta, Utc};

use super::column::{Column, Kind};
use super::keys::Key;
use super::policy::archive_directory;
use super::shape::Shape;
use super::task::{ChildTask, Keeps, Task};
use super::{Cleanup, brake, partition};
use crate::config::{Config, Policy, Target};
use crate::op::{OpError, Plan, PlanCx, Step};
use crate::server::{Link, ServerError, sql};
use crate::units::{Percent, Rows, Span};

/// Below this share of rows to remove, passing over the others costs more than the way over a second index.
const DENSE: f64 = 0.2;

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
/// [`OpError::Refused`] for an unknown policy, [`OpError::Server`] when a server cannot be reached.
pub(super) async fn plan(params: &Cleanup, cx: &PlanCx) -> Result<Plan, OpError> {
    let now = Utc::now();
    let mut surveys = Vec::new();
    let mut plan = Plan::default();
    let mut obstacles = 0;
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
                Ok(survey) => surveys.push(survey),
                Err(obstacle) => {
                    let named = params.policy.contains(&policy.name);
                    obstacles += usize::from(obstacle.grave);
                    let text = format!("{}: left out: {}", policy.name, obstacle.text);
                    if named && obstacle.grave {
                        plan.refusal.get_or_insert_with(|| text.clone());
                    }
                    plan.warnings.push(text);
                }
            }
        }
    }
    if surveys.is_empty() && obstacles > 0 {
        plan.refusal = plan.refusal.or_else(|| plan.warnings.first().cloned());
    }
    Ok(finished(plan, surveys))
}

fn finished(mut plan: Plan, surveys: Vec<Survey>) -> Plan {
    let busy = |task: &Task| task.rows > 0 || !task.partitions.is_empty();
    let surveys: Vec<Survey> = surveys.into_iter().filter(|survey| busy(&survey.task)).collect();
    let rows: u64 = surveys.iter().map(|survey| survey.task.total()).sum();
    let policies = surveys.len();
    plan.summary = match policies {
        0 => "nothing is past retention".to_owned(),
        1 => format!("{} of 1 policy", Rows(rows).counted()),
        _ => format!("{} of {policies} policies", Rows(rows).counted()),
    };
    let mut tasks = Vec::new();
    for survey in surveys {
        plan.steps.push(survey.step);
        plan.warnings.extend(survey.warnings);
        tasks.push(survey.task);
    }
    plan.details = serde_json::json!(tasks);
    plan
}

impl Task {
    /// Rows of the table and its children.
    pub fn total(&self) -> u64 {
        self.rows + self.children.iter().map(|child| child.rows).sum::<u64>()
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

/// What was counted of a table.
#[derive(Default)]
struct Count {
    rows: u64,
    oldest: Option<String>,
    bounds: Option<(String, String)>,
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
        let list = self.params.list_files.clone().filter(|_| named);
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
            rows: count.rows,
            most: if exact { held(shape, count.rows, &children) } else { u64::MAX },
            target: self.policy.batch_target.unwrap_or(self.config.worker.batch_target),
            children,
            partitions,
            drops_rows: !exact && !time.nullable,
            keeps,
        };
        let step = self.step(&task, shape, &count, &why);
        Ok(Ok(Survey { warnings: self.warnings(shape, time), step, task }))
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
                child = qualified(&table),
                parent = sql::ident(&child.parent),
                table = qualified(shape),
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
            let (table, name) = (qualified(shape), sql::ident(&partition.name));
            let rows = link.rows(format!("SELECT COUNT(*) FROM {table} PARTITION ({name})")).await?;
            partition.rows = rows.first().and_then(|row| row.u64(0)).unwrap_or(0);
        }
        Ok(expired)
    }

    fn step(&self, task: &Task, shape: &Shape, count: &Count, why: &str) -> Step {
        let dropped: u64 = task.partitions.iter().map(|partition| partition.rows).filter(|_| task.drops_rows).sum();
        let mut step = Step::new(format!("clean up {} ({})", task.table, task.policy))
            .fact("past retention", Rows(task.rows).counted())
            .fact("older than", format!("{} UTC ({})", task.cutoff.format("%F %T"), Span(self.policy.keep)));
        if let Some(oldest) = &count.oldest {
            step = step.fact("oldest", oldest);
        }
        for child in &task.children {
            step = step.fact(&format!("with them, {}", child.table), Rows(child.rows).counted());
        }
        if !task.partitions.is_empty() {
            let what = if task.drops_rows { "dropped with their rows" } else { "dropped when they are empty" };
            let names: Vec<&str> = task.partitions.iter().map(|partition| partition.name.as_str()).collect();
            step = step.fact("partitions", format!("{} {what}: {}", names.len(), names.join(", ")));
        }
        if task.rows > dropped {
            let rows = Rows(task.rows - dropped).counted();
            step = step
                .fact("way", format!("{rows} {why}"))
                .fact("pace", format!("transactions of {}, rows adapt to it", Span(task.target)))
                .fact("brakes", self.brakes);
        }
        if let Some(directory) = task.keeps.directory.as_ref().filter(|_| task.keeps.rows) {
            step = step.fact("archive", format!("{}, verified before rows go", directory.display()));
        }
        if let Some(list) = &task.keeps.list {
            step = step.fact("paths of files", list.display());
        }
        step.sql = statements(task, dropped);
        step.rows = Some(task.total());
        step.bytes = Some(task.rows * shape.row_bytes());
        step
    }

    fn warnings(&self, shape: &Shape, time: &Column) -> Vec<String> {
        let Policy { name, table, children, .. } = self.policy;
        let mut warnings = Vec::new();
        if !shape.transactional {
            warnings.push(format!(
                "{name}: {table} is {}, which has no transactions: a batch that is broken off stays half-done \
                 (no row that should stay is touched), and each batch locks the whole table",
                shape.engine
            ));
        }
        if !shape.has_index_on(&time.name) {
            warnings.push(format!("{name}: no index of {table} serves {}, so its rows are read in full", time.name));
        }
        if time.kind == Kind::Moment {
            warnings.push(format!("{name}: {} has no time zone of its own; it is taken as UTC", time.name));
        }
        for follower in &shape.followers {
            let declared = children.iter().any(|child| child.table == follower.table);
            let (other, rule) = (&follower.table, &follower.rule);
            match rule.as_str() {
                _ if declared => {}
                "CASCADE" => warnings.push(format!("{name}: the server removes rows of {other} together with them")),
                "SET NULL" => warnings.push(format!("{name}: the server clears the references in {other}")),
                _ => warnings.push(format!("{name}: a row that {other} refers to cannot be removed, and ends it")),
            }
        }
        warnings
    }
}

impl Keeps {
    fn any(&self) -> bool {
        self.directory.is_some()
    }
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

fn qualified(shape: &Shape) -> String {
    format!("{}.{}", sql::ident(&shape.schema), sql::ident(&shape.table))
}

fn cutoff_literal(kind: &Kind, cutoff: DateTime<Utc>) -> String {
    match kind {
        Kind::Whole => cutoff.timestamp().to_string(),
        _ => format!("'{}'", cutoff.format("%F %T")),
    }
}

fn statements(task: &Task, dropped: u64) -> Vec<String> {
    let drops = task.partitions.iter().map(|partition| task.drop_of(partition));
    let mut deletes: Vec<String> = Vec::new();
    if task.rows > dropped {
        deletes.extend(task.children.iter().map(|child| task.form_of(child)));
        deletes.push(task.form());
    }
    if task.drops_rows { drops.chain(deletes).collect() } else { deletes.into_iter().chain(drops).collect() }
}

async fn count(
    link: &mut Link,
    shape: &Shape,
    time: &Column,
    key: &Key,
    condition: &str,
) -> Result<Count, ServerError> {
    let first = key.columns.first().and_then(|name| shape.column(name));
    let bounded = first.filter(|column| column.kind == Kind::Whole);
    let bounds = bounded.map_or("NULL, NULL".to_owned(), |column| {
        let name = sql::ident(&column.name);
        format!("MIN({name}), MAX({name})")
    });
    let (time, table) = (sql::ident(&time.name), qualified(shape));
    let rows = link.rows(format!("SELECT COUNT(*), MIN({time}), {bounds} FROM {table} WHERE {condition}")).await?;
    let Some(row) = rows.first() else { return Ok(Count::default()) };
    let bounds = row.text(2).zip(row.text(3));
    Ok(Count { rows: row.u64(0).unwrap_or(0), oldest: row.text(1), bounds })
}

/// What to walk along, and why.
async fn way(
    link: &mut Link,
    shape: &Shape,
    time: &Column,
    key: &Key,
    count: &Count,
) -> Result<(Key, String), ServerError> {
    let by_time = shape.key_by_time(&time.name, key).filter(|_| shape.transactional);
    let between = match &count.bounds {
        Some(bounds) if by_time.is_some() => estimate(link, shape, key, bounds).await?,
        _ => None,
    };
    let between = between.unwrap_or(shape.rows).max(count.rows).max(1);
    let share = count.rows as f64 / between as f64;
    let percent = Percent(100.0 * share);
    Ok(match by_time {
        Some(walk) if share < DENSE => {
            let why = format!("along {} (few in between: {percent} of the rows go)", walk.index);
            (walk, why)
        }
        _ => (key.clone(), format!("along {} ({percent} of the rows in between go)", key.index)),
    })
}

/// Rows between two values of a key, as the optimizer reckons. (Not FORCE INDEX: one of the servers then does not look.)
async fn estimate(
    link: &mut Link,
    shape: &Shape,
    key: &Key,
    (least, most): &(String, String),
) -> Result<Option<u64>, ServerError> {
    let first = key.columns.first().map(|name| sql::ident(name)).unwrap_or_default();
    let (table, index) = (qualified(shape), sql::ident(&key.index));
    let explain = format!(
        "EXPLAIN FORMAT=TRADITIONAL SELECT 1 FROM {table} USE INDEX ({index}) WHERE {first} BETWEEN {least} AND {most}"
    );
    let rows = link.rows(explain).await?;
    Ok(rows.first().and_then(|row| row.u64(row.named("rows")?)))
}
