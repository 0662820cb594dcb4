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
    let taken = u16::try_from(width(&text)).unwrap_or(room);
    buffer.set_style(Rect { x, y, width: taken, height: 1 }, Style::reset());
    buffer.set_string(x, y, &text, style);
    x + taken
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

/// Says in a frame's title which lines of how many are seen, when they do not all fit.
pub fn position(model: &Model, buffer: &mut Buffer, area: Rect, first: usize, length: usize) {
    let rows = usize::from(area.height.saturating_sub(2));
    if length > rows {
        let text = format!(" {}-{} of {length} ", first + 1, (first + rows).min(length));
        let border = Rect { width: area.width.saturating_sub(1), ..area };
        write_right(buffer, border, area.y, &text, model.style(Role::Quiet));
    }
}

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The newest values of a history as bars, scaled to the largest of those shown; a gap is a blank.
pub fn sparkline(history: &Ring, columns: usize) -> String {
    let values: Vec<Option<f32>> = history.iter().rev().take(columns).collect();
    let top = values.iter().flatten().copied().fold(0.0_f32, f32::max);
    values.iter().rev().map(|value| value.map_or(' ', |value| bar(value, top))).collect()
}

/// Values as bars over several rows, the highest row first, the present at the right edge; every row adds eight steps.
pub fn chart(values: &[Option<f32>], columns: usize, rows: usize) -> Vec<String> {
    let values = &values[values.len().saturating_sub(columns)..];
    let top = values.iter().flatten().copied().fold(0.0_f32, f32::max);
    let steps = |value: f32| if top > 0.0 { (value / top * (rows * 8) as f32).round() } else { 0.0 };
    let level = |value: Option<f32>, row: usize| match value {
        Some(value) => part(steps(value) - (row * 8) as f32, row == 0),
        None => ' ',
    };
    let line = |row| values.iter().map(|value| level(*value, row)).collect::<String>();
    (0..rows).rev().map(|row| format!("{:>columns$}", line(row))).collect()
}

/// The part of a bar in one row; on the ground a bar of nothing shows that something was read.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 1 to 8
fn part(steps: f32, ground: bool) -> char {
    match steps {
        steps if steps >= 1.0 => BARS[steps.min(8.0) as usize - 1],
        _ if ground => BARS[0],
        _ => ' ',
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 7
fn bar(value: f32, top: f32) -> char {
    let step = if top > 0.0 { (value / top * 7.0).round().clamp(0.0, 7.0) as usize } else { 0 };
    BARS[step]
}

/// Which servers' figures on this screen are old, in words; empty when none are.
pub fn stale_words(model: &Model) -> String {
    let old = model.shown().servers().filter_map(|server| {
        let words = state_words(&server.state(model.now.instant))?;
        Some(format!("{} {words}", server.endpoint))
    });
    old.collect::<Vec<_>>().join("  ")
}

/// What is wrong with a server in a word and a span; `None` when nothing is.
pub fn state_words(state: &State) -> Option<String> {
    match state {
        State::Live => None,
        State::Connecting => Some("connecting".to_owned()),
        State::Stale { age } => Some(format!("STALE {}", Span(*age))),
        State::Down { age, .. } => Some(format!("DOWN {}", Span(*age))),
    }
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

    #[test]
    fn a_chart_stacks_its_rows() {
        let ring = [Some(0.0), None, Some(50.0), Some(100.0)];
        assert_eq!(chart(&ring, 4, 2), ["   █", "▁ ██"]);
        assert_eq!(chart(&ring, 1, 1), ["█"]);
        assert_eq!(chart(&ring, 6, 1), ["  ▁ ▄█"]);
        assert_eq!(chart(&[], 3, 2), ["   ", "   "]);
    }
}
