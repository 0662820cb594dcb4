//! The command line: what may be said on it, and the commands that print and end.
//!
//! Reading order: [`args`] (the tree of commands) · [`mod@run`] (which front end) · [`exit`] (how it ends) · [`watch`] (one
//! look at all servers) · [`status`], [`doctor`], [`isolation`], [`jobs`], [`audit`], [`migrations`] · [`init`] (a new
//! installation) · [`operate`] (every operation) · [`console`] ·
//! [`surroundings`] and [`page`] (what the output may contain).
//!
//! Invariant: standard output holds the answer and nothing else; an error is one message on standard error, once.
//! Deliberately absent: reading arguments and environment, which is `main`'s.

pub mod args;
pub mod audit;
pub mod console;
pub mod demo;
pub mod doctor;
pub mod exit;
pub mod init;
pub mod isolation;
pub mod jobs;
mod json;
pub mod migrations;
pub mod operate;
pub mod page;
pub mod run;
mod setup;
pub mod status;
pub mod surroundings;
mod watch;
pub mod workbench;

pub use args::{Cli, Said};
pub use exit::{Exit, Failure};
pub use run::run;
pub use surroundings::Surroundings;
