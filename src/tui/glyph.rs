//! The last pass over a frame on a terminal that has ASCII only: one table instead of two of everything.
//!
//! Views draw boxes, blocks and marks as if every terminal had them; what this table does not know (Chinese text in a
//! non-UTF-8 locale) becomes `?`, one for each column it took, so the layout stays whole.

use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr;

/// Which characters the terminal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charset {
    /// All of them.
    Unicode,
    /// ASCII.
    Ascii,
}

/// Replaces everything beyond ASCII.
pub fn to_ascii(buffer: &mut Buffer) {
    let width = buffer.area.width;
    let mut covered = 0;
    for (index, cell) in buffer.content.iter_mut().enumerate() {
        if index % usize::from(width.max(1)) == 0 {
            covered = 0;
        }
        if covered > 0 {
            covered -= 1;
            cell.set_symbol("?");
        } else if !cell.symbol().is_ascii() {
            covered = cell.symbol().width().saturating_sub(1);
            cell.set_symbol(ascii(cell.symbol()));
        }
    }
}

/// The nearest character of ASCII.
fn ascii(symbol: &str) -> &'static str {
    match symbol {
        "─" | "━" | "═" | "—" | "–" => "-",
        "│" | "┃" | "║" => "|",
        "╭" | "╮" | "╰" | "╯" | "┌" | "┐" | "└" | "┘" | "├" | "┤" | "┬" | "┴" | "┼" => "+",
        "▁" => "_",
        "▂" => ".",
        "▃" => ":",
        "▄" => "-",
        "▅" => "=",
        "▆" => "+",
        "▇" => "*",
        "█" => "#",
        "░" => ".",
        "●" | "•" => "*",
        "○" => "o",
        "▲" => "!",
        "▼" => "v",
        "✓" => "v",
        "✗" | "×" => "x",
        "·" => ".",
        "…" => "~",
        "↵" => "<",
        "↑" => "^",
        // Beside the heading of a sorted column, where a letter would read as part of the word.
        "↓" => "*",
        "→" | "▶" => ">",
        "←" => "<",
        "µ" => "u",
        "‖" => "=",
        "≥" => ">",
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn wide_text_keeps_its_columns() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 1));
        buffer.set_string(0, 0, "│生成▆ ok", Style::new());
        to_ascii(&mut buffer);
        let line: String = buffer.content.iter().map(|cell| cell.symbol().to_owned()).collect();
        assert_eq!(line, "|????+ ok ");
    }
}
