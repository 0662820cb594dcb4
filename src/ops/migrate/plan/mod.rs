//! What would be done, in which order, and what has to be known about it.

mod answer;
mod clone;
mod probe;

pub use answer::{Algorithm, Answer, Lock, WAYS, Waits, Way};
pub use probe::{Inquiry, ask};
