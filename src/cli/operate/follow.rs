//! What is told while jobs run, and how a run of them ends.

use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use serde_json::json;

use super::super::exit::{Exit, Failure};
use super::super::page::{Tone, print};
use super::super::run::Form;
use crate::job::view::Fault;
use crate::job::{JobView, Runner};
use crate::op::OpError;
use crate::op::record::{JobState, JobUid};
use crate::units::{Bytes, Rows, Span};

/// How often a line on a terminal is written anew.
const GLANCE: Duration = Duration::from_millis(500);

/// Follows the jobs until all are over. Ctrl-C cancels them, and their end is still waited for: it is bounded.
pub(super) async fn to_the_end(runner: &Runner, jobs: &[JobUid], mut form: Form, looks: bool) -> Result<Exit, Failure> {
    let mut teller = Teller::new();
    let mut board = runner.board();
    let (mut glances, mut interrupted) = (tokio::time::interval(GLANCE), false);
    let ended: Vec<JobView> = loop {
        let views: Vec<JobView> =
            board.borrow_and_update().iter().filter(|it| jobs.contains(&it.uid)).cloned().collect();
        teller.tell(&views);
        if views.iter().all(|view| view.state.is_over()) {
            break views;
        }
        tokio::select! {
            _ = glances.tick() => {}
            _ = tokio::signal::ctrl_c() => {
                for job in jobs {
                    runner.cancel(job);
                }
                interrupted = true;
            }
        }
    };
    teller.clear();
    if !looks || ended.iter().any(|view| view.state != JobState::Done) {
        print(&outcomes(&ended, &mut form))?;
    }
    let worst = ended.iter().map(exit_of).max_by_key(|exit| *exit as u8).unwrap_or(Exit::Done);
    Ok(if interrupted && worst != Exit::Doubt { Exit::Interrupted } else { worst })
}

/// On a terminal one line that changes, else for whom a job waits and nothing more: standard error of a script is for
/// what somebody has to know.
struct Teller {
    terminal: bool,
    last: String,
}

impl Teller {
    fn new() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), last: String::new() }
    }

    fn tell(&mut self, views: &[JobView]) {
        let Some(view) = views.iter().find(|view| !view.state.is_over()) else { return };
        let line = progress_line(view);
        if self.terminal && line != self.last {
            let _ = write!(std::io::stderr(), "\r\x1b[K{line}");
            self.last = line;
        } else if !self.terminal {
            self.tell_wait(view);
        }
    }

    fn tell_wait(&mut self, view: &JobView) {
        let held = view.live.held.as_ref().filter(|held| held.starts_with("waits: "));
        if let Some(held) = held.filter(|held| **held != self.last) {
            let _ = writeln!(std::io::stderr(), "{} {} {held}", view.name(), view.operation);
            self.last.clone_from(held);
        }
    }

    fn clear(&mut self) {
        if self.terminal && !self.last.is_empty() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

/// How far a job is, in one line.
fn progress_line(view: &JobView) -> String {
    let live = &view.live;
    let mut line = format!("{} {} {}", view.name(), view.operation, view.about());
    let held = view.waits.as_ref().or(live.held.as_ref());
    if let Some(part) = live.progress.part() {
        line += &format!("  {:.0} %", part * 100.0);
    }
    let done = match live.progress.total {
        Some(total) => format!("  {} of {}", live.progress.done, live.progress.unit.show(total)),
        None => format!("  {}", live.progress.unit.show(live.progress.done)),
    };
    line += &done;
    if !live.progress.phase.is_empty() {
        line += &format!("  {}", live.progress.phase);
    }
    match (held, live.left()) {
        (Some(held), _) => line += &format!("  {held}"),
        (None, Some(left)) => line += &format!("  {} left", Span(left)),
        (None, None) => {}
    }
    line
}

fn outcomes(ended: &[JobView], form: &mut Form) -> String {
    match form {
        Form::Json => format!("{:#}\n", json!({ "jobs": ended })),
        Form::Text(page) => {
            for view in ended {
                let line = outcome(view);
                let state = page.tinted(tone(view.state), view.state);
                page.line(format!("{} {} {}: {state}: {line}", view.name(), view.operation, view.about()));
            }
            page.take()
        }
    }
}

fn outcome(view: &JobView) -> String {
    let mut words = vec![view.message.clone()];
    if view.state != JobState::Done && view.live.rows > 0 {
        words.push(format!("{} before that", Rows(view.live.rows).counted()));
    }
    if view.state != JobState::Done && view.live.bytes > 0 {
        words.push(format!("{} before that", Bytes(view.live.bytes)));
    }
    words.retain(|word| !word.is_empty());
    words.join("; ")
}

fn tone(state: JobState) -> Tone {
    match state {
        JobState::Done => Tone::Good,
        JobState::Failed | JobState::Refused => Tone::Bad,
        _ => Tone::Warn,
    }
}

fn exit_of(view: &JobView) -> Exit {
    match (view.state, view.fault) {
        (JobState::Done, _) => Exit::Done,
        (JobState::Cancelled, _) => Exit::Interrupted,
        (_, Some(fault)) => exit_of_fault(fault),
        (_, None) => Exit::Failed,
    }
}

fn exit_of_fault(fault: Fault) -> Exit {
    match fault {
        Fault::Usage => Exit::Usage,
        Fault::Held => Exit::Held,
        Fault::Unreachable => Exit::Unreachable,
        Fault::Changed => Exit::Conflict,
        Fault::Doubt => Exit::Doubt,
        Fault::Other => Exit::Failed,
    }
}

/// The code for an operation that could not even be planned.
pub(super) fn exit_of_error(error: &OpError) -> Exit {
    exit_of_fault(Fault::of(error))
}
