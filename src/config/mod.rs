//! The configuration: what the operator wrote, checked as a whole before anything is done with it.
//!
//! Reading order: [`model`] (what the rest of the program sees), `load` (which file), `file` (its YAML as a tree with
//! places), `check` (from tree to model, all problems at once), `problem` (how they are told).
//!
//! Invariant: no message, warning or `Debug` output of this module shows a password, wherever in the file it stands.
//! [`mod@write`] puts what setup has found out into the file and keeps the rest of it.
//! Deliberately absent: reading the environment or the command line (that is `main`'s).

mod check;
mod file;
mod load;
pub mod migrations;
pub mod model;
mod problem;
pub mod retention;
pub mod span;
mod suggest;
mod syntax;
pub mod worker;
pub mod write;

pub use load::{Search, load};
pub use migrations::MigrationSettings;
pub use model::*;
pub use problem::{ConfigError, Position, Problem};
pub use retention::{Child, Policy};
pub use worker::{LedgerSettings, WhenDown, WorkerSettings};

#[cfg(test)]
mod tests;
