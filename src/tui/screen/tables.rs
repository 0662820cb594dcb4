//! The tables of all databases: what they take, what they gain, what they are.

use std::hash::{DefaultHasher, Hash};

use crate::sample::snapshot::Table;
use crate::sample::{DatabaseSnapshot, Interest, Section};
use crate::tui::keymap::Context;
use crate::tui::list::{Cell, Column, Found, Listing, Width, any_contains};
use crate::tui::model::{Model, Reader};
use crate::tui::msg::Inquiry;
use crate::tui::screen::Subject;
use crate::tui::theme::Role;
use crate::units::{Bytes, Rows};

/// The screen.
pub struct Tables;

/// One table.
#[derive(Clone)]
pub struct Row<'a> {
    database: &'a DatabaseSnapshot,
    table: &'a Table,
}

impl Row<'_> {
    fn engine(&self) -> Option<&str> {
        self.table.facts.as_ref()?.engine.as_deref()
    }

    fn rows(&self) -> Option<Rows> {
        self.table.facts.as_ref()?.rows
    }

    fn data(&self) -> Option<Bytes> {
        self.table.facts.as_ref()?.data
    }

    fn index(&self) -> Option<Bytes> {
        self.table.facts.as_ref()?.index
    }

    fn free(&self) -> Option<Bytes> {
        self.table.facts.as_ref()?.free
    }

    fn comment(&self) -> &str {
        self.table.facts.as_ref().map_or("", |facts| facts.comment.as_str())
    }

    fn per_hour(&self) -> Option<i64> {
        self.table.growth.map(|growth| growth.per_hour())
    }
}

/// A gain or a loss per hour.
pub fn per_hour(bytes: i64) -> String {
    let sign = if bytes < 0 { '-' } else { '+' };
    if bytes == 0 { "0 B/h".to_owned() } else { format!("{sign}{}/h", Bytes(bytes.unsigned_abs())) }
}

const WITHOUT_TRANSACTIONS: [&str; 4] = ["MyISAM", "Aria", "MEMORY", "CSV"];

impl Listing for Tables {
    type Row<'a> = Row<'a>;
    const TITLE: &'static str = "Tables";
    const KEY: char = '4';
    const DOC: &'static str = "Show what every table takes on disk and how fast it grows.";
    const INTEREST: Interest = Interest { sizes: true, tables: true, statements: false };
    const NOUN: (&'static str, &'static str) = ("table", "tables");
    const SORT: usize = 2;
    const CONTEXT: Context = Context::Tables;
    const COLUMNS: &'static [Column<Self>] = &[
        Column {
            title: "database",
            width: Width::Left(10),
            from: 0,
            cell: |row| Cell::text(&row.database.name),
            order: |a, b| a.database.name.cmp(&b.database.name),
        },
        Column {
            title: "table",
            width: Width::Rest,
            from: 0,
            cell: |row| Cell::text(&row.table.name),
            order: |a, b| a.table.name.cmp(&b.table.name),
        },
        Column {
            title: "size",
            width: Width::Right(9),
            from: 0,
            cell: |row| Cell::text(row.table.bytes),
            order: |a, b| b.table.bytes.cmp(&a.table.bytes),
        },
        Column {
            title: "growth",
            width: Width::Right(12),
            from: 60,
            cell: |row| Cell::maybe(row.per_hour().map(per_hour)),
            order: |a, b| b.per_hour().cmp(&a.per_hour()),
        },
        Column {
            title: "rows",
            width: Width::Right(13),
            from: 70,
            cell: |row| Cell::maybe(row.rows().map(|rows| format!("~{rows}"))),
            order: |a, b| b.rows().cmp(&a.rows()),
        },
        Column {
            title: "data",
            width: Width::Right(9),
            from: 110,
            cell: |row| Cell::maybe(row.data()),
            order: |a, b| b.data().cmp(&a.data()),
        },
        Column {
            title: "index",
            width: Width::Right(9),
            from: 110,
            cell: |row| Cell::maybe(row.index()),
            order: |a, b| b.index().cmp(&a.index()),
        },
        Column {
            title: "free",
            width: Width::Right(9),
            from: 90,
            cell: |row| Cell::maybe(row.free()),
            order: |a, b| b.free().cmp(&a.free()),
        },
        Column {
            title: "engine",
            width: Width::Left(8),
            from: 80,
            cell: |row| {
                let risky = row.engine().is_some_and(|engine| WITHOUT_TRANSACTIONS.contains(&engine));
                let mut cell = Cell::maybe(row.engine());
                if risky {
                    cell.role = Role::Warn;
                }
                cell
            },
            order: |a, b| a.engine().cmp(&b.engine()),
        },
        Column {
            title: "parts",
            width: Width::Right(5),
            from: 100,
            cell: |row| Cell::maybe((row.table.partitions > 0).then_some(row.table.partitions)),
            order: |a, b| b.table.partitions.cmp(&a.table.partitions),
        },
        Column {
            title: "comment",
            width: Width::Rest,
            from: 160,
            cell: |row| Cell::with(row.comment(), Role::Quiet),
            order: |a, b| a.comment().cmp(b.comment()),
        },
    ];

    fn rows(model: &Model) -> Found<Row<'_>> {
        let mut found = Found::none("there are no tables");
        for (database, _) in model.shown().databases() {
            match database.tables.as_ref().map(|tables| &tables.value) {
                None => found.note(&database.name, "not read yet", Role::Quiet),
                Some(Err(lack)) => {
                    found.note(&database.name, format!("{}\n{}", lack.reason, lack.remedy), Role::Warn);
                }
                Some(Ok(tables)) => found.rows.extend(tables.iter().map(|table| Row { database, table })),
            }
        }
        if !found.notes.is_empty() {
            found.empty = "";
        }
        found
    }

    fn identify(row: &Row<'_>, hasher: &mut DefaultHasher) {
        (&row.database.name, &row.table.name).hash(hasher);
    }

    fn contains(row: &Row<'_>, needle: &str) -> bool {
        let (name, schema) = (row.database.name.0.as_str(), row.database.schema.as_str());
        any_contains(&[name, schema, &row.table.name, row.engine().unwrap_or_default(), row.comment()], needle)
    }

    fn detail(row: &Row<'_>) -> Reader {
        let table = row.table;
        let known = |value: Option<String>| value.unwrap_or_else(|| "not known".to_owned());
        let mut about = vec![
            format!("size        {} in its files", table.bytes),
            format!("rows        {}", known(row.rows().map(|rows| format!("about {rows}")))),
            format!("data        {}", known(row.data().map(|bytes| bytes.to_string()))),
            format!("indexes     {}", known(row.index().map(|bytes| bytes.to_string()))),
            format!("free        {}", known(row.free().map(|bytes| format!("{bytes} inside its files")))),
            format!("engine      {}", known(row.engine().map(str::to_owned))),
        ];
        if let Some(growth) = table.growth {
            let over = crate::units::Span(growth.over);
            about.push(format!("growth      {} (watched for {over})", per_hour(growth.per_hour())));
        }
        if !row.comment().is_empty() {
            about.push(format!("comment     {}", row.comment()));
        }
        let inquiry = Inquiry::Table { database: row.database.name.clone(), table: table.name.clone() };
        Reader {
            title: format!("{}.{}", row.database.schema, table.name),
            sections: vec![Section::words("table", about)],
            inquiry: Some((inquiry.into(), None)),
            scroll: 0,
        }
    }

    fn copied(row: &Row<'_>) -> String {
        format!("{}.{}", row.database.schema, row.table.name)
    }

    fn subject(row: &Row<'_>) -> Subject {
        let (database, table) = (Some(row.database.name.clone()), Some(row.table.name.clone()));
        Subject { database, table, thread: None }
    }
}
