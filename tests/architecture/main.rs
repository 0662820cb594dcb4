//! The import rules and sizes that the crate documentation promises, checked on the source itself.
//!
//! Every rule is a function from sources to complaints. Each is tested twice: on the source tree, where it must find
//! nothing, and on a small violation, which it must find: a rule that cannot fail is worth nothing.
//! Tests (`#[cfg(test)] mod tests` and files below `tests/`) are exempt from the rules about imports and words.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

mod borders;
mod layers;
mod sizes;
mod source;

use source::Source;

/// One sentence with the place it speaks of.
type Complaints = Vec<String>;

/// The tree obeys the rule.
fn obeys(rule: impl Fn(&[Source]) -> Complaints) {
    let complaints = rule(&source::tree());
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// The rule finds nothing wrong with this file.
fn allows(rule: impl Fn(&[Source]) -> Complaints, path: &str, text: &str) {
    let complaints = rule(&[Source::new(path, text)]);
    assert!(complaints.is_empty(), "{path}: {text:?} should be allowed, but: {complaints:?}");
}

/// The rule complains once about this file, with these words.
fn refuses(rule: impl Fn(&[Source]) -> Complaints, path: &str, text: &str, words: &str) {
    let complaints = rule(&[Source::new(path, text)]);
    assert_eq!(complaints.len(), 1, "{path}: {text:?}: {complaints:?}");
    assert!(complaints[0].starts_with(path) && complaints[0].contains(words), "{complaints:?}");
}
