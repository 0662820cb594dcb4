//! The end of the console while its jobs run: wait, hand over, cancel, or stay.
//!
//! Waiting is seen: the jobs go on moving on the screen, and the console ends with the last of them. A job that does not
//! say that it has stopped is waited for until [`PATIENCE`] is over, then it is told what is in doubt and the operator
//! decides. A console that ends by a signal does not ask: see [`super::runtime`].

use std::time::Duration;

use super::dialog::{Button, Choice, Dialog};
use super::jobs::words;
use super::model::{Layer, Model};
use super::msg::Effect;
use super::order::paper::Line;
use super::theme::Role;
use crate::clock::Moment;
use crate::job::JobView;
use crate::op::cx::Wish;
use crate::op::record::{JobState, JobUid};

/// How long jobs that were asked to end are waited for before the operator is asked again.
const PATIENCE: Duration = Duration::from_secs(10);

/// What becomes of the jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// They are run to their end.
    Wait,
    /// Those that can be are left to another process; the others are run to their end.
    HandOver,
    /// They are asked to stop.
    Cancel,
}

/// A console that is about to end.
#[derive(Debug, Clone)]
pub struct Leaving {
    how: How,
    since: Moment,
    /// The jobs that ran when it began.
    jobs: Vec<JobUid>,
}

/// The operator wants to quit.
pub fn quit(model: &mut Model) -> Vec<Effect> {
    if model.jobs.at_work().next().is_none() {
        return vec![Effect::Quit];
    }
    model.layer = Some(Layer::Dialog(question(model)));
    Vec::new()
}

fn question(model: &Model) -> Dialog {
    let mut buttons = vec![Button::new("Stay", Choice::Close), Button::new("Wait for them", Choice::Leave(How::Wait))];
    if model.jobs.at_work().any(|job| job.resumable) {
        buttons.push(Button::new("Hand over", Choice::Leave(How::HandOver)));
    }
    buttons.push(Button::new("Cancel them", Choice::Leave(How::Cancel)));
    let mut lines = listed(model, model.jobs.at_work());
    lines.push(Line::blank());
    lines.extend(explained(model).into_iter().map(|line| Line::new(line, Role::Text)));
    Dialog::new("quit while jobs run?", lines, buttons)
}

fn explained(model: &Model) -> Vec<String> {
    let mut lines = vec!["Wait: dbdeck ends by itself when they are done.".to_owned()];
    let (can, cannot): (Vec<_>, Vec<_>) = model.jobs.at_work().partition(|job| job.resumable);
    let names = |jobs: &[&JobView]| jobs.iter().map(|job| job.name()).collect::<Vec<_>>().join(", ");
    if !can.is_empty() {
        let rest =
            if cannot.is_empty() { String::new() } else { format!("; {} cannot, and is waited for", names(&cannot)) };
        lines.push(format!("Hand over: another dbdeck process goes on with {}{rest}.", names(&can)));
    }
    lines.push("Cancel: what is done stays done, the rest is not begun.".to_owned());
    lines
}

fn listed<'a>(model: &Model, jobs: impl Iterator<Item = &'a JobView>) -> Vec<Line> {
    let now = words::present(model);
    let line = |job: &JobView| {
        let (mark, role) = words::mark(job.state);
        let text = format!("{mark} {}  {}  {}", words::name(job), job.state, words::course(job, now));
        Line { hang: 2, ..Line::new(text, role) }
    };
    jobs.map(line).collect()
}

/// The operator has said how.
pub fn leave(model: &mut Model, how: How) -> Vec<Effect> {
    let jobs: Vec<JobView> = model.jobs.at_work().cloned().collect();
    let mut effects = vec![Effect::TakeNoMore];
    for job in &jobs {
        match how {
            How::HandOver if job.resumable => effects.push(Effect::Wish(job.uid.clone(), Wish::HandOver)),
            How::Cancel => effects.push(Effect::Cancel(job.uid.clone())),
            How::Wait | How::HandOver => {}
        }
    }
    let jobs = jobs.into_iter().map(|job| job.uid).collect();
    model.leaving = Some(Leaving { how, since: model.now, jobs });
    effects.extend(follow(model));
    effects
}

/// The operator stays.
pub fn stay(model: &mut Model) -> Vec<Effect> {
    model.leaving = None;
    vec![Effect::GoOn]
}

/// Follows the jobs while the console is about to end, and ends it when they have; elsewhere it keeps a question about
/// them true.
pub fn follow(model: &mut Model) -> Vec<Effect> {
    let Some(leaving) = model.leaving.clone() else { return keep_true(model) };
    let jobs: Vec<&JobView> = leaving.jobs.iter().filter_map(|uid| model.jobs.find(uid)).collect();
    let is_over = jobs.iter().all(|job| job.state.is_over());
    if is_over && jobs.iter().all(|job| went_as_wanted(job)) {
        return end(&leaving, &jobs);
    }
    let dialog = progress(model, &leaving, &jobs, is_over);
    show(model, dialog);
    Vec::new()
}

fn went_as_wanted(job: &JobView) -> bool {
    matches!(job.state, JobState::Done | JobState::Cancelled | JobState::HandedOver)
}

/// The operator does not wait any longer.
pub fn now(model: &Model) -> Vec<Effect> {
    let Some(leaving) = &model.leaving else { return vec![Effect::Quit] };
    let jobs: Vec<&JobView> = leaving.jobs.iter().filter_map(|uid| model.jobs.find(uid)).collect();
    end(leaving, &jobs)
}

fn end(leaving: &Leaving, jobs: &[&JobView]) -> Vec<Effect> {
    let left = jobs.iter().filter(|job| job.state == JobState::HandedOver);
    let left: Vec<JobUid> = left.map(|job| job.uid.clone()).collect();
    let hands_over = leaving.how == How::HandOver && !left.is_empty();
    hands_over.then_some(Effect::HandOver(left)).into_iter().chain([Effect::Quit]).collect()
}

fn progress(model: &Model, leaving: &Leaving, jobs: &[&JobView], is_over: bool) -> Dialog {
    let is_late = leaving.how != How::Wait && model.now.since(leaving.since.instant) >= PATIENCE;
    let (title, last) = match (is_over, is_late, leaving.how) {
        (true, ..) => ("the jobs have ended", "Not all went as wanted: the record has the details."),
        (_, true, _) => ("in doubt", "Not all have confirmed that they stopped. What they do then is not known here."),
        (_, _, How::Wait) => ("waiting for the jobs", "dbdeck ends by itself when they are done."),
        (_, _, How::HandOver) => ("handing over", "They stop where nothing is half-done."),
        (_, _, How::Cancel) => ("stopping the jobs", "The servers are asked until they confirm it."),
    };
    let mut lines = listed(model, jobs.iter().copied());
    lines.extend([Line::blank(), Line::new(last, Role::Text)]);
    let mut buttons = vec![Button::new("Stay", Choice::Stay)];
    if is_over || is_late {
        buttons.push(Button::new("End dbdeck", Choice::Quit));
    }
    Dialog::new(title, lines, buttons)
}

/// What is marked stays marked as long as it is there.
fn show(model: &mut Model, dialog: Dialog) {
    let (focus, scroll) = match &model.layer {
        Some(Layer::Dialog(before)) => (before.focus.min(dialog.buttons.len() - 1), before.scroll),
        _ => (0, 0),
    };
    model.layer = Some(Layer::Dialog(Dialog { focus, scroll, ..dialog }));
}

/// A question about jobs that have ended meanwhile is not a question any more.
fn keep_true(model: &mut Model) -> Vec<Effect> {
    let Some(Layer::Dialog(dialog)) = &model.layer else { return Vec::new() };
    if !dialog.buttons.iter().any(|button| matches!(button.choice, Choice::Leave(_))) {
        return Vec::new();
    }
    if model.jobs.at_work().next().is_none() {
        model.layer = None;
        model.say("the jobs have ended; q quits");
        return Vec::new();
    }
    let (fresh, before) = (question(model), dialog.buttons.len());
    if fresh.buttons.len() == before {
        show(model, fresh);
    } else {
        model.layer = Some(Layer::Dialog(fresh));
    }
    Vec::new()
}
