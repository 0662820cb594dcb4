//! A server that cannot be asked.

use crate::sample::{ServerSnapshot, State};
use crate::units::Span;

use super::Rule;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};

/// See [`Rule::doc`].
pub struct ServerDown;

impl Rule for ServerDown {
    fn id(&self) -> &'static str {
        "server-down"
    }

    fn title(&self) -> &'static str {
        "Server down or silent"
    }

    fn doc(&self) -> &'static str {
        "A server cannot be reached, lets nobody in, or has not answered for more than two refreshes."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        for server in facts.picture.servers() {
            out.add_some(signal(server, facts));
        }
    }
}

fn signal(server: &ServerSnapshot, facts: &Facts<'_>) -> Option<Signal> {
    let now = facts.now.instant;
    let signal = |severity, text: String| Signal::new(Subject::Server(server.endpoint.clone()), severity, text);
    match server.state(now) {
        State::Connecting | State::Live => None,
        State::Stale { age } => Some(
            signal(Severity::Warning, format!("no answer for {}; its figures are as old as that", Span(age)))
                .remedy("look at the server's load and its host; dbdeck asks on by itself")
                .since(server.answered),
        ),
        State::Down { age, why, .. } => Some(
            signal(Severity::Critical, format!("down: {}", why.replace(&server.endpoint, "the server")))
                .remedy("start the server, or correct address and account; dbdeck tries on by itself")
                .since(now.checked_sub(age)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::advise::testing::Stage;
    use crate::sample::Health;

    fn check(health: impl FnOnce(&Stage) -> Health, seconds: u64, expected: &[&str]) {
        let mut stage = Stage::default();
        let answered = stage.server.answered;
        stage.server.health = health(&stage);
        stage.later(seconds);
        stage.server.answered = answered;
        assert_eq!(stage.hear(&ServerDown), expected);
    }

    #[test]
    fn silence_warns_and_death_alarms() {
        let (since, why) = (|stage: &Stage| stage.now.instant, "cannot reach db:3306: connection refused".to_owned());
        check(|_| Health::Live, 1, &[]);
        check(|_| Health::Live, 9, &["warning db:3306: no answer for 9.0 s; its figures are as old as that"]);
        check(
            |stage| Health::Down { since: since(stage), why, next_try: since(stage) + Duration::from_secs(2) },
            1,
            &["critical db:3306: down: cannot reach the server: connection refused"],
        );
    }
}
