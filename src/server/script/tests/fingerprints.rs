//! Statements and their fingerprints.

use crate::server::script::fingerprint;

fn check(sql: &str, expected: &str) {
    assert_eq!(fingerprint(sql), expected, "{sql:?}");
    assert_eq!(fingerprint(expected), expected, "again");
}

#[test]
fn literals_become_question_marks() {
    check("SELECT 1", "SELECT ?");
    check("select  a,b from T where x=1 and y = 'it''s'", "select a, b from T where x = ? and y = ?");
    check("SELECT 1.5e-3, .5, 0xFF, 0b1, x'41', N'a', _utf8mb4'b', -7, a-7", "SELECT ?, ?, ?, ?, ?, ?, ?, ?, a - ?");
    check("SELECT 'a' 'b', \"c\"", "SELECT ?, ?");
    check("UPDATE t SET a = NULL, b=TRUE WHERE c IS NOT NULL", "UPDATE t SET a = ?, b = ? WHERE c IS NOT NULL");
    check("SELECT t1.c2, db.2024, `3` FROM t1 LIMIT 10, 20", "SELECT t1.c2, db.2024, `3` FROM t1 LIMIT ?, ?");
    check("SELECT NOW() - INTERVAL 1 DAY, @@session.a, @b", "SELECT NOW() - INTERVAL ? DAY, @@session.a, @b");
    check("SELECT a->>'$.x', a<=>b, a:=-1", "SELECT a ->> ?, a <=> b, a := ?");
}

#[test]
fn lists_and_rows_are_collapsed() {
    check("SELECT * FROM t WHERE a IN (1,2,3)", "SELECT * FROM t WHERE a IN (?+)");
    check("SELECT * FROM t WHERE a in(1)", "SELECT * FROM t WHERE a in (?+)");
    check("SELECT 1 WHERE (a,b) IN ((1,2),(3,4),(5,6))", "SELECT ? WHERE (a, b) IN ((?+))");
    check("INSERT INTO t(a,b) VALUES (1,'x'),(2,'y')", "INSERT INTO t(a, b) VALUES (?+)");
    check("INSERT INTO t VALUES (1,NOW()),(2,NOW()),(3,UUID())", "INSERT INTO t VALUES (?, NOW()), (?, UUID())");
    check(
        "SELECT 1 WHERE a IN (SELECT b FROM c WHERE d IN (1,2))",
        "SELECT ? WHERE a IN (SELECT b FROM c WHERE d IN (?+))",
    );
    check("SELECT f(1, 2), DECIMAL(10,2)", "SELECT f(?, ?), DECIMAL(?, ?)");
}

#[test]
fn comments_and_layout_do_not_matter() {
    check("/* dbdeck 7 */ SELECT a -- x\n FROM\tt # y\n;", "SELECT a FROM t");
    check("SELECT /*+ NO_INDEX(t) */ a /*!40001 SQL_NO_CACHE */ FROM t", "SELECT a SQL_NO_CACHE FROM t");
    check("SELECT COUNT( * ) FROM t ;; ", "SELECT COUNT(*) FROM t");
}

#[test]
fn what_was_cut_off_is_taken_as_far_as_it_goes() {
    check("INSERT INTO t VALUES ('abc", "INSERT INTO t VALUES (?");
    check("SELECT a /* unfinis", "SELECT a");
    check("SELECT `ab", "SELECT `ab");
    check("", "");
}
