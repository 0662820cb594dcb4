//! One line of `SHOW GRANTS`, as either flavor writes it.

use std::iter::Peekable;
use std::str::Chars;

use super::On;

/// What one line gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The rights, upper case (`SELECT`, `ALL PRIVILEGES`); those on single columns are not among them.
    pub rights: Vec<String>,
    /// Rights on single columns.
    pub column_rights: Vec<String>,
    /// Where.
    pub scope: Scope,
    /// To which account (`user@host`) or role.
    pub to: String,
    /// Whether the rights may be passed on.
    pub grant_option: bool,
}

/// Where a grant applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// `*.*`
    Server,
    /// `pattern.*`: `_` and `%` are wildcards unless escaped.
    Databases(String),
    /// `schema.table`: here the name is a name.
    Table(String, String),
}

/// A line that says something about rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    Grant(Grant),
    Revoke(Grant),
    Role { role: String, to: String },
}

impl Line {
    /// The account, which every answer names at least once; a role has no host.
    pub fn account(&self) -> Option<String> {
        let (Self::Grant(Grant { to, .. }) | Self::Revoke(Grant { to, .. }) | Self::Role { to, .. }) = self;
        to.contains('@').then(|| to.clone())
    }
}

impl Grant {
    /// Whether this right, or all of them, is among its rights.
    pub fn has(&self, right: &str) -> bool {
        if right.eq_ignore_ascii_case("GRANT OPTION") {
            return self.grant_option;
        }
        self.rights.iter().any(|own| own.eq_ignore_ascii_case(right) || own == "ALL PRIVILEGES")
    }
}

impl Scope {
    /// Whether all of `on` lies within.
    pub fn covers(&self, on: On, literal_names: bool) -> bool {
        match (self, on) {
            (Self::Server, _) => true,
            (Self::Databases(pattern), On::Database(name) | On::Table(name, _)) => {
                if literal_names {
                    pattern == name
                } else {
                    fits(pattern, name)
                }
            }
            (Self::Table(schema, table), On::Table(own_schema, own_table)) => {
                schema == own_schema && table == own_table
            }
            _ => false,
        }
    }
}

/// Whether a name fits a pattern of GRANT: `_` one character, `%` any number, `\` takes the next one as it is.
pub(super) fn fits(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    fits_from(&pattern, &name)
}

fn fits_from(pattern: &[char], name: &[char]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        (['%', rest @ ..], _) => (0..=name.len()).any(|taken| fits_from(rest, &name[taken..])),
        (['\\', literal, rest @ ..], [first, others @ ..]) => literal == first && fits_from(rest, others),
        (['_', rest @ ..], [_, others @ ..]) => fits_from(rest, others),
        ([literal, rest @ ..], [first, others @ ..]) => literal == first && fits_from(rest, others),
        _ => false,
    }
}

/// Reads one line; `None` for what gives no right on data (proxies, routines, default roles).
pub(super) fn parse(line: &str) -> Option<Line> {
    let mut words = Words { rest: line.chars().peekable() };
    let verb = words.next()?;
    let mut before = Vec::new();
    let preposition = loop {
        match words.next()? {
            Word::Plain(word) if matches!(word.as_str(), "ON" | "TO" | "FROM") => break word,
            word => before.push(word),
        }
    };
    match (verb, preposition.as_str()) {
        (Word::Plain(verb), "ON") if verb == "GRANT" || verb == "REVOKE" => {
            let grant = rest_of_grant(&before, &mut words)?;
            Some(if verb == "GRANT" { Line::Grant(grant) } else { Line::Revoke(grant) })
        }
        (Word::Plain(verb), "TO") if verb == "GRANT" => {
            let role = before.into_iter().find_map(Word::into_name)?;
            Some(Line::Role { role, to: grantee(&mut words)? })
        }
        _ => None,
    }
}

fn rest_of_grant(before: &[Word], words: &mut Words) -> Option<Grant> {
    let scope = scope(words)?;
    let to = grantee(words)?;
    let tail: Vec<Word> = words.collect();
    let says = |pair: &[Word]| pair == [Word::Plain("GRANT".to_owned()), Word::Plain("OPTION".to_owned())];
    let (rights, column_rights) = rights(before);
    Some(Grant { rights, column_rights, scope, to, grant_option: tail.windows(2).any(says) })
}

/// `SELECT, CREATE USER, UPDATE (a, b)`: words up to a comma are one right, brackets make it one on columns.
fn rights(words: &[Word]) -> (Vec<String>, Vec<String>) {
    let (mut whole, mut on_columns) = (Vec::new(), Vec::new());
    let (mut right, mut has_columns, mut depth) = (Vec::new(), false, 0_usize);
    for word in words.iter().chain([&Word::Sign(',')]) {
        match word {
            Word::Sign('(') => (depth, has_columns) = (depth + 1, true),
            Word::Sign(')') => depth = depth.saturating_sub(1),
            Word::Sign(',') if depth == 0 => {
                let list = if has_columns { &mut on_columns } else { &mut whole };
                list.push(std::mem::take(&mut right).join(" "));
                has_columns = false;
            }
            Word::Plain(text) if depth == 0 => right.push(text.clone()),
            _ => {}
        }
    }
    (whole, on_columns)
}

/// `*.*`, `db.*`, `db.table`; routines (`FUNCTION db.name`) and proxies (`user@host`) are none.
fn scope(words: &mut Words) -> Option<Scope> {
    let first = words.next()?;
    let dot = words.next()?;
    let second = words.next()?;
    if !words.next()?.is("TO", "FROM") || dot != Word::Sign('.') {
        return None;
    }
    match (first, second) {
        (Word::Sign('*'), Word::Sign('*')) => Some(Scope::Server),
        (first, Word::Sign('*')) => Some(Scope::Databases(first.into_name()?)),
        (first, second) => Some(Scope::Table(first.into_name()?, second.into_name()?)),
    }
}

/// `user@host` or `role`. A role of the flavor that gives roles a host is one with `@%`.
fn grantee(words: &mut Words) -> Option<String> {
    let name = words.next()?.into_name()?;
    match words.rest.peek() {
        Some('@') => {
            words.next();
            Some(format!("{name}@{}", words.next()?.into_name()?))
        }
        _ => Some(name),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    /// Outside quotes, upper case.
    Plain(String),
    /// In quotes of any kind.
    Quoted(String),
    Sign(char),
}

impl Word {
    fn into_name(self) -> Option<String> {
        match self {
            Self::Quoted(text) => Some(text),
            _ => None,
        }
    }

    fn is(&self, one: &str, other: &str) -> bool {
        matches!(self, Self::Plain(word) if word == one || word == other)
    }
}

struct Words<'a> {
    rest: Peekable<Chars<'a>>,
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        while self.rest.next_if(|c| c.is_whitespace()).is_some() {}
        let first = self.rest.next()?;
        Some(match first {
            '`' | '\'' | '"' => Word::Quoted(self.quoted(first)),
            c if is_plain(c) => Word::Plain(self.plain(c)),
            sign => Word::Sign(sign),
        })
    }
}

impl Words<'_> {
    /// A doubled quote is one of the text.
    fn quoted(&mut self, quote: char) -> String {
        let mut text = String::new();
        while let Some(c) = self.rest.next() {
            if c == quote && self.rest.next_if_eq(&quote).is_none() {
                break;
            }
            text.push(c);
        }
        text
    }

    fn plain(&mut self, first: char) -> String {
        let mut text = String::from(first);
        while let Some(c) = self.rest.next_if(|c| is_plain(*c)) {
            text.push(c);
        }
        text.to_ascii_uppercase()
    }
}

fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let shown = match parse(line) {
            None => "nothing".to_owned(),
            Some(Line::Role { role, to }) => format!("role {role} to {to}"),
            Some(Line::Revoke(grant)) => format!("not {:?} on {:?}", grant.rights, grant.scope),
            Some(Line::Grant(grant)) => {
                let option = if grant.grant_option { " +" } else { "" };
                format!("{:?} {:?} on {:?} to {}{option}", grant.rights, grant.column_rights, grant.scope, grant.to)
            }
        };
        assert_eq!(shown, expected, "{line}");
    }

    #[test]
    fn lines_of_both_flavors() {
        check("GRANT USAGE ON *.* TO `u`@`localhost`", r#"["USAGE"] [] on Server to u@localhost"#);
        check(
            "GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` IDENTIFIED BY PASSWORD '*81F5' WITH GRANT OPTION",
            r#"["ALL PRIVILEGES"] [] on Server to root@localhost +"#,
        );
        check(
            "GRANT SELECT, CREATE TEMPORARY TABLES ON `comfyui\\_client`.* TO 'u'@'%' REQUIRE SSL",
            r#"["SELECT", "CREATE TEMPORARY TABLES"] [] on Databases("comfyui\\_client") to u@%"#,
        );
        check(
            "GRANT SELECT (`a,b`, `c)`), INSERT ON `s`.`t``x` TO `u`@`h` WITH GRANT OPTION",
            r#"["INSERT"] ["SELECT"] on Table("s", "t`x") to u@h +"#,
        );
        check("GRANT BACKUP_ADMIN,SUPER ON *.* TO `u`@`h`", r#"["BACKUP_ADMIN", "SUPER"] [] on Server to u@h"#);
        check("GRANT `r1` TO `svc`@`localhost`", "role r1 to svc@localhost");
        check("GRANT `r1`@`%` TO `svc`@`localhost` WITH ADMIN OPTION", "role r1 to svc@localhost");
        check("GRANT SELECT ON \"other\".* TO \"r1\"", r#"["SELECT"] [] on Databases("other") to r1"#);
        check("REVOKE SELECT ON `s`.* FROM `u`@`h`", r#"not ["SELECT"] on Databases("s")"#);
        check("SET DEFAULT ROLE `r1` FOR `svc`@`localhost`", "nothing");
        check("GRANT PROXY ON ``@`%` TO `root`@`localhost` WITH GRANT OPTION", "nothing");
        check("GRANT EXECUTE ON FUNCTION `s`.`f` TO `u`@`h`", "nothing");
        check("", "nothing");
        check("GRANT SELECT ON", "nothing");
    }

    #[test]
    fn patterns_of_grants() {
        let check = |pattern, name, expected| assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        check("comfyui_client", "comfyui_client", true);
        check("comfyui_client", "comfyuiXclient", true);
        check("comfyui\\_client", "comfyui_client", true);
        check("comfyui\\_client", "comfyuiXclient", false);
        check("comfyui%", "comfyui_admin", true);
        check("%", "", true);
        check("a%c", "abbc", true);
        check("a%c", "abb", false);
        check("_", "", false);
        check("表_", "表格", true);
        check("\\", "\\", true);
    }
}
