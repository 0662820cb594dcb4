//! The proof: for each account and database, what it may do, letter by letter, and whether that is right.

use super::words;
use crate::setup::proof::{Answer, Cell, Flaw, Matrix, Proven, Verb};
use crate::text::width;
use crate::tui::setup::Guide;
use crate::tui::theme::Role;
use crate::tui::view::reader::Line;

/// The lines.
pub fn lines(guide: &Guide, columns: usize) -> Vec<Line> {
    match guide.flow.matrix() {
        _ if guide.flow.working().is_some() => words("Logging in as each account …", Role::Text, columns),
        None => Vec::new(),
        Some(matrix) => of_matrix(matrix, columns),
    }
}

fn of_matrix(matrix: &Matrix, columns: usize) -> Vec<Line> {
    let mut lines = match matrix.is_right() {
        _ if matrix.accounts.is_empty() && matrix.unreachable.is_empty() => {
            words("There are no accounts to prove.", Role::Text, columns)
        }
        true => words("✓ Every account may do what it should, and nothing else.", Role::Good, columns),
        false => words("✗ Not everything is as it should be; the reasons stand below.", Role::Bad, columns),
    };
    lines.push(Line::new());
    let user = matrix.accounts.iter().map(|proven| width(&proven.user)).max().unwrap_or(0);
    lines.extend(matrix.accounts.iter().flat_map(|proven| of_account(proven, user)));
    if !matrix.accounts.is_empty() {
        lines.push(Line::new());
        lines.extend(words(&legend(), Role::Quiet, columns));
    }
    for (server, reason) in &matrix.unreachable {
        lines.extend(words(&format!("✗ {server}: {reason}"), Role::Bad, columns));
    }
    lines.extend(matrix.flaws.iter().flat_map(|flaw| of_flaw(flaw, columns)));
    lines
}

/// A line for each database; the account's name at the first.
fn of_account(proven: &Proven, user: usize) -> Vec<Line> {
    let name = |text: &str| (format!("{text:<user$}  "), Role::Strong);
    if proven.login.is_err() {
        // The reason is among the flaws.
        return vec![vec![name(&proven.user), ("✗ cannot log in".to_owned(), Role::Bad)]];
    }
    let database = proven.databases.iter().map(|(name, _)| width(&name.0)).max().unwrap_or(0);
    let line = |(place, (target, cells)): (usize, &(_, Vec<Cell>))| {
        let target: &crate::units::DatabaseName = target;
        let mut line = vec![name(if place == 0 { &proven.user } else { "" })];
        line.push((format!("{:<database$}  ", target.0), Role::Text));
        line.extend(cells.iter().map(of_cell));
        let is_right = cells.iter().all(Cell::is_right);
        line.push(if is_right { ("  ✓".to_owned(), Role::Good) } else { ("  ✗".to_owned(), Role::Bad) });
        line
    };
    proven.databases.iter().enumerate().map(line).collect()
}

fn of_cell(cell: &Cell) -> (String, Role) {
    let letter = match cell.answer {
        Answer::Allowed => cell.verb.letter(),
        Answer::Denied => '·',
        Answer::Unknown(_) => '?',
    };
    let role = match (cell.is_right(), &cell.answer) {
        (false, _) => Role::Bad,
        (true, Answer::Allowed) => Role::Good,
        (true, _) => Role::Quiet,
    };
    (letter.to_string(), role)
}

fn legend() -> String {
    let verbs = Verb::ALL.map(|verb| format!("{} {}", verb.letter(), verb.word()));
    format!("· refused, ? not known, {}", verbs.join(", "))
}

fn of_flaw(flaw: &Flaw, columns: usize) -> Vec<Line> {
    let mut lines = vec![Line::new()];
    lines.extend(words(&format!("▲ {}: {}", flaw.subject, flaw.text), Role::Warn, columns));
    if !flaw.remedy.is_empty() {
        lines.extend(super::indented(&flaw.remedy, Role::Text, columns, 2));
    }
    lines
}
