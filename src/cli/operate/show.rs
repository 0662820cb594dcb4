//! Plans as text and as JSON.

use serde_json::json;

use super::super::page::{Page, Tone};
use super::super::run::Form;
use super::{Order, Planned};
use crate::op::plan::digest_of;
use crate::op::{Plan, Risk, Step};
use crate::units::{Bytes, Rows};

/// The plans of all jobs, with what names them.
pub(super) fn plans(order: &Order, planned: &[Planned], form: &mut Form) -> String {
    let digest = digest_of(planned.iter().map(|planned| &planned.plan));
    match form {
        Form::Json => pretty(&json!({
            "operation": order.invocation.entry.meta.id,
            "line": order.invocation.line,
            "digest": digest.0,
            "jobs": planned.iter().map(|planned| as_json(order, planned)).collect::<Vec<_>>(),
        })),
        Form::Text(page) => {
            for planned in planned {
                tell(page, planned);
            }
            if order.invocation.entry.meta.risk != Risk::Looks {
                page.line(format!("plan {digest}"));
            }
            page.take()
        }
    }
}

/// That there is nothing to do.
pub(super) fn nothing(order: &Order, form: &mut Form) -> String {
    match form {
        Form::Json => pretty(&json!({ "operation": order.invocation.entry.meta.id, "jobs": [] })),
        Form::Text(page) => {
            page.line("nothing to do");
            page.take()
        }
    }
}

fn pretty(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}

fn as_json(order: &Order, planned: &Planned) -> serde_json::Value {
    json!({
        "line": order.invocation.line_for(&planned.targets),
        "databases": planned.targets.iter().map(|target| &target.name.0).collect::<Vec<_>>(),
        "digest": planned.plan.digest().0,
        "plan": planned.plan,
    })
}

fn tell(page: &mut Page, planned: &Planned) {
    let names: Vec<&str> = planned.targets.iter().map(|target| target.name.0.as_str()).collect();
    let head = page.tinted(Tone::Strong, names.join(", "));
    page.line(format!("{head}: {}", summary(&planned.plan)));
    for step in &planned.plan.steps {
        tell_step(page, step);
    }
    for warning in &planned.plan.warnings {
        let mark = page.tinted(Tone::Warn, "note");
        page.line(format!("  {mark}: {warning}"));
    }
    if let Some(refusal) = &planned.plan.refusal {
        let mark = page.tinted(Tone::Bad, "cannot be run");
        page.line(format!("  {mark}: {refusal}"));
    }
}

fn summary(plan: &Plan) -> &str {
    if plan.summary.is_empty() { "nothing to do" } else { &plan.summary }
}

fn tell_step(page: &mut Page, step: &Step) {
    let amounts = [step.rows.map(|rows| Rows(rows).counted()), step.bytes.map(|bytes| Bytes(bytes).to_string())];
    let amounts: Vec<String> = amounts.into_iter().flatten().collect();
    let amounts = if amounts.is_empty() { String::new() } else { format!(": {}", amounts.join(", ")) };
    page.line(format!("  {}{amounts}", step.title));
    for (name, value) in &step.facts {
        page.line(format!("    {name}: {value}"));
    }
    for sql in &step.sql {
        let sql = page.tinted(Tone::Quiet, sql);
        page.line(format!("    {sql}"));
    }
}
