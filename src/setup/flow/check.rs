//! What an answer may be: limits that hold on every server, and those of the server that was found.

use crate::server::dialect::SYSTEM_SCHEMAS;
use crate::setup::found::Found;

/// A database's name. What both flavors take, and what fits their grants.
pub fn schema(text: &str) -> Result<String, String> {
    let name = one_line("a database", text, 64)?;
    if SYSTEM_SCHEMAS.iter().any(|own| own.eq_ignore_ascii_case(&name)) {
        return Err(format!("{name} is the server's own database; choose another name"));
    }
    if name.contains(['/', '\\', '.']) {
        return Err("the name of a database must not contain / \\ or a dot".to_owned());
    }
    Ok(name)
}

/// A user's name; 32 characters are the least that a server takes.
pub fn user(text: &str) -> Result<String, String> {
    one_line("an account", text, 32)
}

/// One host of an account, or `%`.
pub fn host(text: &str) -> Result<String, String> {
    let host = one_line("a host", text, 255)?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-._:%/".contains(c);
    if host.chars().all(is_part) {
        return Ok(host);
    }
    Err(format!("{host:?} is no host; write localhost, an address, a name, or % for everywhere"))
}

/// A mail address, as far as the column takes it.
pub fn email(text: &str) -> Result<String, String> {
    let address = one_line("a mail address", text, 100)?;
    match address.split_once('@') {
        Some((name, domain)) if !name.is_empty() && !domain.is_empty() && !address.contains(' ') => Ok(address),
        _ => Err("a mail address has an @ between two names".to_owned()),
    }
}

/// Text that is there, is one line, and is no longer than that.
pub fn one_line(what: &str, text: &str, longest: usize) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(format!("{what} needs a name"));
    }
    if text.chars().any(char::is_control) {
        return Err(format!("the name of {what} is one line of ordinary characters"));
    }
    if text.chars().count() > longest {
        return Err(format!("the name of {what} has {longest} characters at most"));
    }
    Ok(text.to_owned())
}

/// Whether anything can be made on this server.
pub fn server(found: &Found) -> Result<(), String> {
    if found.server.read_only {
        return Err(
            "the server refuses writes (read_only is on); choose the primary, or switch it off there".to_owned()
        );
    }
    if !found.server.may_grant {
        let account = &found.server.account;
        return Err(format!("{account} may not create accounts and grant rights; go back and choose another login"));
    }
    Ok(())
}
