//! A transaction that is at work and does not end.

use std::time::Duration;

use super::{Rule, crowd};
use crate::advise::facts::value;
use crate::advise::signal::{KEEP, ratio};
use crate::advise::{Facts, Severity, Signal, Signals, Subject};
use crate::sample::ServerSnapshot;
use crate::server::read::{Thread, Transaction};
use crate::units::Span;

/// See [`Rule::doc`].
pub struct LongTransaction;

impl Rule for LongTransaction {
    fn id(&self) -> &'static str {
        "long-transaction"
    }

    fn title(&self) -> &'static str {
        "Long transaction"
    }

    fn doc(&self) -> &'static str {
        "A transaction of more than one statement that has been open longer than `long_transaction`."
    }

    fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
        let limit = facts.thresholds.long_transaction;
        for server in facts.servers() {
            let transactions = value(&server.transactions).into_iter().flatten();
            let signals = transactions.filter(|transaction| !is_one_statement(server, transaction));
            let signals = signals.map(|transaction| signal(server, transaction, limit, facts)).collect();
            crowd::add(server, signals, &format!("transactions open longer than {}", Span(limit)), out);
        }
    }
}

/// A transaction as old as its statement is that statement, and [`super::long_statement`] names it.
fn is_one_statement(server: &ServerSnapshot, transaction: &Transaction) -> bool {
    thread_of(server, transaction)
        .is_some_and(|thread| thread.is_working() && thread.time.as_secs_f64() >= KEEP * transaction.age.as_secs_f64())
}

/// The connection that a transaction belongs to.
pub(super) fn thread_of<'a>(server: &'a ServerSnapshot, transaction: &Transaction) -> Option<&'a Thread> {
    server.threads.as_ref()?.value.iter().find(|thread| thread.id == transaction.thread)
}

fn signal(server: &ServerSnapshot, transaction: &Transaction, limit: Duration, facts: &Facts<'_>) -> Signal {
    let subject = Subject::Thread { server: server.endpoint.clone(), thread: transaction.thread };
    let (age, changed) = (Span(transaction.age), transaction.modified);
    let text = format!("transaction open for {age} (limit {}), {} changed", Span(limit), changed.counted());
    Signal::new(subject, Severity::Warning, text)
        .strength(ratio(transaction.age.as_secs_f64(), limit.as_secs_f64()))
        .since(facts.now.instant.checked_sub(transaction.age))
        .remedy(format!("KILL {};", transaction.thread))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::advise::testing::{Stage, query, sleep, transaction};

    #[test]
    fn one_long_statement_is_not_a_long_transaction() {
        let check = |thread: Thread, expected: &[&str]| {
            let mut stage = Stage::default();
            stage.set_threads(vec![thread]);
            stage.set_transactions(vec![transaction(7, 90)]);
            assert_eq!(stage.hear(&LongTransaction), expected);
        };
        check(query(7, 90), &[]);
        check(query(7, 2), &["warning thread 7: transaction open for 90 s (limit 60 s), 0 rows changed (1.50)"]);
        check(sleep(7, 2), &["warning thread 7: transaction open for 90 s (limit 60 s), 0 rows changed (1.50)"]);
    }
}
