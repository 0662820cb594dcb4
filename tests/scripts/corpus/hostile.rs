//! Scripts made to hurt: long, deep, and full of what matters elsewhere.

use std::fmt::Write as _;

use super::{Case, End, case};

pub fn cases() -> Vec<Case> {
    vec![
        case(
            "a line of a megabyte",
            format!(
                "CREATE TABLE t (a LONGTEXT); INSERT INTO t VALUES ('{}'); SELECT LENGTH(a) FROM t;",
                "x;'' \\'".repeat(150_000)
            ),
        ),
        case("a comment of a megabyte", format!("SELECT 1; /*{}*/ SELECT 2;", " ; ' \" `\n".repeat(100_000))),
        case("a thousand statements", many(1000)),
        case("a thousand empty ones", format!("SELECT 1;{}SELECT 2;", ";\n".repeat(1000))),
        case("a hundred blocks", deep("BEGIN ", "END; ", 100)),
        case("a hundred ifs", deep("IF 1 THEN ", "END IF; ", 100)),
        case("a hundred cases", deep("CASE 1 WHEN 1 THEN ", "END CASE; ", 100)),
        case(
            "fifty cases in one another",
            format!("SELECT {}1{}; SELECT 2;", "CASE WHEN 1 THEN ".repeat(50), " END".repeat(50)),
        ),
        case("five hundred parentheses", format!("SELECT {}1{}; SELECT 2;", "(".repeat(500), ")".repeat(500))),
        case("a name of semicolons", format!("CREATE TABLE `{}` (a INT); SELECT 1;", ";".repeat(40))),
        case("a name of sixty-five", format!("CREATE TABLE `{}` (a INT); SELECT 1;", ";".repeat(65))).ends(End::Fails),
        case(
            "quotes that look open",
            "SELECT '''', '\\'', \"\\\"\", '\\\\', '''''''', `'` FROM (SELECT 1 AS `'`) AS `\"`; SELECT 2;",
        ),
        case("only an end", "END;\nSELECT 1;").ends(End::Fails),
        case("only signs", "!@$%^&*()_+;\nSELECT 1;").ends(End::Fails),
        case(
            "words of blocks without one",
            "SELECT 1 AS end, 2 AS begin; SELECT 'IF' AS `if`, 'LOOP' AS `loop`; SELECT 3;",
        ),
        case("comment openers back to back", "SELECT 1 /*/ ; */; SELECT 2 /**//**/; SELECT 3 /*;*//*;*/;"),
        case("dashes and hashes in a row", "SELECT 1 ---- ;\n+1;\n#;#;#\n-- -- --\nSELECT 2;"),
        case("a body without end", "CREATE PROCEDURE p()\nBEGIN\n  SELECT 1;\n").ends(End::Refused("has no END")),
        case("an end too many", "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END END//\nDELIMITER ;\nSELECT 1;")
            .ends(End::Fails),
        case(
            "right to left and zero width",
            "SELECT '\u{202e};\u{200b}\u{2066}'; CREATE TABLE `\u{200b};` (a INT); SELECT 1;",
        ),
        case("a quote from a book", "SELECT ‘a;b’;\nSELECT 2;").ends(End::Fails),
    ]
}

fn many(count: usize) -> String {
    (0..count).fold("CREATE TABLE t (a INT, b TEXT);".to_owned(), |mut script, number| {
        let _ = write!(script, "INSERT INTO t VALUES({number},';{number}');");
        script
    })
}

fn deep(open: &str, close: &str, depth: usize) -> String {
    let (open, close) = (open.repeat(depth), close.repeat(depth));
    format!("DELIMITER //\nCREATE PROCEDURE p() BEGIN {open}SELECT 1; {close}END//\nDELIMITER ;\nCALL p();")
}
