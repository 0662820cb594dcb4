//! The configuration: what the operator wrote, checked as a whole before anything is done with it.
//!
//! Reading order: [`model`] (what the rest of the program sees).

pub mod model;

pub use model::*;
