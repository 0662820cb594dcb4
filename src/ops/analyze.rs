//! Makes the statistics of tables anew, from which the server makes its plans.
//!
//! The plain form on both flavors: histograms and engine-independent statistics are a choice of their own, and would be
//! gathered by reading whole tables. Nothing is written to the binary log: statistics are each server's own, and a
//! replica would get a transaction that its source does not have.

use chrono::Utc;

use super::tables::Tables;
use super::upkeep::{self, Task};
use crate::op::{Conflicts, JobCx, Meta, OpError, Operation, Place, Plan, PlanCx, Risk, Scope, Step};
use crate::server::read::{TableFacts, TableStatistics, table_statistics};
use crate::server::sql::Sql;
use crate::units::Span;

/// Makes the statistics of tables anew.
#[derive(Debug, clap::Args)]
pub struct Analyze {
    #[command(flatten)]
    tables: Tables,
}

impl Operation for Analyze {
    const META: Meta = Meta {
        id: "maintain analyze",
        title: "Analyze tables",
        doc: "Make the statistics of tables anew, from which the server makes its plans.",
        risk: Risk::Reversible,
        scope: Scope::Database,
        conflicts: Conflicts::Database,
        needs: &["SELECT, INSERT ON {database}"],
        schedulable: true,
        resumable: false,
        key: Some('a'),
    };

    async fn plan(&self, cx: &PlanCx) -> Result<Plan, OpError> {
        let target = cx.targets.first().ok_or_else(|| OpError::Refused("no database was chosen".to_owned()))?;
        let mut link = cx.connect(target).await?;
        let facts = self.tables.facts(&mut link, &target.schema).await?;
        let statistics = table_statistics::read(&mut link, std::slice::from_ref(&target.schema)).await;
        let statistics = statistics.map_err(OpError::server("reading the statistics"))?.unwrap_or_default();
        let (mut steps, mut tasks) = (Vec::new(), Vec::new());
        for facts in &facts {
            let sql = Sql::fixed("ANALYZE NO_WRITE_TO_BINLOG TABLE ").name(&target.schema).then(".").name(&facts.table);
            let task = Task::new(format!("analyze {}", facts.table), &facts.table, &sql);
            let known = statistics.iter().find(|it| it.table == facts.table);
            steps.push(step(Step::new(&task.title), facts, known).sql(&task.sql));
            tasks.push(task);
        }
        let summary = match facts.len() {
            1 => "statistics of 1 table".to_owned(),
            tables => format!("statistics of {tables} tables"),
        };
        Ok(Plan { summary, steps, details: upkeep::into_details(&tasks), ..Plan::default() })
    }

    async fn run(&self, cx: &JobCx, places: &mut [Place], plan: &Plan) -> Result<String, OpError> {
        upkeep::run(cx, places, plan).await
    }
}

fn step(mut step: Step, facts: &TableFacts, known: Option<&TableStatistics>) -> Step {
    if let Some(rows) = facts.rows {
        step = step.fact("rows", format!("{rows} by its statistics"));
    }
    if let Some(known) = known {
        step = step.fact("changed since", known.modified.counted());
    }
    match known.and_then(|known| (Utc::now() - known.made?).to_std().ok()) {
        Some(age) => step.fact("their age", Span(age)),
        None => step,
    }
}
