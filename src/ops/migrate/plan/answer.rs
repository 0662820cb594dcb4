//! What a server says about a change of a table before it makes it.

use crate::server::script::shape::Shape;

/// The server's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It changes no table's definition: there is nothing to ask.
    NoQuestion,
    /// The table has no rows: whatever the server does, it is done in a moment.
    Empty,
    /// It takes the statement with this algorithm and lock.
    Takes(Way),
    /// It takes the statement, and lets nobody choose an algorithm; the author may have chosen one.
    Unchosen {
        /// Whether rows are copied from one file to another; `None` where this account may not see the files.
        moves: Option<bool>,
        /// Who waits, as far as the statement itself says it.
        written: Option<Waits>,
    },
    /// It refuses the statement on an empty table of the same definition.
    Refuses(String),
    /// It can be asked only right before the statement: why.
    Later(String),
    /// It cannot be asked: why.
    Unknown(String),
}

/// How a table is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// How.
    pub algorithm: Algorithm,
    /// The weakest lock that the server takes it with; `None` where none can be named.
    pub lock: Option<Lock>,
    /// Whether rows are copied from one file to another; `None` where this account may not see the files.
    pub moves: Option<bool>,
    /// Why not a gentler way, in the server's own words.
    pub why_not: Vec<String>,
}

/// `ALGORITHM=…`, the gentlest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the words of SQL")]
pub enum Algorithm {
    Instant,
    Inplace,
    Copy,
}

/// `LOCK=…`, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are the words of SQL")]
pub enum Lock {
    None,
    Shared,
    Exclusive,
}

/// Who waits while a table is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waits {
    /// Nobody, but for a moment at its beginning and its end.
    Nobody,
    /// Whoever writes.
    Writers,
    /// Everybody.
    Everybody,
}

/// The questions, in this order: the first that the server takes is the answer.
pub const WAYS: [(Algorithm, Option<Lock>); 7] = [
    (Algorithm::Instant, None),
    (Algorithm::Inplace, Some(Lock::None)),
    (Algorithm::Inplace, Some(Lock::Shared)),
    (Algorithm::Inplace, Some(Lock::Exclusive)),
    (Algorithm::Copy, Some(Lock::None)),
    (Algorithm::Copy, Some(Lock::Shared)),
    (Algorithm::Copy, Some(Lock::Exclusive)),
];

impl Answer {
    /// Who waits; `None` when that is not known.
    pub fn waits(&self) -> Option<Waits> {
        match self {
            Self::NoQuestion | Self::Empty => Some(Waits::Nobody),
            Self::Takes(way) => Some(way.waits()),
            Self::Unchosen { written: Some(waits), .. } => Some(*waits),
            // Measured: rows are moved between partitions behind a lock against writers.
            Self::Unchosen { moves, .. } => moves.map(|moves| if moves { Waits::Writers } else { Waits::Nobody }),
            Self::Refuses(_) | Self::Later(_) | Self::Unknown(_) => None,
        }
    }

    /// Whether rows are copied, and room for the copy is needed.
    pub fn moves_rows(&self) -> bool {
        match self {
            Self::Takes(Way { moves, .. }) | Self::Unchosen { moves, .. } => *moves == Some(true),
            _ => false,
        }
    }

    /// The statement with the answer in it, so that the server does that or nothing.
    pub fn pinned(&self, sql: &str, shape: &Shape) -> Option<String> {
        let (Self::Takes(way), Some(pin)) = (self, shape.pin) else { return None };
        Some(pin.put(sql, way.algorithm.word(), way.lock.map(Lock::word)))
    }

    /// In one line.
    pub fn words(&self) -> String {
        match self {
            Self::NoQuestion => "none".to_owned(),
            Self::Empty => "any: the table is empty".to_owned(),
            Self::Takes(way) => way.words(),
            Self::Unchosen { .. } => "the server lets nobody choose one here".to_owned(),
            Self::Refuses(reason) => format!("the server refuses it on an empty clone: {reason}"),
            Self::Later(reason) | Self::Unknown(reason) => reason.clone(),
        }
    }
}

impl Way {
    fn waits(&self) -> Waits {
        match self.lock {
            None | Some(Lock::None) => Waits::Nobody,
            Some(Lock::Shared) => Waits::Writers,
            Some(Lock::Exclusive) => Waits::Everybody,
        }
    }

    fn words(&self) -> String {
        let lock = self.lock.map_or_else(String::new, |lock| format!(", LOCK={}", lock.word()));
        format!("ALGORITHM={}{lock}", self.algorithm.word())
    }
}

impl Algorithm {
    /// As SQL names it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Instant => "INSTANT",
            Self::Inplace => "INPLACE",
            Self::Copy => "COPY",
        }
    }
}

impl Lock {
    /// As SQL names it.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Shared => "SHARED",
            Self::Exclusive => "EXCLUSIVE",
        }
    }
}

impl Waits {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Nobody => "reads and writes go on",
            Self::Writers => "writes wait, reads go on",
            Self::Everybody => "reads and writes wait",
        }
    }
}
