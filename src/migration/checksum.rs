//! Two checksums of a file: of its bytes, and of what a server would see of it.

use sha2::{Digest as _, Sha256};

use crate::server::script;

/// The checksums of a file, in lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checksums {
    /// SHA-256 of its bytes.
    pub raw: String,
    /// SHA-256 of its text without comments, white space, byte-order mark and the way its lines end.
    pub normal: String,
}

/// Older records hold the beginning of a checksum.
const SHORT: usize = 16;

impl Checksums {
    /// The checksums of a text; a text in UTF-8 has the bytes it was read from.
    pub fn of(text: &str) -> Self {
        Self { raw: sha256(text.as_bytes()), normal: sha256(script::essence(text).as_bytes()) }
    }

    /// Whether a record, all 64 digits or the first 16, is of the same bytes.
    pub fn matches(&self, recorded: &str) -> bool {
        let recorded = recorded.trim();
        let has_length = recorded.len() == self.raw.len() || recorded.len() == SHORT;
        has_length && self.raw.get(..recorded.len()).is_some_and(|own| own.eq_ignore_ascii_case(recorded))
    }
}

/// SHA-256 in lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reformat_is_told_from_a_change() {
        let original = Checksums::of("-- why\nCREATE TABLE t (a INT);\n");
        let check = |text: &str, same_raw: bool, same_normal: bool| {
            let other = Checksums::of(text);
            assert_eq!(
                (original.raw == other.raw, original.normal == other.normal),
                (same_raw, same_normal),
                "{text:?}"
            );
        };
        check("-- why\nCREATE TABLE t (a INT);\n", true, true);
        check("\u{feff}CREATE TABLE t\r\n(a  INT);", false, true);
        check("CREATE TABLE t (a INT); /* other */", false, true);
        check("CREATE TABLE t (a /*!50000 INT */);", false, false);
        check("CREATE TABLE t (a  BIGINT);", false, false);
        assert!(original.matches(&original.raw) && original.matches(&original.raw[..16].to_ascii_uppercase()));
        assert!(!original.matches(&original.raw[..15]) && !original.matches("") && !original.matches(&original.normal));
    }
}
