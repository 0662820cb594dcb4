//! The question by risk: an answer where nothing is changed, a yes where it can be changed back, and the plan with the
//! database's name to be typed where something goes for good. In production everything that changes wants the name.
//!
//! Where one question is about several databases, no single name stands for what will happen: the environment's is wanted.

use super::paper::{self, Line};
use super::{Order, Planning, Sketch};
use crate::config::Environment;
use crate::job::Access;
use crate::op::Risk;
use crate::sample::Section;
use crate::tui::dialog::{Button, Choice, Dialog, Word};
use crate::tui::jobs::Standing;
use crate::tui::model::{Layer, Model, Reader};
use crate::tui::msg::Effect;
use crate::tui::theme::Role;
use crate::tui::update::open;
use crate::units::DatabaseName;

/// What the operator says yes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Approved {
    /// The jobs.
    pub orders: Vec<Order>,
    /// Whether the record's tables are agreed to as well.
    pub consent: bool,
}

/// Every job is planned, or could not be.
pub fn conclude(model: &mut Model, planning: &Planning) -> Vec<Effect> {
    match planning.wanted.invocation.entry.meta.risk {
        Risk::Looks => answer(model, planning),
        Risk::Reversible | Risk::Destructive => {
            model.layer = Some(Layer::Dialog(question(model, planning)));
            Vec::new()
        }
    }
}

/// The plan is the answer. It is kept as a job as well, where anything may be written without a further question.
fn answer(model: &mut Model, planning: &Planning) -> Vec<Effect> {
    let title = planning.wanted.invocation.entry.meta.title.to_owned();
    let lines = paper::of(&planning.sketches).into_iter().map(|line| line.text).collect();
    let sections = vec![Section::words(format!("dbdeck {}", planning.wanted.invocation.line), lines)];
    let mut effects = open(model, Reader { title, sections, inquiry: None, scroll: 0 });
    let may_write = model.access == Access::Full && model.jobs.record.standing == Standing::Settled;
    let orders = orders(planning);
    if may_write && !orders.is_empty() {
        effects.push(Effect::Submit(orders));
    }
    effects
}

fn orders(planning: &Planning) -> Vec<Order> {
    let order = |sketch: &Sketch| {
        let plan = Box::new(sketch.to_run()?.clone());
        let line = planning.wanted.invocation.line.clone();
        Some(Order { line, databases: sketch.databases.clone(), plan, resumes: planning.wanted.resumes.clone() })
    };
    planning.sketches.iter().filter_map(order).collect()
}

fn question(model: &Model, planning: &Planning) -> Dialog {
    let meta = planning.wanted.invocation.entry.meta;
    let orders = orders(planning);
    let again = if planning.wanted.resumes.is_some() { "resume: " } else { "" };
    let title = format!("{again}{}", meta.title);
    let mut lines = vec![Line::new(format!("dbdeck {}", planning.wanted.invocation.line), Role::Quiet)];
    let standing = &model.jobs.record.standing;
    if !orders.is_empty() {
        lines.extend(creates(standing));
    }
    lines.extend(paper::of(&planning.sketches));
    if orders.is_empty() {
        return Dialog::new(title, lines, vec![Button::new("Close", Choice::Close)]);
    }
    lines.extend(creation(standing));
    let names: Vec<DatabaseName> = orders.iter().flat_map(|order| order.databases.clone()).collect();
    let run = run_label(orders.len(), planning.sketches.len());
    let risk = orders.iter().map(|order| order.plan.risk(&meta)).max().unwrap_or(meta.risk);
    let approved = Approved { orders, consent: *standing != Standing::Settled };
    let buttons = vec![Button::new("Cancel", Choice::Close), Button::new(run, Choice::Run(approved))];
    let word = wants_word(risk, model.environment).then(|| word(&names, model.environment));
    Dialog { word, ..Dialog::new(title, lines, buttons) }
}

fn run_label(runnable: usize, all: usize) -> String {
    match (runnable, all) {
        (1, 1) => "Run".to_owned(),
        (runnable, all) if runnable == all => format!("Run all {all}"),
        (runnable, all) => format!("Run {runnable} of {all}"),
    }
}

fn wants_word(risk: Risk, environment: Environment) -> bool {
    risk == Risk::Destructive || environment == Environment::Production
}

fn word(names: &[DatabaseName], environment: Environment) -> Word {
    match (names, environment) {
        ([name], _) => Word::new(&name.0, "the database's name"),
        (_, Environment::Production) => Word::new("production", "the environment's name"),
        (_, Environment::Staging) => Word::new("staging", "the environment's name"),
        (_, Environment::Development) => Word::new("development", "the environment's name"),
    }
}

/// The first job of an installation creates the tables of the record, and says so before anything else.
fn creates(standing: &Standing) -> Option<Line> {
    let Standing::Missing { place, .. } = standing else { return None };
    let text = format!("▲ dbdeck keeps its record in {place}, which will be created; how is shown below the plan");
    Some(Line { hang: 2, ..Line::new(text, Role::Warn) })
}

fn creation(standing: &Standing) -> Vec<Line> {
    let Standing::Missing { statements, .. } = standing else { return Vec::new() };
    let mut lines = vec![Line::blank(), Line::new("for the record:", Role::Strong)];
    let statements = statements.iter().flat_map(|statement| statement.lines());
    lines.extend(statements.map(|line| Line::new(format!("   {line}"), Role::Key)));
    lines
}

/// The operator has said yes.
pub fn approve(model: &mut Model, approved: Approved) -> Vec<Effect> {
    let mut effects = Vec::new();
    if approved.consent {
        effects.push(Effect::Consent);
        model.jobs.agree();
    }
    let jobs = approved.orders.len();
    model.say(if jobs == 1 {
        "1 job begins: 7 shows it".to_owned()
    } else {
        format!("{jobs} jobs begin: 7 shows them")
    });
    effects.push(Effect::Submit(approved.orders));
    effects
}
