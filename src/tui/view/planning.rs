//! What is being planned: which servers have answered, which are waited for.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::boxed;
use crate::tui::model::Model;
use crate::tui::order::{Planning, Sketch};
use crate::tui::theme::Role;
use crate::tui::widget::write;

/// Draws it.
pub fn draw(model: &Model, planning: &Planning, buffer: &mut Buffer, room: Rect) {
    let inner = boxed(model, buffer, room, planning.wanted.invocation.entry.meta.title, planning.sketches.len() + 2);
    for (y, sketch) in (inner.y..inner.bottom()).zip(&planning.sketches) {
        let (text, role) = line(sketch);
        write(buffer, inner.x + 1, y, inner.width.saturating_sub(2), &text, model.style(role));
    }
    if inner.height > 1 {
        let last = "planning: nothing is changed by that; Esc leaves";
        write(buffer, inner.x + 1, inner.bottom() - 1, inner.width.saturating_sub(2), last, model.style(Role::Quiet));
    }
}

fn line(sketch: &Sketch) -> (String, Role) {
    let about = sketch.about();
    match &sketch.plan {
        None => (format!("○ {about}: asking the server …"), Role::Text),
        Some(Ok(plan)) => (format!("✓ {about}: {}", plan.summary), Role::Good),
        Some(Err(reason)) => (format!("✗ {about}: {reason}"), Role::Bad),
    }
}
