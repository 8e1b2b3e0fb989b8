//! All that can happen to the console, as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use watchdeck_domain::{Answer, Printable, ReadError};
use watchdeck_guard::Event;
use watchdeck_runbook::Catalogue;
use watchdeck_signal::template::Saved;
use watchdeck_signal::{Leaf, News};

use super::destinations::Destinations;
use super::export::Came;
use super::neighbours::Answering;
use super::notes::Notes;
use super::place::{Lease, Place};
use super::problem::Problem;
use super::signin::SignIn;
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
    /// Lines of a file were read.
    Loaded {
        /// The ticket of [`Effect::WatchLogs`](super::Effect::WatchLogs).
        ticket: Ticket,
        /// The lines.
        leaf: Box<Leaf>,
    },
    /// How the tail stands; told when it changes, the watermark about once a second.
    TailStood {
        /// The ticket of [`Effect::WatchLogs`](super::Effect::WatchLogs).
        ticket: Ticket,
        /// How.
        standing: TailStanding,
    },
    /// What earlier sessions knew of the templates of the groups watched; nothing if they knew nothing.
    TemplatesRecalled {
        /// The ticket of [`Effect::WatchLogs`](super::Effect::WatchLogs).
        ticket: Ticket,
        /// What.
        saved: Option<Box<Saved>>,
    },
    /// The filters that are kept, by their names: at the start, and when one was kept or forgotten.
    FiltersKept(BTreeMap<String, String>),
    /// The runbooks that there are, where the operator has some of their own.
    Runbooks(Box<Catalogue>),
    /// What was noted about lines of this account in earlier sessions.
    NotesRecalled(Box<Notes>),
    /// The desk told something.
    Desk(Box<Event>),
    /// A runbook could not be compiled to a draft.
    Unproposed(Problem),
    /// The account that was switched to has answered: from here on all is about it. The first message of the new place.
    Switched(Box<Switched>),
    /// A switch came to nothing; the place is the old one.
    Unswitched {
        /// The ticket of [`Effect::Switch`](super::Effect::Switch).
        ticket: Ticket,
        /// Why.
        problem: Problem,
    },
    /// What came of [`Effect::OpenPlace`](super::Effect::OpenPlace): a place that has answered, or why there is none.
    PlaceOpened {
        /// The ticket of it.
        ticket: Ticket,
        /// The place.
        answer: Box<Result<Answering, Problem>>,
    },
    /// How long the credentials are good for.
    Leased(Lease),
    /// What became of [`Effect::Renew`](super::Effect::Renew): nothing is wrong, or this is.
    Renewed(Option<Problem>),
    /// A one-time code is wanted: for the switch of this ticket, or for the place in front.
    CodeWanted {
        /// The ticket of the switch.
        ticket: Option<Ticket>,
        /// The device that shows it.
        device: Printable,
        /// Why the one before was refused.
        refused: Option<Printable>,
    },
    /// A code has to be approved in a browser first.
    SignInWanted(Box<SignIn>),
    /// So many seconds are left to approve it.
    SignInEnds(u64),
    /// So many characters of a secret are typed. Which they are, the model never learns.
    Hid(usize),
    /// The word that stands for a secret, or why it was not taken: the answer to
    /// [`Effect::KeepSecret`](super::Effect::KeepSecret).
    SecretKept {
        /// The secret's name.
        name: String,
        /// The word.
        told: Result<String, String>,
    },
    /// The answer to [`Effect::Continue`](super::Effect::Continue).
    Continued,
    /// A question has stood in a frame, and every key from before that frame has been taken in.
    QuestionSeen,
    /// Where one can switch to, as the files say now, and what is wrong with them. The answer to
    /// [`Effect::FindDestinations`](super::Effect::FindDestinations).
    Found(Box<Destinations>, Vec<Problem>),
    /// What the connection does, seen from the transport.
    Metered(Meter),
    /// How an export has come on.
    Exported {
        /// The ticket of [`Effect::Export`](super::Effect::Export).
        ticket: Ticket,
        /// How.
        came: Came,
    },
    /// Something the operator should know, and that is no problem.
    Noted(Printable),
    /// Something went wrong outside of `update`.
    Failed(Problem),
}

/// The place that was switched to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Switched {
    /// The ticket of [`Effect::Switch`](super::Effect::Switch).
    pub ticket: Ticket,
    /// Where the console stands now.
    pub place: Place,
    /// What the operator should know of it first.
    pub notice: Option<Problem>,
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
    /// API calls in the last ten seconds: what is shown is a tenth of it.
    pub calls: u32,
    /// Calls throttled since the start.
    pub throttled: u64,
}
