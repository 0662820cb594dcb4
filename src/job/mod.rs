//! The one worker for every action: a queue, limits, locks, and the life of each job from its record to its end.
//!
//! Reading order: [`view`] (what is seen of a job) · [`runner`] (submit, cancel, pause) · [`turn`] (who waits for whom
//! in this process) · [`lock`] (and for which other process) · [`life`] (one job, from beginning to end).
//!
//! Invariants: nothing is done before it is recorded, and no end is announced before it is recorded. In read-only mode
//! the runner itself refuses, whoever asks. A job waits for its own servers only.
//! Deliberately absent: any knowledge of what an operation does.

mod life;
pub mod lock;
pub mod runner;
mod turn;
pub mod view;

pub use runner::{Access, Approval, Patience, Refusal, Request, Runner};
pub use view::JobView;
