//! Encryption on a real server: each mode does what it says, and refuses what it should.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, reason = "a test may")]

mod common;

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use dbdeck::config::{Endpoint, Tls, TlsMode};
use dbdeck::demo::launcher::PrivateServer;
use dbdeck::secret::SecretSource;
use dbdeck::server::{Budgets, Link, Login, ServerError};
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};

/// An authority, and what it has signed, as files that the server's unprivileged user can read.
struct Authority {
    directory: tempfile::TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, "dbdeck test authority");
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let authority = Self { directory, issuer };
        authority.write("ca.pem", &authority.issuer.pem());
        authority
    }

    /// Signs a certificate for a host and writes it with its key.
    fn sign(&self, name: &str, host: &str) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        self.write(&format!("{name}.pem"), &certificate.pem());
        self.write(&format!("{name}-key.pem"), &key.serialize_pem());
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }
}

/// By its number: a machine may be so bare that it cannot look up `localhost`.
const HOST: &str = "127.0.0.1";

/// A port of the loopback interface that nobody uses at the moment.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A server with a certificate that the authority has signed for a host.
async fn server(authority: &Authority, host: &str, port: u16) -> PrivateServer {
    authority.sign("server", host);
    let file = |name: &str| authority.path(name).display().to_string();
    let launcher = common::launcher()
        .option("skip_networking=OFF")
        .option("bind_address=127.0.0.1")
        .option(format!("port={port}"))
        .option(format!("ssl_ca={}", file("ca.pem")))
        .option(format!("ssl_cert={}", file("server.pem")))
        .option(format!("ssl_key={}", file("server-key.pem")));
    let server = launcher.start().await.unwrap();
    let mut root = common::link(&server.root()).await;
    for statement in [
        "CREATE USER plain@'127.0.0.1' IDENTIFIED BY 'open sesame'",
        "CREATE USER certified@'127.0.0.1' IDENTIFIED BY 'open sesame' REQUIRE X509",
    ] {
        root.execute(statement).await.unwrap();
    }
    server
}

/// The cipher of a connection with these settings; empty when it is not encrypted.
async fn cipher(port: u16, user: &str, tls: Tls) -> Result<String, ServerError> {
    let endpoint = Endpoint::Tcp { host: HOST.to_owned(), port };
    let login = Login { endpoint, tls, user: user.to_owned(), secret: common::literal("open sesame") };
    let budget = Duration::from_secs(20);
    let mut link = Link::open(&login, Budgets { connect: budget, query: budget }).await?;
    Ok(common::rows(&mut link, 2, "SHOW SESSION STATUS LIKE 'Ssl_cipher'").await.concat())
}

fn tls(mode: TlsMode, ca: Option<&Path>) -> Tls {
    Tls { mode, ca: ca.map(Path::to_owned), cert: None, key: None }
}

fn is_encrypted(answer: &Result<String, ServerError>) -> bool {
    answer.as_ref().is_ok_and(|cipher| cipher.len() > "Ssl_cipher|".len())
}

#[tokio::test]
async fn each_mode_of_encryption_does_what_it_says() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    authority.sign("client", "dbdeck");
    let port = free_port();
    let server = server(&authority, HOST, port).await;
    let (ours, theirs) = (authority.path("ca.pem"), stranger.path("ca.pem"));
    let check = async |tls: Tls, encrypted: bool| {
        let (mode, ca) = (tls.mode, tls.ca.is_some());
        let answer = cipher(port, "plain", tls).await;
        assert_eq!(is_encrypted(&answer), encrypted, "{mode:?} ca {ca}: {answer:?}");
        answer
    };
    check(tls(TlsMode::Preferred, None), true).await.unwrap();
    check(tls(TlsMode::Required, None), true).await.unwrap();
    check(tls(TlsMode::Disabled, None), false).await.unwrap();
    check(tls(TlsMode::VerifyCa, Some(&ours)), true).await.unwrap();
    check(tls(TlsMode::VerifyCa, Some(&theirs)), false).await.unwrap_err();
    check(tls(TlsMode::VerifyIdentity, Some(&ours)), true).await.unwrap();

    let without = cipher(port, "certified", tls(TlsMode::Required, None)).await;
    assert!(matches!(without, Err(ServerError::Refused { .. })), "{without:?}");
    let (cert, key) = (Some(authority.path("client.pem")), Some(authority.path("client-key.pem")));
    let with = cipher(port, "certified", Tls { cert, key, ..tls(TlsMode::VerifyCa, Some(&ours)) }).await;
    assert!(is_encrypted(&with), "{with:?}");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_certificate_of_another_host_is_good_enough_for_its_authority_only() {
    let authority = Authority::new();
    let port = free_port();
    let server = server(&authority, "elsewhere.example", port).await;
    let ours = authority.path("ca.pem");
    let by_authority = cipher(port, "plain", tls(TlsMode::VerifyCa, Some(&ours))).await;
    assert!(is_encrypted(&by_authority), "{by_authority:?}");
    let by_name = cipher(port, "plain", tls(TlsMode::VerifyIdentity, Some(&ours))).await;
    assert!(matches!(by_name, Err(ServerError::Unreachable { .. })), "{by_name:?}");
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_server_without_encryption_is_refused_where_it_is_required() {
    let port = free_port();
    let launcher = common::launcher().option("skip_networking=OFF").option("bind_address=127.0.0.1");
    let server = launcher.option(format!("port={port}")).option("tls_version=").start().await.unwrap();
    let mut root = common::link(&server.root()).await;
    root.execute("CREATE USER plain@'127.0.0.1' IDENTIFIED BY 'open sesame'").await.unwrap();
    let refused = cipher(port, "plain", tls(TlsMode::Required, None)).await.unwrap_err().to_string();
    assert!(refused.contains("TLS"), "{refused}");
    let plain = cipher(port, "plain", tls(TlsMode::Preferred, None)).await;
    assert_eq!(plain, Ok("Ssl_cipher|".to_owned()));
    assert!(matches!(server.root().secret, SecretSource::None));
    server.stop().await.unwrap();
}
