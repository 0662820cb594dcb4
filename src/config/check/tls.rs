//! `tls`: how the way to a server is encrypted.

use std::path::PathBuf;

use super::Checker;
use super::section::Section;
use crate::config::file::Entry;
use crate::config::model::{Tls, TlsMode};

pub(super) const TLS: &[&str] = &["mode", "ca", "cert", "key"];

impl Checker {
    pub(super) fn tls(&mut self, entry: Option<&Entry>) -> Tls {
        let mut tls = Tls::default();
        let opened = entry.and_then(|entry| self.section(entry, "`tls`".to_owned(), TLS));
        let Some(from) = opened else { return tls };
        self.set_choice(&from, "mode", &mut tls.mode);
        tls.ca = self.named_file(&from, "ca");
        tls.cert = self.named_file(&from, "cert");
        tls.key = self.named_file(&from, "key");
        self.certificate_with_key(&from);
        self.authority_in_use(&from, tls.mode);
        tls
    }

    fn named_file(&mut self, from: &Section<'_>, key: &str) -> Option<PathBuf> {
        from.get(key).and_then(|node| self.file(key, node))
    }

    fn certificate_with_key(&mut self, from: &Section<'_>) {
        match (from.entry("cert"), from.entry("key")) {
            (Some(cert), None) => self.problem(cert.at, "`cert` needs its private key; add `key`"),
            (None, Some(key)) => self.problem(key.at, "`key` needs its certificate; add `cert`"),
            _ => {}
        }
    }

    fn authority_in_use(&mut self, from: &Section<'_>, mode: TlsMode) {
        let verifies = matches!(mode, TlsMode::VerifyCa | TlsMode::VerifyIdentity);
        if let (Some(ca), false) = (from.entry("ca"), verifies) {
            self.warn(ca.at, "`ca` is used by the modes verify_ca and verify_identity only; nothing is verified now");
        }
    }
}
