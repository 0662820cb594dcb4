//! `dbdeck demo`: a private server with lifelike data and load, and nothing else needed.

pub mod databases;
pub mod history;
pub mod launcher;
pub mod random;
pub mod words;
