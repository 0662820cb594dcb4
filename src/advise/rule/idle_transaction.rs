//! Somebody left a transaction open and went away.

use std::time::Duration;

use super::long_transaction::thread_of;
use super::{Rule, crowd};
use crate::advise::facts::value;
use crate::advise::signal::ratio;
use crate::advise::{Facts, Severity, Signal, Signals, Subject};
use crate::sample::ServerSnapshot;
use crate::server::read::{Thread, Transaction};
use crate::units::Span;

/// See [`Rule::doc`].
pub struct IdleTransaction;

impl Rule for IdleTransaction {
    fn id(&self) -> &'static str {
        "idle-transaction"
    }

    fn title(&self) -> &'static str {
        "Idle transaction"
    }

    fn doc(&self) -> &'static str {
        "A transaction whose connection has done nothing for longer than `idle_transaction`, locks in hand."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        let limit = facts.thresholds.idle_transaction;
        for server in facts.servers() {
            let transactions = value(&server.transactions).into_iter().flatten();
            let owned = transactions.filter_map(|transaction| Some((transaction, thread_of(server, transaction)?)));
            let idle = owned.filter(|(_, thread)| thread.command == "Sleep");
            let signals = idle.map(|(open, thread)| signal(server, open, thread, limit, facts)).collect();
            crowd::add(server, signals, &format!("transactions idle for longer than {}", Span(limit)), out);
        }
    }
}

fn signal(
    server: &ServerSnapshot,
    transaction: &Transaction,
    thread: &Thread,
    limit: Duration,
    facts: &Facts<'_>,
) -> Signal {
    let subject = Subject::Thread { server: server.endpoint.clone(), thread: thread.id };
    let (idle, locked) = (Span(thread.time), transaction.locked);
    let text = format!(
        "transaction idle for {idle} (limit {}), {} locked, {}@{}",
        Span(limit),
        locked.counted(),
        thread.user,
        thread.host
    );
    Signal::new(subject, Severity::Warning, text)
        .strength(ratio(thread.time.as_secs_f64(), limit.as_secs_f64()))
        .since(facts.now.instant.checked_sub(thread.time))
        .remedy(format!("KILL {};", thread.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::testing::{Stage, query, sleep, transaction};

    #[test]
    fn a_sleeping_connection_with_a_transaction_is_named() {
        let check = |thread: Thread, expected: &[&str]| {
            let mut stage = Stage::default();
            stage.set_threads(vec![thread, sleep(8, 900)]);
            stage.set_transactions(vec![transaction(7, 90)]);
            assert_eq!(stage.hear(&IdleTransaction), expected);
        };
        check(query(7, 45), &[]);
        check(sleep(7, 5), &[]);
        let text = "warning thread 7: transaction idle for 45 s (limit 30 s), 0 rows locked, app@web (1.50)";
        check(sleep(7, 45), &[text]);
    }
}
