//! From an empty server to a running installation, on a real server: what is made, what a second run does, what is found
//! to be wrong, and that a run that was killed anywhere is completed by the next one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

#[path = "../common/mod.rs"]
mod common;

mod empty;
mod flaws;
mod interrupted;
mod options;
mod stage;
