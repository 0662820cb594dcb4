//! Whether a server runs on this host, so that its directories can be looked at.
//!
//! A socket or a loopback address may still lead elsewhere (a tunnel, a container's published port): the server must
//! also give its host the name that this one has.

use std::path::Path;

use super::Link;
use crate::config::Endpoint;

/// Whether the server's files are this host's files.
pub fn is_local(link: &Link) -> bool {
    is_near(&link.endpoint) && own_hostname().is_none_or(|own| own.eq_ignore_ascii_case(&link.caps.hostname))
}

fn is_near(endpoint: &Endpoint) -> bool {
    match endpoint {
        Endpoint::Socket(_) => true,
        Endpoint::Tcp { host, .. } => {
            host.eq_ignore_ascii_case("localhost")
                || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
        }
    }
}

/// The name of this host. `None` where the operating system has no such file; the address alone decides there.
pub fn own_hostname() -> Option<String> {
    let name = std::fs::read_to_string(Path::new("/proc/sys/kernel/hostname")).ok()?;
    Some(name.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_addresses() {
        let check = |host: &str, near: bool| {
            let endpoint = Endpoint::Tcp { host: host.to_owned(), port: 3306 };
            assert_eq!(is_near(&endpoint), near, "{host}");
        };
        check("localhost", true);
        check("LocalHost", true);
        check("127.0.0.1", true);
        check("127.1.2.3", true);
        check("::1", true);
        check("10.0.0.7", false);
        check("db.example.org", false);
        check("localhost.example.org", false);
        assert!(is_near(&Endpoint::Socket("/run/mysqld/mysqld.sock".into())));
    }
}
