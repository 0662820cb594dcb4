//! Which signals are shown, and for how long: the only place with a memory.
//!
//! A finding is raised at strength 1.0, stays while it is above 0.85 and for five seconds more, so that a figure that
//! dances around its limit gives one quiet line. What is no measurement (a server is down, a right is missing) goes
//! at once when it is over; so does everything about a connection that has ended, and about a server that no longer answers.

use std::time::{Duration, Instant};

use super::facts::Facts;
use super::signal::{RAISE, Severity, Signal, Signals, Subject};
use super::{RULES, Rule};

/// Something that needs attention.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static str,
    /// What it is about.
    pub subject: Subject,
    /// How bad.
    pub severity: Severity,
    /// A sentence without full stop and without the subject.
    pub text: String,
    /// What to do, or the statement to paste; may be empty.
    pub remedy: String,
    /// Since when.
    pub since: Instant,
    seen: Instant,
    is_measured: bool,
}

/// The findings, from one look to the next.
#[derive(Debug, Default)]
pub struct Board {
    findings: Vec<Finding>,
}

/// A measured finding stays so long after the last signal.
const HOLD: Duration = Duration::from_secs(5);

/// Two beginnings of one thing may differ by so much: servers count whole seconds.
const SAME_BEGINNING: Duration = Duration::from_secs(2);

impl Board {
    /// Looks at new facts with every rule.
    pub fn update(&mut self, facts: &Facts<'_>) {
        self.update_with(RULES, facts);
    }

    /// The findings: worst first, then oldest; the order changes only when a finding comes, goes or gets worse.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    fn update_with(&mut self, rules: &[&dyn Rule], facts: &Facts<'_>) {
        let now = facts.now.instant;
        for (rule, signal) in look(rules, facts).said() {
            self.note(rule, signal, now);
        }
        self.findings.retain(|finding| finding.stays(facts));
        self.findings.sort_by(|a, b| a.order().cmp(&b.order()));
    }

    fn note(&mut self, rule: &'static str, signal: Signal, now: Instant) {
        let known = self.findings.iter_mut().find(|known| known.rule == rule && known.subject == signal.subject);
        match known {
            Some(finding) => finding.renew(signal, now),
            None if signal.strength >= RAISE => self.findings.push(Finding::new(rule, signal, now)),
            None => {}
        }
    }
}

fn look(rules: &[&dyn Rule], facts: &Facts<'_>) -> Signals {
    let mut signals = Signals::default();
    for rule in rules {
        signals.speaker(rule.id());
        rule.check(facts, &mut signals);
    }
    signals
}

impl Finding {
    fn new(rule: &'static str, signal: Signal, now: Instant) -> Self {
        Self {
            rule,
            since: signal.since.unwrap_or(now),
            seen: now,
            is_measured: signal.strength.is_finite(),
            subject: signal.subject,
            severity: signal.severity,
            text: signal.text,
            remedy: signal.remedy,
        }
    }

    /// Takes the new figures over and keeps the beginning, unless it is another beginning.
    fn renew(&mut self, signal: Signal, now: Instant) {
        let old = self.since;
        let apart = |since: Instant| since.max(old).duration_since(since.min(old));
        let since = signal.since.filter(|since| apart(*since) > SAME_BEGINNING).unwrap_or(old);
        *self = Self { since, ..Self::new(self.rule, signal, now) };
    }

    fn stays(&self, facts: &Facts<'_>) -> bool {
        let silence = facts.now.since(self.seen);
        let is_held = self.is_measured && self.subject.is_lasting() && facts.can_tell(&self.subject);
        silence.is_zero() || (is_held && silence < HOLD)
    }

    fn order(&self) -> impl Ord + '_ {
        (std::cmp::Reverse(self.severity), self.since, self.rule, &self.subject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::testing::Stage;
    use crate::sample::Health;

    /// Says of each database what the test put into its count of connections, in percent.
    struct Dial;

    impl Rule for Dial {
        fn id(&self) -> &'static str {
            "dial"
        }
        fn title(&self) -> &'static str {
            "Dial"
        }
        fn doc(&self) -> &'static str {
            "What the test says."
        }
        fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
            for (database, _) in facts.databases() {
                let strength = match database.connections {
                    Some(Ok(percent)) => f64::from(percent) / 100.0,
                    Some(Err(_)) => f64::INFINITY,
                    None => continue,
                };
                let severity = if strength >= 2.0 { Severity::Critical } else { Severity::Warning };
                out.add(Signal::new(Subject::Database(database.name.clone()), severity, "dial").strength(strength));
            }
        }
    }

    /// One look per pair of seconds since the one before and percent; after each, whether the line is there.
    fn check(looks: &[(u64, Option<u32>)], expected: &[bool]) {
        let (mut stage, mut board) = (Stage::default(), Board::default());
        let mut shown = Vec::new();
        for (seconds, percent) in looks {
            stage.later(*seconds);
            stage.server.databases[0].connections = percent.map(Ok);
            let picture = stage.picture();
            board.update_with(&[&Dial], &stage.facts(&picture));
            shown.push(!board.findings().is_empty());
        }
        assert_eq!(shown, expected, "{looks:?}");
    }

    #[test]
    fn a_figure_that_dances_around_its_limit_gives_one_line() {
        check(&[(0, Some(99)), (1, Some(100)), (1, Some(90)), (60, Some(86))], &[false, true, true, true]);
        check(&[(0, Some(100)), (4, Some(50)), (1, Some(50))], &[true, true, false]);
        check(&[(0, Some(100)), (4, None), (1, None)], &[true, true, false]);
        check(&[(0, Some(100)), (4, Some(50)), (4, Some(90)), (4, Some(50))], &[true, true, true, true]);
    }

    #[test]
    fn what_is_no_measurement_goes_at_once() {
        let (mut stage, mut board) = (Stage::default(), Board::default());
        stage.server.databases[0].connections = Some(Err(crate::advise::testing::denied()));
        let picture = stage.picture();
        board.update_with(&[&Dial], &stage.facts(&picture));
        assert_eq!(board.findings().len(), 1);
        stage.later(1);
        stage.server.databases[0].connections = Some(Ok(10));
        let picture = stage.picture();
        board.update_with(&[&Dial], &stage.facts(&picture));
        assert!(board.findings().is_empty());
    }

    #[test]
    fn a_dead_server_gives_one_line() {
        let (mut stage, mut board) = (Stage::default(), Board::default());
        stage.server.databases[0].connections = Some(Ok(30));
        let picture = stage.picture();
        board.update(&stage.facts(&picture));
        assert_eq!(board.findings()[0].rule, "pool-used");
        let now = stage.now.instant;
        stage.server.health = Health::Down { since: now, why: "gone".into(), next_try: now };
        stage.later(1);
        let picture = stage.picture();
        board.update(&stage.facts(&picture));
        let lines: Vec<&str> = board.findings().iter().map(|finding| finding.rule).collect();
        assert_eq!(lines, ["server-down"]);
        assert_eq!(board.findings()[0].since, now, "the rule knows since when");
    }

    #[test]
    fn lines_keep_their_places() {
        let (mut stage, mut board) = (Stage::default(), Board::default());
        let mut second = stage.server.databases[0].clone();
        second.name = "admin".into();
        stage.server.databases.push(second);
        let mut look = |client: u32, admin: u32| {
            stage.later(1);
            stage.server.databases[0].connections = Some(Ok(client));
            stage.server.databases[1].connections = Some(Ok(admin));
            let picture = stage.picture();
            board.update_with(&[&Dial], &stage.facts(&picture));
            let order = board.findings().iter().map(|finding| finding.subject.to_string());
            order.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(look(120, 0), "client");
        assert_eq!(look(110, 150), "client admin", "older first");
        assert_eq!(look(100, 199), "client admin", "whatever the figures do");
        assert_eq!(look(100, 200), "admin client", "worse first");
    }
}
