//! The two rows at the top: what this is and how it is, and the tabs.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::config::Environment;
use crate::job::Access;
use crate::sample::State;
use crate::text::width;
use crate::tui::model::Model;
use crate::tui::screen::SCREENS;
use crate::tui::theme::Role;
use crate::tui::widget::{state_words, write, write_right};
use crate::units::Span;

/// Draws both rows.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect) {
    let mut x = write(buffer, area.x + 1, area.y, area.width, "dbdeck", model.style(Role::Strong)) + 2;
    if let Some((mark, role)) = environment(model.environment) {
        x = write(buffer, x, area.y, area.right() - x, mark, model.style(role)) + 2;
    }
    if model.access == Access::ReadOnly {
        x = write(buffer, x, area.y, area.right() - x, "READ-ONLY", model.style(Role::Warn)) + 2;
    }
    let clock = model.now.wall.format("%H:%M:%S").to_string();
    let end = write_right(buffer, area, area.y, &clock, model.style(Role::Quiet));
    let room = end.saturating_sub(x + 2);
    let right = Rect { x, width: room, ..area };
    let (text, role) = summary(model, usize::from(room));
    write_right(buffer, right, area.y, &text, model.style(role));
    tabs(model, buffer, area);
}

fn environment(environment: Environment) -> Option<(&'static str, Role)> {
    match environment {
        Environment::Production => Some((" PRODUCTION ", Role::Production)),
        Environment::Staging => Some(("staging", Role::Warn)),
        Environment::Development => None,
    }
}

/// The servers in words: one by name, several by number and trouble.
fn summary(model: &Model, room: usize) -> (String, Role) {
    let servers: Vec<_> = model.picture.servers().collect();
    if let [server] = servers.as_slice() {
        let kind = server.kind().unwrap_or_else(|| "server".to_owned());
        let up = server.counters.as_ref().map(|counters| std::time::Duration::from_secs(counters.value.uptime));
        let up = up.map(|up| format!("  up {}", Span(up))).unwrap_or_default();
        let (rest, role) = match state_words(&server.state(model.now.instant)) {
            Some(words) => (format!("  {words}"), Role::Bad),
            None => (up, Role::Quiet),
        };
        let whole = format!("{kind} on {}{rest}", server.endpoint);
        let short = format!("{kind}{rest}");
        return (if width(&whole) <= room { whole } else { short }, role);
    }
    let live = servers.iter().filter(|server| server.state(model.now.instant) == State::Live).count();
    let role = if live == servers.len() { Role::Quiet } else { Role::Bad };
    (format!("{live} of {} servers live", servers.len()), role)
}

fn tabs(model: &Model, buffer: &mut Buffer, area: Rect) {
    for (place, start, label) in labels(area.width) {
        let role = if place == model.screen { Role::Selected } else { Role::Text };
        write(buffer, area.x + start, area.y + 1, area.width - start, &label, model.style(role));
    }
}

/// Place, column and text of every tab; only digits and initials where the names do not fit.
fn labels(room: u16) -> Vec<(usize, u16, String)> {
    let long: Vec<String> = SCREENS.iter().map(|screen| format!(" {} {} ", screen.key(), screen.title())).collect();
    let fits = long.iter().map(|label| width(label)).sum::<usize>() <= usize::from(room);
    let mut start = 0;
    let mut labels = Vec::new();
    for (place, label) in long.into_iter().enumerate() {
        let label = if fits { label } else { label.chars().take(6).collect() };
        labels.push((place, start, label.clone()));
        start += u16::try_from(width(&label)).unwrap_or(room);
    }
    labels.retain(|(_, start, _)| *start < room);
    labels
}

/// Which tab is at this column.
pub fn tab_at(model: &Model, column: u16) -> Option<usize> {
    let covers = |start: u16, label: &str| {
        (usize::from(start)..usize::from(start) + width(label)).contains(&usize::from(column))
    };
    labels(model.size.0).into_iter().find(|(_, start, label)| covers(*start, label)).map(|(place, ..)| place)
}
