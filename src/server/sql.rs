//! The one place where identifiers and literals are quoted.

/// An identifier in backticks, safe whatever it contains.
pub fn ident(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A string literal that means the same under every `sql_mode` and character set: plain text in quotes, anything
/// else by its bytes.
pub fn literal(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || " _-.,:/@%#$".contains(c);
    if text.chars().all(plain) {
        return format!("'{text}'");
    }
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("_utf8mb4 0x{hex}")
}

/// Literals for `IN (…)`; of none, `NULL`, which nothing equals.
pub fn list<T: AsRef<str>>(texts: &[T]) -> String {
    if texts.is_empty() {
        return "NULL".to_owned();
    }
    texts.iter().map(|text| literal(text.as_ref())).collect::<Vec<_>>().join(", ")
}
