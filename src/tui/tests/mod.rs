//! The console without a terminal and without a server: screens as text, keys as messages, time standing still.
//!
//! [`service`] is a hand-built server with the service's three databases, [`scene`] a console that looks at it. Every
//! snapshot below `snapshots/` was read by eye before it was accepted.

mod actions;
mod editor;
mod endings;
mod keys;
mod layout;
mod migrations;
mod operations;
mod overlays;
mod questions;
mod scene;
mod screens;
mod service;
mod setup;
mod states;
mod strip;
mod styles;
mod survival;
