//! Text from data, made fit for a screen and for a log.
//!
//! Whatever a server sends (statements, names, messages) may hold invalid UTF-8, terminal escape sequences, or
//! characters that reorder or hide their neighbours. It passes through [`clean`] before anything else sees it. Columns
//! are those of a terminal: a Chinese character takes two, a combining mark none.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Stands for a character that must not reach a terminal.
const REPLACEMENT: char = '·';

/// One line of valid text without control characters: white space becomes a space, anything that could move the
/// cursor, reorder text or hide in it becomes `·`, invalid bytes become U+FFFD. An escape sequence is thereby shown,
/// not obeyed.
pub fn clean(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().map(harmless).collect()
}

/// As [`clean`], line breaks kept.
pub fn clean_lines(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.lines().map(|line| line.chars().map(harmless).collect()).collect::<Vec<String>>().join("\n")
}

/// As [`clean`], of a text that may be a megabyte: at most `limit` bytes are looked at, and an ellipsis says when there
/// were more.
pub fn clean_excerpt(bytes: &[u8], limit: usize) -> String {
    if bytes.len() <= limit {
        return clean(bytes);
    }
    let is_middle = |byte: &u8| byte & 0b1100_0000 == 0b1000_0000;
    let middle = bytes[..=limit].iter().rev().take(3).take_while(|byte| is_middle(byte)).count();
    let mut text = clean(&bytes[..limit.saturating_sub(middle)]);
    text.push('…');
    text
}

/// Terminal columns that a cleaned text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// The text in at most so many columns, with an ellipsis in the last one when something was left out; a wide character
/// is never split.
pub fn truncate(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let Some(room) = columns.checked_sub(1) else { return String::new() };
    let mut taken = 0;
    let fits = |c: &char| {
        taken += c.width().unwrap_or(0);
        taken <= room
    };
    let mut shown: String = text.chars().take_while(fits).collect();
    while shown.width() > room {
        shown.pop();
    }
    shown.push('…');
    shown
}

fn harmless(c: char) -> char {
    match c {
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        _ if c.is_control() || is_invisible(c) => REPLACEMENT,
        _ => c,
    }
}

/// Marks that reorder text, join or hide: zero-width space and joiners, direction marks, embeddings, overrides and
/// isolates, invisible operators, the byte-order mark, soft hyphen and tags. Variation selectors and combining marks stay.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Folded into lines of at most so many columns, at spaces where there are some.
pub fn fold(text: &str, columns: usize) -> Vec<String> {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_reaches_a_terminal_that_it_would_obey() {
        let check = |bytes: &[u8], expected: &str| assert_eq!(clean(bytes), expected, "{bytes:?}");
        check(b"SELECT 1", "SELECT 1");
        check("提示词 é".as_bytes(), "提示词 é");
        check(b"a\tb\r\nc", "a b  c");
        check(b"\x1b[31mred\x1b]0;title\x07", "·[31mred·]0;title·");
        check("\u{9b}31m\u{9d}0;x\u{9c}".as_bytes(), "·31m·0;x·");
        check(b"\x00\x7f\x08", "···");
        check(b"\xff\xc3a", "\u{fffd}\u{fffd}a");
        check("a\u{202e}b\u{2066}c\u{200d}d\u{feff}".as_bytes(), "a·b·c·d·");
        check("\u{2028}".as_bytes(), " ");
    }

    #[test]
    fn line_breaks_are_kept_where_asked_for() {
        assert_eq!(clean_lines(b"a\tb\r\nc\x1b\n\nd"), "a b\nc·\n\nd");
    }

    #[test]
    fn excerpts_end_between_characters() {
        let check = |text: &str, limit, expected: &str| assert_eq!(clean_excerpt(text.as_bytes(), limit), expected);
        check("abc", 3, "abc");
        check("abcd", 3, "abc…");
        check("a中b", 2, "a…");
        check("a中b", 3, "a…");
        check("a中b", 4, "a中…");
        assert_eq!(clean_excerpt(&[0x80; 9], 0), "…");
    }

    #[test]
    fn columns_are_those_of_a_terminal() {
        let check =
            |text, columns, expected: &str| assert_eq!(truncate(text, columns), expected, "{text} in {columns}");
        check("abc", 3, "abc");
        check("abcd", 3, "ab…");
        check("中文字", 6, "中文字");
        check("中文字", 5, "中文…");
        check("中文字", 4, "中…");
        check("中文字", 1, "…");
        check("中", 0, "");
        assert_eq!(width("中a"), 3);
    }

    proptest! {
        #[test]
        fn cleaned_text_has_no_control_characters(bytes in prop::collection::vec(any::<u8>(), 0..200), limit in 0_usize..99) {
            let harmless = |text: &str| !text.chars().any(|c| c.is_control() || is_invisible(c));
            prop_assert!(harmless(&clean(&bytes)));
            prop_assert!(harmless(&clean_excerpt(&bytes, limit)));
            prop_assert!(clean_lines(&bytes).lines().all(harmless));
        }

        #[test]
        fn cleaning_is_done_once(text in ".*") {
            let once = clean(text.as_bytes());
            prop_assert_eq!(clean(once.as_bytes()), once);
        }

        #[test]
        fn truncated_text_fits(text in ".*", columns in 0_usize..40) {
            prop_assert!(width(&truncate(&text, columns)) <= columns);
        }
    }
}
