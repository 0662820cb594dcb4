//! Ordinary statements with words and signs that a splitter may trip over, and where a script ends at its first error.

use super::{Case, End, case};

pub fn cases() -> Vec<Case> {
    vec![
        case("stops at the first error", "CREATE TABLE t (a INT);\nINSERT INTO t VALUES (1);\nINSERT INTO nowhere VALUES (2);\nINSERT INTO t VALUES (3);")
            .ends(End::Fails),
        case("a syntax error", "CREATE TABLE t (a INT);\nSELEKT 1;\nINSERT INTO t VALUES (3);").ends(End::Fails),
        case("transaction", "CREATE TABLE t (a INT); BEGIN; INSERT INTO t VALUES (1); ROLLBACK; BEGIN WORK; INSERT INTO t VALUES (2); COMMIT;"),
        case("transaction left open", "CREATE TABLE t (a INT); START TRANSACTION; INSERT INTO t VALUES (1);"),
        case("expressions of case", "SELECT CASE 1 WHEN 1 THEN 'a;' END; SELECT CASE WHEN CASE 1 WHEN 1 THEN 0 END THEN 1 ELSE 2 END; SELECT 3;"),
        case("functions named as statements", "SELECT IF(1, 2, 3); SELECT REPEAT('a;', 2); SELECT REPLACE('a', 'a', ';'); SELECT LEFT('abc', 1); SELECT INSERT('abc', 1, 1, ';');"),
        case("words as names", "CREATE TABLE event (begin INT, end INT, `loop` INT, `if` INT); INSERT INTO event VALUES (1, 2, 3, 4); SELECT begin, end FROM event;"),
        case("view", "CREATE VIEW v AS SELECT CASE 1 WHEN 1 THEN 'x;' END AS c; SELECT c FROM v; DROP VIEW v; SELECT 1;"),
        case("prepared", "SET @s = (SELECT IF(COUNT(*) = 0, 'CREATE TABLE t (a INT)', 'SELECT 1;') FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE());\nPREPARE s FROM @s;\nEXECUTE s;\nDEALLOCATE PREPARE s;"),
        case("use", "USE corpus; CREATE TABLE t (a INT); USE `corpus`; INSERT INTO t VALUES (1);"),
        case("json", "SELECT JSON_EXTRACT('{\"a;\": [1, \"b\"]}', '$.\"a;\"'); SELECT JSON_ARRAY(';', \"'\");"),
        case("arrows", "CREATE TABLE t (j JSON); INSERT INTO t VALUES ('{\"a\": \";\"}'); SELECT j->'$.a' FROM t; SELECT 1;").ends(End::RunsOrNot),
        case("numbers", "SELECT 1.5, .5, 5., 1e5, 1.5E-3, 0x1F, 0b101, -1, +1; SELECT 1e+2; SELECT 1.e2;"),
        case("names that begin with digits", "CREATE TABLE 2fa_codes (1st INT, `2024` INT); INSERT INTO 2fa_codes VALUES (1, 2); SELECT 2fa_codes.`2024`, 1st FROM 2fa_codes;"),
        case("dollars in names", "CREATE TABLE a$b (c$ INT); INSERT INTO a$b VALUES (1); SELECT c$ FROM a$b;"),
        case("assignments", "SET @a := 1, @b = 2; SELECT @a := @a + @b; SELECT @@session.sql_mode; SELECT 1 != 2, 1 <> 2, 1 <=> NULL, !0, ~0 & 1 | 2 ^ 3, 1 << 2;"),
        case("locks", "CREATE TABLE t (a INT); LOCK TABLES t WRITE; INSERT INTO t VALUES (1); UNLOCK TABLES;"),
        case("temporary", "CREATE TEMPORARY TABLE t (a INT); INSERT INTO t VALUES (1); SELECT a FROM t;"),
        case("partitions", "CREATE TABLE t (a INT PRIMARY KEY) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE); INSERT INTO t VALUES (1), (11);"),
        case("comments of tables", "CREATE TABLE t (a INT COMMENT 'a; -- b', b INT COMMENT 'it''s /* c') COMMENT='x;\ny'; SELECT 1;"),
        case("xa", "XA BEGIN 'x;'; XA END 'x;'; XA PREPARE 'x;'; XA ROLLBACK 'x;'; SELECT 1;"),
        case("parentheses", "(SELECT 1) UNION (SELECT 2); ((SELECT 3)); SELECT ((((1))));"),
        case("with", "WITH a AS (SELECT 1 AS x), b AS (SELECT 2 AS x) SELECT x FROM a UNION SELECT x FROM b; SELECT 3;"),
        case("a parameter's mark", "PREPARE s FROM 'SELECT ? + ?'; SET @a = 1; EXECUTE s USING @a, @a; SELECT 1;"),
        case("a mark where none belongs", "SELECT 1; SELECT ?; SELECT 2;").ends(End::Fails),
        case("statements of one family", "SET STATEMENT max_statement_time = 5 FOR SELECT 1; EXECUTE IMMEDIATE 'SELECT 2'; SELECT 3;").ends(End::RunsOrNot),
        case("values with everything", "CREATE TABLE t (a INT, b TEXT); INSERT INTO t VALUES (1, ';'), (2, '-- '), (3, '/*'), (4, '#'), (5, '\\''), (6, '\"'), (7, '`'), (8, 'DELIMITER //');"),
    ]
}
