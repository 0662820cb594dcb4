//! Tokens back to text, always with the same spaces, so that two ways of writing a statement look alike.

/// Key words that are followed by a space before a parenthesis; anything else there is taken for a function.
const BEFORE_PARENTHESIS: [&str; 26] = [
    "ALL", "AND", "ANY", "AS", "BETWEEN", "BY", "CASE", "ELSE", "EXISTS", "FROM", "HAVING", "IN", "JOIN", "LIKE",
    "NOT", "ON", "OR", "OVER", "SELECT", "SET", "THEN", "UNION", "USING", "VALUES", "WHEN", "WHERE",
];

/// One line of text.
pub(super) fn layout(parts: &[&str]) -> String {
    let mut text = String::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    for (index, part) in parts.iter().enumerate() {
        if index > 0 && needs_space(parts[index - 1], part) {
            text.push(' ');
        }
        text.push_str(part);
    }
    text
}

fn needs_space(before: &str, part: &str) -> bool {
    match (before, part) {
        ("(" | "." | "@", _) | (_, "," | ")" | ";" | ".") => false,
        (_, "(") => !is_name(before) || BEFORE_PARENTHESIS.iter().any(|word| before.eq_ignore_ascii_case(word)),
        _ => true,
    }
}

/// Whether a part is a name or a key word.
pub(super) fn is_name(part: &str) -> bool {
    part.bytes().next().is_some_and(|byte| byte == b'`' || super::scan::is_word(byte))
}
