//! Typed readings, one file per family, the same rows for every server.
//!
//! A reader takes the connection and returns `Result<Known<T>, ServerError>`: the outer error has taken the connection
//! with it; the inner [`Unavailable`](super::Unavailable) concerns this family alone and names its remedy. Each reader
//! is one statement unless it says otherwise.
//!
//! Deliberately absent: `SHOW ENGINE INNODB STATUS` and the `sys` schema. The first is prose that changes, the second
//! took minutes on a busy server.

pub mod binary_log;
pub mod counters;
pub mod disk;
pub mod index_use;
pub mod replication;
pub mod rights;
pub mod running;
pub mod sizes;
pub mod slow_log;
pub mod statements;
pub mod table_locks;
pub mod table_statistics;
pub mod tables;
pub mod threads;
pub mod transactions;
pub mod variables;

pub use binary_log::BinaryLog;
pub use counters::Counters;
pub use disk::DiskSpace;
pub use index_use::IndexUse;
pub use replication::Channel;
pub use rights::Rights;
pub use running::Running;
pub use sizes::TableSize;
pub use slow_log::{SlowLog, SlowStatement};
pub use statements::{DigestRow, SchemaTotal};
pub use table_locks::TableUser;
pub use table_statistics::TableStatistics;
pub use tables::{TableFacts, TableIndexes};
pub use threads::Thread;
pub use transactions::Transaction;
pub use variables::Variables;
