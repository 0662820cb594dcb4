//! Migrations as they are run: on record, resumable at the very statement, one at a time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

#[path = "../common/mod.rs"]
mod common;

mod continuing;
mod faults;
mod hard;
mod several;
mod stage;
