//! The jobs on the overview: what runs here and elsewhere, then what ended last.

use chrono::{DateTime, Utc};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::job::JobView;
use crate::op::record::JobState;
use crate::text::width;
use crate::tui::jobs::words;
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::tui::widget::{framed, write, write_right};

/// So many jobs that are over are shown at most: the screen of the jobs has them all.
const ENDED: usize = 3;

/// The columns of a bar, where there is room for it and for the figures beside it.
const BAR: (u16, u16) = (8, 16);

/// The room that the figures beside a bar want.
const FIGURES: u16 = 40;

/// Frame included: what is not over and what ended last, a sixth of the screen at most.
pub fn height(model: &Model, room: u16) -> u16 {
    let wanted = u16::try_from(jobs(model).count()).unwrap_or(u16::MAX).max(1);
    wanted.min((room / 6).max(1)) + 2
}

fn jobs(model: &Model) -> impl Iterator<Item = &JobView> {
    let mut lasting: Vec<&JobView> = model.jobs.iter().filter(|job| !job.state.is_over()).collect();
    lasting.sort_by_key(|job| words::rank(job.state));
    let mut ended: Vec<&JobView> = Vec::new();
    for job in model.jobs.iter().filter(|job| job.state.is_over()) {
        let place = ended.partition_point(|other| other.ended >= job.ended);
        if place < ENDED {
            ended.insert(place, job);
            ended.truncate(ENDED);
        }
    }
    lasting.into_iter().chain(ended)
}

/// Draws the strip.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect) {
    let inner = framed(model, buffer, area, "Jobs", false);
    let jobs: Vec<&JobView> = jobs(model).collect();
    if jobs.is_empty() {
        let text = "no job is running and none is queued";
        write(buffer, inner.x + 1, inner.y, inner.width - 1, text, model.style(Role::Quiet));
    }
    let (shown, hidden) = jobs.split_at(jobs.len().min(usize::from(inner.height)));
    let names: Vec<String> = shown.iter().map(|job| format!("{} {}", job.name(), job.operation)).collect();
    let columns = (
        names.iter().map(|name| width(name)).max().unwrap_or(0).min(24),
        shown.iter().map(|job| width(&job.about())).max().unwrap_or(0).min(20),
    );
    for (y, (job, name)) in (inner.y..inner.bottom()).zip(shown.iter().zip(&names)) {
        line(model, (job, name), columns, buffer, Rect { y, height: 1, ..inner });
    }
    let lasting = hidden.iter().filter(|job| !job.state.is_over()).count();
    if lasting > 0 {
        let more = format!(" {lasting} more at work: 7 shows all ");
        let border = Rect { width: area.width.saturating_sub(1), ..area };
        write_right(buffer, border, area.bottom() - 1, &more, model.style(Role::Quiet));
    }
}

fn line(model: &Model, (job, name): (&JobView, &str), columns: (usize, usize), buffer: &mut Buffer, row: Rect) {
    let now = words::present(model);
    let (mark, role) = words::mark(job.state);
    let (hint, hint_role) = hint(model, job, now);
    let end = write_right(buffer, row, row.y, &hint, model.style(hint_role)).saturating_sub(1);
    let left = |x: u16| end.saturating_sub(x);
    let x = write(buffer, row.x + 1, row.y, 1, mark, model.style(role)) + 1;
    let (name_columns, about_columns) = columns;
    let x = write(buffer, x, row.y, left(x), &padded(name, name_columns), model.style(Role::Strong)) + 1;
    let mut x = write(buffer, x, row.y, left(x), &padded(&job.about(), about_columns), model.style(Role::Text)) + 2;
    if let Some(part) = job.live.progress.part().filter(|_| !job.state.is_over() && left(x) >= BAR.0 + FIGURES) {
        let columns = if left(x) >= 2 * FIGURES { BAR.1 } else { BAR.0 };
        x = write(buffer, x, row.y, left(x), &bar(part, columns), model.style(Role::Chart)) + 2;
    }
    let (text, role) = course(job, now);
    write(buffer, x, row.y, left(x), &text, model.style(role));
}

fn padded(text: &str, columns: usize) -> String {
    let text = crate::text::truncate(text, columns);
    let pad = columns.saturating_sub(width(&text));
    format!("{text}{:pad$}", "")
}

fn bar(part: f64, columns: u16) -> String {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // not more than there are columns
    let full = (part * f64::from(columns)) as usize;
    format!("{}{}", "█".repeat(full), "░".repeat(usize::from(columns) - full))
}

fn course(job: &JobView, now: DateTime<Utc>) -> (String, Role) {
    let hindered = !job.state.is_over() && (words::hindrance(job).is_some() || words::silence(job, now).is_some());
    let role = if hindered { Role::Warn } else { Role::Text };
    if !job.state.is_over() {
        return (words::course(job, now), role);
    }
    let word = match job.state {
        JobState::Done => String::new(),
        state => format!("{state}: "),
    };
    (format!("{word}{}", job.message), role)
}

/// What can be done about it, or when it ended.
fn hint(model: &Model, job: &JobView, now: DateTime<Utc>) -> (String, Role) {
    if words::can_resume(job) {
        return ("7 r resume".to_owned(), Role::Key);
    }
    if job.state.is_over() {
        return (words::ago(job, now).unwrap_or_default(), Role::Quiet);
    }
    let is_foremost = model.jobs.foremost().is_some_and(|foremost| foremost.uid == job.uid);
    match is_foremost {
        true => ("x cancel".to_owned(), Role::Key),
        false if model.jobs.is_own(&job.uid) => ("7 x cancel".to_owned(), Role::Key),
        false => (job.operator.clone(), Role::Quiet),
    }
}
