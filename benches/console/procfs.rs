//! What the kernel counts for a process and its descendants (`proc(5)`).
//!
//! Deliberately absent: anything that asks the process itself.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};

/// `USER_HZ`, the unit of the times in `/proc/PID/stat`: 100 on every architecture that Rust's tier 1 and 2 know.
const TICKS_PER_SECOND: f64 = 100.0;

/// Processor time of a process and its descendants, from two books that both err on the low side: the kernel's ticks
/// are rounded down, and the scheduler's nanoseconds forget threads that have ended.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessorTime {
    ticks: u64,
    nanoseconds: u64,
}

impl ProcessorTime {
    /// User and system time so far; of children that have ended, what their parent has collected.
    pub fn of(pid: u32) -> Result<Self> {
        let mut total = Self::default();
        for member in family(pid)? {
            total.ticks += ticks_of(member).unwrap_or(0);
            total.nanoseconds += nanoseconds_of(member);
        }
        Ok(total)
    }

    /// What was used since: the larger of the two books' answers, for neither invents anything.
    pub fn since(self, earlier: Self) -> Duration {
        let by_ticks = self.ticks.saturating_sub(earlier.ticks) as f64 / TICKS_PER_SECOND;
        let by_scheduler = Duration::from_nanos(self.nanoseconds.saturating_sub(earlier.nanoseconds));
        by_scheduler.max(Duration::from_secs_f64(by_ticks))
    }
}

/// Resident memory of a process and its living descendants, in bytes (`VmRSS`; shared pages count in each).
pub fn resident_bytes(pid: u32) -> Result<u64> {
    family(pid)?.into_iter().map(resident_of).sum()
}

fn resident_of(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes * 1024)
}

/// utime, stime, cutime and cstime: fields 14 to 17, counted behind the name, which may hold anything.
fn ticks_of(pid: u32) -> Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, fields) = stat.rsplit_once(") ").context("unreadable stat")?;
    Ok(fields.split(' ').skip(11).take(4).filter_map(|field| field.parse::<u64>().ok()).sum())
}

/// Time on a processor of the living threads; 0 where the kernel keeps no such book.
fn nanoseconds_of(pid: u32) -> u64 {
    let books = tasks_of(pid).filter_map(|task| fs::read_to_string(task.join("schedstat")).ok());
    books.filter_map(|book| book.split(' ').next()?.parse::<u64>().ok()).sum()
}

/// The process and its living descendants.
fn family(pid: u32) -> Result<Vec<u32>> {
    fs::metadata(format!("/proc/{pid}")).with_context(|| format!("process {pid} is gone"))?;
    let mut members = vec![pid];
    let mut next = 0;
    while let Some(&member) = members.get(next) {
        members.extend(children_of(member));
        next += 1;
    }
    Ok(members)
}

/// A task that ended meanwhile has no children.
fn children_of(pid: u32) -> Vec<u32> {
    let lists = tasks_of(pid).filter_map(|task| fs::read_to_string(task.join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>()).collect()
}

fn tasks_of(pid: u32) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten().map(|task| task.path())
}
