//! Strings and quoted names, in every mode.

use super::{Case, End, case};

const ANSI: &str = "ANSI_QUOTES";
const PLAIN: &str = "NO_BACKSLASH_ESCAPES";

pub fn cases() -> Vec<Case> {
    vec![
        case("backslash before a quote", r#"SELECT 'a\';b'; SELECT "a\";b"; SELECT 'c';"#),
        case("backslash before a backslash", r"SELECT 'a\\'; SELECT 'b\\\'; c'; SELECT 'd\\\\';"),
        case("escapes", r"SELECT 'a\nb\tc\0d\Ze\%f\_g\qh'; SELECT '中\文';"),
        case("doubled", "SELECT 'it''s;'; SELECT \"a\"\";b\"; SELECT ''''; SELECT '';"),
        case("one in the other", "SELECT '\";', \";'\"; SELECT '`;`', \"`;\";"),
        case("names", "CREATE TABLE `a;b` (`c``;d` INT, `e\\` INT, `\"` INT, `'` INT); INSERT INTO `a;b` VALUES (1,2,3,4);"),
        case("names with comments", "SELECT 1 AS `-- a`, 2 AS `/* b`, 3 AS `# c`; SELECT 4;"),
        case("lines", "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('one;\n-- two;\n# three\n/* four');"),
        case("a delimiter line in a string", "CREATE TABLE t (a TEXT);\nINSERT INTO t VALUES ('\nDELIMITER //\n');\nSELECT 1;"),
        case("side by side", "SELECT 'a' 'b;' \"c\"; SELECT 'a'\n';b';"),
        case("prefixes", "SELECT N'a;', _utf8mb4'b;', x'3b', b'111011', 0x3b, X'41', _utf8mb4 0x3b; SELECT 1;"),
        case("times", "SELECT DATE'2026-01-01', TIME '10:00:00', TIMESTAMP\"2026-01-01 00:00:00\";"),
        case("chinese", "CREATE TABLE `任务；` (`名;称` VARCHAR(9) DEFAULT '；;' COMMENT '队列;'); INSERT INTO 任务； VALUES ('中');")
            .ends(End::RunsOrNot),
        case("chinese names without quotes", "CREATE TABLE 任务 (名称 INT); INSERT INTO 任务 (名称) VALUES (1); SELECT 名称 FROM 任务;"),
        case("beyond the basic plane", "CREATE TABLE t (a VARCHAR(9)); INSERT INTO t VALUES ('😀;😀'); SELECT a FROM t;"),
        case("nul and control characters", "SELECT 'a\0b;c'; SELECT '\u{1}\u{2};\u{1b}[31m\u{7f}\u{85}'; SELECT 3;"),
        case("nul outside", "SELECT 1;\nSELECT \0 2;\nSELECT 3;").ends(End::Fails),
        case("double quotes are names", r#"CREATE TABLE "a;b" ("c"";d" INT); INSERT INTO "a;b" VALUES (1); SELECT ';"' ;"#)
            .mode(ANSI),
        case("backslashes are plain", r"SELECT 'a\'; SELECT 'b\\'; SELECT 'c\n;''';").mode(PLAIN),
        case("both modes", r#"SELECT 'a\' AS "b\;"; SELECT 2;"#).mode("ANSI_QUOTES,NO_BACKSLASH_ESCAPES"),
        case("user variables", "SET @`a;b` = 1, @'c;d' = 2, @\"e;f\" = 3, @g.h = 4; SELECT @`a;b` + @'c;d' + @\"e;f\";"),
        case("the null of old", r"CREATE TABLE t (a INT); INSERT INTO t VALUES (\N); SELECT 1;").ends(End::RunsOrNot),
        case("a string without end", "SELECT 1;\nSELECT 'a;\nSELECT 2;").ends(End::Refused("string that begins here")),
        case("a string that ends in a backslash", "SELECT 1;\nSELECT 'a\\';\n").ends(End::Refused("string that begins here")),
        case("a name without end", "SELECT 1;\nSELECT `a;\nSELECT 2;").ends(End::Refused("quoted name that begins here")),
        case("accents", "SELECT 'é;', \"ü\"; SELECT 'ß' AS `naïve;`;"),
    ]
}
