//! Operations that do what a test needs: they go through the same doors as those of the program.

use std::time::Duration;

use dbdeck::op::{
    Conflicts, JobCx, Meta, OpEntry, OpError, Operation, Place, Plan, PlanCx, Progress, Risk, Scope, Step,
};

/// The table of these tests.
pub const TABLE: &[OpEntry] = &[OpEntry::of::<Run>(), OpEntry::of::<Hold>()];

const META: Meta = Meta {
    id: "run",
    title: "Run a statement",
    doc: "Run a statement.",
    risk: Risk::Reversible,
    scope: Scope::Database,
    conflicts: Conflicts::Database,
    needs: &["ALL"],
    schedulable: false,
    resumable: true,
    key: None,
};

/// Runs one statement.
#[derive(Debug, clap::Args)]
pub struct Run {
    /// The statement.
    statement: String,
    /// A statement to run while planning.
    #[arg(long)]
    while_planning: Option<String>,
}

impl Operation for Run {
    const META: Meta = META;

    async fn plan(&self, cx: &PlanCx) -> Result<Plan, OpError> {
        let mut link = cx.connect(&cx.targets[0]).await?;
        if let Some(statement) = &self.while_planning {
            let failed = |error| OpError::server("planning")(error);
            link.execute(format!("USE {}", cx.targets[0].schema)).await.map_err(failed)?;
            link.execute(statement).await.map_err(failed)?;
        }
        Ok(Plan {
            summary: "1 statement".to_owned(),
            steps: vec![Step::new("run").sql(&self.statement)],
            ..Plan::default()
        })
    }

    async fn run(&self, cx: &JobCx, places: &mut [Place], _: &Plan) -> Result<String, OpError> {
        let place = &mut places[0];
        place.link.execute("choosing", format!("USE {}", place.target.schema)).await?;
        let step = cx.begin("run", &self.statement).await?;
        let rows = place.link.execute("running", &self.statement).await?;
        cx.count(rows, 0);
        cx.settle(step, "ran", rows).await?;
        Ok("ran".to_owned())
    }
}

/// Works until it is stopped.
#[derive(Debug, clap::Args)]
pub struct Hold {}

impl Operation for Hold {
    const META: Meta = Meta { id: "hold", title: "Hold", doc: "Work until stopped.", ..META };

    async fn plan(&self, _: &PlanCx) -> Result<Plan, OpError> {
        Ok(Plan { summary: "no end".to_owned(), steps: vec![Step::new("hold")], ..Plan::default() })
    }

    async fn run(&self, cx: &JobCx, _: &mut [Place], _: &Plan) -> Result<String, OpError> {
        loop {
            cx.progress(Progress { phase: "holding".to_owned(), ..Progress::default() });
            cx.sleep(Duration::from_millis(20)).await?;
        }
    }
}
