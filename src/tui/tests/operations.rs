//! A small table of operations, one of each kind, that plan and run nothing: what the console does with a table.

use clap::{Args, ValueEnum};

use crate::op::invocation::Groups;
use crate::op::{Conflicts, JobCx, Meta, OpEntry, OpError, Operation, Place, Plan, PlanCx, Risk, Scope, Step};

/// The table.
pub const OPS: &[OpEntry] = &[
    OpEntry::of::<Cleanup>(),
    OpEntry::of::<Analyze>(),
    OpEntry::of::<Optimize>(),
    OpEntry::of::<Check>(),
    OpEntry::of::<Kill>(),
];

/// Its groups.
pub const GROUPS: Groups =
    &[("maintain", "Keep the tables in shape."), ("index", "Look after the indexes of the tables.")];

const META: Meta = Meta {
    id: "cleanup",
    title: "clean up expired rows",
    doc: "Remove what the retention policies let go.",
    risk: Risk::Destructive,
    scope: Scope::Database,
    conflicts: Conflicts::Database,
    needs: &["DELETE ON {database}"],
    schedulable: true,
    resumable: true,
    key: Some('c'),
};

macro_rules! operation {
    ($name:ident, $meta:expr) => {
        impl Operation for $name {
            const META: Meta = $meta;

            async fn plan(&self, _: &PlanCx) -> Result<Plan, OpError> {
                Ok(Plan::default())
            }

            async fn run(&self, _: &JobCx, _: &mut [Place], _: &Plan) -> Result<String, OpError> {
                Ok(String::new())
            }
        }
    };
}

#[derive(Debug, Args)]
pub struct Cleanup {
    /// Only this policy; may be given several times.
    #[arg(long, value_name = "NAME")]
    policy: Vec<String>,
    /// Archive the rows before they are removed.
    #[arg(long)]
    archive: bool,
    /// How long one transaction should take.
    #[arg(long, value_name = "MS", default_value = "50")]
    batch: u32,
}

operation!(Cleanup, META);

#[derive(Debug, Args)]
pub struct Analyze {
    /// Only this table.
    #[arg(long, value_name = "NAME")]
    table: Vec<String>,
}

operation!(
    Analyze,
    Meta {
        id: "maintain analyze",
        title: "count the statistics anew",
        doc: "Count the statistics of tables anew.",
        risk: Risk::Reversible,
        resumable: false,
        key: Some('a'),
        ..META
    }
);

#[derive(Debug, Args)]
pub struct Optimize {
    /// Which table.
    #[arg(long, value_name = "NAME", required = true)]
    table: String,
    /// How it is rebuilt.
    #[arg(long, value_enum, default_value = "online")]
    how: How,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum How {
    Online,
    Copy,
}

operation!(
    Optimize,
    Meta {
        id: "maintain optimize",
        title: "rebuild tables",
        doc: "Rebuild tables and give back the space inside.",
        risk: Risk::Reversible,
        key: Some('o'),
        ..META
    }
);

#[derive(Debug, Args)]
pub struct Check {}

operation!(
    Check,
    Meta {
        id: "index check",
        title: "look at the indexes",
        doc: "Name indexes that are unused, duplicate or missing.",
        risk: Risk::Looks,
        scope: Scope::Together,
        conflicts: Conflicts::Nothing,
        needs: &[],
        key: None,
        ..META
    }
);

#[derive(Debug, Args)]
pub struct Kill {
    /// The connection, as the list of connections names it.
    thread: u64,
    /// End the connection, and not its statement alone.
    #[arg(long)]
    connection: bool,
}

operation!(
    Kill,
    Meta {
        id: "kill",
        title: "kill a statement",
        doc: "End the statement of a connection, or the connection.",
        risk: Risk::Reversible,
        scope: Scope::Thread,
        conflicts: Conflicts::Nothing,
        schedulable: false,
        resumable: false,
        key: Some('K'),
        ..META
    }
);

/// A plan as an operation makes it.
pub fn plan() -> Plan {
    let logs = Step::new("delete from client_access_logs")
        .fact("kept", "30 days")
        .fact("oldest", "2025-11-02 04:11:09")
        .sql("DELETE FROM `comfyui_client`.`client_access_logs` WHERE `id` BETWEEN ? AND ? AND `created_at` < '2026-02-12 00:00:00'");
    let tasks = Step { rows: Some(1_204), ..Step::new("delete from client_tasks") };
    Plan {
        summary: "182 400 rows of 2 policies".to_owned(),
        steps: vec![Step { rows: Some(181_196), bytes: Some(41 << 20), ..logs }, tasks],
        warnings: vec!["the server has no replica: nothing slows the deleting down".to_owned()],
        ..Plan::default()
    }
}
