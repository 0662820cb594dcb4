//! From a key to a job: what is selected becomes a command line, the line a plan, the plan a question, the answer an order.
//!
//! Reading order: this file (how it begins) · [`planning`] (until every job has its plan) · [`approval`] (the question by
//! risk) · [`paper`] (a plan as text). The form that asks for parameters is [`super::form`].
//!
//! Invariant: nothing is ordered that was not planned, shown and approved; the order carries the plan that was seen.

pub mod approval;
pub mod paper;
pub mod planning;

use super::form::Form;
use super::model::{Layer, Model};
use super::msg::Effect;
use super::screen::SCREENS;
use crate::config::Target;
use crate::job::{Access, Refusal};
use crate::op::record::JobUid;
use crate::op::{Invocation, OpEntry, Plan, Risk};
use crate::units::DatabaseName;

pub use planning::{Planning, Sketch};

/// One job that has been approved.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// The command line it comes from.
    pub line: String,
    /// Its databases.
    pub databases: Vec<DatabaseName>,
    /// What was seen and approved.
    pub plan: Box<Plan>,
    /// The interrupted job it goes on with.
    pub resumes: Option<JobUid>,
}

/// What is wanted, before it is planned.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The command line, parsed.
    pub invocation: Invocation,
    /// The interrupted job it goes on with.
    pub resumes: Option<JobUid>,
}

/// Why an operation cannot be run here at all.
pub fn off(model: &Model, entry: &OpEntry) -> Option<String> {
    let is_off = model.access == Access::ReadOnly && entry.meta.risk != Risk::Looks;
    is_off.then(|| Refusal::ReadOnly(entry.meta.title.to_owned()).to_string())
}

/// A key: straight to the plan for what is selected, with the defaults; the form only when something is missing.
pub fn by_key(model: &mut Model, place: usize) -> Vec<Effect> {
    let Some(form) = form(model, place) else { return Vec::new() };
    match read(model, &form.line()) {
        Ok(wanted) => plan(model, wanted),
        Err(_) => open(model, form),
    }
}

/// The palette: the form, filled with what is selected; where there is nothing to fill in, the plan.
pub fn by_name(model: &mut Model, place: usize) -> Vec<Effect> {
    let Some(form) = form(model, place) else { return Vec::new() };
    open(model, form)
}

fn open(model: &mut Model, form: Form) -> Vec<Effect> {
    model.layer = Some(Layer::Form(form));
    Vec::new()
}

fn form(model: &mut Model, place: usize) -> Option<Form> {
    let entry = model.table.ops.get(place)?;
    if let Some(why) = off(model, entry) {
        model.warn(why);
        return None;
    }
    Some(Form::of(entry, &SCREENS[model.screen].subject(model), &model.targets))
}

/// A recorded command line, once more.
pub fn by_line(model: &mut Model, line: &str, resumes: Option<JobUid>) -> Vec<Effect> {
    let wanted = read(model, line).map(|wanted| Wanted { resumes, ..wanted });
    let wanted = wanted.and_then(|wanted| match off(model, wanted.invocation.entry) {
        Some(why) => Err(why),
        None => Ok(wanted),
    });
    match wanted {
        Ok(wanted) => plan(model, wanted),
        Err(why) => {
            model.warn(why);
            Vec::new()
        }
    }
}

/// Understands a command line.
///
/// # Errors
/// The parser's sentence, or what the configuration says against it.
pub fn read(model: &Model, line: &str) -> Result<Wanted, String> {
    let parsed = Invocation::parse(model.table.ops, model.table.groups, line);
    let invocation = parsed.map_err(|usage| usage.to_string())?;
    invocation.jobs(&model.config).map_err(|usage| usage.to_string())?;
    Ok(Wanted { invocation, resumes: None })
}

/// Plans what is wanted; the dialog follows when all is planned.
pub fn plan(model: &mut Model, wanted: Wanted) -> Vec<Effect> {
    match wanted.invocation.jobs(&model.config) {
        Ok(jobs) => {
            let line = wanted.invocation.line.clone();
            let names = |targets: &Vec<Target>| targets.iter().map(|target| target.name.clone()).collect();
            let sketches = jobs.iter().map(|targets| Sketch { databases: names(targets), plan: None }).collect();
            model.layer = Some(Layer::Planning(Planning { wanted, sketches }));
            vec![Effect::Plan(line)]
        }
        Err(usage) => {
            model.warn(usage.to_string());
            Vec::new()
        }
    }
}
