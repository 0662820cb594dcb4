//! Every reader on a real server: what it shows, what it says when it cannot, and that the remedy it names is one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

mod common;

#[path = "live_read/catalogue.rs"]
mod catalogue;
#[path = "live_read/faults.rs"]
mod faults;
#[path = "live_read/logs.rs"]
mod logs;
#[path = "live_read/remedies.rs"]
mod remedies;
#[path = "live_read/running.rs"]
mod running;
