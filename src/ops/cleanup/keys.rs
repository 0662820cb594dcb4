//! Ranges of a key: the conditions by which a table is walked once, from its first row to its last.
//!
//! The columns of a key compare one after the other, as an index keeps them. The long form (`a > x OR (a = x AND b > y)`)
//! is one that the servers turn into a range of the index; the short one, `(a, b) > (x, y)`, they do not. The first
//! column's own bound (`a >= x`), which says nothing new, keeps a server that gives up on the alternatives in the range.

use crate::server::sql;

/// Columns of an index that together name one row, in the order of the index.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Key {
    /// The index that keeps this order.
    pub index: String,
    /// Its columns.
    pub columns: Vec<String>,
}

/// The place of one row: a literal for each column of the key.
pub type Place = Vec<String>;

impl Key {
    /// The columns, quoted, with a comma between them.
    pub fn list(&self) -> String {
        self.columns.iter().map(|column| sql::ident(column)).collect::<Vec<_>>().join(", ")
    }

    /// The columns in falling order, for `ORDER BY`.
    pub fn falling(&self) -> String {
        self.columns.iter().map(|column| format!("{} DESC", sql::ident(column))).collect::<Vec<_>>().join(", ")
    }

    /// Rows behind that place.
    pub fn behind(&self, place: &Place) -> String {
        self.side(place, ">", ">")
    }

    /// Rows up to that place, itself included.
    pub fn up_to(&self, place: &Place) -> String {
        self.side(place, "<", "<=")
    }

    /// The row at that place.
    pub fn at(&self, place: &Place) -> String {
        self.pairs(place).map(|(column, value)| format!("{column} = {value}")).collect::<Vec<_>>().join(" AND ")
    }

    /// The rows at these places, which must not be none.
    pub fn among(&self, places: &[Place]) -> String {
        let values: Vec<String> = match self.columns.as_slice() {
            [_] => places.iter().map(|place| place.join(", ")).collect(),
            _ => places.iter().map(|place| format!("({})", place.join(", "))).collect(),
        };
        let columns = if self.columns.len() == 1 { self.list() } else { format!("({})", self.list()) };
        format!("{columns} IN ({})", values.join(", "))
    }

    fn side(&self, place: &Place, strict: &str, last: &str) -> String {
        let mut equal = String::new();
        let mut cases = Vec::new();
        let count = self.columns.len();
        for (at, (column, value)) in self.pairs(place).enumerate() {
            let sign = if at + 1 == count { last } else { strict };
            let case = format!("{equal}{column} {sign} {value}");
            cases.push(if at == 0 { case } else { format!("({case})") });
            equal.push_str(&format!("{column} = {value} AND "));
        }
        match self.pairs(place).next() {
            Some((first, value)) if count > 1 => format!("{first} {strict}= {value} AND ({})", cases.join(" OR ")),
            _ => cases.concat(),
        }
    }

    fn pairs<'a>(&'a self, place: &'a Place) -> impl Iterator<Item = (String, &'a String)> {
        self.columns.iter().map(|column| sql::ident(column)).zip(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(columns: &[&str]) -> Key {
        Key { index: "PRIMARY".to_owned(), columns: columns.iter().map(|&column| column.to_owned()).collect() }
    }

    fn place(values: &[&str]) -> Place {
        values.iter().map(|&value| value.to_owned()).collect()
    }

    #[test]
    fn a_range_of_several_columns_compares_one_after_the_other() {
        let check = |columns: &[&str], values: &[&str], behind: &str, up_to: &str| {
            let (key, place) = (key(columns), place(values));
            assert_eq!(key.behind(&place), behind);
            assert_eq!(key.up_to(&place), up_to);
        };
        check(&["id"], &["5"], "`id` > 5", "`id` <= 5");
        check(
            &["a", "b"],
            &["1", "'x'"],
            "`a` >= 1 AND (`a` > 1 OR (`a` = 1 AND `b` > 'x'))",
            "`a` <= 1 AND (`a` < 1 OR (`a` = 1 AND `b` <= 'x'))",
        );
        check(
            &["a", "b", "c"],
            &["1", "2", "3"],
            "`a` >= 1 AND (`a` > 1 OR (`a` = 1 AND `b` > 2) OR (`a` = 1 AND `b` = 2 AND `c` > 3))",
            "`a` <= 1 AND (`a` < 1 OR (`a` = 1 AND `b` < 2) OR (`a` = 1 AND `b` = 2 AND `c` <= 3))",
        );
    }

    #[test]
    fn rows_are_named_by_their_keys() {
        assert_eq!(key(&["id"]).among(&[place(&["1"]), place(&["2"])]), "`id` IN (1, 2)");
        let two = key(&["a", "b"]);
        assert_eq!(two.among(&[place(&["1", "'x'"])]), "(`a`, `b`) IN ((1, 'x'))");
        assert_eq!(two.at(&place(&["1", "'x'"])), "`a` = 1 AND `b` = 'x'");
        assert_eq!(two.falling(), "`a` DESC, `b` DESC");
    }
}
