//! Applies migrations: all databases in one plan, statement by statement on record, resumable at the very statement.
//!
//! Reading order: [`work`] (what is to be done, as plan and run speak of it) · [`plan`] (which files, in which order, what
//! has to be known) · [`run`] (doing it).
//!
//! Invariants: a statement is written down before it is run and settled after it; what is in doubt is resolved by looking
//! at the database, or asked; a file that is applied is never run again. Deliberately absent: one transaction around a
//! whole file, which neither server can keep across a change of a table.

pub mod plan;
pub mod run;
pub mod work;

use crate::migration::Allow;
use crate::op::{Conflicts, JobCx, Meta, OpError, Operation, Place, Plan, PlanCx, Risk, Scope};

/// The parameters of a migration.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Migrate {
    /// Apply up to this one and no further
    #[arg(long, value_name = "NAME", conflicts_with_all = ["down", "baseline", "settle"])]
    pub to: Option<String>,
    /// Take this one back with its own script, NAME.down.sql
    #[arg(long, value_name = "NAME", conflicts_with_all = ["baseline", "settle"])]
    pub down: Option<String>,
    /// Run nothing: mark the files whose effect is already there as applied; with a name, that one whatever is there
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "", conflicts_with = "settle")]
    pub baseline: Option<String>,
    /// Say what became of a statement that is in doubt: NAME:STEP=done or NAME:STEP=undone
    #[arg(long, value_name = "NAME:STEP=WHAT")]
    pub settle: Option<work::Settlement>,
    /// Allow this in all files of this run (may be given several times)
    #[arg(long, value_name = "WHAT")]
    pub allow: Vec<Allow>,
    /// Have the server tried on an empty clone of each table how it would change it, also with --dry-run
    #[arg(long)]
    pub probe: bool,
}

impl Operation for Migrate {
    const META: Meta = Meta {
        id: "migrate",
        title: "Apply migrations",
        doc: "Apply the pending migrations of all databases, statement by statement on record.",
        risk: Risk::Reversible,
        scope: Scope::Together,
        conflicts: Conflicts::Database,
        needs: &["SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX ON {database}", "PROCESS"],
        schedulable: false,
        resumable: true,
        key: Some('m'),
    };

    async fn plan(&self, cx: &PlanCx) -> Result<Plan, OpError> {
        plan::plan(self, cx).await
    }

    async fn run(&self, cx: &JobCx, places: &mut [Place], plan: &Plan) -> Result<String, OpError> {
        run::run(cx, places, plan).await
    }
}
