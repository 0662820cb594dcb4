//! The proof that accounts are kept apart: each logs in and tries, without touching data, what it should and should not.

pub mod matrix;

pub use matrix::{Answer, Cell, Flaw, Matrix, Proven, Verb};
