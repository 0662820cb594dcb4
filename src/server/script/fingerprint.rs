//! What statements that differ only in their values have in common.
//!
//! Literals become `?`, lists of them behind `IN` and `VALUES` become `(?+)`, equal rows behind `VALUES` become one,
//! comments go and white space is laid out anew. Names keep their case, and key words are left as they are: telling
//! them from names would take a parser. A text that was cut off (the process list and the slow log do that) is taken
//! as far as it goes.

use super::Options;
use super::layout::{is_name, layout};
use super::scan::{self, Kind, Token};

/// The fingerprint of one statement: it holds no literal, and the fingerprint of a fingerprint is itself.
pub fn fingerprint(sql: &str) -> String {
    let mut parts = parts(sql);
    while parts.last() == Some(&";") {
        parts.pop();
    }
    layout(&fold(&parts))
}

const VALUE: &str = "?";
const VALUES: &str = "?+";

/// Operators of several signs, a longer one before its beginnings.
const OPERATORS: [&str; 12] = ["<=>", "->>", "<=", ">=", "<>", "!=", ":=", "||", "&&", "<<", ">>", "->"];

/// The tokens that matter, literals already replaced.
fn parts(sql: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = Vec::new();
    let mut before = None;
    let mut at = 0;
    while at < sql.len() {
        let token = match scan::next(sql, at, true, Options::default()) {
            Ok(token) => whole_mark(sql, token),
            Err((token, _)) => token,
        };
        at = token.end;
        let text = &sql[token.start..token.end];
        match token.kind {
            Kind::Space | Kind::Comment | Kind::OpenExecutable | Kind::CloseExecutable => continue,
            Kind::Mark if text.chars().any(char::is_control) => continue,
            Kind::Text | Kind::Number => push_value(&mut parts, is_introduced(sql, before, token)),
            _ if is_value(text, &parts) => push_value(&mut parts, false),
            Kind::Word | Kind::Quoted | Kind::Mark => parts.push(text),
        }
        before = Some(token);
    }
    parts
}

/// A mark with the marks that make one operator with it, and `?+)` with its plus.
fn whole_mark(sql: &str, token: Token) -> Token {
    if token.kind != Kind::Mark {
        return token;
    }
    let rest = &sql[token.start..];
    let operator = OPERATORS.iter().find(|operator| rest.starts_with(**operator));
    let length = if rest.starts_with("?+)") { Some(VALUES.len()) } else { operator.map(|operator| operator.len()) };
    Token { end: length.map_or(token.end, |length| token.start + length), ..token }
}

/// Whether a word or mark stands for a value: `?`, `\N`; `NULL`, `TRUE`, `FALSE` unless tested for; what begins with a
/// digit behind a dot that no name precedes.
fn is_value(text: &str, parts: &[&str]) -> bool {
    let is_mark = text == VALUE || text == "\\N";
    match parts {
        [before @ .., "."] if !before.last().is_some_and(|before| is_name(before)) => {
            is_mark || text.starts_with(|first: char| first.is_ascii_digit())
        }
        [.., tested_by] if is_one_of(tested_by, &["IS", "NOT"]) => is_mark,
        _ => is_mark || is_one_of(text, &["NULL", "TRUE", "FALSE"]),
    }
}

/// Whether the word before belongs to the literal: `x'41'`, `N'…'`, `_utf8mb4'…'`.
fn is_introduced(sql: &str, before: Option<Token>, token: Token) -> bool {
    let Some(word) = before.filter(|before| before.kind == Kind::Word) else { return false };
    let text = &sql[word.start..word.end];
    text.starts_with('_') || word.end == token.start && is_one_of(text, &["x", "b", "n"])
}

/// Adjacent strings are one literal, and a sign belongs to its number where there is nothing to subtract from.
fn push_value(parts: &mut Vec<&str>, introduced: bool) {
    if introduced {
        parts.pop();
    }
    while let [.., before, "-" | "+"] = parts[..] {
        if !matches!(before, "(" | "," | "=" | "<" | ">" | "-" | "+" | "*" | "/" | "%") && !OPERATORS.contains(&before)
        {
            break;
        }
        parts.pop();
    }
    if parts.last() != Some(&VALUE) {
        parts.push(VALUE);
    }
}

/// Collapses lists of values behind `IN` and `VALUES`, and rows that equal the row before.
fn fold<'a>(parts: &[&'a str]) -> Vec<&'a str> {
    let mut folded = Folded { parts: Vec::with_capacity(parts.len()), open: Vec::new(), row: None };
    for &part in parts {
        match part {
            "(" => folded.open.push(folded.parts.len()),
            ")" => {
                folded.close();
                continue;
            }
            _ => {}
        }
        folded.parts.push(part);
    }
    folded.parts
}

struct Folded<'a> {
    parts: Vec<&'a str>,
    /// Where the open parentheses are.
    open: Vec<usize>,
    /// Where the last finished row begins and ends.
    row: Option<(usize, usize)>,
}

impl Folded<'_> {
    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return self.parts.push(")") };
        let follows = self.row.filter(|&(_, end)| end + 1 == open && self.parts[end] == ",");
        let is_row = follows.is_some() || self.begins_rows(open);
        if is_row && is_list_of_values(&self.parts[open + 1..]) {
            self.parts.truncate(open + 1);
            self.parts.push(VALUES);
        }
        self.parts.push(")");
        match follows {
            Some((start, end)) if self.parts[start..end] == self.parts[open..] => self.parts.truncate(end),
            _ if is_row => self.row = Some((open, self.parts.len())),
            _ => {}
        }
    }

    /// Behind `VALUES` or `IN`, or the first row in `IN ((…), (…))`.
    fn begins_rows(&self, open: usize) -> bool {
        match self.parts[..open] {
            [.., list, "("] => is_one_of(list, &["IN"]),
            [.., list] => is_one_of(list, &["IN", "VALUES", "VALUE"]),
            [] => false,
        }
    }
}

fn is_list_of_values(parts: &[&str]) -> bool {
    !parts.is_empty() && parts.iter().all(|part| matches!(*part, VALUE | VALUES | ","))
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|other| word.eq_ignore_ascii_case(other))
}
