//! All that can happen to the console, as data.

use serde::{Deserialize, Serialize};
use watchdeck_domain::{Answer, Printable, ReadError};
use watchdeck_guard::Event;
use watchdeck_signal::News;

use super::problem::Problem;
use super::tail::TailStanding;
use super::ticket::Ticket;
use crate::keymap::key::Chord;

/// One thing that happened. Everything reaches the console as one of these, in one queue, in one order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Msg {
    /// A key was pressed.
    Key(Chord),
    /// A text was pasted into the terminal.
    Paste(String),
    /// The mouse moved its wheel or pressed.
    Mouse(Mouse),
    /// The terminal has this size now; the first message of all.
    Resized {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
    },
    /// Time has passed. Sent about once a second of real time.
    Ticked,
    /// A question was answered.
    Answered {
        /// The ticket it was asked under.
        ticket: Ticket,
        /// The answer, or why there is none.
        answer: Box<Result<Answer, ReadError>>,
    },
    /// The tail found something out.
    Tailed {
        /// The ticket of [`Effect::WatchLogs`](super::Effect::WatchLogs).
        ticket: Ticket,
        /// What.
        news: Box<News>,
    },
    /// How the tail stands; told when it changes, the watermark about once a second.
    TailStood {
        /// The ticket of [`Effect::WatchLogs`](super::Effect::WatchLogs).
        ticket: Ticket,
        /// How.
        standing: TailStanding,
    },
    /// The desk told something.
    Desk(Box<Event>),
    /// A runbook could not be compiled to a draft.
    Unproposed(Problem),
    /// The answer to [`Effect::Continue`](super::Effect::Continue).
    Continued,
    /// What the connection does, seen from the transport.
    Metered(Meter),
    /// Something the operator should know, and that is no problem.
    Noted(Printable),
    /// Something went wrong outside of `update`.
    Failed(Problem),
}

/// A mouse event, in cells from the upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mouse {
    /// What it did.
    pub deed: MouseDeed,
    /// Column, from 0.
    pub column: u16,
    /// Row, from 0.
    pub row: u16,
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MouseDeed {
    /// The left button went down.
    Pressed,
    /// The wheel turned up.
    ScrolledUp,
    /// The wheel turned down.
    ScrolledDown,
}

/// How much the console asks of the account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meter {
    /// API calls in the last full minute.
    pub calls_a_minute: u32,
    /// Calls throttled since the start.
    pub throttled: u64,
}
