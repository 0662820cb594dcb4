//! Cleanup on real servers: which rows go, which stay, and what is kept of those that go.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/recorder.rs"]
mod recorder;

mod archives;
mod partitions;
mod stage;
mod tables;
