//! Whether the process of a job is still there.

use chrono::{DateTime, TimeDelta, Utc};

/// The kernel counts the times in `/proc` in hundredths of a second, whatever its own clock does.
const TICKS: i64 = 100;

/// A start is known to a second only.
const BLUR: TimeDelta = TimeDelta::seconds(2);

/// Whether a process of this machine runs that had that id then. A later process of the same id is another one.
pub fn is_running(pid: u32, then: DateTime<Utc>) -> bool {
    match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => !stat_of(&stat).is_some_and(|(state, ticks)| state == "Z" || started(ticks) > Some(then + BLUR)),
        Err(_) => is_known(pid),
    }
}

/// State and start of `/proc/…/stat`; the name before them may hold anything.
fn stat_of(stat: &str) -> Option<(&str, i64)> {
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    let state = fields.next()?;
    Some((state, fields.nth(18)?.parse().ok()?))
}

fn started(ticks: i64) -> Option<DateTime<Utc>> {
    let stat = std::fs::read_to_string("/proc/stat").ok()?;
    let boot = stat.lines().find_map(|line| line.strip_prefix("btime "))?;
    DateTime::from_timestamp(boot.trim().parse::<i64>().ok()? + ticks / TICKS, 0)
}

/// Where there is no `/proc`, the kernel is asked directly.
fn is_known(pid: u32) -> bool {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw);
    pid.is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_itself_only_since_it_began() {
        let own = std::process::id();
        assert!(is_running(own, Utc::now()));
        assert!(!is_running(own, Utc::now() - TimeDelta::days(300)));
        assert!(!is_running(i32::MAX as u32, Utc::now()));
    }

    #[test]
    fn a_name_can_hold_anything() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4242 1000";
        assert_eq!(stat_of(stat), Some(("S", 4242)));
    }
}
