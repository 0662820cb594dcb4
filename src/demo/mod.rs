//! `dbdeck demo`: a private server with lifelike data and load, and nothing else needed.

pub mod launcher;
