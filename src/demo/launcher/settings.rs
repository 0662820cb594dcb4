//! The option file of a private server.

use std::fmt::Write as _;

use super::home::{Home, UNPRIVILEGED};
use super::program::Program;
use crate::server::dialect::Flavor;

/// How a server is tuned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tuning {
    /// Nothing has to survive a power cut, so nothing waits for the disk; little memory; no binary log.
    #[default]
    ShortLife,
    /// The maker's settings, as on a machine where nobody has touched them.
    Stock,
}

/// Everything that decides the option file.
pub struct Settings<'a> {
    pub program: &'a Program,
    pub home: &'a Home,
    pub tuning: Tuning,
    /// The caller's lines, which win.
    pub extra: &'a [String],
}

impl Settings<'_> {
    /// The file's text.
    pub fn text(&self) -> Vec<u8> {
        let mut text = String::from("[mysqld]\n");
        self.place(&mut text);
        text.push_str(&self.program.own_options());
        if self.tuning == Tuning::ShortLife {
            text.push_str(SHORT_LIFE);
        }
        match self.program.flavor {
            Flavor::MySql => self.without_extras(&mut text),
            Flavor::MariaDb => {}
        }
        for line in self.extra {
            let _ = writeln!(text, "{line}");
        }
        text.into_bytes()
    }

    /// Where it lives, and that it listens on its socket only.
    fn place(&self, text: &mut String) {
        let servers = self.home.servers().display();
        let _ = writeln!(text, "datadir={servers}/data\ntmpdir={servers}/tmp\npid_file={servers}/server.pid");
        let _ = writeln!(text, "socket={}\nskip_networking\nskip_name_resolve", self.home.socket().display());
        if self.home.unprivileged() {
            let _ = writeln!(text, "user={UNPRIVILEGED}");
        }
    }

    /// The second protocol, and the directory of a package we do not have, stay out of the way.
    fn without_extras(&self, text: &mut String) {
        text.push_str("mysqlx=OFF\nsecure_file_priv=\n");
        let asked = |line: &String| line.replace('-', "_").starts_with("log_bin");
        if self.tuning == Tuning::ShortLife && !self.extra.iter().any(asked) {
            text.push_str("skip_log_bin\n");
        }
    }
}

/// Without flushing, `kill -9` of the server still loses nothing: what it wrote is the operating system's.
const SHORT_LIFE: &str = "\
innodb_flush_log_at_trx_commit=0
innodb_doublewrite=OFF
innodb_flush_method=nosync
loose_sync_frm=OFF
innodb_buffer_pool_size=128M
sync_binlog=0
";
