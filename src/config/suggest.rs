//! "Did you mean …": the known word that a misspelled one is nearest to.

/// The one of `known` that `word` is a slip of the keyboard away from: one slip for short words, two from six letters
/// on, and in words of one or two letters only their case. None for what a terminal would not show as it is.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    if word.chars().any(char::is_control) {
        return None;
    }
    let word: Vec<char> = word.to_lowercase().replace(['-', ' '], "_").chars().take(40).collect();
    known
        .iter()
        .map(|name| (slips(&word, &name.chars().collect::<Vec<_>>()), *name))
        .filter(|(slips, name)| *slips <= allowed(word.len().min(name.len())))
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, name)| name)
}

fn allowed(letters: usize) -> usize {
    match letters {
        0..3 => 0,
        3..6 => 1,
        _ => 2,
    }
}

/// Letters to insert, remove, replace or swap with their neighbour (optimal string alignment).
fn slips(one: &[char], other: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for row in 1..=one.len() {
        let mut this = vec![row];
        for column in 1..=other.len() {
            let differ = usize::from(one[row - 1] != other[column - 1]);
            let mut best = (last[column] + 1).min(this[column - 1] + 1).min(last[column - 1] + differ);
            let swapped =
                row > 1 && column > 1 && one[row - 1] == other[column - 2] && one[row - 2] == other[column - 1];
            if swapped {
                best = best.min(before[column - 2] + 1);
            }
            this.push(best);
        }
        before = std::mem::replace(&mut last, this);
    }
    last[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["host", "port", "user", "password", "thresholds", "environment", "ui", "mysql"];
        let cases = [
            ("hots", Some("host")),
            ("Host", Some("host")),
            ("usr", Some("user")),
            ("pasword", Some("password")),
            ("treshold", Some("thresholds")),
            ("enviroment", Some("environment")),
            ("mysq", Some("mysql")),
            ("UI", Some("ui")),
            ("gui", None),
            ("hos\u{1b}t", None),
            ("redis", None),
            ("logging", None),
            ("", None),
            ("数据库", None),
        ];
        for (word, expected) in cases {
            assert_eq!(nearest(word, &known), expected, "{word}");
        }
    }
}
