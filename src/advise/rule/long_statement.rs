//! A statement that does not end.

use std::time::Duration;

use super::{Rule, crowd};
use crate::advise::signal::ratio;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};
use crate::sample::ServerSnapshot;
use crate::server::read::Thread;
use crate::units::Span;

/// See [`Rule::doc`].
pub struct LongStatement;

impl Rule for LongStatement {
    fn id(&self) -> &'static str {
        "long-statement"
    }

    fn title(&self) -> &'static str {
        "Long-running statement"
    }

    fn doc(&self) -> &'static str {
        "A statement of a client that runs longer than `long_statement`."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        let limit = facts.thresholds.long_statement;
        for server in facts.servers() {
            let threads = server.threads.iter().flat_map(|threads| threads.value.iter());
            let working = threads.filter(|thread| thread.is_working() && !thread.is_internal());
            let signals = working.filter(|thread| !thread.statement.is_empty());
            let signals = signals.map(|thread| signal(server, thread, limit, facts)).collect();
            crowd::add(server, signals, &format!("statements run longer than {}", Span(limit)), out);
        }
    }
}

fn signal(server: &ServerSnapshot, thread: &Thread, limit: Duration, facts: &Facts<'_>) -> Signal {
    let subject = Subject::Thread { server: server.endpoint.clone(), thread: thread.id };
    let text = format!("runs for {} (limit {}): {}", Span(thread.time), Span(limit), thread.statement);
    Signal::new(subject, Severity::Warning, text)
        .strength(ratio(thread.time.as_secs_f64(), limit.as_secs_f64()))
        .since(facts.now.instant.checked_sub(thread.time))
        .remedy(format!("KILL QUERY {};", thread.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::testing::{Stage, query, sleep};

    fn check(threads: Vec<Thread>, expected: &[&str]) {
        let mut stage = Stage::default();
        stage.set_threads(threads);
        assert_eq!(stage.hear(&LongStatement), expected);
    }

    #[test]
    fn only_what_runs_for_a_client_counts() {
        let dump = Thread { command: "Binlog Dump".into(), ..query(9, 900) };
        check(vec![query(1, 10), sleep(2, 900), dump], &[]);
        check(vec![query(7, 75)], &["warning thread 7: runs for 75 s (limit 60 s): SELECT 1 (1.25)"]);
    }

    #[test]
    fn a_crowd_is_one_line() {
        let expected = [
            "warning thread 20: runs for 120 s (limit 60 s): SELECT 1 (2.00)",
            "warning thread 19: runs for 119 s (limit 60 s): SELECT 1 (1.98)",
            "warning thread 18: runs for 118 s (limit 60 s): SELECT 1 (1.97)",
            "warning db:3306: 17 more statements run longer than 60 s",
        ];
        let expected = expected.map(|line| line.replace("120 s (l", "2 min (l"));
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check((1..=20).map(|id| query(id, 100 + id)).collect(), &expected);
    }
}
