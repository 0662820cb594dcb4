//! Which server program there is, and how to call it.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use super::LaunchError;
use super::home::Home;
use crate::server::dialect::Flavor;

const SERVERS: [&str; 2] = ["mariadbd", "mysqld"];
/// Where servers live beside the search path (an ordinary user's has no `sbin`).
const DIRECTORIES: [&str; 5] = ["/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/opt/homebrew/bin", "/usr/local/bin"];
const PACKAGE: &str = "mariadb-server-core";

/// A server program that has told its version.
#[derive(Debug, Clone)]
pub struct Program {
    /// The command and its first arguments: the program, or a root's loader with the program.
    command: Vec<OsString>,
    /// The root the program lives in, when it is not this system's.
    root: Option<PathBuf>,
    /// Which family.
    pub flavor: Flavor,
    /// What it says when asked for its version.
    pub version: String,
}

impl Program {
    /// The program at `path` (a file, or the directory of a Debian root), else the first one on this machine.
    ///
    /// # Errors
    /// [`LaunchError::Missing`] names the package, [`LaunchError::Unusable`] the reason.
    pub async fn find(path: Option<&Path>) -> Result<Self, LaunchError> {
        match path {
            Some(path) if path.is_dir() => Self::in_root(path).await,
            Some(path) => Self::known(vec![absolute(path)?.into()], None).await,
            None => Self::on_this_machine().await,
        }
    }

    async fn on_this_machine() -> Result<Self, LaunchError> {
        for candidate in candidates(&SERVERS) {
            if let Ok(program) = Self::known(vec![candidate], None).await {
                return Ok(program);
            }
        }
        Err(missing(format!("mariadbd or mysqld, on PATH and in {}", DIRECTORIES.join(", "))))
    }

    /// A program of another Debian is run by that Debian's own loader, with its own libraries.
    async fn in_root(root: &Path) -> Result<Self, LaunchError> {
        let root = absolute(root)?;
        let inside = |path: &str| root.join(path);
        let server = SERVERS.iter().map(|name| inside("usr/sbin").join(name)).find(|path| path.exists());
        let server = server.ok_or_else(|| missing(format!("in {}", inside("usr/sbin").display())))?;
        let unusable = |reason: &str| LaunchError::Unusable { program: server.clone(), reason: reason.to_owned() };
        let (loader, triplet) = LOADERS
            .iter()
            .map(|(loader, triplet)| (inside(loader), triplet))
            .find(|(loader, _)| loader.exists())
            .ok_or_else(|| unusable("its root has no dynamic loader"))?;
        let mut libraries = inside("usr/lib").join(triplet).into_os_string();
        libraries.push(":");
        libraries.push(inside("lib").join(triplet));
        let command = vec![loader.into(), "--library-path".into(), libraries, server.into()];
        Self::known(command, Some(root.clone())).await
    }

    /// Asks the program who it is.
    async fn known(command: Vec<OsString>, root: Option<PathBuf>) -> Result<Self, LaunchError> {
        let program = PathBuf::from(command.last().cloned().unwrap_or_default());
        let unusable = |reason: String| LaunchError::Unusable { program: program.clone(), reason };
        let mut unknown = Self { command, root, flavor: Flavor::default(), version: String::new() };
        let asked = unknown.call().args(["--no-defaults", "--version"]).output().await;
        let answer = asked.map_err(|error| unusable(error.to_string()))?;
        crate::text::clean(&answer.stdout).trim().clone_into(&mut unknown.version);
        if !answer.status.success() || !unknown.version.contains("Ver") {
            return Err(unusable("it does not say its version; it is not a server program that runs here".to_owned()));
        }
        unknown.flavor = if unknown.version.contains("MariaDB") { Flavor::MariaDb } else { Flavor::MySql };
        Ok(unknown)
    }

    /// Makes an empty data directory in `home`, with one account: root, on the socket, without password.
    ///
    /// # Errors
    /// [`LaunchError::Initialise`] with the end of the program's log.
    pub(super) async fn initialise(&self, home: &Home) -> Result<(), LaunchError> {
        let log = home.log()?;
        let errors = log.try_clone().map_err(|error| home.error("error.log", error))?;
        let mut command = match self.flavor {
            Flavor::MariaDb => self.installer(home).await?,
            Flavor::MySql => {
                let mut command = self.call();
                command.arg(home.defaults()).arg("--initialize-insecure");
                command
            }
        };
        let status = command.stdin(Stdio::null()).stdout(log).stderr(errors).status().await;
        match status {
            Ok(status) if status.success() => Ok(()),
            Ok(_) => Err(LaunchError::Initialise { program: self.version.clone(), log: home.log_tail() }),
            Err(error) => Err(LaunchError::Unusable { program: self.file(), reason: error.to_string() }),
        }
    }

    /// `mariadb-install-db` is a script of its own, in `bin` beside the server's `sbin`. Forced, it does without a name
    /// for this host: a machine may be so bare that it cannot even look up `localhost`.
    async fn installer(&self, home: &Home) -> Result<Command, LaunchError> {
        let name = "mariadb-install-db";
        let beside = self.file().parent().and_then(Path::parent).map(|prefix| prefix.join("bin").join(name));
        let candidates = beside.map(PathBuf::into_os_string).into_iter().chain(candidates(&[name]));
        for candidate in candidates {
            let found = Command::new(&candidate).arg("--help").stdin(Stdio::null()).output().await.is_ok();
            if found {
                let mut command = Command::new(candidate);
                command.arg(home.defaults());
                command.args(["--force", "--auth-root-authentication-method=normal", "--skip-test-db"]);
                if home.unprivileged() {
                    command.arg(format!("--user={}", super::home::UNPRIVILEGED));
                }
                return Ok(command);
            }
        }
        Err(missing(name.to_owned()))
    }

    /// Lines of the option file that only this program needs.
    pub(super) fn own_options(&self) -> String {
        let mut lines = String::new();
        if let Some(root) = &self.root {
            let share = root.join("usr/share").join(self.share());
            let _ = writeln!(lines, "basedir={}", root.join("usr").display());
            let _ = writeln!(lines, "lc_messages_dir={}", share.display());
            let _ = writeln!(lines, "character_sets_dir={}", share.join("charsets").display());
            let _ = writeln!(lines, "plugin_dir={}", root.join("usr/lib").join(self.share()).join("plugin").display());
        }
        lines
    }

    /// Debian's name of both families' shared directory.
    fn share(&self) -> &'static str {
        match self.flavor {
            Flavor::MariaDb => "mariadb",
            Flavor::MySql => "mysql",
        }
    }

    /// A shell script that becomes the server.
    pub(super) fn start_script(&self, home: &Home) -> Vec<u8> {
        let mut script = b"#!/bin/sh\nexec".to_vec();
        for word in self.command.iter().chain([&home.defaults()]) {
            script.push(b' ');
            script.extend(quoted(word.as_bytes()));
        }
        script.push(b'\n');
        script
    }

    fn call(&self) -> Command {
        let mut words = self.command.iter();
        let mut command = Command::new(words.next().cloned().unwrap_or_default());
        command.args(words).stdin(Stdio::null());
        command
    }

    fn file(&self) -> PathBuf {
        PathBuf::from(self.command.last().cloned().unwrap_or_default())
    }
}

/// A root's dynamic loader, and the directory of its libraries.
const LOADERS: [(&str, &str); 2] =
    [("lib64/ld-linux-x86-64.so.2", "x86_64-linux-gnu"), ("lib/ld-linux-aarch64.so.1", "aarch64-linux-gnu")];

fn candidates(names: &[&str]) -> Vec<OsString> {
    let on_path = names.iter().map(OsString::from);
    let elsewhere = names.iter().flat_map(|name| DIRECTORIES.map(|directory| Path::new(directory).join(name).into()));
    on_path.chain(elsewhere).collect()
}

fn missing(looked_for: String) -> LaunchError {
    LaunchError::Missing { looked_for, package: PACKAGE }
}

fn absolute(path: &Path) -> Result<PathBuf, LaunchError> {
    std::path::absolute(path).map_err(|reason| LaunchError::Directory { path: path.to_owned(), reason })
}

/// A word as the shell reads it back.
fn quoted(word: &[u8]) -> Vec<u8> {
    let mut text = vec![b'\''];
    for &byte in word {
        match byte {
            b'\'' => text.extend_from_slice(b"'\\''"),
            other => text.push(other),
        }
    }
    text.push(b'\'');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_the_shell() {
        let check = |word: &str, expected: &str| assert_eq!(quoted(word.as_bytes()), expected.as_bytes(), "{word}");
        check("/usr/sbin/mariadbd", "'/usr/sbin/mariadbd'");
        check("a b;$(c)", "'a b;$(c)'");
        check("it's", "'it'\\''s'");
    }

    #[tokio::test]
    async fn a_missing_program_names_its_package() {
        let root = tempfile::tempdir().unwrap();
        let error = Program::find(Some(root.path())).await.unwrap_err().to_string();
        assert!(error.contains("apt-get install mariadb-server-core"), "{error}");
    }

    #[tokio::test]
    async fn a_program_that_is_no_server_is_refused() {
        let error = Program::find(Some(Path::new("/bin/true"))).await.unwrap_err().to_string();
        assert!(error.starts_with("cannot use /bin/true: "), "{error}");
    }
}
