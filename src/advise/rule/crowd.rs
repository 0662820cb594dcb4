//! Many connections with one complaint: the worst are named, the rest is one line.

use crate::advise::signal::KEEP;
use crate::advise::{Severity, Signal, Signals, Subject};
use crate::sample::ServerSnapshot;

/// So many are named.
const NAMED: usize = 3;

/// Adds the strongest signals, and one line that counts the others that are over their limit: `12 more …`.
pub fn add(server: &ServerSnapshot, mut signals: Vec<Signal>, others: &str, out: &mut Signals) {
    signals.retain(|signal| signal.strength >= KEEP);
    signals.sort_by(|a, b| b.strength.total_cmp(&a.strength).then_with(|| a.subject.cmp(&b.subject)));
    let rest = signals.split_off(signals.len().min(NAMED));
    for signal in signals {
        out.add(signal);
    }
    let more = rest.iter().filter(|signal| signal.strength >= 1.0).count();
    if more > 0 {
        let text = format!("{more} more {others}");
        out.add(Signal::new(Subject::Server(server.endpoint.clone()), Severity::Warning, text));
    }
}
