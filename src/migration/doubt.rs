//! What became of a statement that was begun and not settled: seen in the database, or not to be seen at all.

use super::history::StepRow;
use super::image::{self, Image};
use crate::server::script::shape::{Kind, Shape};
use crate::server::{Link, ServerError};

/// How an interruption of a statement is judged; written down with the statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// By the images of its objects.
    ByImage,
    /// Never done: its transaction ends with its connection, and settles it when it is kept.
    Undone,
    /// Done once more, since twice is once.
    Again,
    /// Not at all.
    NotAtAll,
}

impl Judged {
    /// For a statement of that shape; `transactional` when all tables it may change are.
    pub fn of(shape: &Shape, transactional: bool) -> Self {
        match shape.kind {
            Kind::Ddl if !shape.objects.is_empty() => Self::ByImage,
            Kind::Rows if transactional => Self::Undone,
            Kind::Repeatable => Self::Again,
            _ => Self::NotAtAll,
        }
    }

    /// As it is recorded.
    pub fn word(self) -> &'static str {
        match self {
            Self::ByImage => "image",
            Self::Undone => "transaction",
            Self::Again => "repeatable",
            Self::NotAtAll => "unknown",
        }
    }

    /// As it was recorded; what is not known says nothing.
    pub fn read(word: &str) -> Self {
        [Self::ByImage, Self::Undone, Self::Again].into_iter().find(|it| it.word() == word).unwrap_or(Self::NotAtAll)
    }
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It was done.
    Done,
    /// It was not; it can be run.
    NotDone,
    /// Nobody can tell: why.
    InDoubt(String),
}

/// Looks at the database. The statement must not be running any more.
///
/// # Errors
/// The server's.
pub async fn verdict(link: &mut Link, step: &StepRow) -> Result<Verdict, ServerError> {
    let before: Vec<Image> = serde_json::from_str(&step.objects).unwrap_or_default();
    let now = match Judged::read(&step.kind) {
        Judged::ByImage => image::again(link, &before).await?,
        _ => Vec::new(),
    };
    Ok(judge(Judged::read(&step.kind), &before, &now))
}

/// The same from what was seen before and what is seen now.
pub fn judge(judged: Judged, before: &[Image], now: &[Image]) -> Verdict {
    match judged {
        Judged::Undone | Judged::Again => Verdict::NotDone,
        Judged::NotAtAll => Verdict::InDoubt("what such a statement does cannot be seen afterwards".to_owned()),
        Judged::ByImage if before.is_empty() || now.is_empty() => {
            Verdict::InDoubt("its objects were not recorded".to_owned())
        }
        Judged::ByImage => by_images(before, now),
    }
}

/// One statement changes all of its objects or none; one that had nothing to change may be run again.
fn by_images(before: &[Image], now: &[Image]) -> Verdict {
    let changed = before.iter().zip(now).filter(|(before, now)| before != now).count();
    // `DROP TABLE IF EXISTS a, b`: what was not there before cannot be changed.
    let absent = before.iter().zip(now).filter(|(before, now)| before == now && before.checksum.is_none()).count();
    match changed {
        0 if before.iter().any(|image| image.blind) => {
            let lack = "such a statement leaves the definition as it is, and this account may not see the tables' files (PROCESS)";
            Verdict::InDoubt(lack.to_owned())
        }
        0 => Verdict::NotDone,
        changed if changed + absent == before.len() => Verdict::Done,
        changed => Verdict::InDoubt(format!("{changed} of its {} objects were changed, the others not", before.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(name: &str, checksum: Option<&str>) -> Image {
        Image {
            class: "TABLE".to_owned(),
            schema: "s".to_owned(),
            name: name.to_owned(),
            files: false,
            blind: false,
            checksum: checksum.map(str::to_owned),
        }
    }

    #[test]
    fn all_or_nothing_is_seen_and_anything_else_is_doubt() {
        let before = [image("a", Some("1")), image("b", Some("2")), image("c", None)];
        let check = |now: [Option<&str>; 3], expected: Option<bool>| {
            let now: Vec<Image> = ["a", "b", "c"].iter().zip(now).map(|(name, sum)| image(name, sum)).collect();
            let found = match by_images(&before, &now) {
                Verdict::Done => Some(true),
                Verdict::NotDone => Some(false),
                Verdict::InDoubt(_) => None,
            };
            assert_eq!(found, expected, "{now:?}");
        };
        check([Some("1"), Some("2"), None], Some(false));
        check([None, None, None], Some(true));
        check([None, Some("2"), None], None);
        check([Some("3"), Some("4"), Some("5")], Some(true));
    }
}
