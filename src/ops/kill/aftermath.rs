//! What happens after the shot: the server says at once that it has heard it, and may take long to undo what was done.

use std::time::{Duration, Instant};

use chrono::Utc;

use crate::op::{JobCx, JobLink, OpError, Progress, Unit};
use crate::server::read::{Running, running, transactions};
use crate::units::{Rows, Span};

use super::identity::Identity;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(200);

/// A rollback that takes longer is not watched to its end.
const LIMIT: Duration = Duration::from_mins(10);

/// Watches until what was shot is gone; returns the row changes that were undone, as far as was seen.
///
/// # Errors
/// [`OpError::Doubt`] when it is still there after ten minutes: what it was doing then.
pub(super) async fn watch(cx: &JobCx, link: &mut JobLink, meant: &Identity, connection: bool) -> Result<Rows, OpError> {
    let began = Instant::now();
    let mut undoing = Undoing::default();
    loop {
        let doing = "looking whether it is gone";
        let now = running::read(link.reading(), meant.thread()).await.map_err(OpError::server(doing))?;
        let Some(now) = now.filter(|now| !is_over(meant, now, connection)) else {
            return Ok(if connection { undoing.most } else { undoing.done() });
        };
        let open = transactions::read(link.reading()).await.map_err(OpError::server(doing))?;
        let modified = open.ok().and_then(|open| open.into_iter().find(|it| it.thread == meant.thread()));
        undoing.note(modified.map(|transaction| transaction.modified));
        cx.progress(undoing.progress(meant));
        if began.elapsed() > LIMIT {
            let (thread, left, limit) = (meant.thread(), undoing.left.counted(), Span(LIMIT));
            return Err(OpError::Doubt(format!(
                "thread {thread} was killed and is still there after {limit} ({}, {left} to undo): only waiting helps",
                now.thread.state
            )));
        }
        cx.sleep(PAUSE).await?;
    }
}

/// A query is over when its connection idles or runs another; a connection when it is gone.
fn is_over(meant: &Identity, now: &Running, connection: bool) -> bool {
    !connection && (now.statement.is_none() || !meant.is(&Identity::of(now, Utc::now())))
}

/// The row changes of a transaction, most that were seen and now.
#[derive(Default)]
struct Undoing {
    most: Rows,
    left: Rows,
}

impl Undoing {
    fn note(&mut self, modified: Option<Rows>) {
        self.left = modified.unwrap_or_default();
        self.most = self.most.max(self.left);
    }

    fn done(&self) -> Rows {
        Rows(self.most.0 - self.left.0)
    }

    fn progress(&self, meant: &Identity) -> Progress {
        let total = (self.most.0 > 0).then_some(self.most.0);
        let phase = if total.is_some() { "is rolling back" } else { "was told to stop" };
        Progress { phase: format!("thread {} {phase}", meant.thread()), unit: Unit::Rows, done: self.done().0, total }
    }
}
