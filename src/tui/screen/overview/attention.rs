//! What needs attention, worst first.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::advise::{Finding, Severity};
use crate::text::width;
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
    let (shown, hidden) = findings.split_at(findings.len().min(usize::from(inner.height)));
    let subject = shown.iter().map(|finding| width(&finding.subject.to_string())).max().unwrap_or(0).min(SUBJECT);
    for (y, finding) in (inner.y..inner.bottom()).zip(shown) {
        line(model, finding, subject, buffer, Rect { y, height: 1, ..inner });
    }
    let more = match (shown, hidden.len()) {
        ([], _) => return,
        (_, 0) => " 8 tells what to do ".to_owned(),
        (_, hidden) => format!(" {hidden} more: 8 tells all, and what to do "),
    };
    let border = Rect { width: area.width.saturating_sub(1), ..area };
    write_right(buffer, border, area.bottom() - 1, &more, model.style(Role::Quiet));
}

/// The most columns that are given to what a line is about.
const SUBJECT: usize = 24;

fn line(model: &Model, finding: &Finding, subject: usize, buffer: &mut Buffer, row: Rect) {
    let (mark, role) = mark(finding.severity);
    let since = format!("for {}", Span(model.now.since(finding.since)));
    let end = write_right(buffer, row, row.y, &since, model.style(Role::Quiet));
    let x = write(buffer, row.x + 1, row.y, 1, mark, model.style(role)) + 1;
    let subject = u16::try_from(subject).unwrap_or(0);
    write(buffer, x, row.y, subject, &finding.subject.to_string(), model.style(Role::Strong));
    let x = x + subject + 2;
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
