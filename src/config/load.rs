//! Finding the file, reading it, and what its permissions say about the passwords in it.

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::check;
use super::model::{Account, Config, Target};
use super::problem::{ConfigError, Position, Problem};
use crate::secret::SecretSource;

/// Where to look for the file; `main` fills it from arguments and environment.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// The value of `--config`.
    pub option: Option<PathBuf>,
    /// The value of `$DBDECK_CONFIG`.
    pub variable: Option<PathBuf>,
    /// The user's configuration directory: `$XDG_CONFIG_HOME`, else `$HOME/.config`.
    pub home: Option<PathBuf>,
}

impl Search {
    /// Finds, reads and checks the configuration. A file that was asked for by name is the only one looked at.
    ///
    /// # Errors
    /// Everything that is wrong with the file; or the places looked at, when there is none.
    pub fn load(&self) -> Result<Config, ConfigError> {
        if let Some(asked) = self.option.as_deref().or(self.variable.as_deref()) {
            return load(asked);
        }
        let places = self.places();
        match places.iter().find(|place| place.exists()) {
            Some(place) => load(place),
            None => Err(nowhere(&places)),
        }
    }

    /// Where the configuration is or, when there is none, where one is written: the file that was asked for by name, else the
    /// first of the usual ones that is there, else the user's own.
    pub fn place(&self) -> PathBuf {
        let asked = self.option.as_ref().or(self.variable.as_ref());
        let found = || self.places().into_iter().find(|place| place.exists());
        let own = || self.home.as_deref().map(|directory| directory.join("dbdeck/config.yaml"));
        asked.cloned().or_else(found).or_else(own).unwrap_or_else(|| PathBuf::from("./config.yaml"))
    }

    /// The places looked at when no file was asked for by name, in this order.
    fn places(&self) -> Vec<PathBuf> {
        let here = Some(PathBuf::from("./config.yaml"));
        let home = self.home.as_deref().map(|directory| directory.join("dbdeck/config.yaml"));
        let machine = Some(PathBuf::from("/etc/dbdeck/config.yaml"));
        [here, home, machine].into_iter().flatten().collect()
    }
}

/// Reads and checks the configuration at `path`.
///
/// # Errors
/// Everything that is wrong with it, in the order of the file.
pub fn load(path: &Path) -> Result<Config, ConfigError> {
    let (bytes, mode) = read(path)?;
    let text = String::from_utf8(bytes).map_err(|error| not_utf8(path, &error))?;
    let mut config = check::check(path, &text)?;
    if mode & OTHERS != 0 && config.targets.iter().any(holds_password) {
        config.warnings.insert(0, exposed(path, mode));
    }
    Ok(config)
}

/// Larger than any configuration, and soon read.
const MOST_BYTES: u64 = 1 << 20;

/// The permission bits by which the group and everybody else can read.
const OTHERS: u32 = 0o044;

fn read(path: &Path) -> Result<(Vec<u8>, u32), ConfigError> {
    let refuse = |error: std::io::Error| ConfigError::of_file(path, because(&error));
    let about = std::fs::metadata(path).map_err(refuse)?;
    if about.is_dir() {
        return Err(ConfigError::of_file(path, "this is a directory; name the file in it"));
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(refuse)?;
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(refuse)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MOST_BYTES {
        return Err(ConfigError::of_file(path, "this is larger than 1 MiB and no configuration; name another file"));
    }
    Ok((bytes, about.permissions().mode()))
}

fn because(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            "there is no such file; check the path, or start with config.example.yaml".into()
        }
        std::io::ErrorKind::PermissionDenied => "this user may not read the file; change its owner or mode".into(),
        kind => format!("the file cannot be read: {kind}"),
    }
}

fn nowhere(places: &[PathBuf]) -> ConfigError {
    let places: Vec<_> = places.iter().map(|place| place.display().to_string()).collect();
    ConfigError::no_file(format!(
        "no configuration found; looked for {}; name one with --config or $DBDECK_CONFIG, or see a console without one \
         with `dbdeck demo`",
        places.join(", ")
    ))
}

/// Points at the first byte that is not text.
fn not_utf8(path: &Path, error: &std::string::FromUtf8Error) -> ConfigError {
    let good = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
    let good = String::from_utf8_lossy(good);
    let line = good.rsplit('\n').next().unwrap_or_default();
    let at = Position { line: one_based(good.matches('\n').count()), column: one_based(line.chars().count()) };
    let sentence = "the file is not UTF-8 text from here on; save it as UTF-8".to_owned();
    ConfigError { problems: vec![Problem { path: Some(path.to_owned()), at: Some(at), sentence }] }
}

fn one_based(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX).saturating_add(1)
}

fn holds_password(target: &Target) -> bool {
    let literal = |account: &Account| matches!(account.secret, SecretSource::Literal(_));
    literal(&target.account) || target.operator.as_ref().is_some_and(literal)
}

fn exposed(path: &Path, mode: u32) -> String {
    let who = if mode & 0o004 != 0 { "everybody on this machine" } else { "its group" };
    let path = path.display();
    format!("{path}: {who} can read the passwords in this file; close it with `chmod 600 {path}`")
}
