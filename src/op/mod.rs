//! What an operation is: everything in dbdeck that changes a server is one, and is reached through one mechanism.
//!
//! Reading order: [`meta`] (what is known of an operation before it is called) · [`plan`] (what it would do) ·
//! [`operation`] (the trait, and its entry in the table) · [`invocation`] (a command line, parsed against the table) ·
//! [`cx`] (what a running operation may use) · [`link`] (its connection) · [`record`] (what is kept of it) ·
//! [`error`] · `needs` (rights that are lacking) · `vigil` (a look at long statements).
//!
//! The table itself is [`crate::ops::OPS`] and is passed in: nothing here knows any operation by name.
//! Invariant: planning reads and never writes; the server itself is told to refuse writes on a planning connection.

pub mod cx;
pub mod error;
pub mod invocation;
pub mod link;
pub mod meta;
mod needs;
pub mod operation;
pub mod plan;
pub mod progress;
pub mod record;
mod vigil;

pub use cx::{Control, Intent, JobCx, PlanCx};
pub use error::OpError;
pub use invocation::{Invocation, Usage};
pub use link::{JobLink, Place};
pub use meta::{Conflicts, Meta, Risk, Scope};
pub use operation::{AnyOp, OpEntry, Operation};
pub use plan::{Digest, Plan, Step};
pub use progress::{Live, Progress, Unit};
