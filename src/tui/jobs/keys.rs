//! What keys do to jobs: cancel after a question, pause and go on, run again or resume.

use super::words;
use crate::job::JobView;
use crate::op::cx::Wish;
use crate::op::record::{JobState, JobUid};
use crate::tui::dialog::{Button, Choice, Dialog};
use crate::tui::keymap::{Action, Context};
use crate::tui::list::shown;
use crate::tui::model::{Layer, Model};
use crate::tui::msg::Effect;
use crate::tui::order;
use crate::tui::order::paper::Line;
use crate::tui::screen::{SCREENS, jobs};
use crate::tui::theme::Role;

/// Does it to the selected job; where there is none to select, to the newest one that runs here.
pub fn act(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(job) = chosen(model) else {
        model.say("there is no such job");
        return Vec::new();
    };
    match action {
        Action::Stop => ask_to_stop(model, &job),
        Action::Rest => rest(model, &job),
        Action::Again => again(model, &job),
        _ => Vec::new(),
    }
}

fn chosen(model: &Model) -> Option<JobView> {
    if SCREENS[model.screen].context() == Context::Jobs {
        let shown = shown::<jobs::Jobs>(model);
        return shown.found.rows.get(shown.place).map(|row| row.job.clone());
    }
    model.jobs.foremost().cloned()
}

/// Why this console cannot tell the job anything.
fn out_of_reach(model: &Model, job: &JobView) -> Option<String> {
    if job.state.is_over() {
        return Some(format!("{} is over", words::name(job)));
    }
    let foreign = !model.jobs.is_own(&job.uid);
    foreign.then(|| format!("{} belongs to {}: only there it can be stopped or paused", words::name(job), job.operator))
}

fn ask_to_stop(model: &mut Model, job: &JobView) -> Vec<Effect> {
    if let Some(why) = out_of_reach(model, job) {
        model.warn(why);
        return Vec::new();
    }
    let done = words::done(&job.live)
        .map_or_else(|| "What it has done so far stays.".to_owned(), |done| format!("What it has done stays: {done}."));
    let lines = [
        words::course(job, words::present(model)),
        String::new(),
        done,
        "The running statement is stopped on the server; the rest is not begun.".to_owned(),
    ];
    let lines = lines.into_iter().map(|line| Line::new(line, Role::Text)).collect();
    let stop = Button::new("Stop the job", Choice::Stop(job.uid.clone()));
    let title = format!("stop {}?", words::name(job));
    model.layer = Some(Layer::Dialog(Dialog::new(title, lines, vec![Button::new("Let it run", Choice::Close), stop])));
    Vec::new()
}

/// The operator has said that it shall stop.
pub fn stop(model: &mut Model, uid: JobUid) -> Vec<Effect> {
    model.say("asked to stop");
    vec![Effect::Cancel(uid)]
}

fn rest(model: &mut Model, job: &JobView) -> Vec<Effect> {
    let cannot = (!job.resumable).then(|| format!("{} cannot rest: it has no point to rest at", words::name(job)));
    if let Some(why) = out_of_reach(model, job).or(cannot) {
        model.warn(why);
        return Vec::new();
    }
    let rests = job.state == JobState::Paused || job.live.paused;
    let (wish, word) = if rests { (Wish::Run, "go on") } else { (Wish::Pause, "rest at the next point") };
    model.say(format!("{} was asked to {word}", job.name()));
    vec![Effect::Wish(job.uid.clone(), wish)]
}

fn again(model: &mut Model, job: &JobView) -> Vec<Effect> {
    if !job.state.is_over() {
        model.warn(format!("{} is not over", words::name(job)));
        return Vec::new();
    }
    let resumes = words::can_resume(job).then(|| job.uid.clone());
    order::by_line(model, &job.line, resumes)
}
