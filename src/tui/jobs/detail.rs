//! One job in full: what was wanted by whom, how far it is or how it ended, and its steps from the record.

use chrono::{DateTime, Local, Utc};

use super::words;
use crate::job::JobView;
use crate::op::record::{JobState, StepRecord};
use crate::sample::{Answer, Section};
use crate::tui::model::Reader;
use crate::tui::msg::Question;
use crate::units::{Rows, Span};

/// Opens a job; its steps are asked for.
pub fn reader(job: &JobView) -> Reader {
    let title = format!("job {} {}", job.name(), job.operation);
    let inquiry = Some((Question::Steps(job.uid.clone()), None));
    Reader { title, sections: sections(job), inquiry, scroll: 0 }
}

/// What is known of it without asking.
pub fn sections(job: &JobView) -> Vec<Section> {
    let (mark, _) = words::mark(job.state);
    let mut outcome = vec![format!("{mark} {}", job.state)];
    let told = if job.state.is_over() { Some(job.message.clone()) } else { words::hindrance(job).map(str::to_owned) };
    outcome.extend(told.filter(|text| !text.is_empty()));
    if job.state != JobState::Done {
        outcome.extend(words::amount(&job.live).map(|amount| format!("{}: {amount}", job.live.progress.phase)));
    }
    let changed = if job.state.is_over() { "changed" } else { "changed so far" };
    outcome.extend(words::done(&job.live).map(|done| format!("{changed}: {done}")));
    if words::can_resume(job) {
        outcome.push("r on the list of jobs goes on where it ended".to_owned());
    }
    let words = [("outcome", outcome), ("job", about(job)), ("plan", plan(job))];
    words.into_iter().map(|(heading, lines)| Section::words(heading, lines)).collect()
}

fn about(job: &JobView) -> Vec<String> {
    let mut lines = vec![
        format!("command     dbdeck {}", job.line),
        format!("databases   {} on {}", job.about(), job.server),
        format!("asked for   {} by {} ({})", time(job.submitted), job.operator, job.origin),
    ];
    let times = [("began", job.began), ("ended", job.ended)];
    lines.extend(times.iter().filter_map(|(name, at)| Some(format!("{name:<11} {}", time((*at)?)))));
    if job.live.worked.as_millis() > 0 {
        lines.push(format!("worked      {}, pauses and waits left out", Span(job.live.worked)));
    }
    lines.extend(job.resumes.as_ref().map(|uid| format!("goes on with {uid}")));
    lines.push(format!("name        {}", job.uid));
    lines
}

fn plan(job: &JobView) -> Vec<String> {
    let summary = if job.summary.is_empty() { "made when it was its turn" } else { &job.summary };
    let digest = job.plan.as_ref().map(|digest| format!("digest {digest}"));
    std::iter::once(summary.to_owned()).chain(digest).collect()
}

/// The steps of a job as an answer to the question for them.
pub fn steps(steps: &[StepRecord]) -> Answer {
    if steps.is_empty() {
        return Answer { sections: vec![Section::words("steps", vec!["none was begun".to_owned()])] };
    }
    Answer { sections: vec![Section::words("steps", steps.iter().flat_map(step).collect())] }
}

fn step(step: &StepRecord) -> Vec<String> {
    let ended = match step.ended {
        Some(ended) => format!("{} in {}", step.outcome, Span((ended - step.began).to_std().unwrap_or_default())),
        None => "begun, and no end is recorded".to_owned(),
    };
    let rows = if step.rows > 0 { format!(", {}", Rows(step.rows).counted()) } else { String::new() };
    let mut lines = vec![format!("{}. {}  {}  {ended}{rows}", step.seq, step.title, time(step.began))];
    lines.extend(step.sql.lines().map(|line| format!("   {line}")));
    lines
}

fn time(at: DateTime<Utc>) -> String {
    at.with_timezone(&Local).format("%Y-%m-%d %H:%M:%S").to_string()
}
