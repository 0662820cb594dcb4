//! Scripts and their statements.

use crate::server::script::{Options, Problem, split};

const ANSI: Options = Options { ansi_quotes: true, no_backslash_escapes: false };
const PLAIN_BACKSLASH: Options = Options { ansi_quotes: false, no_backslash_escapes: true };

fn check_with(options: Options, script: &str, expected: &[&str]) {
    let statements = split(script, options).unwrap_or_else(|error| panic!("{script:?}: {error}"));
    let texts: Vec<&str> = statements.iter().map(|statement| statement.text).collect();
    assert_eq!(texts, expected, "{script:?}");
}

fn check(script: &str, expected: &[&str]) {
    check_with(Options::default(), script, expected);
}

fn fails(script: &str, line: usize, column: usize, problem: &Problem) {
    let error = split(script, Options::default()).expect_err(script);
    assert_eq!((error.line, error.column, &error.problem), (line, column, problem), "{script:?}");
}

#[test]
fn statements_end_at_semicolons() {
    check("", &[]);
    check(" \n;;\t;", &[]);
    check("SELECT 1", &["SELECT 1"]);
    check("SELECT 1;SELECT 2;", &["SELECT 1", "SELECT 2"]);
    check("  SELECT 1  ;\r\n\r\nSELECT\r\n2\r\n", &["SELECT 1", "SELECT\r\n2"]);
    check("\u{feff}SELECT 1;", &["SELECT 1"]);
    check("USE a; SELECT '中文；' FROM `表`;", &["USE a", "SELECT '中文；' FROM `表`"]);
    check("INSERT INTO t VALUES (\\N); SELECT 1", &["INSERT INTO t VALUES (\\N)", "SELECT 1"]);
}

#[test]
fn comments_hide_what_is_in_them() {
    check("-- a;\nSELECT 1; -- b;", &["SELECT 1"]);
    check("SELECT 1 --;\n", &["SELECT 1 --"]);
    check("SELECT 5--1; SELECT 2", &["SELECT 5--1", "SELECT 2"]);
    check("SELECT 1 --\t;\n, 2;", &["SELECT 1 --\t;\n, 2"]);
    check("SELECT 1;\n--", &["SELECT 1"]);
    check("# a; 'b\nSELECT 1 # c;\n;", &["SELECT 1"]);
    check("/* a; /* b; */ SELECT 1; /**/", &["SELECT 1"]);
    check("SELECT /*+ MAX_EXECUTION_TIME(5) ; */ 1;", &["SELECT /*+ MAX_EXECUTION_TIME(5) ; */ 1"]);
    check("SELECT 1 /* tail */; SELECT /* ' */ 2", &["SELECT 1", "SELECT /* ' */ 2"]);
}

#[test]
fn executable_comments_are_statements() {
    check("/*!40101 SET NAMES utf8 */;", &["/*!40101 SET NAMES utf8 */"]);
    check("/*! SELECT ';' */; /*M!100100 SELECT 1 */;", &["/*! SELECT ';' */", "/*M!100100 SELECT 1 */"]);
    check("/*!50003 SELECT 1 /* in; */ , '*/' */; SELECT 2", &["/*!50003 SELECT 1 /* in; */ , '*/' */", "SELECT 2"]);
    check(
        "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`%`*/ /*!50003 TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN\n\
         SET NEW.a = 1; END */; SELECT 1;",
        &[
            "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`%`*/ /*!50003 TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN\n\
             SET NEW.a = 1; END */",
            "SELECT 1",
        ],
    );
}

#[test]
fn quotes_hide_what_is_in_them() {
    check(r"SELECT 'a\';b'; SELECT 2", &[r"SELECT 'a\';b'", "SELECT 2"]);
    check("SELECT 'it''s;', \"x\"\";\"; SELECT 2", &["SELECT 'it''s;', \"x\"\";\"", "SELECT 2"]);
    check("SELECT `a``;b\\`; SELECT 2", &["SELECT `a``;b\\`", "SELECT 2"]);
    check("SELECT '-- /* # '; SELECT 2", &["SELECT '-- /* # '", "SELECT 2"]);
    check_with(ANSI, r#"SELECT "a\"; SELECT 2"#, &[r#"SELECT "a\""#, "SELECT 2"]);
    check_with(PLAIN_BACKSLASH, r"SELECT 'a\'; SELECT 2", &[r"SELECT 'a\'", "SELECT 2"]);
}

#[test]
fn the_delimiter_can_be_changed() {
    check("DELIMITER //\nSELECT 1; SELECT 2 //\nDELIMITER ;\nSELECT 3;", &["SELECT 1; SELECT 2", "SELECT 3"]);
    check("delimiter $$\r\nBEGIN x; END$$\r\nDelimiter ;\r\nSELECT 1;", &["BEGIN x; END", "SELECT 1"]);
    check("  DELIMITER ;; -- dump\nSELECT 1;;\n DELIMITER ;", &["SELECT 1"]);
    check("SELECT 1; DELIMITER |\nSELECT 2|", &["SELECT 1", "SELECT 2"]);
    check("DELIMITER go\nSELECT category\ngo\nSELECT 1 GO go", &["SELECT category", "SELECT 1 GO"]);
    check("DELIMITER //\nSELECT '//' /* // */, `//` //", &["SELECT '//' /* // */, `//`"]);
    check(
        "CREATE TABLE t (\n  delimiter char(1),\n delimiter\n int);",
        &["CREATE TABLE t (\n  delimiter char(1),\n delimiter\n int)"],
    );
    check("-- about the DELIMITER //\nSELECT 1;", &["SELECT 1"]);
}

/// Each of these is one statement although it is full of semicolons.
#[test]
fn bodies_need_no_delimiter() {
    let bodies = [
        "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END",
        "create or replace definer = `a`@`%` procedure p(in a int) begin end",
        "CREATE DEFINER=event@localhost FUNCTION db.f(a INT) RETURNS CHAR(3) DETERMINISTIC BEGIN RETURN 1; END",
        "CREATE DEFINER=CURRENT_USER() PROCEDURE p() COMMENT 'BEGIN' SQL SECURITY INVOKER BEGIN SELECT 1; END",
        "CREATE PROCEDURE IF NOT EXISTS p() main: BEGIN LEAVE main; END main",
        "CREATE AGGREGATE FUNCTION f(a INT) RETURNS INT BEGIN LOOP FETCH GROUP NEXT ROW; END LOOP; END",
        "CREATE FUNCTION f(a ENUM('x')) RETURNS SET('a') CHARSET utf8 RETURN CASE WHEN a THEN IF(a,1,2) ELSE 3 END",
        "CREATE PROCEDURE p() IF (a = 1) THEN SELECT 1; ELSEIF b THEN SELECT 2; ELSE SELECT 3; END IF",
        "CREATE PROCEDURE p() BEGIN IF a THEN IF b THEN SELECT 1; END IF; ELSE IF c THEN DO 0; END IF; END IF; END",
        "CREATE PROCEDURE p() BEGIN CASE a WHEN 1 THEN SELECT 1; ELSE BEGIN END; END CASE; SELECT 2; END",
        "CREATE PROCEDURE p() BEGIN SET x = CASE a WHEN 1 THEN IF(b,1,2) ELSE REPEAT('x',3) END; SELECT 1; END",
        "CREATE PROCEDURE p() BEGIN SELECT CASE WHEN t.end THEN (CASE a WHEN 1 THEN 2 END) END FROM t; END",
        "CREATE PROCEDURE p() BEGIN SELECT start, end, begin FROM t; UPDATE t SET end = 1; SELECT 1; END",
        "CREATE PROCEDURE p() BEGIN l1: LOOP IF x THEN LEAVE l1; END IF; ITERATE l1; END LOOP l1; SELECT 1; END",
        "CREATE PROCEDURE p() BEGIN `l`: REPEAT SET @i = @i + 1; UNTIL @i > CASE a WHEN 1 THEN 2 END END REPEAT; DO 1; END",
        "CREATE PROCEDURE p() BEGIN WHILE IF(a,b,c) DO DO SLEEP(1); DO IF(a,b,c); END WHILE; SELECT 1; END",
        "CREATE PROCEDURE p() BEGIN FOR i IN 1..10 DO SELECT i; END FOR; FOR r IN (SELECT 1) DO SELECT r.a; END FOR; END",
        "CREATE PROCEDURE p() BEGIN DECLARE CONTINUE HANDLER FOR NOT FOUND, 1062, SQLSTATE '23000' SET d = IF(a,b,c); \
         DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; END; START TRANSACTION; SELECT 1; COMMIT; END",
        "CREATE PROCEDURE p() BEGIN DECLARE c CURSOR FOR SELECT IF(a,1,2) FROM t; OPEN c; END",
        "CREATE PROCEDURE p() BEGIN -- it's; a comment\n /* END; */ SELECT 'END;', `END`; END",
        "CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET NEW.a = IF(NEW.b, 1, 2)",
        "CREATE TRIGGER t AFTER UPDATE ON x FOR EACH ROW FOLLOWS other BEGIN SET @a = 1; SET @b = 2; END",
        "CREATE TRIGGER IF NOT EXISTS t AFTER UPDATE ON x FOR EACH ROW IF NEW.a THEN SET @a = 1; END IF",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS NOW() + INTERVAL IF(1,2,3) HOUR DO BEGIN SELECT 1; END",
        "CREATE EVENT IF NOT EXISTS e ON SCHEDULE AT NOW() ON COMPLETION PRESERVE COMMENT 'DO' DO DELETE FROM t",
        "ALTER EVENT e ON SCHEDULE EVERY 1 HOUR DO BEGIN SELECT 1; SELECT 2; END",
        "BEGIN NOT ATOMIC SELECT 1; SELECT 2; END",
        "IF @a THEN SELECT 1; ELSE SELECT 2; END IF",
        "top: WHILE @a DO SELECT 1; END WHILE top",
        "CREATE PROCEDURE begin() BEGIN SELECT 1; END",
        "CREATE FUNCTION f RETURNS STRING SONAME 'udf.so'",
    ];
    for body in bodies {
        check(&format!("{body};\nSELECT 1;"), &[body, "SELECT 1"]);
        check(&format!("SELECT 0;{body}"), &["SELECT 0", body]);
        check(&format!("DELIMITER //\n{body};//\nDELIMITER ;\n"), &[&format!("{body};")]);
    }
}

#[test]
fn begin_alone_opens_a_transaction() {
    check("BEGIN; SELECT 1; COMMIT;", &["BEGIN", "SELECT 1", "COMMIT"]);
    check("BEGIN WORK; SELECT 1; END;", &["BEGIN WORK", "SELECT 1", "END"]);
    check("START TRANSACTION; XA BEGIN 'x'; XA END 'x';", &["START TRANSACTION", "XA BEGIN 'x'", "XA END 'x'"]);
    check("CREATE TABLE event (begin int); SELECT 1;", &["CREATE TABLE event (begin int)", "SELECT 1"]);
    check(
        "CREATE DEFINER=a@b VIEW v AS SELECT CASE 1 WHEN 1 THEN 2 END; DO 1",
        &["CREATE DEFINER=a@b VIEW v AS SELECT CASE 1 WHEN 1 THEN 2 END", "DO 1"],
    );
    check(
        "ALTER TABLE t ADD c INT; DROP PROCEDURE p; CALL p(); SELECT 1",
        &["ALTER TABLE t ADD c INT", "DROP PROCEDURE p", "CALL p()", "SELECT 1"],
    );
}

#[test]
fn what_is_not_closed_is_named_with_its_place() {
    fails("SELECT 1;\n SELECT 'a", 2, 9, &Problem::UnclosedString);
    fails("SELECT '中', \"a\\\"", 1, 13, &Problem::UnclosedString);
    fails("SELECT\r\n`a", 2, 1, &Problem::UnclosedName);
    fails("SELECT 1 /* a", 1, 10, &Problem::UnclosedComment);
    fails("\u{feff}/*!50003 SELECT 1;", 1, 1, &Problem::UnclosedComment);
    fails("CREATE PROCEDURE p()\nBEGIN\n  IF a THEN SELECT 1;\nEND;", 2, 1, &Problem::UnclosedBody);
    fails("DELIMITER //\nSELECT 1;", 2, 1, &Problem::UnclosedDelimiter("//".into()));
    fails("DELIMITER //\nSELECT 1;\n DELIMITER ;", 3, 2, &Problem::DelimiterInStatement("//".into()));
    fails("SELECT 1\nDELIMITER //\n", 2, 1, &Problem::DelimiterInStatement(";".into()));
    fails("SELECT 1;\nDELIMITER\n", 2, 1, &Problem::BadDelimiter);
    fails("DELIMITER \\\\\n", 1, 1, &Problem::BadDelimiter);
    fails("DELIMITER // extra\n", 1, 1, &Problem::BadDelimiter);
}

#[test]
fn client_commands_are_refused_by_name() {
    let check = |script, column, name: &str| fails(script, 1, column, &Problem::ClientCommand(name.into()));
    check("source other.sql", 1, "source");
    check("SELECT 1; SOURCE other.sql;", 11, "SOURCE");
    check("\\. other.sql", 1, "\\.");
    check("SELECT 1\\G", 9, "\\G");
    check("SELECT 1 \\g", 10, "\\g");
    check("system rm", 1, "system");
    check("tee x", 1, "tee");
}

#[test]
fn an_error_reads_as_a_sentence() {
    let error = split("SELECT 1;\n SELECT 'a", Options::default()).expect_err("unclosed");
    assert_eq!(error.to_string(), "line 2, column 9: the string that begins here is not closed");
}

#[test]
fn places_count_lines_and_characters() {
    let script = "\u{feff}/* 中\n*/ SELECT 1; 表();\r\n\r\n  SELECT\n2";
    let statements = split(script, Options::default()).expect("valid");
    let places: Vec<_> = statements.iter().map(|statement| (statement.line, statement.column)).collect();
    assert_eq!(places, [(2, 4), (2, 14), (4, 3)]);
    assert!(statements.iter().all(|statement| &script[statement.span.clone()] == statement.text));
}

#[test]
fn sql_modes_are_read_from_the_variable() {
    assert_eq!(Options::of_sql_mode("STRICT_TRANS_TABLES,ANSI_QUOTES"), ANSI);
    assert_eq!(Options::of_sql_mode("no_backslash_escapes"), PLAIN_BACKSLASH);
    assert_eq!(Options::of_sql_mode(""), Options::default());
}

/// The service's own schema, file by file: every statement begins with a word that a schema may hold.
#[test]
fn the_schema_is_split() {
    let directory = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schema");
    let files: Vec<_> = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 3, "{files:?}");
    for file in files {
        let script = std::fs::read_to_string(&file).unwrap();
        let statements =
            split(&script, Options::default()).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert!(!statements.is_empty(), "{}", file.display());
        for statement in statements {
            let verb = statement.text.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
            let expected = ["CREATE", "INSERT", "SET", "USE", "ALTER", "/*!"];
            assert!(expected.contains(&verb.as_str()), "{}:{}: {verb}", file.display(), statement.line);
        }
    }
}
