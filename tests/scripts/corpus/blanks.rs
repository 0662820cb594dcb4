//! White space, line ends, the byte-order mark, and scripts with nothing in them.

use super::{Case, End, case};

pub fn cases() -> Vec<Case> {
    vec![
        case("nothing", ""),
        case("blanks", " \t\n\n  \r\n"),
        case("semicolons", ";;\n ; ;\nSELECT 1;;;SELECT 2;"),
        case("no delimiter at the end", "CREATE TABLE t (a INT);\nINSERT INTO t VALUES (1)"),
        case("comment at the end", "SELECT 1;\n-- done; really"),
        case("carriage returns", "CREATE TABLE t (a INT,\r\n b VARCHAR(9));\r\nINSERT INTO t\r\nVALUES (1, 'x');\r\n"),
        case("carriage returns in a string", "CREATE TABLE t (a TEXT);\r\nINSERT INTO t VALUES ('one;\r\ntwo');\r\n"),
        case("carriage returns after comments", "-- one;\r\nSELECT 1; -- two;\r\n# three;\r\nSELECT 2;\r\n--\r\n"),
        case("a carriage return alone", "SELECT 1\r+ 1;\rSELECT 3;"),
        case("a comment ends at the line feed", "SELECT 1; -- a\rSELECT 2;\nSELECT 3;"),
        case("vertical tab and form feed", "SELECT\u{b}1;\u{c}SELECT\u{c}2;"),
        case("byte-order mark", "\u{feff}CREATE TABLE t (a INT);\nINSERT INTO t VALUES (1);"),
        case("byte-order mark and comment", "\u{feff}-- first; line\r\nCREATE TABLE t (a INT);\r\n"),
        case("no-break space", "SELECT 1;\nSELECT\u{a0}2;\nSELECT 3;").ends(End::Fails),
        case(
            "all on one line",
            "CREATE TABLE t(a INT);INSERT INTO t VALUES(1);INSERT INTO t VALUES(2);DELETE FROM t WHERE a=1",
        ),
        case("one word a line", "SELECT\n\n1\n,\n2\n;\nSELECT\n3\n;"),
    ]
}
