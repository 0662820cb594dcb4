//! Many connections that do nothing: what a process list has to cope with.

use anyhow::{Context, Result};
use dbdeck::server::{Link, Login};
use tokio::runtime::Runtime;

use crate::probe::{BUDGETS, quiet_runtime};

/// Idle connections, closed when the value is dropped.
pub struct Crowd {
    _links: Vec<Link>,
    _runtime: Runtime,
}

impl Crowd {
    pub fn gather(login: &Login, count: usize) -> Result<Self> {
        let runtime = quiet_runtime()?;
        let mut links = Vec::with_capacity(count);
        for number in 1..=count {
            let link = runtime.block_on(Link::open(login, BUDGETS));
            links.push(link.with_context(|| format!("connection {number} of {count}"))?);
        }
        Ok(Self { _links: links, _runtime: runtime })
    }
}
