//! What needs attention, worst first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::advise::{Finding, Severity};
use crate::tui::model::Model;
use crate::tui::theme::Role;
use crate::tui::widget::{framed, write, write_right};
use crate::units::Span;

/// Frame included: as many lines as there are findings, a third of the screen at most.
pub fn height(model: &Model, room: u16) -> u16 {
    let lines = u16::try_from(model.findings().len()).unwrap_or(u16::MAX).max(1);
    lines.min((room / 3).max(4) - 2) + 2
}

/// Draws the strip.
pub fn draw(model: &Model, buffer: &mut Buffer, area: Rect) {
    let inner = framed(model, buffer, area, "Needs attention", false);
    let findings = model.findings();
    if findings.is_empty() {
        let (text, role) = if model.picture.is_complete() {
            ("✓ nothing", Role::Good)
        } else {
            ("reading the servers …", Role::Quiet)
        };
        write(buffer, inner.x + 1, inner.y, inner.width - 1, text, model.style(role));
    }
    let hidden = findings.len().saturating_sub(usize::from(inner.height));
    for (y, finding) in (inner.y..inner.bottom()).zip(findings) {
        line(model, finding, buffer, Rect { y, height: 1, ..inner });
    }
    if hidden > 0 {
        let more = format!(" {hidden} more on 8 Checks ");
        write_right(buffer, area, area.bottom() - 1, &more, model.style(Role::Key));
    }
}

fn line(model: &Model, finding: &Finding, buffer: &mut Buffer, row: Rect) {
    let (mark, role) = mark(finding.severity);
    let since = format!("since {}", Span(model.now.since(finding.since)));
    let end = write_right(buffer, row, row.y, &since, model.style(Role::Quiet));
    let x = write(buffer, row.x + 1, row.y, 1, mark, model.style(role)) + 1;
    let x = write(buffer, x, row.y, 24, &finding.subject.to_string(), model.style(Role::Strong)) + 1;
    write(buffer, x, row.y, end.saturating_sub(x + 1), &finding.text, model.style(Role::Text));
}

/// How bad it is, by a mark and a colour.
pub fn mark(severity: Severity) -> (&'static str, Role) {
    match severity {
        Severity::Critical => ("✗", Role::Bad),
        Severity::Warning => ("▲", Role::Warn),
        Severity::Notice => ("·", Role::Quiet),
    }
}
