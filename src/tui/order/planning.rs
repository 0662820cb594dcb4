//! The time in which the servers are asked what would be done: the console goes on, and Esc leaves.

use super::{Wanted, approval};
use crate::op::Plan;
use crate::tui::model::{Layer, Model};
use crate::tui::msg::Effect;
use crate::units::DatabaseName;

/// What is being planned.
#[derive(Debug, Clone)]
pub struct Planning {
    /// What is wanted.
    pub wanted: Wanted,
    /// Each job of it.
    pub sketches: Vec<Sketch>,
}

/// One job, before it is asked for.
#[derive(Debug, Clone)]
pub struct Sketch {
    /// Its databases.
    pub databases: Vec<DatabaseName>,
    /// What it would do, or why that cannot be said; `None` as long as the servers are asked.
    pub plan: Option<Result<Box<Plan>, String>>,
}

impl Sketch {
    /// Its databases in a few words.
    pub fn about(&self) -> String {
        self.databases.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
    }

    /// The plan, when it can be run and there is something to do.
    pub fn to_run(&self) -> Option<&Plan> {
        let plan = self.plan.as_ref()?.as_ref().ok()?;
        (plan.refusal.is_none() && !plan.is_empty()).then_some(plan)
    }
}

/// A job has its plan. What is told to a dialog that was left meanwhile is dropped.
pub fn planned(model: &mut Model, line: &str, place: usize, plan: Result<Box<Plan>, String>) -> Vec<Effect> {
    let Some(Layer::Planning(planning)) = &mut model.layer else { return Vec::new() };
    if planning.wanted.invocation.line != line {
        return Vec::new();
    }
    if let Some(sketch) = planning.sketches.get_mut(place) {
        sketch.plan = Some(plan);
    }
    if planning.sketches.iter().any(|sketch| sketch.plan.is_none()) {
        return Vec::new();
    }
    let planning = planning.clone();
    approval::conclude(model, &planning)
}
