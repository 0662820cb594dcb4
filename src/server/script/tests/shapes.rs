//! Shapes of statements.

use crate::server::script::Options;
use crate::server::script::shape::{Class, Kind, shape};

fn of(sql: &str) -> crate::server::script::shape::Shape {
    shape(sql, Options::default())
}

#[test]
fn a_statement_is_of_a_kind() {
    let check = |sql: &str, kind: Kind| assert_eq!(of(sql).kind, kind, "{sql}");
    check("CREATE TABLE t (a INT)", Kind::Ddl);
    check("/* x */ create or replace definer=`a`@'%' sql security invoker view v as select 1", Kind::Ddl);
    check("CREATE DEFINER = CURRENT_USER() PROCEDURE p() BEGIN END", Kind::Ddl);
    check("CREATE TEMPORARY TABLE t (a INT)", Kind::Temporary);
    check("DROP TEMPORARY TABLE IF EXISTS t", Kind::Temporary);
    check("INSERT INTO t VALUES (1)", Kind::Rows);
    check("with x as (select 1) delete from t", Kind::Rows);
    check("SET @a = 1", Kind::Session);
    check("SET NAMES utf8mb4", Kind::Session);
    check("SET GLOBAL max_connections = 5", Kind::Repeatable);
    check("SET @@global.max_connections = 5", Kind::Repeatable);
    check("SELECT 1 INTO @x", Kind::Session);
    check("PREPARE s FROM @sql", Kind::Prepare("s".to_owned(), Some("sql".to_owned())));
    check("PREPARE s FROM 'SELECT 1'", Kind::Prepare("s".to_owned(), None));
    check("EXECUTE s", Kind::Execute("s".to_owned()));
    check("EXECUTE s USING @a, @b", Kind::Execute("s".to_owned()));
    check("DEALLOCATE PREPARE s", Kind::Session);
    check("BEGIN", Kind::Begin);
    check("BEGIN NOT ATOMIC SELECT 1; END", Kind::Other);
    check("START TRANSACTION READ WRITE", Kind::Begin);
    check("COMMIT AND CHAIN", Kind::Commit);
    check("ROLLBACK", Kind::Rollback);
    check("ROLLBACK TO SAVEPOINT a", Kind::Session);
    check("LOCK TABLES t WRITE", Kind::LockTables);
    check("UNLOCK TABLES", Kind::UnlockTables);
    check("GRANT SELECT ON a.* TO b", Kind::Repeatable);
    check("CREATE USER IF NOT EXISTS a", Kind::Repeatable);
    check("CREATE USER a", Kind::Other);
    check("CALL p(1)", Kind::Call);
    check("", Kind::Other);
    check("!", Kind::Other);
}

#[test]
fn its_objects_are_named() {
    let check = |sql: &str, expected: &[(Class, &str)]| {
        let shape = of(sql);
        let found: Vec<_> = shape.objects.iter().map(|object| (object.class, object.name.as_str())).collect();
        assert_eq!(found, expected, "{sql}");
    };
    check("CREATE TABLE IF NOT EXISTS `a``b` (x INT)", &[(Class::Table, "a`b")]);
    check("ALTER ONLINE TABLE db.t ADD x INT", &[(Class::Table, "t")]);
    check("ALTER TABLE t ADD a INT, RENAME TO u", &[(Class::Table, "t"), (Class::Table, "u")]);
    check("ALTER TABLE t RENAME COLUMN a TO b", &[(Class::Table, "t")]);
    check("CREATE UNIQUE INDEX i USING BTREE ON t (a)", &[(Class::Table, "t")]);
    check("DROP INDEX i ON db.t", &[(Class::Table, "t")]);
    check("DROP TABLE a, b CASCADE", &[(Class::Table, "a"), (Class::Table, "b")]);
    check("RENAME TABLE a TO b, c TO d", &["a", "b", "c", "d"].map(|name| (Class::Table, name)));
    check("TRUNCATE t", &[(Class::Table, "t")]);
    check("CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET @a = 1", &[(Class::Trigger, "tr")]);
    check("/*!50003 CREATE*/ /*!50020 DEFINER=`a`@`b`*/ /*!50003 TRIGGER tr AFTER */", &[(Class::Trigger, "tr")]);
}

#[test]
fn what_goes_is_said() {
    let check = |sql: &str, expected: &[&str]| assert_eq!(of(sql).destroys, expected, "{sql}");
    check("DROP TABLE IF EXISTS a, b", &["table a", "table b"]);
    check("DROP VIEW v", &[]);
    check("TRUNCATE TABLE a", &["all rows of a"]);
    check("DELETE FROM a", &["all rows of a"]);
    check("DELETE FROM a WHERE x = 1", &[]);
    check("ALTER TABLE t ADD a INT, DROP b", &["column b of t"]);
    check("ALTER TABLE t DROP COLUMN IF EXISTS `index`, DROP KEY k", &["column index of t"]);
    check("ALTER TABLE t DROP PRIMARY KEY, DROP FOREIGN KEY f, ADD PRIMARY KEY (a, b)", &[]);
    check("ALTER TABLE t DROP PARTITION p1", &["partition p1 of t"]);
    check("ALTER TABLE t TRUNCATE PARTITION p1", &["the rows of partition p1 of t"]);
    check("ALTER TABLE t ADD COLUMN a VARCHAR(9) DEFAULT 'DROP b' COMMENT ', DROP c'", &[]);
}

#[test]
fn an_algorithm_can_be_asked_for() {
    let check = |sql: &str, expected: Option<&str>| {
        let put = of(sql).pin.map(|pin| pin.put(sql, "INPLACE", Some("NONE")));
        assert_eq!(put.as_deref(), expected, "{sql}");
    };
    check("ALTER TABLE `t` ADD a INT", Some("ALTER TABLE `t` ALGORITHM=INPLACE, LOCK=NONE, ADD a INT"));
    check("ALTER TABLE a.t NOWAIT ADD a INT", Some("ALTER TABLE a.t NOWAIT ALGORITHM=INPLACE, LOCK=NONE, ADD a INT"));
    check(
        "ALTER TABLE t PARTITION BY HASH (a)",
        Some("ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE PARTITION BY HASH (a)"),
    );
    check("ALTER TABLE t REMOVE PARTITIONING", Some("ALTER TABLE t ALGORITHM=INPLACE, LOCK=NONE REMOVE PARTITIONING"));
    check("CREATE INDEX i ON t (a)", Some("CREATE INDEX i ON t (a) ALGORITHM=INPLACE LOCK=NONE"));
    check("CREATE INDEX i ON t (a) -- why", Some("CREATE INDEX i ON t (a) ALGORITHM=INPLACE LOCK=NONE -- why"));
    check("ALTER TABLE t ADD a INT, ALGORITHM=INSTANT", None);
    check("CREATE TABLE t (a INT)", None);
}

#[test]
fn the_table_it_changes_has_a_place() {
    let check = |sql: &str, expected: Option<&str>| {
        assert_eq!(of(sql).table.map(|place| &sql[place]), expected, "{sql}");
    };
    check("ALTER TABLE t ADD a INT", Some("t"));
    check("/* t */ alter online table if exists `d b` . `t``x` NOWAIT add a int", Some("`d b` . `t``x`"));
    check("CREATE UNIQUE INDEX i USING BTREE ON /* here */ db.t (a)", Some("db.t"));
    check("DROP INDEX i ON t", Some("t"));
    check("DROP TABLE t", None);
    check("ALTER VIEW v AS SELECT 1", None);
}
