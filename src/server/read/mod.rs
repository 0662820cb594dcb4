//! Typed readings, one file per family, the same rows for every server.
//!
//! A reader takes the connection and returns `Result<Known<T>, ServerError>`: the outer error has taken the connection
//! with it; the inner [`Unavailable`](super::Unavailable) concerns this family alone and names its remedy. Each reader
//! is one statement unless it says otherwise.
//!
//! Deliberately absent: `SHOW ENGINE INNODB STATUS` and the `sys` schema. The first is prose that changes, the second
//! took minutes on a busy server.

pub mod counters;
pub mod sizes;
pub mod statements;
pub mod tables;
pub mod threads;
pub mod transactions;

pub use counters::Counters;
pub use sizes::TableSize;
pub use statements::{DigestRow, SchemaTotal};
pub use tables::TableFacts;
pub use threads::Thread;
pub use transactions::Transaction;
