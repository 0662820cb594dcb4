//! What deserves attention: rules over one picture of all servers.
//!
//! Reading order: [`signal`] (what a rule says) · [`facts`] (what it may look at) · [`rule`] (one file each) ·
//! [`board`] (which signals become lines on the screen, and for how long) · [`mod@doctor`] (what each feature needs).
//!
//! A rule is a pure function from [`Facts`] to [`Signals`]. It has no memory; hysteresis and "since" are the
//! [`Board`]'s. Figures of a server that does not answer are not looked at, so a dead server gives one line.
//!
//! To add a rule, write `rule/my_rule.rs` with a unit struct that implements [`Rule`], and add one line to the list in `rule/mod.rs`, of which
//! [`RULES`] is made:
//!
//! ```
//! use dbdeck::advise::{Facts, Rule, Severity, Signal, Signals, Subject};
//!
//! struct RefusesWrites;
//!
//! impl Rule for RefusesWrites {
//!     fn id(&self) -> &'static str {
//!         "refuses-writes"
//!     }
//!     fn title(&self) -> &'static str {
//!         "Server refuses writes"
//!     }
//!     fn doc(&self) -> &'static str {
//!         "The server is set to read_only."
//!     }
//!     fn check(&self, facts: &Facts<'_>, out: &mut Signals) {
//!         for server in facts.servers().filter(|server| server.caps.as_ref().is_some_and(|caps| caps.read_only)) {
//!             let subject = Subject::Server(server.endpoint.clone());
//!             out.add(Signal::new(subject, Severity::Notice, "read_only is on").remedy("SET GLOBAL read_only = OFF;"));
//!         }
//!     }
//! }
//! ```
//!
//! Deliberately absent: any action. A remedy is a text to read and to paste.

pub mod board;
pub mod doctor;
pub mod facts;
pub mod rule;
pub mod signal;
#[cfg(test)]
mod testing;

pub use board::{Board, Finding};
pub use doctor::{Check, Standing, doctor};
pub use facts::Facts;
pub use rule::{RULES, Rule};
pub use signal::{Severity, Signal, Signals, Subject};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_own_name_and_says_what_it_does() {
        for (place, rule) in RULES.iter().enumerate() {
            let id = rule.id();
            assert!(id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{id}");
            assert!(RULES[..place].iter().all(|other| other.id() != id), "{id} twice");
            assert!(!rule.title().is_empty() && !rule.title().ends_with('.'), "{id}: a title");
            assert!(rule.doc().ends_with('.') && !rule.doc().contains('\n'), "{id}: one sentence");
        }
    }
}
