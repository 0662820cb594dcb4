//! SQL with its parts told apart, folded into lines as any text.

use std::ops::Range;

use super::theme::Role;
use crate::server::script::{Ink, paint};
use crate::text::fold;

/// The lines of a script in at most so many columns, each as texts that follow each other and what they mean. A tab is
/// four spaces.
pub fn painted(script: &str, columns: usize) -> Vec<Vec<(String, Role)>> {
    let script = script.replace('\t', "    ");
    let inks = paint(&script);
    let mut lines = Vec::new();
    let mut start = 0;
    for line in script.split('\n') {
        for piece in pieces(line, columns) {
            lines.push(inked(&script, &inks, start + piece.start..start + piece.end));
        }
        start += line.len() + 1;
    }
    lines
}

/// Where the pieces of a line begin and end when it is folded; folding leaves out spaces only.
fn pieces(line: &str, columns: usize) -> Vec<Range<usize>> {
    let mut at = 0;
    let mut pieces = Vec::new();
    for piece in fold(line, columns) {
        at = line[at..].find(&piece).map_or(at, |skipped| at + skipped);
        pieces.push(at..at + piece.len());
        at += piece.len();
    }
    if pieces.is_empty() {
        pieces.push(0..0);
    }
    pieces
}

/// The parts of a range, which may begin and end inside a part.
fn inked(script: &str, inks: &[(Range<usize>, Ink)], range: Range<usize>) -> Vec<(String, Role)> {
    let first = inks.partition_point(|(part, _)| part.end <= range.start);
    let within = inks[first..].iter().take_while(|(part, _)| part.start < range.end);
    let clipped = |part: &Range<usize>| part.start.max(range.start)..part.end.min(range.end);
    within.map(|(part, ink)| (script[clipped(part)].to_owned(), Role::Sql(*ink))).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(script: &str, columns: usize) -> Vec<String> {
        painted(script, columns).iter().map(|line| line.iter().map(|(text, _)| text.as_str()).collect()).collect()
    }

    #[test]
    fn lines_are_folded_and_empty_ones_stay() {
        assert_eq!(plain("SELECT 1;\n\n  -- a b c d", 9), ["SELECT 1;", "", "  -- a b", "c d"]);
        assert_eq!(plain("\tx", 9), ["    x"]);
    }

    #[test]
    fn a_comment_of_several_lines_is_one_on_each() {
        for line in painted("/* one\ntwo */", 80) {
            assert!(line.iter().all(|(_, role)| *role == Role::Sql(Ink::Comment)), "{line:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_folded_as_any_other(script in "[a-z '`()\\-\u{4efb}\n]{0,60}", columns in 2_usize..20) {
            let expected: Vec<String> = script
                .split('\n')
                .flat_map(|line| if line.is_empty() { vec![String::new()] } else { fold(line, columns) })
                .collect();
            prop_assert_eq!(plain(&script, columns), expected);
        }
    }
}
