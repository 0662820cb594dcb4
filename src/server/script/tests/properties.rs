//! What holds for every script, the hostile ones included.

use proptest::prelude::*;

use crate::server::script::{Options, Statement, fingerprint, split};

fn options() -> impl Strategy<Value = Options> {
    any::<(bool, bool)>().prop_map(|(ansi_quotes, no_backslash_escapes)| Options { ansi_quotes, no_backslash_escapes })
}

/// Text of the pieces that matter, in any order.
fn sql_like() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "'",
        "\"",
        "`",
        "\\",
        "/*",
        "*/",
        "/*!",
        "/*!50003",
        "/*M!",
        "--",
        "-- ",
        "#",
        "\n",
        "\r\n",
        " ",
        ";",
        "//",
        "$$",
        "DELIMITER //\n",
        "delimiter ;\n",
        "CREATE ",
        "PROCEDURE ",
        "TRIGGER ",
        "BEGIN",
        "END",
        "IF",
        "CASE",
        "LOOP",
        "REPEAT",
        "UNTIL",
        "WHILE",
        "DO",
        "FOR",
        "(",
        ")",
        ",",
        ".",
        "@",
        ":",
        "=",
        "<",
        ">",
        "-",
        "+",
        "?",
        "?+",
        "1",
        "0x1",
        "1e",
        "e5",
        "NULL",
        "IS ",
        "NOT ",
        "IN",
        "VALUES",
        "x",
        "_utf8",
        "中",
        "é",
        "\u{85}",
        "\0",
        "SELECT ",
        "a",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        sql_like(),
        any::<String>(),
        prop::collection::vec(any::<u8>(), 0..200).prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    ]
}

/// A statement that `split` must give back as it is.
fn statement() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        "[a-z;\"`#中 -]{0,9}".prop_map(|text| format!("'{text}'")),
        "[a-z;'`]{0,9}".prop_map(|text| format!("\"{text}\"")),
        "[a-z;'/*]{1,9}".prop_map(|name| format!("`{name}`")),
        "[0-9]{1,5}",
        Just("/* ; ' */ 1".to_owned()),
        Just("/*!50003 ';' */".to_owned()),
        Just("-- ;'\n2".to_owned()),
    ];
    let values = prop::collection::vec(value, 1..5).prop_map(|values| values.join(", "));
    prop_oneof![
        values.clone().prop_map(|values| format!("SELECT {values} FROM t")),
        values.clone().prop_map(|values| format!("CREATE PROCEDURE p() BEGIN SELECT {values}; SELECT 1; END")),
        values.prop_map(|values| format!("BEGIN NOT ATOMIC IF 1 THEN SELECT {values}; END IF; END")),
    ]
}

/// What may stand between two statements: white space, comments and delimiters.
fn is_separator(gap: &str) -> bool {
    let without_mark = gap.trim_start_matches('\u{feff}');
    split(&format!("{without_mark}\n"), Options::default()).is_ok_and(|statements| statements.is_empty())
}

fn spans_are_the_script(script: &str, statements: &[Statement<'_>]) -> bool {
    let mut at = 0;
    statements.iter().all(|statement| {
        let follows = statement.span.start >= at && &script[statement.span.clone()] == statement.text;
        at = statement.span.end;
        follows && !statement.text.is_empty()
    })
}

/// Every statement is one by itself, and nothing but white space, comments and delimiters stands between them.
fn nothing_is_lost(script: &str, statements: &[Statement<'_>], options: Options) -> bool {
    let is_empty = |gap: &str| split(gap, options).is_ok_and(|statements| statements.is_empty());
    let is_one = |text: &str| {
        let ended = format!("{text};");
        split(&ended, options).is_ok_and(|again| again.len() == 1 && again[0].text == text)
    };
    let ends = std::iter::once(0).chain(statements.iter().map(|statement| statement.span.end));
    let starts = statements.iter().map(|statement| statement.span.start).chain([script.len()]);
    let mut gaps = ends.zip(starts).map(|(end, start)| &script[end..start]);
    gaps.all(is_empty) && statements.iter().all(|statement| is_one(statement.text))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_split_or_refused(script in any_text(), options in options()) {
        match split(&script, options) {
            Ok(statements) => {
                prop_assert!(spans_are_the_script(&script, &statements));
                if !script.to_ascii_lowercase().contains("delimiter") {
                    prop_assert!(nothing_is_lost(&script, &statements, options));
                }
            }
            Err(error) => prop_assert!(script.is_char_boundary(error.offset) && error.line > 0 && error.column > 0),
        }
    }

    #[test]
    fn joined_statements_come_back(
        statements in prop::collection::vec(statement(), 0..8),
        separator in prop::sample::select(vec![";", ";\n", " ;\r\n", ";;", "; -- x;\n", ";/* ' */", "\n;\n# '\n"]),
    ) {
        let script = statements.join(separator);
        let split = split(&script, Options::default()).expect("generated scripts are valid");
        let texts: Vec<&str> = split.iter().map(|statement| statement.text).collect();
        prop_assert_eq!(texts, statements);
        for pair in split.windows(2) {
            prop_assert!(is_separator(&script[pair[0].span.end..pair[1].span.start]));
        }
    }

    #[test]
    fn a_fingerprint_is_its_own(sql in any_text()) {
        let once = fingerprint(&sql);
        prop_assert_eq!(fingerprint(&once), once);
    }

    #[test]
    fn a_fingerprint_holds_no_literal(
        text in "qz[a-z0-9 ]{0,8}qz",
        number in 1_000_000_u64..,
        sql in prop::sample::select(vec![
            "SELECT a FROM t WHERE b = '@' AND c > #",
            "INSERT INTO t (a, b) VALUES (#, '@'), (#, \"@\")",
            "UPDATE t SET a = -#, b = N'@' WHERE c IN (#, #.5, 'x''@')",
            "CALL p(#,#,_utf8mb4'@\\'@', x'41')/* @ # */",
            "SELECT a->'$.@', 'x' '@', #e5 -- @\n, 0x41 LIMIT #",
        ]),
    ) {
        let made = fingerprint(&sql.replace('@', &text).replace('#', &number.to_string()));
        prop_assert!(!made.contains("qz") && !made.contains(&number.to_string()), "{}", made);
    }
}
