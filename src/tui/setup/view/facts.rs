//! What is there: the server, and what on it matters for an installation.

use super::words;
use crate::setup::Found;
use crate::setup::found::FoundServer;
use crate::text::fold;
use crate::tui::setup::Guide;
use crate::tui::theme::Role;
use crate::tui::view::reader::Line;

/// The lines.
pub fn lines(guide: &Guide, columns: usize) -> Vec<Line> {
    if guide.flow.working().is_some() {
        let asked = format!("Asking {} …", guide.flow.answers().endpoint);
        return words(&asked, Role::Text, columns);
    }
    let Some(found) = guide.flow.found() else { return Vec::new() };
    let mut facts = server(&found.server);
    facts.extend(databases(guide, found));
    facts.into_iter().flat_map(|fact| fact.lines(columns)).collect()
}

/// One thing that was found.
struct Fact {
    name: &'static str,
    text: String,
    role: Role,
}

impl Fact {
    fn new(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, text: text.into(), role: Role::Text }
    }

    fn warning(name: &'static str, text: impl Into<String>) -> Self {
        Self { name, text: format!("▲ {}", text.into()), role: Role::Warn }
    }

    /// Whether it is as it should be, said accordingly.
    fn of(name: &'static str, is_well: bool, well: &str, else_: &str) -> Self {
        if is_well { Self::new(name, well) } else { Self::warning(name, else_) }
    }

    fn lines(self, columns: usize) -> Vec<Line> {
        let mut name = format!("{:<NAME$}", self.name);
        let folded = fold(&self.text, columns.saturating_sub(NAME));
        let line = |text| vec![(std::mem::replace(&mut name, " ".repeat(NAME)), Role::Quiet), (text, self.role)];
        folded.into_iter().map(line).collect()
    }
}

/// Columns of the names.
const NAME: usize = 16;

fn server(server: &FoundServer) -> Vec<Fact> {
    let mut facts = vec![
        Fact::new("server", &server.kind),
        Fact::new("logged in as", &server.account),
        Fact::of("accounts", server.may_grant, "may be created by this login", "this login may not create accounts"),
        Fact::of("writes", !server.read_only, "are accepted", "the server is read-only"),
        Fact::new("this machine", format!("is {} to the server", server.here)),
        Fact::new("character set", format!("{}, {} unless said otherwise", server.charset.0, server.charset.1)),
        Fact::new("time zone", &server.time_zone),
        Fact::of("binary log", server.binary_log, "on", "off: backups can only be whole, never to a point in time"),
        Fact::new("encryption", if server.tls { "offered" } else { "not offered" }),
    ];
    facts.extend(disk(server));
    if !server.anonymous.is_empty() {
        let hosts = server.anonymous.join(", ");
        let text = format!("anybody may log in from {hosts}; such an account shadows those of the service");
        facts.push(Fact::warning("anonymous", text));
    }
    facts
}

fn disk(server: &FoundServer) -> Option<Fact> {
    let fact = match server.disk.as_ref()? {
        Ok(disk) => Fact::new("disk", format!("{} of {} free in {}", disk.free, disk.total, disk.path)),
        Err(lack) => Fact::new("disk", format!("not known: {}", lack.reason)),
    };
    Some(fact)
}

fn databases(guide: &Guide, found: &Found) -> Vec<Fact> {
    let schemas = &found.server.schemas;
    let there = if schemas.is_empty() { "none yet".to_owned() } else { schemas.join(", ") };
    let mut facts = vec![Fact::new("databases", there)];
    if !found.server.ledgers.is_empty() {
        let text = format!("{} record migrations of other tools", found.server.ledgers.join(", "));
        facts.push(Fact::new("ledgers", text));
    }
    let config = &guide.flow.answers().config;
    let file = match (&found.config.text, found.config.exposed) {
        (None, _) => Fact::new("configuration", format!("{} will be made", config.display())),
        (Some(_), false) => Fact::new("configuration", format!("{} is there and is completed", config.display())),
        (Some(_), true) => {
            Fact::warning("configuration", format!("{} can be read by others; it will not be", config.display()))
        }
    };
    facts.push(file);
    facts
}
