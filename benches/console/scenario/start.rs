//! From the start of the process to the first complete screen with figures.

use anyhow::Result;

use super::{Effort, Findings, milliseconds};
use crate::contender::Contender;
use crate::metric::Metric;
use crate::stage::Stage;
use crate::terminal::Terminal;

/// The median of several starts; the first one warms the file cache for everyone and does not count.
pub fn start(_: &mut Stage, contender: &Contender, effort: Effort) -> Result<Findings> {
    super::ready(contender)?.quit(contender.quit);
    let mut times = Vec::with_capacity(effort.starts);
    for _ in 0..effort.starts {
        times.push(once(contender)?);
    }
    times.sort_by(f64::total_cmp);
    Ok(vec![(Metric::Start, Ok(times[times.len() / 2]))])
}

fn once(contender: &Contender) -> Result<f64> {
    let terminal = Terminal::start(&contender.command)?;
    let seen = terminal.wait(&contender.ready, super::LIMIT)?;
    let took = milliseconds(seen.duration_since(terminal.started));
    terminal.quit(contender.quit);
    Ok(took)
}
