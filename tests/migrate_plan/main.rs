//! Plans of migrations on a real server: what it answers is what it then does, and planning changes nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may")]

#[path = "../common/mod.rs"]
mod common;
mod plans;
mod probes;
mod stage;
