//! Kill, index check and maintenance on real servers, through the worker as everybody reaches them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/recorder.rs"]
mod recorder;

mod analyze;
mod index_check;
mod kill;
mod optimize;
mod plans;
mod stage;
