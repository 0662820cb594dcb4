//! The trait of an operation, and its entry in the table.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use super::cx::{JobCx, PlanCx};
use super::error::OpError;
use super::link::Place;
use super::meta::Meta;
use super::plan::Plan;

/// An operation: its parameters are its fields (`clap::Args`), their documentation is its help.
pub trait Operation: clap::Args + fmt::Debug + Send + Sync + 'static {
    /// What is known of it before it is called.
    const META: Meta;

    /// What it would do. Reads only; the connections it can get refuse writes.
    fn plan(&self, cx: &PlanCx) -> impl Future<Output = Result<Plan, OpError>> + Send;

    /// Does what was planned; one place for each database, in the order of the configuration. Says in one line, without
    /// full stop, how it ended: `182 400 rows of 3 policies`.
    fn run(
        &self,
        cx: &JobCx,
        places: &mut [Place],
        plan: &Plan,
    ) -> impl Future<Output = Result<String, OpError>> + Send;
}

/// A future on the heap, which any thread may drive.
pub type Task<'a, T> = Pin<Box<dyn Future<Output = Result<T, OpError>> + Send + 'a>>;

/// An operation with its parameters, whichever it is.
pub trait AnyOp: fmt::Debug + Send + Sync {
    /// As [`Operation::plan`].
    fn plan<'a>(&'a self, cx: &'a PlanCx) -> Task<'a, Plan>;
    /// As [`Operation::run`].
    fn run<'a>(&'a self, cx: &'a JobCx, places: &'a mut [Place], plan: &'a Plan) -> Task<'a, String>;
}

impl<T: Operation> AnyOp for T {
    fn plan<'a>(&'a self, cx: &'a PlanCx) -> Task<'a, Plan> {
        Box::pin(Operation::plan(self, cx))
    }

    fn run<'a>(&'a self, cx: &'a JobCx, places: &'a mut [Place], plan: &'a Plan) -> Task<'a, String> {
        Box::pin(Operation::run(self, cx, places, plan))
    }
}

/// One line of the table of operations.
#[derive(Debug)]
pub struct OpEntry {
    /// What is known of it before it is called.
    pub meta: Meta,
    /// Adds its parameters to a command.
    pub parameters: fn(clap::Command) -> clap::Command,
    /// Reads its parameters from what was said.
    pub read: fn(&clap::ArgMatches) -> Result<Arc<dyn AnyOp>, clap::Error>,
}

impl OpEntry {
    /// The entry of an operation.
    pub const fn of<T: Operation>() -> Self {
        Self { meta: T::META, parameters: T::augment_args, read: read::<T> }
    }
}

fn read<T: Operation>(matches: &clap::ArgMatches) -> Result<Arc<dyn AnyOp>, clap::Error> {
    Ok(Arc::new(T::from_arg_matches(matches)?))
}
