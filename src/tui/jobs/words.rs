//! A job in words: the same ones on the strip, on the Jobs screen and in what is told.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::job::JobView;
use crate::op::record::JobState;
use crate::op::{Live, Unit};
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::units::{Bytes, Rows, Span};

/// A job of another console that was not heard of for so long may be dead.
const SILENT: Duration = Duration::from_secs(10);

/// What it is in, by a sign and a colour; the word is the state's own.
pub fn mark(state: JobState) -> (&'static str, Role) {
    match state {
        JobState::Queued => ("○", Role::Quiet),
        JobState::Running => ("●", Role::Strong),
        JobState::Paused => ("‖", Role::Warn),
        JobState::Stopping => ("▼", Role::Warn),
        JobState::Done => ("✓", Role::Good),
        JobState::Failed => ("✗", Role::Bad),
        JobState::Cancelled => ("×", Role::Quiet),
        JobState::Interrupted => ("▲", Role::Warn),
        JobState::Refused => ("✗", Role::Warn),
        JobState::HandedOver => ("→", Role::Quiet),
    }
}

/// Whether it can go on where it ended.
pub fn can_resume(job: &JobView) -> bool {
    job.resumable && matches!(job.state, JobState::Interrupted | JobState::HandedOver)
}

/// How much is done, of how much where that is known.
pub fn amount(live: &Live) -> Option<String> {
    let progress = &live.progress;
    let shown = |amount| progress.unit.show(amount);
    match (progress.unit, progress.total) {
        (Unit::Percent, _) => None,
        (_, None) if progress.done == 0 => None,
        (_, None) => Some(shown(progress.done)),
        (Unit::Bytes, Some(total)) => Some(format!("{} of {}", shown(progress.done), shown(total))),
        (_, Some(total)) => Some(format!("{} of {}", Rows(progress.done), shown(total))),
    }
}

/// The part done, in percent; never 100 before all is done.
pub fn percent(live: &Live) -> Option<u32> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 100
    live.progress.part().map(|part| (part * 100.0).floor() as u32)
}

/// How fast it works; nothing where single tables are counted.
pub fn pace(live: &Live) -> Option<String> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // not negative
    let rate = live.rate()?.round() as u64;
    match live.progress.unit {
        Unit::Rows => Some(format!("{} rows/s", Rows(rate))),
        Unit::Bytes => Some(format!("{}/s", Bytes(rate))),
        Unit::Tables | Unit::Migrations | Unit::Percent => None,
    }
}

/// What keeps it from moving, when something does.
pub fn hindrance(job: &JobView) -> Option<&str> {
    match job.state {
        JobState::Queued => Some(job.waits.as_deref().unwrap_or("waits for its turn")),
        JobState::Stopping => Some("asked to stop; the server has not confirmed it yet"),
        _ => job.live.held.as_deref(),
    }
}

/// What happens to it, or how it ended.
pub fn course(job: &JobView, now: DateTime<Utc>) -> String {
    if job.state.is_over() {
        let resume = if can_resume(job) { "r resumes it: " } else { "" };
        return format!("{resume}{}", job.message);
    }
    if let Some(silence) = silence(job, now) {
        return format!("not heard of for {}", Span(silence));
    }
    match hindrance(job) {
        Some(reason) => reason.to_owned(),
        None => moving(job, now),
    }
}

fn moving(job: &JobView, now: DateTime<Utc>) -> String {
    let live = &job.live;
    let left = live.left().map(|left| format!("{} left", Span(left)));
    let phase = Some(live.progress.phase.clone()).filter(|phase| !phase.is_empty());
    let percent = percent(live).map(|percent| format!("{percent} %"));
    let parts = [percent, amount(live), pace(live), left, phase, live.server.clone()];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    match (parts.is_empty(), duration(job, now)) {
        (true, Some(since)) => format!("at work for {}", Span(since)),
        _ => parts.join("  "),
    }
}

/// What is at work comes before what waits, and that before what is over.
pub fn rank(state: JobState) -> u8 {
    match state {
        JobState::Running | JobState::Paused | JobState::Stopping => 0,
        JobState::Queued => 1,
        _ => 2,
    }
}

/// For how long a job of another console has been silent, when it is too long.
pub fn silence(job: &JobView, now: DateTime<Utc>) -> Option<Duration> {
    let heard = job.heard.filter(|_| !job.state.is_over())?;
    Some(between(heard, now)).filter(|silence| *silence > SILENT)
}

/// How long it ran, or runs.
pub fn duration(job: &JobView, now: DateTime<Utc>) -> Option<Duration> {
    Some(between(job.began?, job.ended.unwrap_or(now)))
}

/// How long ago it ended.
pub fn ago(job: &JobView, now: DateTime<Utc>) -> Option<String> {
    let age = between(job.ended?, now);
    Some(if age.as_secs() == 0 { "now".to_owned() } else { format!("{} ago", Span(age)) })
}

/// Zero when the clocks of two machines disagree about the order.
fn between(from: DateTime<Utc>, to: DateTime<Utc>) -> Duration {
    (to - from).to_std().unwrap_or_default()
}

/// The present, as jobs count it.
pub fn present(model: &Model) -> DateTime<Utc> {
    model.now.wall.to_utc()
}

/// Which job it is.
pub fn name(job: &JobView) -> String {
    format!("{} {} on {}", job.name(), job.operation, job.about())
}

/// That it has ended, and how.
pub fn ending(job: &JobView) -> String {
    let (mark, _) = mark(job.state);
    format!("{mark} {} {}: {}", name(job), job.state, job.message)
}

/// What it has changed so far; nothing when that is nothing.
pub fn done(live: &Live) -> Option<String> {
    let rows = (live.rows > 0).then(|| Rows(live.rows).counted());
    let bytes = (live.bytes > 0).then(|| Bytes(live.bytes).to_string());
    let parts: Vec<String> = [rows, bytes].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
