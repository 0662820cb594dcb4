//! A source file, and its text without what the rules do not speak of.

use std::fs;
use std::path::{Path, PathBuf};

/// One file below `src/`.
pub struct Source {
    /// Its path below `src/`, with slashes.
    pub path: String,
    /// As it is on disk.
    pub text: String,
    /// Without comments; as many lines as the file.
    pub words: String,
    /// Without comments and without the content of strings and characters; as many lines as the file.
    pub code: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let (words, code) = masked(text);
        Self { path: path.to_owned(), text: text.to_owned(), words, code }
    }

    /// The module directly below the crate's root: `server` for `server/read/mod.rs`.
    pub fn top(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// How many `super` lead from this file to the crate's root.
    pub fn depth(&self) -> usize {
        let parts = self.path.split('/').count();
        let is_parent = ["mod.rs", "lib.rs", "main.rs"].iter().any(|name| self.path.ends_with(name));
        parts - usize::from(is_parent)
    }

    /// Whether it holds nothing but tests.
    pub fn is_test(&self) -> bool {
        self.path.contains("/tests/") || self.path.ends_with("/tests.rs")
    }

    /// [`Source::words`] up to its tests.
    pub fn shipped_words(&self) -> &str {
        if self.is_test() { "" } else { &self.words[..self.tests_begin()] }
    }

    /// [`Source::code`] up to its tests.
    pub fn shipped_code(&self) -> &str {
        if self.is_test() { "" } else { &self.code[..self.tests_begin()] }
    }

    fn tests_begin(&self) -> usize {
        self.code.find("#[cfg(test)]\nmod tests {").unwrap_or(self.code.len())
    }

    /// `path:line` of a place in the text.
    pub fn place(&self, offset: usize) -> String {
        format!("{}:{}", self.path, 1 + self.code[..offset].matches('\n').count())
    }
}

/// Every file below `src/`, sorted by path.
pub fn tree() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let relative = |file: &PathBuf| file.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
    files.iter().map(|file| Source::new(&relative(file), &fs::read_to_string(file).unwrap())).collect()
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The identifiers of a text with their places.
pub fn identifiers(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter_map(move |word| {
        let start = at;
        // Every separator of the masked text is one byte: what is beyond ASCII stands in strings and comments.
        at = start + word.len() + text[start + word.len()..].chars().next().map_or(0, char::len_utf8);
        (!word.is_empty()).then_some((start, word))
    })
}

/// The text with comments blanked, and with strings blanked as well; line breaks stay where they are.
fn masked(text: &str) -> (String, String) {
    let bytes = text.as_bytes();
    let (mut words, mut code) = (bytes.to_vec(), bytes.to_vec());
    let mut at = 0;
    while at < bytes.len() {
        let before = at.checked_sub(1).map(|before| bytes[before]);
        let Some((length, is_comment)) = piece(&bytes[at..], before) else {
            at += 1;
            continue;
        };
        blank(&mut code[at..at + length]);
        if is_comment {
            blank(&mut words[at..at + length]);
        }
        at += length;
    }
    (String::from_utf8(words).unwrap(), String::from_utf8(code).unwrap())
}

fn blank(bytes: &mut [u8]) {
    bytes.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
}

/// The length of the comment, string or character that begins here, and whether it is a comment.
fn piece(rest: &[u8], before: Option<u8>) -> Option<(usize, bool)> {
    let in_name = before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    match rest {
        [b'/', b'/', ..] => Some((until(rest, b"\n", 0), true)),
        [b'/', b'*', ..] => Some((block_comment(rest), true)),
        [b'r', b'"' | b'#', ..] if !in_name => raw_string(rest).map(|length| (length, false)),
        [b'"', ..] => Some((string(rest), false)),
        [b'\'', b'\\', ..] => Some((2 + until(&rest[2..], b"'", 1), false)),
        [b'\'', tail @ ..] => {
            let character = std::str::from_utf8(tail).ok()?.chars().next()?;
            (tail.get(character.len_utf8()) == Some(&b'\'')).then(|| (character.len_utf8() + 2, false))
        }
        _ => None,
    }
}

/// Up to the end of the first `needle`, looked for from `from`; to the end of the text when there is none.
fn until(rest: &[u8], needle: &[u8], from: usize) -> usize {
    let found = rest[from..].windows(needle.len()).position(|window| window == needle);
    found.map_or(rest.len(), |offset| from + offset + needle.len())
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at + 1 < rest.len() {
        match &rest[at..at + 2] {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn string(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != b'"' {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

fn raw_string(rest: &[u8]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
    (rest.get(1 + hashes) == Some(&b'"')).then(|| {
        let close = format!("\"{}", "#".repeat(hashes));
        until(rest, close.as_bytes(), 2 + hashes)
    })
}

#[test]
fn comments_and_strings_are_told_from_code() {
    let cases = [
        "kept // gone\nkept",
        "kept /* gone /* gone */ gone */ kept",
        "kept \"gone \\\" gone\" kept",
        "kept r#\"gone \" gone\"# kept r\"gone\\\" kept",
        "kept '\"' kept '\\'' kept '\\u{1b}' kept <'a> kept",
        "//! gone 中 \"\nkept(b\"gone\", '中', kept)",
    ];
    for text in cases {
        let source = Source::new("a.rs", text);
        assert!(!source.code.contains("gone"), "{text}: {}", source.code);
        assert_eq!(source.code.matches("kept").count(), text.matches("kept").count(), "{text}: {}", source.code);
        assert_eq!(source.code.lines().count(), text.lines().count(), "{text}");
    }
    let source = Source::new("a.rs", "\"kept\" // gone");
    assert!(source.words.contains("kept") && !source.words.contains("gone"), "{}", source.words);
}

#[test]
fn paths_say_where_a_module_is() {
    let check = |path: &str, top: &str, depth| {
        let source = Source::new(path, "");
        assert_eq!((source.top(), source.depth()), (top, depth), "{path}");
    };
    check("lib.rs", "lib", 0);
    check("units.rs", "units", 1);
    check("server/mod.rs", "server", 1);
    check("server/read/sizes.rs", "server", 3);
}

#[test]
fn tests_are_not_shipped() {
    let source = Source::new("a.rs", "kept\n#[cfg(test)]\nmod tests {\n gone }");
    assert!(source.shipped_code().contains("kept") && !source.shipped_code().contains("gone"));
    assert_eq!(Source::new("a/tests/b.rs", "gone").shipped_code(), "");
}
