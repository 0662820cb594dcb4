//! Migrations: the files, the record of what was done of them in each database, and how the two compare.
//!
//! Reading order: [`name`] (what a file is called) · [`header`] (what its first comments say) · [`checksum`] · [`file`](mod@file) ·
//! [`catalogue`] (the directory, with everything that is wrong in it) · [`tables`] (the record's tables) · [`history`]
//! (what is in them) · [`image`] (what an object is at one instant) · [`doubt`] (what became of a statement) · [`standing`] (file
//! by file: applied, pending, failed, interrupted, edited, missing) · [`interruption`] (what the server says of those that
//! were begun) · [`shelf`] and [`records`] (the same for whoever looks again and again) · [`baseline`] and
//! [`foreign`] (adopting a database) · [`create`] (new files) · [`shipped`] (the service's own).
//!
//! Everything here looks and nothing writes to a server: applying is the operation `ops::migrate`. Deliberately absent: an
//! understanding of SQL beyond `server::script`, and versions that are numbers: a file's name is its version.

pub mod baseline;
pub mod catalogue;
pub mod checksum;
pub mod create;
pub mod doubt;
pub mod file;
pub mod foreign;
pub mod header;
pub mod history;
pub mod image;
pub mod interruption;
pub mod name;
pub mod records;
pub mod shelf;
pub mod shipped;
pub mod standing;
pub mod tables;

pub use catalogue::{Catalogue, Problem};
pub use checksum::Checksums;
pub use create::{CreateError, Draft};
pub use file::MigrationFile;
pub use header::{After, Allow, Header};
pub use history::{History, HistoryRow, HistoryState, StepRow, StepState};
pub use interruption::{Fate, Interruption};
pub use name::MigrationName;
pub use records::{Record, Records};
pub use shelf::Shelf;
pub use standing::{Counts, Entry, Standing, Standings, compare};
