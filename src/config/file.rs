//! The file as YAML has it: sections, keys and values, each with its place. Nothing is judged here but the syntax.
//!
//! Why a tree and not one derived structure: a derived structure stops at the first wrong value, does not see a key
//! that is written twice, and has forgotten the places by the time two entries are compared.
//!
//! Foreign sections are read past and never kept, so that their secrets are not in memory either. Deliberately absent:
//! `Debug` on anything here, and serde-saphyr's own messages and excerpts: both could show a password.

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::{AliasLimits, DuplicateKeyPolicy};
use serde_saphyr::{Location, NonFiniteFloatPolicy, Options, Spanned};

use super::problem::Position;
use super::syntax::{self, SyntaxError};

/// A value and its place.
pub(super) struct Node {
    /// Where the value is written; for one that came by an alias, where the anchor is.
    pub at: Position,
    /// What is written there.
    pub value: Value,
}

/// What is written at a place.
pub(super) enum Value {
    /// Nothing, `~` or `null`.
    Nothing,
    /// Text, quoted or not.
    Text(String),
    /// A number, as it is spelled: `0123` is a password, too.
    Number(String),
    /// Yes or no, and how it is spelled.
    Flag(bool, String),
    /// A list; none of dbdeck's keys takes one.
    List,
    /// Keys and values in the order of the file, repetitions included.
    Map(Vec<Entry>),
}

/// A key and its value.
pub(super) struct Entry {
    /// Where the key is written.
    pub at: Position,
    /// The key; empty when it is not a word.
    pub key: String,
    /// Its value.
    pub value: Node,
}

/// Reads the text of a configuration file. Of the top level, the value is kept for the `kept` keys only.
///
/// # Errors
/// The text is not YAML, or larger than any configuration: one place, one sentence.
pub(super) fn read(text: &str, kept: &'static [&'static str]) -> Result<Node, SyntaxError> {
    if text.trim().is_empty() {
        return Ok(Node { at: Position { line: 1, column: 1 }, value: Value::Nothing });
    }
    let root = serde_saphyr::with_deserializer_from_str_with_options(text, options(), |yaml| {
        yaml.deserialize_any(Shape { kept: Some(kept) })
    });
    let raw = root.map_err(|error| syntax::explain(&error, text))?;
    Ok(Node { at: Position { line: 1, column: 1 }, value: raw.spelled("", text) })
}

/// Everything bounded: a configuration is small, and aliases of aliases of aliases are an attack.
fn options() -> Options {
    let mut limits = AliasLimits::default();
    limits.max_total_replayed_events = 10_000;
    limits.max_replay_stack_depth = 8;
    let mut budget = serde_saphyr::Budget::default();
    budget.max_depth = 32;
    budget.flow_nesting_limit = 32;
    budget.max_documents = 1;
    let mut options = Options::default();
    options.with_snippet = false;
    options.duplicate_keys = DuplicateKeyPolicy::PassThrough;
    options.non_finite_float_policy = NonFiniteFloatPolicy::PassThrough;
    options.ignore_binary_tag_for_string = true;
    options.alias_limits = limits;
    options.budget = Some(budget);
    options
}

/// What serde hands over: typed, and with the spelling of numbers gone.
enum Raw {
    Nothing,
    Text(String),
    Number,
    Flag(bool),
    List,
    Map(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

impl Raw {
    /// Gives numbers and flags their spelling back.
    fn spelled(self, spelling: &str, text: &str) -> Value {
        match self {
            Self::Nothing => Value::Nothing,
            Self::Text(words) => Value::Text(words),
            Self::Number => Value::Number(spelling.to_owned()),
            Self::Flag(set) => Value::Flag(set, spelling.to_owned()),
            Self::List => Value::List,
            Self::Map(pairs) => Value::Map(pairs.into_iter().map(|(key, value)| entry(key, value, text)).collect()),
        }
    }
}

fn entry(key: Spanned<Raw>, value: Spanned<Raw>, text: &str) -> Entry {
    let key = node(key, text);
    let name = match key.value {
        Value::Text(name) | Value::Number(name) | Value::Flag(_, name) => name,
        Value::Nothing | Value::List | Value::Map(_) => String::new(),
    };
    Entry { at: key.at, key: name, value: node(value, text) }
}

fn node(spanned: Spanned<Raw>, text: &str) -> Node {
    let value = spanned.value.spelled(spelling(spanned.defined, text), text);
    Node { at: position(spanned.defined), value }
}

/// The characters of the file that a scalar was read from.
fn spelling(location: Location, text: &str) -> &str {
    let range = || {
        let start = usize::try_from(location.span().byte_offset()?).ok()?;
        let length = usize::try_from(location.span().byte_len()?).ok()?;
        text.get(start..start.checked_add(length)?)
    };
    range().unwrap_or_default().trim()
}

pub(super) fn position(location: Location) -> Position {
    Position { line: location.line().max(1), column: location.column().max(1) }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Shape { kept: None })
    }
}

/// Takes whatever comes.
struct Shape {
    /// The keys whose values are kept; all when `None`.
    kept: Option<&'static [&'static str]>,
}

impl Shape {
    fn keeps(&self, key: &Raw) -> bool {
        match (self.kept, key) {
            (None, _) => true,
            (Some(kept), Raw::Text(key)) => kept.contains(&key.as_str()),
            (Some(_), _) => false,
        }
    }
}

impl<'de> Visitor<'de> for Shape {
    type Value = Raw;

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("anything")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Nothing)
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_bool<E>(self, set: bool) -> Result<Raw, E> {
        Ok(Raw::Flag(set))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Number)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Number)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Raw::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut pairs = Vec::new();
        while let Some(key) = map.next_key::<Spanned<Raw>>()? {
            let value = if self.keeps(&key.value) { map.next_value()? } else { passed_over(&mut map, &key)? };
            pairs.push((key, value));
        }
        Ok(Raw::Map(pairs))
    }
}

/// Reads past a value that is nobody's business here.
fn passed_over<'de, A: MapAccess<'de>>(map: &mut A, key: &Spanned<Raw>) -> Result<Spanned<Raw>, A::Error> {
    map.next_value::<IgnoredAny>()?;
    Ok(Spanned::new(Raw::Nothing, key.referenced, key.defined))
}
