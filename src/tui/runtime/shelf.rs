//! Reads the migrations while somebody looks at them: the files, and the record of each database. A task of its own, whose
//! answers are messages.
//!
//! Asked by a bell, as the record is. Connections stay open from one reading to the next and are closed when nobody has
//! asked for a while; one that fails is opened anew.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Notify;
use tokio::sync::mpsc::Sender;
use tokio::task::JoinHandle;

use crate::config::{Config, Target};
use crate::migration::{Catalogue, History, compare};
use crate::server::{Budgets, Link, Login, ServerError};
use crate::tui::migrations::{Shelf, Shelved};
use crate::tui::msg::Msg;

/// Connections that are not used are closed after that time.
const IDLE: Duration = Duration::from_secs(10);

/// Who reads; ends with this handle.
pub(super) struct Librarian {
    bell: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Librarian {
    /// Nothing is read before it is asked for.
    pub(super) fn new(config: Arc<Config>, answers: Sender<Msg>) -> Self {
        let bell = Arc::<Notify>::default();
        let task = tokio::spawn(serve(config, Arc::clone(&bell), answers));
        Self { bell, task }
    }

    /// Reads.
    pub(super) fn read(&self) {
        self.bell.notify_one();
    }
}

impl Drop for Librarian {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(config: Arc<Config>, bell: Arc<Notify>, answers: Sender<Msg>) {
    let budgets = Budgets { connect: config.sampling.connect_budget, query: config.sampling.query_budget };
    let mut seats: Vec<Seat<'_>> = config.targets.iter().map(|target| Seat { target, budgets, link: None }).collect();
    loop {
        if tokio::time::timeout(IDLE, bell.notified()).await.is_err() {
            for seat in &mut seats {
                seat.link = None;
            }
            bell.notified().await;
        }
        let files = Arc::clone(&config);
        let Ok(catalogue) = tokio::task::spawn_blocking(move || Catalogue::read(&files)).await else { break };
        let databases = join_all(seats.iter_mut().map(|seat| seat.read(&catalogue))).await;
        if answers.send(Msg::Shelved(Arc::new(Shelf { catalogue, databases }))).await.is_err() {
            break;
        }
    }
}

/// A database, and the connection to it.
struct Seat<'c> {
    target: &'c Target,
    budgets: Budgets,
    link: Option<Link>,
}

impl Seat<'_> {
    async fn read(&mut self, catalogue: &Catalogue) -> Shelved {
        let name = self.target.name.clone();
        let history = self.history().await.map_err(|error| error.to_string());
        let state = history.map(|history| (compare(catalogue, &name, &history), history));
        Shelved { name, state }
    }

    async fn history(&mut self) -> Result<History, ServerError> {
        let mut link = match self.link.take() {
            Some(link) if link.is_usable() => link,
            _ => Link::open(&Login::of(self.target), self.budgets).await?,
        };
        let history = History::read(&mut link, &self.target.schema).await?;
        self.link = Some(link);
        Ok(history)
    }
}
