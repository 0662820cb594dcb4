//! The commands that look at migrations, on real servers: what they say of records that others have begun, and that they
//! leave everything as it was.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may")]

mod adopt;
#[path = "../common/mod.rs"]
mod common;
mod files;
mod stage;
mod status;
mod watch;
