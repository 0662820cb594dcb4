//! What can be looked up of a statement when it has been done.

use crate::server::script::Options;
use crate::server::script::shape::claim::{Claim, Part, Thing, claims, claims_of_texts};

/// `+table t`, `-column t.c`, `?rows`.
fn words(claims: &[Claim]) -> String {
    let thing = |thing: &Thing| match thing {
        Thing::Object(class, schema, name) => {
            let schema = schema.as_ref().map(|schema| format!("{schema}.")).unwrap_or_default();
            format!("{} {schema}{name}", class.word().to_ascii_lowercase())
        }
        Thing::Part(part, _, table, name) => {
            let part = match part {
                Part::Column => "column",
                Part::Index => "index",
                Part::Constraint => "constraint",
            };
            format!("{part} {table}.{name}")
        }
    };
    let word = |claim: &Claim| match claim {
        Claim::There(it) => format!("+{}", thing(it)),
        Claim::Gone(it) => format!("-{}", thing(it)),
        Claim::Unseen(what) => format!("?{what}"),
    };
    claims.iter().map(word).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_statement_leaves_behind_what_its_words_say() {
    let check = |sql: &str, expected: &str| assert_eq!(words(&claims(sql, Options::default())), expected, "{sql}");
    check(
        "CREATE TABLE IF NOT EXISTS `t` (id INT, `a b` DECIMAL(1, 2) COMMENT 'x, y', PRIMARY KEY (id), KEY k (id)) ENGINE=InnoDB",
        "+table t, +column t.id, +column t.a b",
    );
    check("CREATE TABLE s.t LIKE u", "+table s.t");
    check("CREATE TABLE t AS SELECT 1", "+table t");
    check("DROP TABLE IF EXISTS a, b", "-table a, -table b");
    check("RENAME TABLE a TO b, c TO d", "-table a, +table b, -table c, +table d");
    check("ALTER TABLE t ADD c INT, ADD COLUMN IF NOT EXISTS d ENUM('x', 'y') AFTER c", "+column t.c, +column t.d");
    check("ALTER TABLE t ADD (c INT, d INT DEFAULT (1))", "+column t.c, +column t.d");
    check(
        "ALTER TABLE t ADD INDEX i (c), ADD UNIQUE KEY u (c), ADD KEY (c)",
        "+index t.i, +index t.u, ?a key of t without a name",
    );
    check("ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (c) REFERENCES u (id)", "+constraint t.f");
    check("ALTER TABLE t ADD CONSTRAINT q UNIQUE (c), ADD PRIMARY KEY (id)", "+index t.q, +index t.PRIMARY");
    check("ALTER TABLE t DROP c, DROP COLUMN IF EXISTS d, DROP INDEX i", "-column t.c, -column t.d, -index t.i");
    check(
        "ALTER TABLE t DROP FOREIGN KEY f, DROP CONSTRAINT c, DROP PRIMARY KEY",
        "-constraint t.f, -constraint t.c, -index t.PRIMARY",
    );
    check("ALTER TABLE t CHANGE a b INT, CHANGE c c BIGINT", "-column t.a, +column t.b, ?the definition of c in t");
    check(
        "ALTER TABLE t RENAME COLUMN a TO b, RENAME INDEX i TO j",
        "-column t.a, +column t.b, -index t.i, +index t.j",
    );
    check("ALTER TABLE t RENAME TO u", "-table t, +table u");
    check("ALTER TABLE t MODIFY a BIGINT, ALGORITHM=INSTANT", "?the definition of t");
    check("ALTER TABLE t ADD PARTITION (PARTITION p VALUES LESS THAN (1))", "?the partitions of t");
    check("CREATE UNIQUE INDEX i ON t (a)", "+index t.i");
    check("DROP INDEX i ON t", "-index t.i");
    check("CREATE OR REPLACE VIEW v AS SELECT 1", "+view v, ?the text of v");
    check("CREATE PROCEDURE p() BEGIN SELECT 1; END", "+procedure p");
    check("CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @a = 1", "+trigger g");
    check("INSERT INTO t VALUES (1)", "?rows");
    check("TRUNCATE t", "?rows");
    check("CALL p()", "?what it does");
    check("GRANT SELECT ON s.* TO u", "?what it does");
    check("SET @a = 1", "");
    check("USE s", "");
    check("CREATE TEMPORARY TABLE t (a INT)", "");
    check("ALTER VIEW v AS SELECT 2", "?a definition");
}

#[test]
fn a_conditional_form_leaves_behind_what_its_text_says() {
    let check = |sql: &str, expected: &str| {
        assert_eq!(words(&claims_of_texts(sql, Options::default())), expected, "{sql}");
    };
    check("SET @s = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE t ADD c INT', 'DO 0') FROM x WHERE y = 'c')", "+column t.c");
    check("SET @s = IF(@n, 'SELECT 1', 'CREATE INDEX i ON t (c)')", "+index t.i");
    check("SET @s = IF(@n, 'DO 0', 'ALTER TABLE t ADD c INT COMMENT ''x''')", "+column t.c");
    check("SET @s = 'x'", "");
}
