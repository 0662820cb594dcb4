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

/// Columns a text takes.
pub fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// Shortened to so many columns.
pub fn truncate(text: &str, columns: usize) -> String {
    use unicode_width::UnicodeWidthChar;
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut taken = 0;
    for c in text.chars() {
        let wide = c.width().unwrap_or(0);
        if taken + wide + 1 > columns {
            break;
        }
        taken += wide;
        short.push(c);
    }
    if columns > 0 {
        short.push('…');
    }
    short
}

/// Folded into lines of at most so many columns, at spaces where there are some.
pub fn fold(text: &str, columns: usize) -> Vec<String> {
    use unicode_width::UnicodeWidthChar;
    let columns = columns.max(2);
    let mut lines = Vec::new();
    for line in text.lines() {
        let (mut current, mut taken, mut space) = (String::new(), 0, None);
        for c in line.chars() {
            let wide = c.width().unwrap_or(0);
            if taken + wide > columns {
                let rest = space.map(|at: usize| current.split_off(at)).unwrap_or_default();
                lines.push(std::mem::replace(&mut current, rest.trim_start().to_owned()));
                taken = width(&current);
                space = None;
            }
            if c == ' ' {
                space = Some(current.len());
            }
            current.push(c);
            taken += wide;
        }
        lines.push(current);
    }
    lines
}
