//! Looks for indexes that only cost, for tables without a primary key, and for statistics that are behind.
//!
//! Its plan is its answer: what was found, by what evidence, how old that is, and the statement that would mend it.
//! Nothing is mended here: whether an index that nobody has used since the last start is needed at the end of the year,
//! only people know.

mod finding;

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;

use crate::op::{Conflicts, Intent, JobCx, Meta, OpError, Operation, Place, Plan, PlanCx, Risk, Scope, Step};
use crate::server::read::tables::indexes_of_schemas;
use crate::server::read::{index_use, table_statistics};
use crate::server::{Link, ServerError, Unavailable};
use crate::units::Span;

use super::tables::Tables;
use finding::Findings;

/// Looks at the indexes of a database.
#[derive(Debug, clap::Args)]
pub struct IndexCheck {
    #[command(flatten)]
    tables: Tables,
    /// Call an index unused only when the server has counted for so many days
    #[arg(long, value_name = "DAYS", default_value_t = 7)]
    unused_after: u64,
}

impl Operation for IndexCheck {
    const META: Meta = Meta {
        id: "index check",
        title: "Check the indexes",
        doc: "Find unused, duplicate and redundant indexes, missing primary keys and stale statistics, each with its evidence.",
        risk: Risk::Looks,
        scope: Scope::Database,
        conflicts: Conflicts::Nothing,
        needs: &["PROCESS"],
        schedulable: true,
        resumable: false,
        key: None,
    };

    async fn plan(&self, cx: &PlanCx) -> Result<Plan, OpError> {
        let mut plans = Vec::new();
        for target in &cx.targets {
            let mut link = cx.connect(target).await?;
            plans.push(self.look(&mut link, &target.schema).await?);
        }
        Ok(plans.into_iter().reduce(together).unwrap_or_default())
    }

    async fn run(&self, cx: &JobCx, places: &mut [Place], _: &Plan) -> Result<String, OpError> {
        let targets = places.iter().map(|place| place.target.clone()).collect();
        let plan = self.plan(&PlanCx { config: Arc::clone(&cx.config), targets, intent: Intent::Look }).await?;
        Ok(plan.summary)
    }
}

fn together(mut one: Plan, other: Plan) -> Plan {
    one.summary = format!("{}; {}", one.summary, other.summary);
    one.steps.extend(other.steps);
    one.warnings.extend(other.warnings);
    one
}

impl IndexCheck {
    async fn look(&self, link: &mut Link, schema: &str) -> Result<Plan, OpError> {
        let facts = self.tables.facts(link, schema).await?;
        let failed = |error: ServerError| OpError::server(format!("looking at the indexes of {schema}"))(error);
        let schemas = [schema.to_owned()];
        let mut findings = Findings::default();
        match indexes_of_schemas(link, &schemas).await.map_err(failed)? {
            Ok(mut indexes) => {
                indexes.retain(|table| self.tables.contain(&table.table));
                findings.superfluous(&indexes);
                findings.without_primary_key(&facts, &indexes);
                match index_use::read(link, schema).await.map_err(failed)? {
                    Ok(used) if used.counted >= self.long_enough() => findings.unused(&indexes, &used),
                    Ok(used) => findings.note(format!(
                        "unused indexes: not judged, the server has counted for {} only; ask again after {} days, or say \
                         --unused-after",
                        Span(used.counted),
                        self.unused_after
                    )),
                    Err(lack) => findings.unknown("unused indexes", &lack),
                }
            }
            Err(lack) => findings.unknown("indexes", &lack),
        }
        match table_statistics::read(link, &schemas).await.map_err(failed)? {
            Ok(statistics) => {
                let meant: Vec<_> = statistics.into_iter().filter(|it| self.tables.contain(&it.table)).collect();
                findings.stale(&meant, Utc::now());
            }
            Err(lack) => findings.unknown("statistics of tables", &lack),
        }
        Ok(findings.plan(facts.len()))
    }

    fn long_enough(&self) -> Duration {
        Duration::from_secs(self.unused_after.saturating_mul(86_400))
    }
}
