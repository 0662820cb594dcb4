//! Text from data, made fit for a screen.

/// Valid text without control characters.
pub fn clean(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// As [`clean`], line breaks kept.
pub fn clean_lines(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.lines().map(|line| clean(line.as_bytes())).collect::<Vec<_>>().join("\n")
}
