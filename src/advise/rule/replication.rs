//! A replica that stands still, or falls behind.

use std::time::Duration;

use super::Rule;
use crate::advise::facts::value;
use crate::advise::signal::{KEEP, ratio};
use crate::advise::{Facts, Severity, Signal, Signals, Subject};
use crate::server::read::Channel;
use crate::units::Span;

/// See [`Rule::doc`].
pub struct Replication;

impl Rule for Replication {
    fn id(&self) -> &'static str {
        "replication"
    }

    fn title(&self) -> &'static str {
        "Replication stopped or lagging"
    }

    fn doc(&self) -> &'static str {
        "A replica does not receive or apply changes, or is further behind its source than `replication_lag`."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        let limit = facts.thresholds.replication_lag;
        for server in facts.servers() {
            let channels = value(&server.replication).into_iter().flatten();
            let signals = channels.map(|channel| signal(&server.endpoint, channel, limit));
            out.add_some(signals.filter(|signal| signal.strength >= KEEP).max_by(worse));
        }
    }
}

/// One line per server: what is stopped before what lags.
fn worse(a: &Signal, b: &Signal) -> std::cmp::Ordering {
    a.severity.cmp(&b.severity).then(a.strength.total_cmp(&b.strength))
}

fn signal(endpoint: &str, channel: &Channel, limit: Duration) -> Signal {
    let subject = Subject::Server(endpoint.to_owned());
    let source = &channel.source;
    if !channel.is_running() {
        let error = channel.error.as_deref().unwrap_or("no error is told");
        let remedy = "look at the error above; when its cause is gone, start the replica again (START REPLICA;)";
        let text = format!("replication from {source} stopped: {error}");
        return Signal::new(subject, Severity::Critical, text).remedy(remedy);
    }
    let lag = channel.lag.unwrap_or_default();
    let text = format!("replication from {source} is {} behind (limit {})", Span(lag), Span(limit));
    Signal::new(subject, Severity::Warning, text)
        .strength(ratio(lag.as_secs_f64(), limit.as_secs_f64()))
        .remedy("see Activity for what the replica applies; large transactions on the source are the usual cause")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::testing::Stage;
    use crate::server::read::replication::Running;

    fn channel(receiving: Running, lag: u64) -> Channel {
        let error = (receiving == Running::No).then(|| "Got fatal error 1236".to_owned());
        let lag = (receiving == Running::Yes).then(|| Duration::from_secs(lag));
        Channel { source: "src".into(), receiving, applying: Running::Yes, lag, error, ..Channel::default() }
    }

    #[test]
    fn a_stopped_replica_is_worse_than_a_slow_one() {
        let check = |channels: Vec<Channel>, expected: &[&str]| {
            let mut stage = Stage::default();
            stage.server.replication = Some(stage.read(channels));
            assert_eq!(stage.hear(&Replication), expected);
        };
        let stopped = "critical db:3306: replication from src stopped: Got fatal error 1236";
        check(vec![], &[]);
        check(vec![channel(Running::Yes, 2)], &[]);
        let slow = "warning db:3306: replication from src is 45 s behind (limit 30 s) (1.50)";
        check(vec![channel(Running::Yes, 45), channel(Running::Yes, 2)], &[slow]);
        check(vec![channel(Running::Yes, 45), channel(Running::No, 0)], &[stopped]);
    }
}
