//! A file of a recording, taken in whole: what is damaged is told with its line, a torn end is left out.

use serde::Deserialize;

use super::format::{FORMAT, Header, Lost};
use crate::app::{Model, Msg};

/// A recording, taken in.
#[derive(Clone, Debug)]
pub struct Recording {
    /// What it says of itself.
    pub header: Header,
    /// What happened, in order.
    pub moments: Vec<Moment>,
    /// Whether the last line was torn, and is left out.
    pub torn: bool,
    /// The model before the first moment.
    pub(super) model: Model,
}

/// One line of a recording.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// When, in milliseconds of the session as it was lived.
    pub lived: u64,
    /// When, in the account's milliseconds.
    pub at: i64,
    /// What.
    pub what: What,
}

/// What a line holds.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A message.
    Heard(Box<Msg>),
    /// So many messages are missing.
    Lost(u64),
}

/// Why a file is no recording that can be played, and in which line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Damage {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
    /// What to do; may be empty.
    pub hint: String,
}

/// What every header has, in whatever format.
#[derive(Deserialize)]
struct Title {
    format: String,
    program: String,
}

impl Recording {
    /// Takes the bytes of a file in.
    ///
    /// # Errors
    /// It is no recording, one of another format, or damaged before its last line.
    pub fn read(bytes: &[u8]) -> Result<Self, Damage> {
        let whole = bytes.strip_suffix(b"\n");
        let ends = whole.is_some();
        let mut lines = (1..).zip(whole.unwrap_or(bytes).split(|byte| *byte == b'\n')).peekable();
        let header = lines.next().map_or(&[][..], |(_, line)| line);
        let header = parse_header(header)?;
        let made = |what: String, line| Damage { line, what, hint: hint_at(&header) };
        let model = header.model().map_err(|why| made(why, 1))?;
        let mut recording =
            Self { model, moments: Vec::new(), torn: false, header: header.clone() };
        let mut at = header.start.as_millis();
        let mut lived = 0;
        while let Some((number, line)) = lines.next() {
            match parse(line) {
                Ok((after, what)) => {
                    at = at.saturating_add(after);
                    lived = lived.max(lived_at(&header, at));
                    recording.moments.push(Moment { lived, at, what });
                }
                Err(_) if lines.peek().is_none() && !ends => recording.torn = true,
                Err(error) => return Err(made(format!("this is no message: {error}"), number)),
            }
        }
        Ok(recording)
    }

    /// How long it is, in milliseconds as it was lived.
    pub fn length(&self) -> u64 {
        self.moments.last().map_or(0, |moment| moment.lived)
    }

    /// How many messages are missing.
    pub fn lost(&self) -> u64 {
        let lost = self.moments.iter().map(|moment| match moment.what {
            What::Lost(lost) => lost,
            What::Heard(_) => 0,
        });
        lost.fold(0, u64::saturating_add)
    }
}

/// Milliseconds as they were lived, from the account's: its time may have passed faster.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a float cast saturates, and no session is long enough for the loss to show"
)]
fn lived_at(header: &Header, at: i64) -> u64 {
    (at.saturating_sub(header.start.as_millis()) as f64 / header.speed) as u64
}

fn parse_header(line: &[u8]) -> Result<Header, Damage> {
    let other = |what: String, hint: &str| Damage { line: 1, what, hint: hint.to_owned() };
    let Ok(title) = serde_json::from_slice::<Title>(line) else {
        let hint = "name a file that `watchdeck --record FILE` has written";
        return Err(other("this is no recording".to_owned(), hint));
    };
    if title.format != FORMAT {
        let (format, program) = (title.format, title.program);
        return Err(other(
            format!("this is `{format}` of watchdeck {program}, and only `{FORMAT}` is understood"),
            "play it with the version that wrote it",
        ));
    }
    let header: Header = serde_json::from_slice(line)
        .map_err(|error| other(format!("the header is damaged: {error}"), ""))?;
    if header.speed.is_finite() && header.speed > 0.0 {
        Ok(header)
    } else {
        Err(other(format!("`{}` is no speed", header.speed), ""))
    }
}

fn parse(line: &[u8]) -> serde_json::Result<(i64, What)> {
    if line.starts_with(b"{") {
        let Lost { lost } = serde_json::from_slice(line)?;
        return Ok((0, What::Lost(lost)));
    }
    let (after, msg): (i64, Box<Msg>) = serde_json::from_slice(line)?;
    Ok((after, What::Heard(msg)))
}

/// What to do about a line that is not understood.
fn hint_at(header: &Header) -> String {
    let ours = env!("CARGO_PKG_VERSION");
    if header.program == ours {
        return "the file was altered, or its disk was full; what stands before that line is whole"
            .to_owned();
    }
    format!(
        "it was written by watchdeck {}, this is {ours}: play it with that version",
        header.program
    )
}
