//! Every operation as a command: plan, ask, run, tell.
//!
//! Reading order: this file (the story) · [`show`] (plans and outcomes as text and JSON) · [`ask`] (what is asked before) ·
//! [`follow`] (what is told while it runs) · [`mod@resume`].
//!
//! Invariant: with `--dry-run`, and before the question is answered, nothing was written anywhere.

mod ask;
mod follow;
mod resume;
mod show;

use std::sync::Arc;

use super::args::RunOptions;
use super::exit::{Exit, Failure};
use super::page::print;
use super::run::Form;
use super::surroundings::Surroundings;
use super::workbench;
use crate::config::{Config, Target};
use crate::job::{Approval, Patience, Refusal, Request};
use crate::op::record::{JobUid, Origin};
use crate::op::{Intent, Invocation, OpError, Plan, PlanCx, Risk, plan};

pub(super) use ask::line;
pub(super) use resume::resume;

/// A job of the command, and what it would do.
pub(super) struct Planned {
    /// Its databases.
    pub targets: Vec<Target>,
    /// What it would do there.
    pub plan: Plan,
}

/// What is to be run, and how.
pub(super) struct Order {
    /// The operation.
    pub invocation: Invocation,
    /// What was said besides its parameters.
    pub options: RunOptions,
    /// The interrupted job that it goes on with.
    pub resumes: Option<JobUid>,
}

/// Plans, asks, runs.
///
/// # Errors
/// [`Failure`], with the exit code that says why.
pub(super) async fn run(
    order: Order,
    config: Arc<Config>,
    mut form: Form,
    around: &Surroundings,
) -> Result<Exit, Failure> {
    let meta = order.invocation.entry.meta;
    let looks = meta.risk == Risk::Looks;
    if config.ui.read_only && !looks && !order.options.dry_run {
        return Err(Failure::Because(Exit::Failed, Refusal::ReadOnly(meta.title.to_owned()).to_string()));
    }
    let usage = |error: crate::op::Usage| Failure::Usage(error.to_string());
    let jobs = order.invocation.jobs(&config).map_err(usage)?;
    let intent = if order.options.dry_run || config.ui.read_only { Intent::Look } else { Intent::Run };
    let planned = tokio::select! {
        planned = planned(&order.invocation, &config, jobs, intent) => planned?,
        _ = tokio::signal::ctrl_c() => return Ok(Exit::Interrupted),
    };
    if order.options.dry_run || looks {
        print(&show::plans(&order, &planned, &mut form))?;
    }
    if order.options.dry_run || (looks && config.ui.read_only) {
        return Ok(Exit::Done);
    }
    check(&order, &planned)?;
    let planned: Vec<Planned> = planned.into_iter().filter(|planned| !planned.plan.is_empty()).collect();
    if planned.is_empty() {
        if !looks {
            print(&show::nothing(&order, &mut form))?;
        }
        return Ok(Exit::Done);
    }
    let bench = workbench::of(&config, around);
    if !looks {
        let question = ask::Question { order: &order, planned: &planned, config: &config, bench: &bench };
        match question.ask(&mut form, around).await? {
            ask::Answer::Yes => {}
            ask::Answer::No => return Err(Failure::Because(Exit::Interrupted, "nothing was changed".to_owned())),
        }
    }
    let jobs = submit(&order, planned, &bench)?;
    follow::to_the_end(&bench.runner, &jobs, form, looks).await
}

/// All jobs at once: one server's silence does not hold the others up.
async fn planned(
    invocation: &Invocation,
    config: &Arc<Config>,
    jobs: Vec<Vec<Target>>,
    intent: Intent,
) -> Result<Vec<Planned>, Failure> {
    let each = jobs.into_iter().map(|targets| async move {
        let cx = PlanCx { config: Arc::clone(config), targets, intent };
        let plan = invocation.plan(&cx).await?;
        Ok(Planned { targets: cx.targets, plan })
    });
    let plans: Result<Vec<Planned>, OpError> = futures_util::future::join_all(each).await.into_iter().collect();
    plans.map_err(|error| Failure::Because(follow::exit_of_error(&error), error.to_string()))
}

/// A plan that is made to be run may know more than the one that was looked at, and what it refuses is said first.
fn check(order: &Order, planned: &[Planned]) -> Result<(), Failure> {
    if let Some(reason) = planned.iter().find_map(|planned| planned.plan.refusal.clone()) {
        return Err(Failure::Because(Exit::Failed, format!("{reason}; nothing was changed")));
    }
    let found = plan::digest_of(planned.iter().map(|planned| &planned.plan));
    match order.options.plan.as_ref().filter(|expected| **expected != found.0) {
        Some(expected) => {
            let sentence = format!(
                "the plan is now {found}, not {expected}: look at it again with --dry-run; nothing was changed"
            );
            Err(Failure::Because(Exit::Conflict, sentence))
        }
        None => Ok(()),
    }
}

fn submit(order: &Order, planned: Vec<Planned>, bench: &workbench::Workbench) -> Result<Vec<JobUid>, Failure> {
    let patience = if order.options.wait { Patience::Wait } else { Patience::GiveUp };
    let submit = |planned: Planned| {
        let request = Request {
            invocation: order.invocation.clone(),
            targets: planned.targets,
            approval: Approval::Seen(Box::new(planned.plan)),
            patience,
            origin: Origin::Command,
            resumes: order.resumes.clone(),
        };
        bench.runner.submit(request).map_err(|refusal| Failure::Because(Exit::Failed, refusal.to_string()))
    };
    planned.into_iter().map(submit).collect()
}
