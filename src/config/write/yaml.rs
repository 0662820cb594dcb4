//! How values are spelled in YAML: as they are where nothing can be misread, else in double quotes.

use crate::config::file::{Node, Value};

/// A value to be written.
pub struct Scalar {
    text: String,
    quoted: bool,
}

impl Scalar {
    /// A text, in quotes where it needs them.
    pub fn text(text: &str) -> Self {
        Self { text: text.to_owned(), quoted: !is_plain(text) }
    }

    /// A text in quotes in any case, as people write passwords.
    pub fn quoted(text: &str) -> Self {
        Self { text: text.to_owned(), quoted: true }
    }

    /// A number.
    pub fn number(number: impl Into<u64>) -> Self {
        Self { text: number.into().to_string(), quoted: false }
    }

    /// Whether a value of the file says the same.
    pub fn is_in(&self, node: &Node) -> bool {
        match &node.value {
            Value::Text(text) | Value::Number(text) | Value::Flag(_, text) => *text == self.text,
            Value::Nothing | Value::List | Value::Map(_) => false,
        }
    }

    /// As it is written.
    pub fn spelled(&self) -> String {
        if self.quoted { in_quotes(&self.text) } else { self.text.clone() }
    }
}

fn is_plain(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
    let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    begins && text.chars().all(fits) && !words.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// On one line whatever it contains.
fn in_quotes(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            c if c.is_control() || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}') => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
