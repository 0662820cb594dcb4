//! Watching: one task per server reads it on a steady clock and publishes what it saw.
//!
//! Reading order: [`snapshot`] (what is published) · [`health`] · [`sampler`] (the task) · [`round`] (what is read when)
//! · [`claims`] (two addresses, one server) · [`logins`] (what each account has to be asked itself) · [`rate`], [`history`], [`slow`], [`growth`] (what is made of readings).
//!
//! Invariant: readers get the latest snapshot and never wait; a server that hangs delays its own task only.
//! Deliberately absent: any action on a server, and any storage. What is kept is kept in memory, bounded.

pub mod claims;
mod describe;
pub mod fleet;
pub mod growth;
pub mod health;
pub mod history;
pub mod inquiry;
pub mod interest;
mod logins;
mod notes;
pub mod rate;
mod round;
mod sampler;
pub mod slow;
pub mod slow_log;
pub mod snapshot;

pub use fleet::{Fleet, Picture};
pub use health::{Health, State};
pub use history::Ring;
pub use inquiry::{Answer, Inquiry, Section, Tongue};
pub use interest::Interest;
pub use snapshot::{Aged, DatabaseSnapshot, ServerSnapshot};
