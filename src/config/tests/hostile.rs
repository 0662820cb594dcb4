//! Files made to hurt, and slips that could bring a password into a message.

use std::path::Path;
use std::time::{Duration, Instant};

use super::broken::{client, says_no_secret};
use super::{CANARY, written};
use crate::config::check::check;

#[test]
fn references_that_multiply_end_soon() {
    let mut bomb = "a0: &a0 [s3cr3t-canary, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let references = vec![format!("*a{}", level - 1); 10].join(", ");
        let line = format!("a{level}: &a{level} [{references}]\n");
        bomb.push_str(&line);
    }
    let began = Instant::now();
    let file = written(format!("{bomb}mysql: *a11\n").as_bytes());
    let error = file.load().unwrap_err();
    assert!(began.elapsed() < Duration::from_secs(5));
    says_no_secret("a bomb", &error);
    assert!(error.to_string().contains("multiply beyond any configuration's size"), "{error}");
}

#[test]
fn nesting_ends_soon() {
    let nested = [
        format!("mysql: {}{}\n", "{a: ".repeat(5_000), "}".repeat(5_000)),
        format!("mysql: {}{}\n", "[".repeat(5_000), "]".repeat(5_000)),
        format!("other: {}{}\n", "[".repeat(5_000), "]".repeat(5_000)),
        format!("mysql:\n  {}\n", "- ".repeat(5_000)),
        format!("mysql:\n  {}\n", "? ".repeat(5_000)),
        (0..500).map(|depth| format!("{}mysql:\n", " ".repeat(depth))).collect::<Vec<_>>().concat(),
    ];
    for text in nested {
        let error = written(text.as_bytes()).load().unwrap_err().to_string();
        assert!(error.contains("nested too deep") || error.contains("brackets"), "{error}");
    }
}

/// Whatever single character is missing or too much, wherever it is.
#[test]
fn no_slip_of_the_keyboard_shows_a_password() {
    let right = format!(
        "operator:\n  user: o\n  password: {CANARY}\n{}  admin: {{host: h, user: u, password: {CANARY}, database: e}}\n\
         ui: {{mouse: true}}\n",
        client("host: db\nuser: u\npassword: \"s3cr3t-canary\"\ndatabase: d\npool_size: 3\n")
    );
    let path = Path::new("config.yaml");
    let mut refused = 0;
    for place in 0..right.len() {
        for slip in ["", "\"", "'", ":", ": ", "\t", "\n", "{", "}", "#", " ", "&", "*", "!", "- ", "x"] {
            let gone = usize::from(slip.is_empty());
            let text = format!("{}{slip}{}", &right[..place], &right[place + gone..]);
            if let Err(error) = check(path, &text) {
                refused += 1;
                let shown = format!("{error}\n{error:?}");
                assert!(!shown.contains("3cr") && !shown.contains("anary"), "{text}\n{shown}");
            }
        }
    }
    assert!(refused > 1_000, "{refused}");
}
