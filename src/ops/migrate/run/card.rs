//! What is shown when a statement fails: where, what the server says, what is done already, and what can be done next.

use std::path::Path;

use crate::text::clean;

/// A statement that failed.
pub struct Card<'a> {
    /// The database.
    pub database: &'a str,
    /// The migration.
    pub name: &'a str,
    /// The file.
    pub path: &'a Path,
    /// The statement's place in it, and how many there are.
    pub step: (u64, usize),
    /// Its line and column.
    pub at: (usize, usize),
    /// Its text.
    pub statement: &'a str,
    /// What the server said, or what else happened.
    pub reason: &'a str,
    /// Whether what the statement did before it failed may stay.
    pub partly: bool,
    /// Statements of the file that took effect, with their lines.
    pub done: &'a [(u64, u64)],
}

/// Lines of a statement that are shown.
const LINES: usize = 7;

impl Card<'_> {
    /// All of it, line by line.
    pub fn text(&self) -> String {
        let Self { database, name, step: (step, of), .. } = self;
        let (line, column) = self.place();
        let mut lines = vec![
            format!("{database}: {name} failed in statement {step} of {of}"),
            format!("  {}:{line}:{column}", self.path.display()),
        ];
        lines.extend(self.excerpt(line, column));
        lines.push(format!("  {}", self.reason));
        lines.push(format!("  {}", self.kept()));
        if self.partly {
            lines.push("  what the statement itself did before it failed may have stayed: look at it".to_owned());
        }
        lines.push(format!("  next: mend the file and run `dbdeck migrate` again; it goes on with statement {step}"));
        lines.push(format!(
            "    or, when you have done by hand what the statement does: `dbdeck migrate --database {database} --settle \
             {name}:{step}=done`"
        ));
        lines.join("\n")
    }

    /// Where the server found the mistake, else where the statement begins.
    fn place(&self) -> (usize, usize) {
        let (line, column) = self.at;
        let Some((near, below)) = near(self.reason) else { return (line, column) };
        let text = self.statement.lines().nth(below).unwrap_or_default();
        let first = near.lines().next().unwrap_or_default();
        match text.find(first).filter(|_| !first.is_empty()) {
            Some(at) => {
                let before = text[..at].chars().count() + 1;
                (line + below, if below == 0 { column + before - 1 } else { before })
            }
            None => (line + below, if below == 0 { column } else { 1 }),
        }
    }

    /// The statement's lines around a place, and a mark below that.
    fn excerpt(&self, line: usize, column: usize) -> Vec<String> {
        let (first, indent) = self.at;
        let texts: Vec<&str> = self.statement.lines().collect();
        let below = line - first;
        let begin = (below + 1).saturating_sub(LINES);
        let mut lines = Vec::new();
        for (index, text) in texts.iter().enumerate().skip(begin).take(LINES) {
            let margin = if index == 0 { " ".repeat(indent - 1) } else { String::new() };
            let number = first + index;
            lines.push(format!("  {number:>5} │ {margin}{}", clean(text.as_bytes())));
            if index == below {
                lines.push(format!("        │ {}^", " ".repeat(column - 1)));
            }
        }
        lines
    }

    fn kept(&self) -> String {
        match self.done {
            [] => "nothing of the file took effect".to_owned(),
            [(step, line)] => format!("statement {step} (line {line}) took effect and stays"),
            [(first, line), .., (last, end)] => {
                format!(
                    "{} statements from {first} (line {line}) to {last} (line {end}) took effect and stay",
                    self.done.len()
                )
            }
        }
    }
}

/// What a server quotes from where it stopped to understand, and how many lines below the first that is.
fn near(reason: &str) -> Option<(&str, usize)> {
    let (_, quoted) = reason.split_once(" near '")?;
    let (near, place) = quoted.rsplit_once("' at line ")?;
    let digits: String = place.chars().take_while(char::is_ascii_digit).collect();
    Some((near, digits.parse::<usize>().ok()?.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_points_at_the_mistake_and_says_what_can_be_done() {
        let card = Card {
            database: "client",
            name: "2025_01_01_x",
            path: Path::new("migrations/2025_01_01_x.sql"),
            step: (2, 3),
            at: (5, 3),
            statement: "ALTER TABLE t\n  ADD a VARCHRA(5)",
            reason: "error 1064: You have an error in your SQL syntax; … to use near 'VARCHRA(5)' at line 2",
            partly: false,
            done: &[(1, 3)],
        };
        insta::assert_snapshot!(card.text(), @r"
        client: 2025_01_01_x failed in statement 2 of 3
          migrations/2025_01_01_x.sql:6:9
              5 │   ALTER TABLE t
              6 │   ADD a VARCHRA(5)
                │         ^
          error 1064: You have an error in your SQL syntax; … to use near 'VARCHRA(5)' at line 2
          statement 1 (line 3) took effect and stays
          next: mend the file and run `dbdeck migrate` again; it goes on with statement 2
            or, when you have done by hand what the statement does: `dbdeck migrate --database client --settle 2025_01_01_x:2=done`
        ");
    }

    #[test]
    fn without_a_place_it_points_at_the_beginning() {
        let check = |reason: &str, expected: (usize, usize)| {
            let path = Path::new("x.sql");
            let (at, statement) = ((5, 3), "SELECT nope");
            let card =
                Card { database: "d", name: "n", path, step: (1, 1), at, statement, reason, partly: false, done: &[] };
            assert_eq!(card.place(), expected, "{reason}");
            assert!(card.text().contains("nothing of the file took effect"));
        };
        check("error 1054: Unknown column 'nope'", (5, 3));
        check("error 1064: … near 'nope' at line 1", (5, 10));
        check("error 1064: … near '' at line 1", (5, 3));
    }
}
