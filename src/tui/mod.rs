//! The console: a pure core (`update` and `view`) inside one impure file.
//!
//! Reading order: [`msg`] (what comes in, what goes out) · [`model`] · [`update`] · [`keymap`] and [`commands`] · [`screen`] ·
//! [`list`] (what all lists share) · [`order`] (from a key to a job), [`form`], [`dialog`], [`editor`] · [`jobs`], [`migrations`], [`leave`] ·
//! [`view`] · [`widget`], [`sql`], [`theme`], [`glyph`] · [`runtime`]. The guide of a first setup ([`setup`]) is a small console of its own on the same terminal.
//!
//! Invariant: nothing here awaits a database. The runtime awaits its own channels; answers arrive as messages.

pub mod commands;
pub mod dialog;
pub mod editor;
pub mod form;
pub mod glyph;
pub mod jobs;
pub mod keymap;
pub mod leave;
pub mod list;
pub mod migrations;
pub mod model;
pub mod msg;
pub mod order;
pub mod runtime;
pub mod screen;
pub mod setup;
pub mod sql;
pub mod terminal;
pub mod theme;
pub mod update;
pub mod view;
pub mod widget;

#[cfg(test)]
mod tests;

pub use runtime::{Workbench, run};
