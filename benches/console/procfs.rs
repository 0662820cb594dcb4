//! What the kernel counts for a process and its descendants (`proc(5)`).
//!
//! Deliberately absent: anything that asks the process itself.

use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};

/// `USER_HZ`, the unit of the times in `/proc/PID/stat`: 100 on every architecture that Rust's tier 1 and 2 know.
const TICKS_PER_SECOND: f64 = 100.0;

/// User and system time of a process, of its living descendants and of its children that were waited for.
pub fn processor_time(pid: u32) -> Result<Duration> {
    let mut ticks = 0;
    for member in family(pid)? {
        ticks += ticks_of(member).unwrap_or(0);
    }
    Ok(Duration::from_secs_f64(ticks as f64 / TICKS_PER_SECOND))
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
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<u32>>()).collect()
}
