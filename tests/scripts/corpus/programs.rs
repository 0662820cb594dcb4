//! Stored programs, as the client needs them: with a delimiter. That we need none is checked on the same scripts.

use super::{Case, End, case};

/// One program between delimiters, and what is done with it.
fn program(name: &'static str, body: &str, then: &str) -> Case {
    case(name, format!("CREATE TABLE t (a INT, b INT);\nDELIMITER //\n{body}//\nDELIMITER ;\n{then}"))
}

pub fn cases() -> Vec<Case> {
    let mut cases = procedures();
    cases.extend(of_other_kinds());
    cases.extend(of_one_family().into_iter().map(|case| case.ends(End::RunsOrNot)));
    cases
}

fn procedures() -> Vec<Case> {
    vec![
        program(
            "block",
            "CREATE PROCEDURE p()\nBEGIN\n  INSERT INTO t VALUES (1, 1);\n  INSERT INTO t VALUES (2, 2);\nEND",
            "CALL p();",
        ),
        program("no block", "CREATE PROCEDURE p() INSERT INTO t VALUES (1, 1)", "CALL p();"),
        program(
            "nested blocks",
            "CREATE PROCEDURE p() BEGIN BEGIN BEGIN INSERT INTO t VALUES (1,1); END; END; BEGIN END; END",
            "CALL p();",
        ),
        program(
            "labels",
            "CREATE PROCEDURE p() outer1: BEGIN `in;ner`: LOOP LEAVE `in;ner`; END LOOP `in;ner`; LEAVE outer1; END outer1",
            "CALL p();",
        ),
        program(
            "if",
            "CREATE PROCEDURE p(n INT) BEGIN IF n > 1 THEN INSERT INTO t VALUES (n, 1); ELSEIF n = 1 THEN SELECT 1; ELSE \
             IF (n < 0) THEN SELECT 2; END IF; SELECT IF(n, 3, 4); END IF; INSERT INTO t VALUES (9, 9); END",
            "CALL p(2); CALL p(1); CALL p(0); CALL p(-1);",
        ),
        program(
            "case statement and expression",
            "CREATE PROCEDURE p(n INT) BEGIN CASE n WHEN 1 THEN SELECT CASE WHEN n THEN 'a;' ELSE 'b' END; ELSE BEGIN END; \
             END CASE; SET @x = CASE n WHEN 2 THEN CASE WHEN n > 1 THEN 'in' END ELSE 'out' END; \
             CASE WHEN n = 3 THEN SELECT 'three'; ELSE SELECT @x; END CASE; INSERT INTO t VALUES (n, n); END",
            "CALL p(1); CALL p(2); CALL p(3);",
        ),
        program(
            "case in a condition",
            "CREATE PROCEDURE p(n INT) BEGIN IF CASE n WHEN 1 THEN TRUE ELSE FALSE END THEN SELECT 1; END IF; SELECT 2; END",
            "CALL p(1);",
        ),
        program(
            "loops",
            "CREATE PROCEDURE p(n INT) BEGIN DECLARE i INT DEFAULT 0; one: LOOP SET i = i + 1; IF i > n THEN LEAVE one; END IF; \
             INSERT INTO t VALUES (i, 1); END LOOP one; REPEAT SET i = i - 1; UNTIL i < 1 END REPEAT; \
             WHILE i < n DO SET i = i + 1; DO SLEEP(0); END WHILE; SELECT REPEAT('x;', 2), i; END",
            "CALL p(3);",
        ),
        program(
            "until with a case",
            "CREATE PROCEDURE p() BEGIN DECLARE i INT DEFAULT 9; REPEAT SET i = i - 1; UNTIL i <= CASE WHEN i > 5 THEN 5 ELSE 0 END END REPEAT; SELECT i; END",
            "CALL p();",
        ),
        program(
            "handlers",
            "CREATE PROCEDURE p() BEGIN DECLARE done INT DEFAULT 0; DECLARE v INT; DECLARE c CURSOR FOR SELECT a FROM t; \
             DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = IF(done, 1, 2); DECLARE EXIT HANDLER FOR 1062, SQLSTATE '23000' BEGIN \
             ROLLBACK; SELECT 'dup;'; END; OPEN c; FETCH c INTO v; CLOSE c; SELECT done; END",
            "CALL p();",
        ),
        program(
            "handler with an if",
            "CREATE PROCEDURE p() BEGIN DECLARE CONTINUE HANDLER FOR SQLEXCEPTION IF 1 THEN SELECT 'caught'; END IF; SELECT * FROM nowhere; SELECT 'after'; END",
            "CALL p();",
        ),
        program(
            "transaction inside",
            "CREATE PROCEDURE p() BEGIN START TRANSACTION; INSERT INTO t VALUES (1, 1); COMMIT; END",
            "CALL p();",
        ),
        program(
            "words as columns",
            "CREATE PROCEDURE p() BEGIN SELECT x.end, x.begin, `case` FROM (SELECT 1 AS end, 2 AS begin, 3 AS `case`) AS x; SELECT 1; END",
            "CALL p();",
        ),
        program(
            "comments and strings inside",
            "CREATE PROCEDURE p() BEGIN -- it's; END\n /* END; */ SELECT 'END;', \"END\"; # END;\n SELECT 2; END",
            "CALL p();",
        ),
    ]
}

/// Functions, triggers, events, and programs that are hard to tell from something else.
fn of_other_kinds() -> Vec<Case> {
    vec![
        program(
            "characteristics",
            "CREATE DEFINER=CURRENT_USER PROCEDURE p(IN n INT, OUT m INT) COMMENT 'BEGIN; END' SQL SECURITY INVOKER BEGIN SET m = n; END",
            "CALL p(1, @m); SELECT @m;",
        ),
        program(
            "function",
            "CREATE FUNCTION f(n INT) RETURNS VARCHAR(9) CHARACTER SET utf8mb4 DETERMINISTIC BEGIN IF n THEN RETURN 'a;'; END IF; RETURN 'b'; END",
            "SELECT f(1); SELECT f(0);",
        ),
        program(
            "function of one statement",
            "CREATE FUNCTION f(n INT) RETURNS INT DETERMINISTIC RETURN CASE WHEN n > 1 THEN IF(n > 2, 3, 2) ELSE 1 END",
            "SELECT f(1), f(3);",
        ),
        program(
            "function of an enum",
            "CREATE FUNCTION f(e ENUM('x;','y')) RETURNS INT DETERMINISTIC NO SQL RETURN IF(e = 'y', 1, 2)",
            "SELECT f('y');",
        ),
        program(
            "trigger",
            "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW BEGIN IF NEW.b IS NULL THEN SET NEW.b = 7; END IF; SET @n = 1; END",
            "INSERT INTO t (a) VALUES (1); SELECT b FROM t;",
        ),
        program(
            "trigger of one statement",
            "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW SET NEW.b = CASE WHEN NEW.a > 1 THEN IF(NEW.a > 2, 3, 2) ELSE 1 END",
            "INSERT INTO t (a) VALUES (5);",
        ),
        program(
            "trigger of an if",
            "CREATE TRIGGER r AFTER UPDATE ON t FOR EACH ROW IF NEW.a <> OLD.a THEN SET @n = 1; SET @m = 2; END IF",
            "UPDATE t SET a = 1; SELECT 1;",
        ),
        program(
            "trigger that follows",
            "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW SET @a = 1//\nCREATE TRIGGER s BEFORE INSERT ON t FOR EACH ROW FOLLOWS r BEGIN SET @b = 2; SET @c = 3; END",
            "INSERT INTO t VALUES (1, 1); SELECT @c;",
        ),
        program(
            "event",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS NOW() + INTERVAL IF(1, 2, 3) HOUR DISABLE COMMENT 'DO;' DO BEGIN DELETE FROM t WHERE a = 1; DO SLEEP(0); END",
            "ALTER EVENT e ON COMPLETION PRESERVE; SELECT 1;",
        ),
        program(
            "event of one statement",
            "CREATE EVENT IF NOT EXISTS e ON SCHEDULE EVERY 1 HOUR DISABLE DO DELETE FROM t",
            "DROP EVENT e; SELECT 1;",
        ),
        program(
            "event altered",
            "CREATE EVENT e ON SCHEDULE EVERY 1 HOUR DISABLE DO DO 1//\nALTER EVENT e DO BEGIN DO 1; DO 2; END",
            "SELECT 1;",
        ),
        program(
            "program with a program's name",
            "CREATE PROCEDURE `begin`() BEGIN SELECT 1; END//\nCREATE PROCEDURE `end;`() BEGIN SELECT 2; END",
            "CALL `begin`(); CALL `end;`();",
        ),
        program(
            "as a dump writes it",
            "/*!50003 CREATE*/ /*!50020 DEFINER=`root`@`localhost`*/ /*!50003 TRIGGER r BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 1; SET NEW.b = 2; END */ ",
            "INSERT INTO t VALUES (0, 0);",
        ),
        program("program in a string", "SET @p = 'CREATE PROCEDURE p() BEGIN SELECT 1; END'//\nSELECT @p", "SELECT 1;"),
        program(
            "with and dynamic statements",
            "CREATE PROCEDURE p() BEGIN WITH x AS (SELECT CASE WHEN 1 THEN 2 END AS c) SELECT c FROM x; SET @s = 'SELECT 1;'; PREPARE s FROM @s; EXECUTE s; DEALLOCATE PREPARE s; END",
            "CALL p();",
        ),
        program("a broken program", "CREATE PROCEDURE p() BEGIN SELECT 1; SELEKT 2; END", "SELECT 1;").ends(End::Fails),
    ]
}

fn of_one_family() -> Vec<Case> {
    vec![
        program(
            "block that stands alone",
            "BEGIN NOT ATOMIC DECLARE x INT DEFAULT 1; INSERT INTO t VALUES (x, x); END",
            "SELECT 1;",
        ),
        program(
            "labelled loop that stands alone",
            "top: WHILE (SELECT COUNT(*) FROM t) < 3 DO INSERT INTO t VALUES (1, 1); END WHILE top",
            "SELECT 1;",
        ),
        program(
            "if that stands alone",
            "IF EXISTS (SELECT 1 FROM t) THEN SELECT 'rows;'; ELSE SELECT 'none'; END IF",
            "SELECT 1;",
        ),
        program(
            "case that stands alone",
            "CASE WHEN (SELECT COUNT(*) FROM t) THEN SELECT 'rows;'; ELSE SELECT 'none'; END CASE",
            "SELECT 1;",
        ),
        program(
            "for over numbers",
            "CREATE PROCEDURE p() BEGIN FOR i IN 1..3 DO INSERT INTO t VALUES (i, i); END FOR; FOR r IN (SELECT a FROM t) DO SELECT r.a; END FOR; END",
            "CALL p();",
        ),
        program(
            "replaced",
            "CREATE OR REPLACE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END//\nCREATE OR REPLACE TRIGGER r BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 1; END",
            "CALL p();",
        ),
        program(
            "if it is not there",
            "CREATE PROCEDURE IF NOT EXISTS p() BEGIN SELECT 1; END//\nCREATE TRIGGER IF NOT EXISTS r BEFORE INSERT ON t FOR EACH ROW IF NEW.a THEN SET @a = 1; END IF",
            "CALL p();",
        ),
        program(
            "aggregate",
            "CREATE AGGREGATE FUNCTION f(x INT) RETURNS INT BEGIN DECLARE s INT DEFAULT 0; DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN s; LOOP FETCH GROUP NEXT ROW; SET s = s + x; END LOOP; END",
            "SELECT f(1);",
        ),
        program(
            "signals",
            "CREATE PROCEDURE p() BEGIN DECLARE odd CONDITION FOR SQLSTATE '45000'; DECLARE EXIT HANDLER FOR odd BEGIN GET DIAGNOSTICS CONDITION 1 @m = MESSAGE_TEXT; SELECT @m; END; SIGNAL odd SET MESSAGE_TEXT = 'a;b'; END",
            "CALL p();",
        ),
    ]
}
