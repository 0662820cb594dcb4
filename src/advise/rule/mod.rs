//! The rules, one file each; how to add one is told in [`super`].

use super::facts::Facts;
use super::signal::Signals;

pub mod blind;
pub mod configuration;
mod crowd;
pub mod disk;
pub mod engine;
pub mod idle_transaction;
pub mod indexes;
pub mod long_statement;
pub mod long_transaction;
pub mod max_connections;
pub mod pool;
pub mod primary_key;
pub mod replication;
pub mod rights;
pub mod server_down;
pub mod slow_statements;
pub mod table_growth;

/// One reason to look at a server, a database, a table or a connection.
pub trait Rule: Sync {
    /// Its name in `--json` and in the documentation: small letters and hyphens.
    fn id(&self) -> &'static str;

    /// What it is about, in a few words.
    fn title(&self) -> &'static str;

    /// When it speaks, in one sentence.
    fn doc(&self) -> &'static str;

    /// Says what it finds. A figure near its limit is reported too: the board needs it to let a line go.
    fn check(&self, facts: &Facts<'_>, out: &mut Signals);
}
