//! Passwords: drawn from the operating system's randomness, and hashed as the service's site keeps them.

use std::io::{self, Read as _};

use crate::secret::{ExposeSecret as _, SecretError, SecretString};

/// Letters and digits that are not taken for each other: 56 of them, so that 24 are 139 bits.
const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";

const LENGTH: usize = 24;

/// Rounds of the hash, as a power of two: what the service's own libraries take.
const COST: u32 = 12;

/// Draws passwords. What is left of a read is used by the next.
pub struct Draw {
    random: std::fs::File,
}

impl Draw {
    /// Opens the source.
    ///
    /// # Errors
    /// The operating system has no randomness.
    pub fn new() -> io::Result<Self> {
        Ok(Self { random: std::fs::File::open("/dev/urandom")? })
    }

    /// A password of 24 letters and digits, which needs no quoting anywhere.
    ///
    /// # Errors
    /// The operating system gives no randomness.
    pub fn password(&mut self) -> io::Result<SecretString> {
        let mut password = String::with_capacity(LENGTH);
        while password.len() < LENGTH {
            let mut bytes = [0_u8; LENGTH];
            self.random.read_exact(&mut bytes)?;
            let letters = bytes.iter().filter_map(|byte| letter(*byte));
            password.extend(letters.take(LENGTH - password.len()));
        }
        Ok(password.into())
    }
}

/// Every letter as often as any other: the last values of a byte give none.
fn letter(byte: u8) -> Option<char> {
    let fair = 256 / LETTERS.len() * LETTERS.len();
    (usize::from(byte) < fair).then(|| char::from(LETTERS[usize::from(byte) % LETTERS.len()]))
}

/// The bcrypt hash of a password. It takes a quarter of a second, beside the tasks.
///
/// # Errors
/// It is longer than bcrypt takes (72 bytes), which no drawn one is.
pub async fn hash(password: SecretString) -> Result<String, SecretError> {
    let hashing =
        tokio::task::spawn_blocking(move || bcrypt::non_truncating_hash(password.expose_secret(), COST)).await;
    let hashed = hashing.map_err(|error| error.to_string()).and_then(|hash| hash.map_err(|error| error.to_string()));
    hashed.map_err(|reason| SecretError { source_name: "its hash".to_owned(), reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_long_different_and_need_no_quotes() {
        let mut draw = Draw::new().unwrap();
        let drawn: std::collections::BTreeSet<String> =
            (0..100).map(|_| draw.password().unwrap().expose_secret().to_owned()).collect();
        assert_eq!(drawn.len(), 100);
        assert!(drawn.iter().all(|password| password.len() == LENGTH));
        let used: std::collections::BTreeSet<char> = drawn.iter().flat_map(|password| password.chars()).collect();
        assert_eq!(used.len(), LETTERS.len());
    }

    #[tokio::test]
    async fn a_hash_is_one_of_its_password() {
        let hashed = hash("correct horse".into()).await.unwrap();
        assert!(hashed.starts_with("$2b$12$"), "{hashed}");
        assert!(bcrypt::verify("correct horse", &hashed).unwrap());
        assert!(!bcrypt::verify("wrong horse", &hashed).unwrap());
    }
}
