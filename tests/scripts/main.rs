//! Scripts, names and values as a real server takes them: what was split is accepted statement by statement, and
//! what was quoted comes back byte for byte.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

#[path = "../common/mod.rs"]
mod common;
mod corpus;
mod referee;

use common::{launcher, link, rows};
use dbdeck::server::script::{Options, fingerprint, split};
use dbdeck::server::sql::{self, Sql};

/// Stored programs without `DELIMITER`, then with it: each body would be a syntax error if it were cut short.
const SCRIPT: &str = r"
CREATE DATABASE script; USE script;
CREATE TABLE t (id INT PRIMARY KEY, `begin` INT, `end` INT, note VARCHAR(20) DEFAULT ';'); -- one; table
/*!50003 CREATE*/ /*!50003 TRIGGER t1 BEFORE INSERT ON t FOR EACH ROW BEGIN
  IF NEW.begin IS NULL THEN SET NEW.begin = IF(NEW.id > 1, 1, 2); ELSE SET NEW.end = 0; END IF;
END */;
CREATE TRIGGER t2 BEFORE UPDATE ON t FOR EACH ROW SET NEW.end = IF(NEW.id > 1, 1, 2);
CREATE PROCEDURE fill(IN n INT) COMMENT 'BEGIN; END'
BEGIN
  DECLARE i INT DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR 1062, SQLSTATE '23000' BEGIN SET i = i + 0; END;
  walk: LOOP
    SET i = i + 1;
    IF i > n THEN LEAVE walk; END IF;
    INSERT INTO t (id, note) VALUES (i, REPEAT('x;', 3));
  END LOOP walk;
  REPEAT SET i = i - 1; UNTIL i <= CASE WHEN n > 5 THEN 5 ELSE 0 END END REPEAT;
  WHILE IF(i > 0, TRUE, FALSE) DO SET i = i - 1; END WHILE;
  CASE i WHEN 0 THEN SELECT 1; ELSE BEGIN END; END CASE;
END;
CREATE FUNCTION grade(n INT) RETURNS CHAR(5) CHARACTER SET utf8mb4 DETERMINISTIC
  RETURN CASE WHEN n > 1 THEN IF(n > 2, 'many;', 'two') ELSE 'one' END;
CREATE PROCEDURE brief() IF 1 = 1 THEN SELECT start, end FROM (SELECT 1 AS start, 2 AS end) AS x; END IF;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO BEGIN DELETE FROM t WHERE id < 0; DO SLEEP(0); END;
BEGIN; INSERT INTO t (id) VALUES (100); ROLLBACK;
DELIMITER //
CREATE PROCEDURE other() BEGIN SELECT 1; SELECT 2; END//
DELIMITER ;
CALL fill(9);
SELECT 'last''; \';'; # done;
";

#[tokio::test]
async fn what_is_split_is_accepted_statement_by_statement() {
    let server = launcher().start().await.unwrap();
    let mut root = link(&server.root()).await;
    for statement in split(SCRIPT, Options::default()).unwrap() {
        let answer = root.rows(Sql::statement(&statement).tagged("job=1")).await;
        answer.unwrap_or_else(|error| panic!("line {}: {}: {error}", statement.line, statement.text));
    }
    assert_eq!(rows(&mut root, 2, "SELECT COUNT(*), MIN(note) FROM t").await, ["9|x;x;x;"]);
    let programs = "SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = 'script'";
    assert_eq!(rows(&mut root, 1, programs).await, ["4"]);
    assert_eq!(fingerprint("SELECT 'last''; \\';'; # done;"), "SELECT ?");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn names_and_values_come_back_whole_in_every_mode() {
    let server = launcher().start().await.unwrap();
    let mut root = link(&server.root()).await;
    root.execute("CREATE DATABASE quoting").await.unwrap();
    root.execute("USE quoting").await.unwrap();
    let odd =
        ["plain", "it's", "back\\slash", "\"double\"", "a`b", "line\nbreak", "nul\0l", "中文 😀", "50%_", "*/ --"];
    for mode in ["", "ANSI_QUOTES", "NO_BACKSLASH_ESCAPES", "PIPES_AS_CONCAT,ANSI_QUOTES,NO_BACKSLASH_ESCAPES"] {
        root.execute(Sql::fixed("SET sql_mode = ").value(mode)).await.unwrap();
        for text in odd {
            let answer = root.rows(Sql::fixed("SELECT ").value(text)).await.unwrap();
            assert_eq!(answer[0].verbatim(0).as_deref(), Some(text), "{mode}");
        }
        let one = format!("SELECT 'x' IN ({}), 'x' IN ({})", sql::list(&odd), sql::list::<&str>(&[]));
        assert_eq!(rows(&mut root, 2, &one).await, ["0|"]);
    }
    for name in odd.iter().filter(|name| !name.contains(['\0', '😀'])) {
        root.execute(Sql::fixed("CREATE TABLE ").name(name).then(" (a INT)")).await.unwrap();
        root.execute(Sql::fixed("DROP TABLE ").name(name)).await.unwrap();
    }
    server.stop().await.unwrap();
}
