//! Everything that speaks to a database server, and the only importer of the protocol crate.
//!
//! Reading order: [`error`] (what can go wrong, as types) · [`conn`] (one budgeted connection) · [`dialect`] and
//! [`caps`] (which server it is and what it can do) · [`read`] (typed readings, the same for every server).
//!
//! Invariant: every wait on the network has a budget, and a connection that missed one is dropped, never reused.
//! Deliberately absent: a connection pool. Its release ping would hold permits for as long as a server is frozen.

pub mod caps;
pub mod conn;
pub mod dialect;
pub mod error;
pub mod local;
pub mod read;
pub mod row;
pub mod script;
pub mod sql;

pub use conn::{Budgets, Link, Login};
pub use error::{ServerError, Unavailable};
