//! dbdeck: a terminal operations console for services that live in several databases.

pub mod config;
pub mod secret;

pub mod units;
