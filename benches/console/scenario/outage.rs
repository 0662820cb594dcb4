//! How long a server's absence stays unsaid, and how long its return.

use std::time::Instant;

use anyhow::Result;

use super::{Effort, Finding, Findings};
use crate::contender::{Condition, Contender};
use crate::metric::Metric;
use crate::stage::Stage;
use crate::terminal::Terminal;

/// Stopped in its tracks: every connection stays open and nothing answers.
pub fn frozen(stage: &mut Stage, contender: &Contender, effort: Effort) -> Result<Findings> {
    let terminal = super::ready(contender)?;
    let gone = Instant::now();
    let frozen = stage.freeze()?;
    let noticed = seen(&terminal, &contender.notices, gone, effort);
    stay_away(gone, effort);
    let there = Instant::now();
    drop(frozen);
    let returned = seen(&terminal, &contender.back, there, effort);
    terminal.quit(contender.quit);
    Ok(vec![(Metric::NoticeFrozen, noticed), (Metric::ReturnFrozen, returned)])
}

/// Ended without a word; started again on the same data and the same socket.
pub fn killed(stage: &mut Stage, contender: &Contender, effort: Effort) -> Result<Findings> {
    let terminal = super::ready(contender)?;
    let gone = Instant::now();
    stage.kill();
    let noticed = seen(&terminal, &contender.notices, gone, effort);
    stay_away(gone, effort);
    let there = stage.restart()?;
    let returned = seen(&terminal, &contender.back, there, effort);
    terminal.quit(contender.quit);
    Ok(vec![(Metric::NoticeKilled, noticed), (Metric::ReturnKilled, returned)])
}

/// Seconds until the screen shows it; 0 when it was quicker than our own look at the server.
fn seen(terminal: &Terminal, condition: &Condition, since: Instant, effort: Effort) -> Finding {
    let moment = terminal.wait(condition, effort.patience());
    moment.map(|moment| moment.saturating_duration_since(since).as_secs_f64()).map_err(|error| format!("{error:#}"))
}

/// The absence lasts as long for a quick contender as for a slow one.
fn stay_away(gone: Instant, effort: Effort) {
    std::thread::sleep(effort.outage().saturating_sub(gone.elapsed()));
}
