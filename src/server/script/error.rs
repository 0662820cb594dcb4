//! What can be wrong with a script, with the place where it began.

/// A script that cannot be split.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}")]
pub struct ScriptError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The place in bytes.
    pub offset: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A string without its second quote.
    #[error("the string that begins here is not closed")]
    UnclosedString,
    /// A quoted name without its second quote.
    #[error("the quoted name that begins here is not closed")]
    UnclosedName,
    /// `/*` without `*/`, executable or not.
    #[error("the comment that begins here is not closed with */")]
    UnclosedComment,
    /// A block of a stored program without its `END`.
    #[error("the block that begins here has no END")]
    UnclosedBody,
    /// The script ends before the delimiter it has set.
    #[error("the statement that begins here is not ended by the delimiter {0} that is in force")]
    UnclosedDelimiter(String),
    /// `DELIMITER` without a usable one behind it.
    #[error("DELIMITER needs one word without quotes and backslashes behind it, and nothing else on its line")]
    BadDelimiter,
    /// A `DELIMITER` line before the statement above it has ended.
    #[error("DELIMITER stands inside a statement; end the statement above with {0} first")]
    DelimiterInStatement(String),
    /// A command of the client program, which no server understands.
    #[error("{0} is a command of the client program, not SQL; take it out of the script")]
    ClientCommand(String),
}
