//! What somebody is looking at: expensive readings are taken only while something shows them.

/// The readings that are wanted beyond counters, threads and transactions, which always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Interest {
    /// Sizes of tables.
    pub sizes: bool,
    /// Rows, engines and free space of tables.
    pub tables: bool,
    /// Statement digests, or the slow log.
    pub statements: bool,
}

impl Interest {
    /// Everything, as `status` and the checks want it.
    pub const ALL: Self = Self { sizes: true, tables: true, statements: true };
}
