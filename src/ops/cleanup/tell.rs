//! How a task is shown before it is approved: its step of the plan, and what deserves a word.

use super::column::{Column, Kind};
use super::shape::Shape;
use super::task::Task;
use super::way::Count;
use crate::config::Policy;
use crate::op::Step;
use crate::units::{Rows, Span};

/// What is shown of a task.
pub struct Teller<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Its table.
    pub shape: &'a Shape,
    /// The column of the time.
    pub time: &'a Column,
    /// What can make it rest.
    pub brakes: &'a str,
}

impl Teller<'_> {
    /// The step of the plan.
    pub fn step(&self, task: &Task, count: &Count, why: &str) -> Step {
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
        step.bytes = Some(task.rows * self.shape.row_bytes());
        step
    }

    /// What deserves a word.
    pub fn warnings(&self) -> Vec<String> {
        let Self { shape, time, .. } = self;
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

fn statements(task: &Task, dropped: u64) -> Vec<String> {
    let drops = task.partitions.iter().map(|partition| task.drop_of(partition));
    let mut deletes: Vec<String> = Vec::new();
    if task.rows > dropped {
        deletes.extend(task.children.iter().map(|child| task.form_of(child)));
        deletes.push(task.form());
    }
    if task.drops_rows { drops.chain(deletes).collect() } else { deletes.into_iter().chain(drops).collect() }
}
