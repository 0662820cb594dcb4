//! Looks at a long statement from a second connection: is the server there, and what does it say of the statement?

use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use super::cx::Control;
use crate::server::read::threads;
use crate::server::{Budgets, Link, Login, ServerError};
use crate::units::{Percent, Span, ThreadId};

/// What takes no longer is not looked at.
const MOMENT: Duration = Duration::from_millis(1500);

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// A look that goes on until this is dropped.
pub(super) struct Vigil {
    task: JoinHandle<()>,
    control: Control,
}

impl Vigil {
    /// Begins in a moment.
    pub(super) fn over(thread: ThreadId, login: Login, budgets: Budgets, control: Control) -> Self {
        let watcher = Watcher { thread, login, budgets, control: control.clone(), link: None, silent: None };
        Self { task: tokio::spawn(watcher.run()), control }
    }
}

impl Drop for Vigil {
    fn drop(&mut self) {
        self.task.abort();
        let live = self.control.live();
        if live.server.is_some() {
            self.control.show(|live| live.server = None);
        }
        if live.held.is_some_and(|held| held.starts_with(SILENT)) {
            self.control.hold(None);
        }
    }
}

const SILENT: &str = "the server has not answered for";

struct Watcher {
    thread: ThreadId,
    login: Login,
    budgets: Budgets,
    control: Control,
    link: Option<Link>,
    silent: Option<Instant>,
}

impl Watcher {
    async fn run(mut self) {
        tokio::time::sleep(MOMENT).await;
        loop {
            let began = Instant::now();
            match self.look().await {
                Ok(text) => self.heard(text),
                Err(_) => self.unheard(began),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn look(&mut self) -> Result<Option<String>, ServerError> {
        let mut link = match self.link.take() {
            Some(link) => link,
            None => Link::open(&self.login, self.budgets).await?,
        };
        let thread = threads::one(&mut link, self.thread).await?;
        self.link = Some(link);
        Ok(thread.map(|thread| match thread.progress {
            Some(part) => format!("{} {}", thread.state, Percent(part * 100.0)),
            None => thread.state,
        }))
    }

    fn heard(&mut self, text: Option<String>) {
        if self.silent.take().is_some() {
            self.control.hold(None);
        }
        self.control.show(|live| live.server = text.filter(|text| !text.is_empty()));
    }

    fn unheard(&mut self, began: Instant) {
        let since = *self.silent.get_or_insert(began);
        let silence = Span(Duration::from_secs(since.elapsed().as_secs()));
        self.control.hold(Some(format!("{SILENT} {silence}")));
    }
}
