//! Why a file is not YAML, in words for somebody who does not know YAML's grammar, and at a place that helps.
//!
//! The parser's own messages are not used: they speak of flow mappings and simple keys, and may quote the file.

use serde_saphyr::Error;
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::granit_parser::ErrorKind;
use serde_saphyr::localizer::ExternalMessageSource;

use super::file::position;
use super::problem::Position;

/// One fault of syntax: the parser does not get past the first.
pub(super) struct SyntaxError {
    /// Where it shows.
    pub at: Position,
    /// What is wrong and what to do.
    pub sentence: &'static str,
}

/// Says in plain words what the parser met in `text`.
pub(super) fn explain(error: &Error, text: &str) -> SyntaxError {
    let at = error.location().map_or(Position { line: 1, column: 1 }, position);
    let sentence = match error {
        Error::ExternalMessage { source, .. } => match source.as_ref() {
            ExternalMessageSource::Parser(fault) => return of_grammar(fault.kind(), at, text),
            _ => NOT_YAML,
        },
        error => of_structure(error),
    };
    SyntaxError { at, sentence }
}

const NOT_YAML: &str = "this is not valid YAML; check indentation, quotes and brackets here and in the line before";
const TAB: &str = "a tab is used for indentation, which YAML forbids; use spaces";
const MISALIGNED: &str =
    "this line does not line up with the lines above it; the keys of one block begin in the same column";
const STRAY_COLON: &str = "a `:` is not expected here; either this line is indented too far, or a key above lacks \
     the space after its `:`, or a value that contains `: ` is not in quotes";
const QUOTE_FIRST: &str = "a value cannot begin with this character; put the value in quotes";

fn of_grammar(kind: &ErrorKind, at: Position, text: &str) -> SyntaxError {
    let sentence = grammar_sentence(kind);
    let may_be_tab = matches!(sentence, TAB | MISALIGNED | STRAY_COLON | NOT_YAML);
    match tab_in_indentation(text, at.line) {
        Some(at) if may_be_tab => SyntaxError { at, sentence: TAB },
        _ => SyntaxError { at, sentence },
    }
}

fn grammar_sentence(kind: &ErrorKind) -> &'static str {
    use ErrorKind as Kind;
    match kind {
        Kind::TabNotAllowed
        | Kind::TabInBlockIndentation
        | Kind::TabInIndentation
        | Kind::TabAtBlockScalarStart
        | Kind::TabInPlainScalar => TAB,
        Kind::UnclosedQuotedScalar => "the quote that opens here is never closed; add the closing quote",
        Kind::InvalidTrailingSingleQuotedScalar | Kind::InvalidTrailingDoubleQuotedScalar => {
            "there is text after the closing quote; either a quote above is not closed, or a quote inside the value \
             must be written differently (`''` inside '…', `\\\"` inside \"…\")"
        }
        Kind::UnknownQuotedScalarEscape | Kind::InvalidQuotedScalarHexEscape | Kind::InvalidUnicodeEscape => {
            "a backslash in this \"…\" text begins an escape that does not exist; write `\\\\` or use '…' quotes"
        }
        Kind::InvalidQuotedScalarIndent | Kind::DocumentIndicatorInQuotedScalar => {
            "a quoted text runs into this line; the quote above is probably not closed"
        }
        Kind::UnexpectedCharacter { .. }
        | Kind::PlainScalarStartsWithDashFlowIndicator
        | Kind::UndeclaredTagHandle
        | Kind::MissingTagUri
        | Kind::MissingAnchorOrAliasName => QUOTE_FIRST,
        Kind::MappingValueNotAllowed
        | Kind::MappingKeyNotAllowed
        | Kind::InvalidColonPlacement
        | Kind::InvalidMappingValueWhitespace => STRAY_COLON,
        Kind::ExpectedBlockMappingKey | Kind::InvalidIndentation | Kind::ExpectedBlockSequenceEntry => MISALIGNED,
        Kind::SimpleKeyExpected | Kind::InvalidSimpleKey => "this line has no `: ` between a key and a value; add it",
        Kind::UnclosedFlowCollection { .. }
        | Kind::UnexpectedEofFlowMapping
        | Kind::UnexpectedEofFlowSequence
        | Kind::UnexpectedEofImplicitFlowMapping => "the bracket that opens here is never closed; close it",
        Kind::MisplacedFlowCollectionEnd | Kind::MismatchedFlowCollectionEnd { .. } => {
            "the brackets do not match; every `{` needs its `}` and every `[` its `]`"
        }
        Kind::ExpectedFlowMappingSeparator | Kind::ExpectedFlowSequenceSeparator => {
            "a `,` or the closing bracket is missing here"
        }
        _ => NOT_YAML,
    }
}

fn of_structure(error: &Error) -> &'static str {
    match error {
        Error::UnknownAnchor { .. } => {
            "a value that begins with `*` refers to an anchor (`&name`), and there is none of that name above; put the \
             value in quotes if it is meant as text"
        }
        Error::RecursiveReferencesRequireWeakTypes { .. } => "this anchor contains itself; remove the reference to it",
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. } => {
            "the references (`*name`) in this file multiply beyond any configuration's size; write the values out"
        }
        Error::AliasError { error, .. } => of_structure(error),
        Error::MultipleDocuments { .. } | Error::Budget { breach: BudgetBreach::Documents { .. }, .. } => {
            "a second document (`---`) begins here; keep everything in the first"
        }
        Error::Budget { .. } => "the file is nested too deep or too large for a configuration",
        Error::MergeValueNotMapOrSeqOfMaps { .. } => "`<<:` merges a block of keys, and this is none; use `<<: *name`",
        Error::InvalidScalar { .. } | Error::TaggedScalarCannotDeserializeIntoString { .. } => {
            "this value is not of the type that the `!!` before it promises; remove the `!!` word"
        }
        _ => NOT_YAML,
    }
}

/// The first tab in the indentation of `line` or of the last line before it that says something.
fn tab_in_indentation(text: &str, line: u64) -> Option<Position> {
    let lines = (1_u64..).zip(text.lines()).take_while(|(number, _)| *number <= line);
    let near: Vec<_> = lines.filter(|(number, line_text)| *number == line || !line_text.trim().is_empty()).collect();
    near.iter().rev().take(2).rev().find_map(|(number, line_text)| {
        let indentation = line_text.chars().take_while(|letter| letter.is_whitespace());
        let column = (1_u64..).zip(indentation).find(|(_, letter)| *letter == '\t')?.0;
        Some(Position { line: *number, column })
    })
}
