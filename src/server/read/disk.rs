//! Free space where the data lives.
//!
//! The operating system says it when the server runs on this host; else one flavor has a plugin that tells it (and
//! needs FILE); else nobody knows, and that is said. At most two statements.

use std::path::Path;

use crate::server::error::{Known, ServerError, Unavailable, known};
use crate::server::local::is_local;
use crate::server::row::Row;
use crate::server::{Link, sql};
use crate::units::{Bytes, Percent};

/// The file system of a server's data directory.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize)]
pub struct DiskSpace {
    /// The data directory, or where its file system is mounted.
    pub path: String,
    /// Its size.
    pub total: Bytes,
    /// What the server may still use.
    pub free: Bytes,
}

impl DiskSpace {
    /// The part that is taken.
    pub fn used(&self) -> Percent {
        Percent::of(self.total.0.saturating_sub(self.free.0) as f64, self.total.0 as f64)
    }
}

/// Reads the space of the data directory.
///
/// # Errors
/// As [`Link::rows`].
pub async fn read(link: &mut Link) -> Result<Known<DiskSpace>, ServerError> {
    let datadir = link.caps.datadir.clone();
    let near = is_local(link);
    match of_directory(Path::new(&datadir)).filter(|_| near) {
        Some(space) => Ok(Ok(space)),
        None => ask_plugin(link, &datadir).await,
    }
}

/// What an unprivileged writer may still use, as `df` says it.
fn of_directory(path: &Path) -> Option<DiskSpace> {
    let answer = rustix::fs::statvfs(path).ok()?;
    let bytes = |blocks: u64| Bytes(blocks.saturating_mul(answer.f_frsize));
    let path = path.display().to_string();
    Some(DiskSpace { path, total: bytes(answer.f_blocks), free: bytes(answer.f_bavail) })
}

async fn ask_plugin(link: &mut Link, datadir: &str) -> Result<Known<DiskSpace>, ServerError> {
    let Some(remedy) = link.caps.disks_remedy else {
        return Ok(Err(Unavailable::setting(
            "the server does not tell the free space of its disks, and they are not on this host",
            "run dbdeck on the server's own host",
        )));
    };
    let installed = "SELECT 1 FROM information_schema.PLUGINS WHERE PLUGIN_NAME = 'DISKS' AND PLUGIN_STATUS = 'ACTIVE'";
    if link.rows(installed).await?.is_empty() {
        let reason = "the data directory cannot be looked at from here, and the server's DISKS plugin is not installed";
        return Ok(Err(Unavailable::setting(reason, remedy)));
    }
    let answer = link.rows(statement(datadir)).await;
    let needs_file = |link: &Link| {
        let remedy = link.caps.grant("FILE", "*.*");
        Unavailable::permission("the account may not ask for the free space of the server's disks", remedy)
    };
    let rows = known(answer, || needs_file(link))?;
    // Without FILE the plugin shows no disks and does not say why.
    Ok(rows.and_then(|rows| rows.first().map(disk).ok_or_else(|| needs_file(link))))
}

/// The innermost mounted directory that contains the data; `/data` does not contain `/database/`.
fn statement(datadir: &str) -> String {
    let datadir = sql::literal(datadir);
    let mount = "CONCAT(TRIM(TRAILING '/' FROM Path), '/')";
    format!(
        "SELECT Path, Total, Available FROM information_schema.DISKS \
         WHERE LEFT({datadir}, CHAR_LENGTH({mount})) = {mount} ORDER BY CHAR_LENGTH(Path) DESC LIMIT 1"
    )
}

/// The plugin counts in KiB.
fn disk(row: &Row) -> DiskSpace {
    let kib = |column| Bytes(row.u64(column).unwrap_or(0).saturating_mul(1024));
    DiskSpace { path: row.text_or_empty(0), total: kib(1), free: kib(2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_has_space() {
        let space = of_directory(Path::new("/")).unwrap();
        assert!(space.total.0 >= space.free.0 && space.total.0 > 0, "{space:?}");
        assert!((0.0..=100.0).contains(&space.used().0), "{space:?}");
        assert_eq!(of_directory(Path::new("/no/such/directory")), None);
    }
}
