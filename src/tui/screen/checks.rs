//! Temporary.
use crate::advise::Finding;
use crate::sample::Interest;
use crate::tui::list::{Cell, Column, Found, Listing, Width, any_contains};
use crate::tui::model::{Model, Reader};
use std::hash::{DefaultHasher, Hash};
/// The screen.
pub struct Checks;
impl Listing for Checks {
    type Row<'a> = &'a Finding;
    const TITLE: &'static str = "Checks";
    const KEY: char = '8';
    const DOC: &'static str = "Show what each feature needs on each server and whether it is there.";
    const INTEREST: Interest = Interest::ALL;
    const SORT: usize = 0;
    const COLUMNS: &'static [Column<Self>] = &[Column {
        title: "finding",
        width: Width::Rest,
        from: 0,
        cell: |row| Cell::text(&row.text),
        order: |a, b| a.text.cmp(&b.text),
    }];
    fn rows(model: &Model) -> Found<&Finding> {
        Found { rows: model.findings().iter().collect(), notes: Vec::new(), empty: "nothing" }
    }
    fn identify(row: &&Finding, hasher: &mut DefaultHasher) {
        row.text.hash(hasher);
    }
    fn contains(row: &&Finding, needle: &str) -> bool {
        any_contains(&[&row.text], needle)
    }
    fn detail(row: &&Finding) -> Reader {
        Reader { title: row.text.clone(), sections: Vec::new(), inquiry: None, scroll: 0 }
    }
    fn copied(row: &&Finding) -> String {
        row.remedy.clone()
    }
}
