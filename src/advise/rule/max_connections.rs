//! The server will soon refuse connections.

use super::Rule;
use crate::advise::signal::ratio;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};
use crate::sample::ServerSnapshot;
use crate::units::{Percent, Rows};

/// See [`Rule::doc`].
pub struct ServerFull;

impl Rule for ServerFull {
    fn id(&self) -> &'static str {
        "server-full"
    }

    fn title(&self) -> &'static str {
        "Connections near max_connections"
    }

    fn doc(&self) -> &'static str {
        "The connections of a server, of whatever account, near its `max_connections`."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        let limit = facts.thresholds.connections_percent;
        for server in facts.servers() {
            out.add_some(signal(server, limit));
        }
    }
}

fn signal(server: &ServerSnapshot, limit: f64) -> Option<Signal> {
    let open = server.counters.as_ref()?.value.threads_connected;
    let most = server.caps.as_ref()?.max_connections;
    let used = Percent::of(open as f64, most as f64);
    let severity = if open >= most { Severity::Critical } else { Severity::Warning };
    let text = format!("{} of {} connections open (limit {})", Rows(open), Rows(most), Percent(limit));
    let signal = Signal::new(Subject::Server(server.endpoint.clone()), severity, text)
        .strength(ratio(used.0, limit))
        .remedy(format!("SET GLOBAL max_connections = {};", most.saturating_mul(2)));
    Some(signal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::testing::Stage;
    use crate::server::read::Counters;

    #[test]
    fn the_servers_own_limit_counts() {
        let check = |threads_connected, expected: &[&str]| {
            let mut stage = Stage::default();
            let counters = Counters { threads_connected, ..Counters::default() };
            stage.server.counters.as_mut().expect("counters").value = counters;
            assert_eq!(stage.hear(&ServerFull), expected);
        };
        check(60, &[]);
        check(80, &["warning db:3306: 80 of 100 connections open (limit 80 %) (1.00)"]);
        check(101, &["critical db:3306: 101 of 100 connections open (limit 80 %) (1.26)"]);
    }
}
