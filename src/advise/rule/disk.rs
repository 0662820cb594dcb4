//! The disk that the data lives on fills up.

use super::Rule;
use crate::advise::facts::value;
use crate::advise::signal::ratio;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};
use crate::server::read::DiskSpace;
use crate::units::{Bytes, Percent};

/// See [`Rule::doc`].
pub struct DiskFull;

/// With less than this nothing helps but room.
const LAST: Percent = Percent(95.0);

impl Rule for DiskFull {
    fn id(&self) -> &'static str {
        "disk-full"
    }

    fn title(&self) -> &'static str {
        "Disk nearly full"
    }

    fn doc(&self) -> &'static str {
        "The file system of the data directory is used to more than `disk_percent`."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        for server in facts.servers() {
            let space = value(&server.disk).filter(|space| space.total > Bytes(0));
            out.add_some(space.map(|space| signal(&server.endpoint, space, facts.thresholds.disk_percent)));
        }
    }
}

fn signal(endpoint: &str, space: &DiskSpace, limit: f64) -> Signal {
    let used = space.used();
    let severity = if used.0 >= LAST.0 { Severity::Critical } else { Severity::Warning };
    let text = format!("disk {used} full (limit {}), {} free: {}", Percent(limit), space.free, space.path);
    Signal::new(Subject::Server(endpoint.to_owned()), severity, text)
        .strength(ratio(used.0, limit))
        .remedy("remove old rows, binary logs or backups, or give the data directory more room")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::testing::Stage;

    #[test]
    fn the_nearer_the_end_the_worse() {
        let check = |total: u64, free: u64, expected: &[&str]| {
            let mut stage = Stage::default();
            let space = DiskSpace { path: "/data".into(), total: Bytes(total << 30), free: Bytes(free << 30) };
            stage.server.disk = Some(stage.read(space));
            assert_eq!(stage.hear(&DiskFull), expected);
        };
        check(0, 0, &[]);
        check(100, 50, &[]);
        check(100, 10, &["warning db:3306: disk 90 % full (limit 85 %), 10.0 GiB free: /data (1.06)"]);
        check(100, 2, &["critical db:3306: disk 98 % full (limit 85 %), 2.00 GiB free: /data (1.15)"]);
    }
}
