//! The few things that are drawn everywhere: a text in its room, a frame, a sparkline.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Block, BorderType, Widget};

use super::model::Model;
use super::theme::Role;
use crate::sample::{Ring, State};
use crate::text::{truncate, width};
use crate::units::Span;

/// Writes a text into the given columns, shortened with an ellipsis if need be; returns the column behind it.
pub fn write(buffer: &mut Buffer, x: u16, y: u16, room: u16, text: &str, style: Style) -> u16 {
    if x >= buffer.area.right() || y >= buffer.area.bottom() {
        return x;
    }
    let text = truncate(text, usize::from(room.min(buffer.area.right() - x)));
    buffer.set_string(x, y, &text, style);
    x + u16::try_from(width(&text)).unwrap_or(room)
}

/// Writes a text so that it ends one column before the right edge; returns the column it begins at.
pub fn write_right(buffer: &mut Buffer, area: Rect, y: u16, text: &str, style: Style) -> u16 {
    let room = area.width.saturating_sub(2);
    let text = truncate(text, usize::from(room));
    let x = area.right().saturating_sub(1 + u16::try_from(width(&text)).unwrap_or(room));
    write(buffer, x, y, room, &text, style);
    x
}

/// Draws a frame with a title and returns the room inside it.
pub fn framed(model: &Model, buffer: &mut Buffer, area: Rect, title: &str, strong: bool) -> Rect {
    let border = if strong { Role::Strong } else { Role::Quiet };
    let block = Block::bordered().border_type(BorderType::Rounded).border_style(model.style(border));
    let inner = block.inner(area);
    block.render(area, buffer);
    let title = format!(" {title} ");
    write(buffer, area.x + 1, area.y, area.width.saturating_sub(2), &title, model.style(Role::Strong));
    Rect { x: inner.x, width: inner.width, ..inner }
}

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The newest values of a history as bars, scaled to the largest of those shown; a gap is a blank.
pub fn sparkline(history: &Ring, columns: usize) -> String {
    let values: Vec<Option<f32>> = history.iter().rev().take(columns).collect();
    let top = values.iter().flatten().copied().fold(0.0_f32, f32::max);
    values.iter().rev().map(|value| value.map_or(' ', |value| bar(value, top))).collect()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 7
fn bar(value: f32, top: f32) -> char {
    let step = if top > 0.0 { (value / top * 7.0).round().clamp(0.0, 7.0) as usize } else { 0 };
    BARS[step]
}

/// Which servers' figures on this screen are old, in words; empty when none are.
pub fn stale_words(model: &Model) -> String {
    let old = model.shown().servers().filter_map(|server| match server.state(model.now.instant) {
        State::Live => None,
        State::Connecting => Some(format!("{} connecting", server.endpoint)),
        State::Stale { age } => Some(format!("{} STALE {}", server.endpoint, Span(age))),
        State::Down { age, .. } => Some(format!("{} DOWN {}", server.endpoint, Span(age))),
    });
    old.collect::<Vec<_>>().join("  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sparkline_is_scaled_to_its_largest_value() {
        let mut ring = Ring::default();
        for value in [Some(0.0), None, Some(50.0), Some(100.0)] {
            ring.push(value);
        }
        assert_eq!(sparkline(&ring, 10), "▁ ▅█");
        assert_eq!(sparkline(&ring, 2), "▅█", "the newest");
        assert_eq!(sparkline(&Ring::default(), 5), "");
    }
}
