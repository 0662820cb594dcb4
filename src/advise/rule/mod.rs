//! The rules, one file each; how to add one is told in [`super`].

use super::facts::Facts;
use super::signal::Signals;

mod crowd;

/// Declares the file of each rule and lists them all, so that a rule is one file and one line.
macro_rules! rules {
    ($($file:ident => $rule:ident,)*) => {
        $(pub mod $file;)*

        /// Every rule, in the order in which they are documented.
        pub const RULES: &[&dyn Rule] = &[$(&$file::$rule),*];
    };
}

rules! {
    server_down => ServerDown,
    pool => PoolUsed,
    max_connections => ServerFull,
    long_statement => LongStatement,
    long_transaction => LongTransaction,
    idle_transaction => IdleTransaction,
    slow_statements => SlowStatements,
    table_growth => TableGrowth,
    disk => DiskFull,
    replication => Replication,
    read_only => RefusesWrites,
    rights => ExcessRights,
    engine => NotTransactional,
    indexes => SuperfluousIndexes,
    primary_key => NoPrimaryKey,
    migrations_pending => MigrationsPending,
    migrations_unfinished => MigrationsUnfinished,
    migrations_conflict => MigrationsConflict,
    migration_files => MigrationFiles,
    blind => Blind,
    configuration => Configuration,
}

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
