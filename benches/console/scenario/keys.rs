//! From a key to the frame that shows its effect: idle, with a crowd in the process list, with a frozen server, with a
//! job at work.

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::{Effort, Findings, milliseconds};
use crate::contender::{Contender, Key};
use crate::metric::Metric;
use crate::stage::{Crowd, Stage};
use crate::terminal::Terminal;

/// A person's fastest pace; some programs drop keys that come quicker.
const PACE: Duration = Duration::from_millis(70);
/// Odd steps spread the keys over all phases of the refresh.
const PHASES: [u64; 7] = [0, 13, 29, 41, 7, 53, 19];

pub fn idle(_: &mut Stage, contender: &Contender, effort: Effort) -> Result<Findings> {
    let mut terminal = super::ready(contender)?;
    let figure = slowest_percent(&mut terminal, &contender.keys, effort)?;
    terminal.quit(contender.quit);
    Ok(vec![(Metric::KeyIdle, Ok(figure))])
}

pub fn crowded(stage: &mut Stage, contender: &Contender, effort: Effort) -> Result<Findings> {
    let crowd = Crowd::gather(&stage.login(), effort.crowd).context("no crowd")?;
    let mut terminal = super::ready(contender)?;
    for key in &contender.list_all {
        super::press(&mut terminal, key)?;
    }
    let figure = slowest_percent(&mut terminal, &contender.crowd_keys, effort)?;
    terminal.quit(contender.quit);
    drop(crowd);
    Ok(vec![(Metric::KeyCrowded, Ok(figure))])
}

/// The first keys fall into the time before the freeze is noticed, the others behind it.
pub fn frozen(stage: &mut Stage, contender: &Contender, effort: Effort) -> Result<Findings> {
    let mut terminal = super::ready(contender)?;
    let frozen = stage.freeze()?;
    let figure = slowest_percent(&mut terminal, &contender.keys, effort)?;
    drop(frozen);
    terminal.quit(contender.quit);
    Ok(vec![(Metric::KeyFrozen, Ok(figure))])
}

/// The contender itself removes rows, as fast as it will, from the first key to the last.
pub fn deleting(stage: &mut Stage, contender: &Contender, effort: Effort) -> Result<Findings> {
    ensure!(!contender.delete.is_empty(), "it removes no rows");
    stage.expire(effort.expired).context("no rows to remove")?;
    let mut terminal = super::ready(contender)?;
    for key in &contender.delete {
        super::press(&mut terminal, key)?;
    }
    let figure = slowest_percent(&mut terminal, &contender.keys, effort)?;
    ensure!(stage.expired()? > 0, "its job ended before the last key");
    while stage.expired()? > 0 {
        std::thread::sleep(PACE);
    }
    terminal.quit(contender.quit);
    Ok(vec![(Metric::KeyDeleting, Ok(figure))])
}

/// The 99th percentile (nearest rank), in milliseconds; a key without effect fails the whole.
fn slowest_percent(terminal: &mut Terminal, keys: &[Key], effort: Effort) -> Result<f64> {
    let mut times = Vec::with_capacity(effort.keys);
    for (number, key) in keys.iter().cycle().take(effort.keys).enumerate() {
        std::thread::sleep(PACE + Duration::from_millis(PHASES[number % PHASES.len()]));
        times.push(super::press(terminal, key).with_context(|| format!("key {}", number + 1))?);
    }
    times.sort();
    let rank = (times.len() * 99).div_ceil(100).max(1);
    Ok(milliseconds(times[rank - 1]))
}
