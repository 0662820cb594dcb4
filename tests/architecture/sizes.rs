//! How long files and functions may be, and that every module says what it is for.

use crate::source::{Source, identifiers};
use crate::{Complaints, allows, obeys, refuses};

const FILE_LINES: usize = 600;
const FUNCTION_LINES: usize = 100;
const MAIN_LINES: usize = 60;

#[test]
fn files_are_short() {
    obeys(long_files);
    allows(long_files, "a.rs", &"x\n".repeat(FILE_LINES));
    refuses(long_files, "a.rs", &"x\n".repeat(FILE_LINES + 1), "601 lines");
    allows(long_files, "main.rs", &"x\n".repeat(MAIN_LINES));
    refuses(long_files, "main.rs", &"x\n".repeat(MAIN_LINES + 1), "61 lines");
}

fn long_files(sources: &[Source]) -> Complaints {
    let limit = |source: &Source| if source.path == "main.rs" { MAIN_LINES } else { FILE_LINES };
    let lines = |source: &Source| source.text.lines().count();
    let long = sources.iter().filter(|source| lines(source) > limit(source));
    long.map(|source| format!("{}: {} lines, at most {}", source.path, lines(source), limit(source))).collect()
}

#[test]
fn functions_are_short() {
    obeys(long_functions);
    let function =
        |lines: usize| format!("fn f(a: [u8; 3]) -> u8 {{\n{}}}\nfn g() {{}}\n", "    '}';\n".repeat(lines - 2));
    allows(long_functions, "a.rs", &function(FUNCTION_LINES));
    allows(long_functions, "a.rs", "trait T {\n    fn f(&self);\n    fn g(&self) -> [u8; 2];\n}\n");
    allows(long_functions, "a/tests/table_of_cases.rs", &function(FUNCTION_LINES + 1));
    refuses(long_functions, "a.rs", &function(FUNCTION_LINES + 1), "`f` has 101 lines");
}

fn long_functions(sources: &[Source]) -> Complaints {
    let mut complaints = Complaints::new();
    for source in sources {
        for (place, name, lines) in functions(source.shipped_code()) {
            if lines > FUNCTION_LINES {
                let place = source.place(place);
                complaints.push(format!("{place}: `{name}` has {lines} lines, at most {FUNCTION_LINES}"));
            }
        }
    }
    complaints
}

/// Place, name and number of lines of each function that has a body.
fn functions(code: &str) -> Vec<(usize, &str, usize)> {
    let words: Vec<(usize, &str)> = identifiers(code).collect();
    let named = words.windows(2).filter(|pair| pair[0].1 == "fn");
    named
        .filter_map(|pair| {
            let body = body(code, pair[1].0)?;
            Some((pair[0].0, pair[1].1, 1 + code[pair[0].0..body].matches('\n').count()))
        })
        .collect()
}

/// Where the body of the function ends whose name is at this place; `None` for a signature alone.
fn body(code: &str, name: usize) -> Option<usize> {
    let (mut braces, mut others) = (0_usize, 0_usize);
    for (offset, c) in code[name..].char_indices() {
        match c {
            '(' | '[' => others += 1,
            ')' | ']' => others = others.saturating_sub(1),
            ';' if braces == 0 && others == 0 => return None,
            '{' => braces += 1,
            '}' if braces == 1 => return Some(name + offset),
            '}' => braces = braces.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

#[test]
fn every_module_says_what_it_is_for() {
    obeys(silent_modules);
    allows(silent_modules, "a.rs", "//! Quantities with their unit.\n");
    refuses(silent_modules, "a.rs", "use std::fmt;\n", "`//!`");
    refuses(silent_modules, "a.rs", "//!\n", "`//!`");
    refuses(silent_modules, "a.rs", "//! x\n", "`//!`");
}

fn silent_modules(sources: &[Source]) -> Complaints {
    let says = |source: &Source| {
        let first = source.text.lines().next().unwrap_or_default();
        first.strip_prefix("//! ").is_some_and(|sentence| sentence.trim().contains(' '))
    };
    let silent = sources.iter().filter(|source| !says(source));
    silent.map(|source| format!("{}: begin the file with `//!` and what the module is for", source.path)).collect()
}
