//! dbdeck: a terminal operations console for services that live in several databases.

pub mod advise;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod report;
pub mod sample;
pub mod secret;
pub mod server;
pub mod text;
pub mod tui;
pub mod units;
