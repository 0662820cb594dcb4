//! Comments of every form, and what only looks like one.

use super::{Case, End, case};

pub fn cases() -> Vec<Case> {
    vec![
        case("dashes", "-- a; b 'c\nCREATE TABLE t (a INT); -- tail; it's\n--\tx;\n--\nINSERT INTO t VALUES (1);"),
        case("dashes that subtract", "SELECT 5--1; SELECT 5 --1;\nSELECT 5 - -1;"),
        case("dashes at the end of a line", "SELECT 1 --\n+ 1;"),
        case("dashes in the middle", "SELECT 1, -- the first; one\n 2 -- the second\n;"),
        case("dashes at the end", "SELECT 1;\n--"),
        case("hash", "# a; 'b\nSELECT 1 # c;\n+ 1; #\nSELECT 2;# d"),
        case("block", "/* a; 'b -- c # d\n; */ SELECT 1 /* ; */ + /**/ 1 /***/; /* tail; */"),
        case("block does not nest", "/* a; /* b; */ SELECT 1; /* /* */ SELECT 2;"),
        case("only comments", "-- one\n/* two */\n# three\n"),
        case("comment before and after the delimiter", "SELECT 1 /* a; */ ; /* b; */ SELECT 2 -- c;\n;"),
        case("comment inside a word's place", "CREATE/**/TABLE/* ; */t/**/(a/**/INT)/**/;INSERT/**/INTO t VALUES(1);"),
        case(
            "executable",
            "CREATE TABLE t (a INT) /*!40100 DEFAULT CHARSET=utf8mb4 */;\n/*!40101 SET @a = ';' */;\nSELECT @a;",
        ),
        case("executable of no version", "/*! CREATE TABLE t (a INT) */; SELECT /*! 1 + */ 1;"),
        case("executable without a space", "SELECT /*!500011*/ + 1; SELECT /*!50001 2*/;"),
        case("executable of the future", "SELECT 1 /*!99999 no such syntax */; SELECT 2;"),
        case("executable of six digits", "SELECT 1 /*!100000 + 1 */; SELECT /*!080000 1 + */ 2;"),
        case("executable of one family", "SELECT 1 /*M! + 1 */; SELECT 2 /*M!100100 + 1 */; SELECT 3;"),
        case("executable with a string", "SELECT /*!50003 ';' , */ 1; SELECT /*! \"*/;\" , */ 2;").ends(End::RunsOrNot),
        case("executable with a comment", "SELECT /*!50003 1 /* in; */ + */ 1; SELECT 2;").ends(End::RunsOrNot),
        case("executable across lines", "CREATE TABLE t (\n a INT /*!50503 COMMENT\n 'x;y' */,\n b INT\n);"),
        case("hint", "SELECT /*+ MAX_EXECUTION_TIME(500) */ 1; SELECT /*+ QB_NAME(a) ; */ 2;"),
        case("hint with quotes", "SELECT /*+ ' \" ` */ 1; SELECT 2;").ends(End::RunsOrNot),
        case("close without open", "SELECT 2*/1; SELECT 3;").ends(End::Fails),
        case("divisions", "SELECT 6/2*3; SELECT 6 / 2 * 3; SELECT 8/ 2; SELECT 6/-2; SELECT 4 -(-2);"),
        case(
            "comment openers in strings",
            "SELECT '/*', '*/', '-- ', '#', \"/*! ; */\", `a`.`b` FROM (SELECT 1 AS `b`) AS `a`;",
        ),
        case("block not closed", "SELECT 1;\nSELECT 2 /* tail; \nSELECT 3;").ends(End::Refused("not closed with */")),
        case("executable not closed", "/*!50003 SELECT 1;\nSELECT 2;").ends(End::Refused("not closed with */")),
        case("executable with an apostrophe", "SELECT 1 /*!99999 it's */;\nSELECT 2;")
            .ends(End::Stricter("not closed")),
    ]
}
