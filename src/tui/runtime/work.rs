//! What has to ask a server, each a task of its own whose answer is a message; and an order as the worker takes it.

use std::sync::Arc;

use tokio::sync::mpsc::Sender;
use tokio::task::{JoinHandle, JoinSet};

use crate::config::{Config, Target};
use crate::job::{Approval, Patience, Request};
use crate::op::record::Origin;
use crate::op::{Intent, Invocation, PlanCx, Usage};
use crate::sample::Inquiry;
use crate::tui::model::Table;
use crate::tui::msg::Msg;
use crate::tui::order::Order;

/// Asks a server about one thing.
pub(super) fn ask(inquiry: Inquiry, config: &Arc<Config>, answers: Sender<Msg>) -> Option<JoinHandle<()>> {
    let target = config.targets.iter().find(|target| target.name == *inquiry.database()).cloned()?;
    let sampling = config.sampling;
    Some(tokio::spawn(async move {
        let answer = inquiry.ask(&target, sampling).await.map_err(|error| error.to_string());
        // Nobody listens when the console has ended.
        let _ = answers.send(Msg::Answered(inquiry.into(), answer)).await;
    }))
}

/// Plans each job of a command line by itself: one that hangs keeps no other from being told.
///
/// # Errors
/// The parser's sentence; not for a line that was understood before.
pub(super) fn plan(
    table: Table,
    line: &str,
    config: &Arc<Config>,
    answers: Sender<Msg>,
) -> Result<JoinHandle<()>, Usage> {
    let invocation = Invocation::parse(table.ops, table.groups, line)?;
    let jobs = invocation.jobs(config)?;
    let config = Arc::clone(config);
    Ok(tokio::spawn(async move {
        let mut plans = JoinSet::new();
        for (place, targets) in jobs.into_iter().enumerate() {
            plans.spawn(plan_one(invocation.clone(), place, targets, Arc::clone(&config), answers.clone()));
        }
        while plans.join_next().await.is_some() {}
    }))
}

async fn plan_one(
    invocation: Invocation,
    place: usize,
    targets: Vec<Target>,
    config: Arc<Config>,
    answers: Sender<Msg>,
) {
    let intent = if config.ui.read_only { Intent::Look } else { Intent::Run };
    let plan = invocation.plan(&PlanCx { config, targets, intent }).await;
    let plan = plan.map(Box::new).map_err(|error| error.to_string());
    // As above.
    let _ = answers.send(Msg::Planned(invocation.line, place, plan)).await;
}

/// What the worker is asked for.
///
/// # Errors
/// The parser's sentence; not for a line that was planned.
pub(super) fn request(table: Table, order: Order, config: &Config) -> Result<Request, String> {
    let invocation = Invocation::parse(table.ops, table.groups, &order.line).map_err(|usage| usage.to_string())?;
    let is_meant = |target: &&Target| order.databases.contains(&target.name);
    Ok(Request {
        invocation,
        targets: config.targets.iter().filter(is_meant).cloned().collect(),
        approval: Approval::Seen(order.plan),
        patience: Patience::Wait,
        origin: Origin::Console,
        resumes: order.resumes,
    })
}
