//! The process list of all servers, working connections first.

use std::cmp::Reverse;
use std::hash::{DefaultHasher, Hash};

use crate::sample::{Interest, Section, ServerSnapshot};
use crate::server::read::{Thread, Transaction};
use crate::tui::keymap::Context;
use crate::tui::list::{Cell, Column, Found, Listing, Width, any_contains};
use crate::tui::model::{Model, Reader};
use crate::tui::msg::Inquiry;
use crate::tui::screen::Subject;
use crate::tui::theme::Role;
use crate::units::{DatabaseName, Span};

/// The screen.
pub struct Activity;

/// One connection.
#[derive(Clone)]
pub struct Row<'a> {
    server: &'a ServerSnapshot,
    database: Option<&'a DatabaseName>,
    thread: &'a Thread,
    transaction: Option<&'a Transaction>,
}

impl Row<'_> {
    /// What sorts it: working before idle, open transactions before none, long before short.
    fn urgency(&self) -> impl Ord + use<> {
        let held = self.transaction.map(|transaction| transaction.age);
        (self.thread.is_working(), held.is_some(), held.unwrap_or_default().max(self.thread.time))
    }

    fn state(&self) -> String {
        let progress = self.thread.progress.map(|part| format!(" {:.0} %", part * 100.0)).unwrap_or_default();
        match (self.transaction, self.thread.is_working()) {
            (Some(transaction), _) if transaction.waiting.is_some() => "waits for a row lock".to_owned(),
            (Some(_), false) => "idle in transaction".to_owned(),
            (None, false) if self.thread.state.is_empty() => "idle".to_owned(),
            _ => format!("{}{progress}", self.thread.state),
        }
    }

    fn role(&self) -> Role {
        match self.transaction {
            Some(transaction) if transaction.waiting.is_some() => Role::Warn,
            Some(_) if !self.thread.is_working() => Role::Warn,
            _ if self.thread.is_working() => Role::Text,
            _ => Role::Quiet,
        }
    }
}

impl Listing for Activity {
    type Row<'a> = Row<'a>;
    const TITLE: &'static str = "Activity";
    const KEY: char = '2';
    const DOC: &'static str = "Show every connection of every server and what it is doing.";
    const INTEREST: Interest = Interest { sizes: false, tables: false, statements: false };
    const NOUN: (&'static str, &'static str) = ("connection", "connections");
    const SORT: usize = 8;
    const CONTEXT: Context = Context::Activity;
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            title: "time",
            width: Width::Right(8),
            from: 0,
            cell: |row| Cell::with(Span(row.thread.time), row.role()),
            order: |a, b| b.thread.time.cmp(&a.thread.time),
        },
        Column {
            title: "server",
            width: Width::Left(16),
            from: 170,
            cell: |row| Cell::with(&row.server.endpoint, Role::Quiet),
            order: |a, b| a.server.endpoint.cmp(&b.server.endpoint),
        },
        Column {
            title: "id",
            width: Width::Right(9),
            from: 100,
            cell: |row| Cell::with(row.thread.id, Role::Quiet),
            order: |a, b| a.thread.id.cmp(&b.thread.id),
        },
        Column {
            title: "user",
            width: Width::Left(19),
            from: 0,
            cell: |row| Cell::text(&row.thread.user),
            order: |a, b| a.thread.user.cmp(&b.thread.user),
        },
        Column {
            title: "from",
            width: Width::Left(15),
            from: 150,
            cell: |row| Cell::with(&row.thread.host, Role::Quiet),
            order: |a, b| a.thread.host.cmp(&b.thread.host),
        },
        Column {
            title: "database",
            width: Width::Left(10),
            from: 100,
            cell: |row| Cell::maybe(row.database.map(ToString::to_string).or_else(|| row.thread.schema.clone())),
            order: |a, b| a.thread.schema.cmp(&b.thread.schema),
        },
        Column {
            title: "command",
            width: Width::Left(8),
            from: 130,
            cell: |row| Cell::with(&row.thread.command, row.role()),
            order: |a, b| a.thread.command.cmp(&b.thread.command),
        },
        Column {
            title: "open",
            width: Width::Right(7),
            from: 110,
            cell: |row| Cell::maybe(row.transaction.map(|transaction| Span(transaction.age))),
            order: |a, b| b.transaction.map(|t| t.age).cmp(&a.transaction.map(|t| t.age)),
        },
        Column {
            title: "state",
            width: Width::Left(20),
            from: 70,
            cell: |row| Cell::with(row.state(), row.role()),
            order: |a, b| Reverse(a.urgency()).cmp(&Reverse(b.urgency())),
        },
        Column {
            title: "statement",
            width: Width::Rest,
            from: 0,
            cell: |row| Cell::with(&row.thread.statement, row.role()),
            order: |a, b| a.thread.statement.cmp(&b.thread.statement),
        },
    ];

    fn rows(model: &Model) -> Found<Row<'_>> {
        let mut found = Found::none("no connection but dbdeck's own");
        for server in model.shown().servers() {
            if server.threads.is_none() {
                found.empty = "";
                found.note(&server.endpoint, "not read yet", Role::Quiet);
            }
            if let Some(Err(lack)) = server.transactions.as_ref().map(|transactions| &transactions.value) {
                found.note(
                    &server.endpoint,
                    format!("its own connections only: {}\n{}", lack.reason, lack.remedy),
                    Role::Warn,
                );
            }
            found.rows.extend(of_server(server));
        }
        found
    }

    fn identify(row: &Row<'_>, hasher: &mut DefaultHasher) {
        (&row.server.endpoint, row.thread.id).hash(hasher);
    }

    fn contains(row: &Row<'_>, needle: &str) -> bool {
        let thread = row.thread;
        let database = row.database.map_or("", |name| name.0.as_str());
        let schema = thread.schema.as_deref().unwrap_or_default();
        let id = thread.id.to_string();
        let texts = [&thread.user, &thread.host, database, schema, &thread.command, &thread.state, &id];
        any_contains(&texts, needle) || any_contains(&[&thread.statement, &row.state()], needle)
    }

    fn detail(row: &Row<'_>) -> Reader {
        let thread = row.thread;
        let mut about = vec![
            format!("server    {}", row.server.endpoint),
            format!("user      {} from {}", thread.user, thread.host),
            format!("database  {}", thread.schema.as_deref().unwrap_or("none")),
            format!("command   {} for {}", thread.command, Span(thread.time)),
            format!("state     {}", row.state()),
        ];
        if let Some(transaction) = row.transaction {
            let (modified, locked) = (transaction.modified, transaction.locked);
            about.push(format!("open      {}, {} changed, {locked} locked", Span(transaction.age), modified.counted()));
        }
        let database = row.server.databases.first().map(|database| database.name.clone());
        let inquiry = database.map(|database| Inquiry::Statement { database, thread: thread.id });
        let sections = vec![Section::words("connection", about)];
        Reader {
            title: format!("connection {}", thread.id),
            sections,
            inquiry: inquiry.filter(|_| !thread.statement.is_empty()).map(|inquiry| (inquiry.into(), None)),
            scroll: 0,
        }
    }

    fn copied(row: &Row<'_>) -> String {
        row.thread.statement.clone()
    }

    fn subject(row: &Row<'_>) -> Subject {
        let database = row.database.or_else(|| row.server.databases.first().map(|database| &database.name)).cloned();
        Subject { database, table: None, thread: Some(row.thread.id) }
    }
}

fn of_server(server: &ServerSnapshot) -> impl Iterator<Item = Row<'_>> {
    let transactions = server.transactions.as_ref().and_then(|aged| aged.value.as_ref().ok());
    let transactions: std::collections::HashMap<_, _> =
        transactions.into_iter().flat_map(|all| all.iter()).map(|t| (t.thread, t)).collect();
    let threads = server.threads.iter().flat_map(|threads| threads.value.iter());
    threads.filter(|thread| !thread.is_internal()).map(move |thread| Row {
        server,
        database: server.databases.iter().find(|d| thread.schema.as_ref() == Some(&d.schema)).map(|d| &d.name),
        thread,
        transaction: transactions.get(&thread.id).copied(),
    })
}
