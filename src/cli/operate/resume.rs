//! Going on with a job that ended before it was done: the same command line, and the operation is told which job it was.

use super::super::args::RunOptions;
use super::super::exit::{Exit, Failure};
use super::super::run::Form;
use super::super::surroundings::Surroundings;
use super::super::workbench;
use super::Order;
use crate::config::Config;
use crate::job::JobView;
use crate::op::Invocation;
use crate::op::record::JobState;
use crate::ops::{GROUPS, OPS};

/// Finds the job in the record, and runs the rest of it.
///
/// # Errors
/// [`Failure`]; of a job that cannot be resumed it says what can be done instead.
pub(in super::super) async fn resume(
    name: &str,
    options: RunOptions,
    config: Config,
    form: Form,
    around: &Surroundings,
) -> Result<Exit, Failure> {
    let config = std::sync::Arc::new(config);
    let (job, _) = workbench::ledger(&config, around).job(name).await.map_err(anyhow::Error::from)?;
    let invocation = Invocation::parse(OPS, GROUPS, &job.line).map_err(|error| Failure::Usage(error.to_string()))?;
    if let Some(reason) = refusal(&job, &invocation) {
        return Err(Failure::Usage(reason));
    }
    super::run(Order { invocation, options, resumes: Some(job.uid) }, config, form, around).await
}

/// Why there is nothing to resume.
fn refusal(job: &JobView, invocation: &Invocation) -> Option<String> {
    let (name, operation, line) = (job.name(), &job.operation, &job.line);
    match job.state {
        JobState::Done => Some(format!("{name} {operation} is done; to do it again: dbdeck {line}")),
        state if !state.is_over() => {
            Some(format!("{name} {operation} is {state}; `dbdeck jobs show` tells how far it is"))
        }
        _ if !invocation.entry.meta.resumable => Some(format!("{operation} begins anew each time: dbdeck {line}")),
        _ => None,
    }
}
