//! Every reader on a real server: what it shows, what it says when it cannot, and that the remedy it names is one.

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
