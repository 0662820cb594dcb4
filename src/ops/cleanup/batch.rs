//! One batch: a range of the walk, in one transaction.
//!
//! *Swift*, when nothing has to be done with the rows before they go: the end of the range is counted or looked up, without a lock, and
//! one DELETE removes what is expired in it. *Exact*, when they are archived, listed, or have children: the rows are locked
//! and read, written down, and removed by their keys, children first; when not exactly those went, everything is taken
//! back. READ COMMITTED: a range locks no gaps, so that nobody who inserts has to wait.

use std::time::{Duration, Instant};

use super::archive::{Frame, Keeper};
use super::column::Column;
use super::keys::{Key, Place as KeyPlace};
use super::list;
use super::task::{ChildTask, End, Task};
use crate::op::{JobLink, OpError};
use crate::server::row::Row;
use crate::server::sql;

/// A statement of an archive grows no longer than this, but for a single row that is longer.
const STATEMENT: usize = 512 << 10;

/// What a batch did.
#[derive(Debug, Default)]
pub struct Done {
    /// Rows of the table.
    pub rows: u64,
    /// Rows of its children.
    pub children: u64,
    /// Bytes written to the archive.
    pub bytes: u64,
    /// What its size was measured by: rows, or numbers of the key.
    pub size: u64,
    /// How long locks were held.
    pub time: Duration,
    /// Where the next batch begins.
    pub end: KeyPlace,
}

/// How a batch ended that is none.
#[derive(Debug)]
pub enum Halt {
    /// Nothing more is expired.
    End,
    /// Somebody else was in the way, and nothing has changed: again, with fewer rows.
    Collision(String),
    /// Anything else.
    Error(OpError),
}

impl From<OpError> for Halt {
    fn from(error: OpError) -> Self {
        Self::Error(error)
    }
}

/// A table with the columns that are read of it.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Its name.
    pub table: String,
    /// The columns, in the order of the table.
    pub columns: Vec<Column>,
}

impl Reader {
    fn expressions(&self) -> String {
        self.columns.iter().map(Column::expression).collect::<Vec<_>>().join(", ")
    }

    fn expressions_of(&self, walk: &Key) -> String {
        let of = |name: &String| self.column(name).map_or_else(|| "NULL".to_owned(), Column::expression);
        walk.columns.iter().map(of).collect::<Vec<_>>().join(", ")
    }

    fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    /// The place in a row that has the walk's columns and no others.
    fn place_of(&self, row: &Row, walk: &Key) -> KeyPlace {
        let literal = |(place, name): (usize, &String)| {
            self.column(name).map_or_else(|| "NULL".to_owned(), |column| column.literal(row, place))
        };
        walk.columns.iter().enumerate().map(literal).collect()
    }

    fn literal(&self, row: &Row, column: &str) -> String {
        let place = self.columns.iter().position(|it| it.name.eq_ignore_ascii_case(column));
        place.map_or_else(|| "NULL".to_owned(), |place| self.columns[place].literal(row, place))
    }

    fn key(&self, row: &Row, key: &Key) -> KeyPlace {
        key.columns.iter().map(|column| self.literal(row, column)).collect()
    }

    /// The path in that column, as a line of the list.
    fn path(&self, row: &Row, column: &str) -> String {
        let place = self.columns.iter().position(|it| it.name.eq_ignore_ascii_case(column));
        place.and_then(|place| row.verbatim(place)).map_or_else(String::new, |path| list::line(&path))
    }

    /// Statements that bring the rows back, one row a line.
    fn inserts(&self, rows: &[Row]) -> String {
        let taken: Vec<usize> = (0..self.columns.len()).filter(|place| !self.columns[*place].generated).collect();
        let names: Vec<String> = taken.iter().map(|place| sql::ident(&self.columns[*place].name)).collect();
        let opening = format!("INSERT INTO {} ({}) VALUES\n", sql::ident(&self.table), names.join(", "));
        let (mut text, mut length) = (String::new(), 0);
        for row in rows {
            let values: Vec<String> = taken.iter().map(|place| self.columns[*place].literal(row, *place)).collect();
            let line = format!("({})", values.join(","));
            if length > 0 && length + line.len() < STATEMENT {
                text.push_str(",\n");
            } else {
                text.push_str(if length > 0 { ";\n" } else { "" });
                text.push_str(&opening);
                length = 0;
            }
            length += line.len();
            text.push_str(&line);
        }
        text.push_str(if length > 0 { ";\n" } else { "" });
        text
    }
}

/// What the batches of a task share.
pub struct Batches<'a> {
    /// The task.
    pub task: &'a Task,
    /// Its table, with the columns that are read.
    pub reader: Reader,
    /// Its children's, in their order.
    pub children: Vec<Reader>,
    /// Where rows are written down before they go.
    pub keeper: Option<Keeper>,
    /// What is going on, for errors.
    pub doing: String,
}

impl Batches<'_> {
    /// Removes the next rows behind that place, at most so many.
    ///
    /// # Errors
    /// [`Halt`]. Nothing was removed, unless the error is of the COMMIT itself: then nobody knows.
    pub async fn next(&self, link: &mut JobLink, from: Option<&KeyPlace>, most: u64) -> Result<Done, Halt> {
        if !self.task.is_exact() {
            return self.swift(link, from, most).await;
        }
        let began = Instant::now();
        let removed = self.exact(link, from, most).await;
        let done = match removed {
            Ok(done) => done,
            Err(halt) => return Err(self.take_back(link, halt).await),
        };
        // From here on a failure leaves it open whether the rows are gone; the next run will look.
        link.execute(&self.doing, "COMMIT").await?;
        let time = began.elapsed();
        if let Some(keeper) = &self.keeper {
            keeper.done().await?;
        }
        Ok(Done { time, ..done })
    }

    fn range(&self, from: Option<&KeyPlace>) -> String {
        let wanted = self.task.wanted();
        from.map_or_else(|| wanted.clone(), |from| format!("{} AND {wanted}", self.task.walk.behind(from)))
    }

    async fn swift(&self, link: &mut JobLink, from: Option<&KeyPlace>, most: u64) -> Result<Done, Halt> {
        let end = match self.task.end(from, most) {
            End::At(end) => end,
            End::Over => return Err(Halt::End),
            End::Unknown => self.look_up(link, from, most).await?,
        };
        let began = Instant::now();
        let range = format!("{} AND {}", self.range(from), self.task.walk.up_to(&end));
        let delete = format!("DELETE FROM {} WHERE {range}", self.task.name());
        let rows = link.execute(&self.doing, delete).await.map_err(halt)?;
        let size = if self.task.counted_keys { most } else { rows };
        Ok(Done { rows, size, time: began.elapsed(), end, ..Done::default() })
    }

    /// The last of the next rows that are expired.
    async fn look_up(&self, link: &mut JobLink, from: Option<&KeyPlace>, most: u64) -> Result<KeyPlace, Halt> {
        let walk = &self.task.walk;
        let (table, range) = (self.task.name(), self.range(from));
        let end = format!(
            "SELECT {read} FROM (SELECT {list} FROM {table} FORCE INDEX ({index}) WHERE {range} ORDER BY {list} \
             LIMIT {most}) AS batch ORDER BY {falling} LIMIT 1",
            read = self.reader.expressions_of(walk),
            list = walk.list(),
            index = sql::ident(&walk.index),
            falling = walk.falling()
        );
        let rows = link.rows(&self.doing, end).await.map_err(halt)?;
        rows.first().map(|row| self.reader.place_of(row, walk)).ok_or(Halt::End)
    }

    async fn exact(&self, link: &mut JobLink, from: Option<&KeyPlace>, most: u64) -> Result<Done, Halt> {
        let Task { walk, key, .. } = self.task;
        let (table, range) = (self.task.name(), self.range(from));
        link.execute(&self.doing, "START TRANSACTION").await.map_err(halt)?;
        let select = format!(
            "SELECT {} FROM {table} FORCE INDEX ({}) WHERE {range} ORDER BY {} LIMIT {most} FOR UPDATE",
            self.reader.expressions(),
            sql::ident(&walk.index),
            walk.list()
        );
        let rows = link.rows(&self.doing, select).await.map_err(halt)?;
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Err(Halt::End) };
        let mut frame =
            Frame { first: self.reader.key(first, key), last: self.reader.key(last, key), ..Frame::default() };
        self.note(&mut frame, &self.reader, &rows, self.task.keeps.files.as_deref());
        let children = self.read_children(link, &rows, &mut frame).await?;
        let mut done = Done { end: self.reader.key(last, walk), ..Done::default() };
        if let Some(keeper) = &self.keeper {
            done.bytes = keeper.keep(frame).await?;
        }
        for (child, parents) in self.task.children.iter().zip(&children) {
            done.children += self.remove_children(link, child, parents).await?;
        }
        let keys: Vec<KeyPlace> = rows.iter().map(|row| self.reader.key(row, key)).collect();
        let delete =
            format!("DELETE FROM {table} WHERE {range} AND {} AND {}", walk.up_to(&done.end), key.among(&keys));
        done.rows = link.execute(&self.doing, delete).await.map_err(halt)?;
        self.compare(rows.len() as u64, done.rows)?;
        done.size = done.rows;
        Ok(done)
    }

    fn note(&self, frame: &mut Frame, reader: &Reader, rows: &[Row], files: Option<&str>) {
        if self.task.keeps.rows {
            frame.sql.push_str(&reader.inserts(rows));
        }
        if let Some(column) = files.filter(|_| self.task.keeps.list.is_some()) {
            frame.paths.extend(rows.iter().map(|row| reader.path(row, column)));
        }
        frame.rows += rows.len() as u64;
    }

    /// What each child's rows refer to, and how many there are where that has to be known.
    async fn read_children(
        &self,
        link: &mut JobLink,
        rows: &[Row],
        frame: &mut Frame,
    ) -> Result<Vec<(String, Option<u64>)>, Halt> {
        let mut found = Vec::new();
        for (child, reader) in self.task.children.iter().zip(&self.children) {
            let parents = rows.iter().map(|row| self.reader.literal(row, &child.parent));
            let mut parents: Vec<String> = parents.filter(|parent| parent != "NULL").collect();
            parents.dedup();
            let parents = if parents.is_empty() { "NULL".to_owned() } else { parents.join(", ") };
            let mut count = None;
            if self.keeper.is_some() {
                let of_these = self.of_parents(child, &parents);
                let select = format!("SELECT {} FROM {of_these} FOR UPDATE", reader.expressions());
                let rows = link.rows(&self.doing, select).await.map_err(halt)?;
                self.note(frame, reader, &rows, child.files.as_deref());
                count = Some(rows.len() as u64);
            }
            found.push((parents, count));
        }
        Ok(found)
    }

    fn of_parents(&self, child: &ChildTask, parents: &str) -> String {
        format!("{} WHERE {} IN ({parents})", self.task.name_of(&child.table), sql::ident(&child.column))
    }

    async fn remove_children(
        &self,
        link: &mut JobLink,
        child: &ChildTask,
        (parents, count): &(String, Option<u64>),
    ) -> Result<u64, Halt> {
        let delete = format!("DELETE FROM {}", self.of_parents(child, parents));
        let removed = link.execute(&self.doing, delete).await.map_err(halt)?;
        self.compare(count.unwrap_or(removed), removed)?;
        Ok(removed)
    }

    fn compare(&self, read: u64, removed: u64) -> Result<(), Halt> {
        if read == removed {
            return Ok(());
        }
        let table = &self.task.table;
        Err(Halt::Collision(format!("{table}: {removed} rows would have gone of {read} that were read")))
    }

    /// Nothing of the batch stays: neither in the tables nor in the files. What cannot be said for certain is left to the
    /// next run.
    async fn take_back(&self, link: &mut JobLink, halt: Halt) -> Halt {
        let rolled_back = link.reading().execute("ROLLBACK").await;
        match (rolled_back, &self.keeper) {
            (Ok(_), Some(keeper)) => keeper.undo().await.map_or_else(Halt::Error, |()| halt),
            _ => halt,
        }
    }
}

/// Deadlock, lock wait timeout, and a row that changed under a snapshot: the transaction is over or can be taken back.
fn halt(error: OpError) -> Halt {
    use crate::server::ServerError::Sql;
    match error {
        OpError::Server { error: Sql { code: 1213 | 1205 | 1020, message }, .. } => Halt::Collision(message),
        error => Halt::Error(error),
    }
}
