//! All that the console can want done, as data. Only `runtime` carries effects out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::{LogGroupName, Printable, Query, Scope};
use watchdeck_guard::Request;
use watchdeck_signal::template::Saved;

use super::export::Export;
use super::neighbours::Whereabouts;
use super::notes::Note;
use super::switching::Target;
use super::ticket::Ticket;

/// One wish of `update`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Effect {
    /// Ask the account; the answer comes as [`Msg::Answered`](super::Msg::Answered).
    Read {
        /// The ticket to bring back.
        ticket: Ticket,
        /// The question.
        query: Query,
    },
    /// Tail these log groups and no others; none ends the tail. What is found comes as
    /// [`Msg::Tailed`](super::Msg::Tailed), how it stands as [`Msg::TailStood`](super::Msg::TailStood).
    WatchLogs {
        /// The ticket to bring back with all that is found.
        ticket: Ticket,
        /// The groups, ten at most.
        groups: Vec<LogGroup>,
        /// A filter pattern for the account: then nothing else is fetched.
        pattern: Option<String>,
    },
    /// Find out what earlier sessions knew of the templates of these log groups. It comes as
    /// [`Msg::TemplatesRecalled`](super::Msg::TemplatesRecalled).
    RecallTemplates {
        /// The ticket of the tail.
        ticket: Ticket,
        /// The groups, in order of name.
        groups: Vec<LogGroupName>,
    },
    /// Keep what is known of the templates of these log groups for the next session.
    KeepTemplates {
        /// The groups, in order of name.
        groups: Vec<LogGroupName>,
        /// What is known.
        saved: Box<Saved>,
    },
    /// Keep a filter under a name, or forget the one of that name. What is kept then comes as
    /// [`Msg::FiltersKept`](super::Msg::FiltersKept).
    KeepFilter {
        /// The name.
        name: String,
        /// The filter, as typed; nothing to forget it.
        text: Option<String>,
    },
    /// Find out what was noted about lines of this account. It comes as [`Msg::NotesRecalled`](super::Msg::NotesRecalled).
    RecallNotes,
    /// Keep something noted for the next session.
    KeepNote(Box<Note>),
    /// Tell the desk. What it answers comes as [`Msg::Desk`](super::Msg::Desk).
    Desk(Request),
    /// Compile a runbook with these parameters and hand the draft to the desk. Reads; changes nothing. When there is
    /// no draft, why not comes as [`Msg::Unproposed`](super::Msg::Unproposed).
    Propose {
        /// The runbook's id, such as `lambda.rollback`.
        runbook: String,
        /// Its parameters, as typed; the runbook checks them.
        parameters: BTreeMap<String, String>,
    },
    /// Connect to another place while this one stays in front. It comes as [`Msg::Switched`](super::Msg::Switched), or
    /// why not as [`Msg::Unswitched`](super::Msg::Unswitched). A switch that is under way is given up.
    Switch {
        /// The ticket to bring back.
        ticket: Ticket,
        /// Where to.
        target: Target,
    },
    /// Connect to another place beside this one, to look at its logs. What comes of it comes as
    /// [`Msg::PlaceOpened`](super::Msg::PlaceOpened). An opening that is under way is given up.
    OpenPlace {
        /// The ticket to bring back.
        ticket: Ticket,
        /// Which place.
        asked: Whereabouts,
    },
    /// Give the opening of a place up that is under way.
    StopOpening,
    /// Let a place beside this one go.
    ClosePlace {
        /// Which.
        scope: Scope,
    },
    /// Give the switch up that is under way.
    StopSwitch,
    /// Read again where one can switch to; it comes as [`Msg::Found`](super::Msg::Found).
    FindDestinations,
    /// Stop asking for new credentials: nobody signs in.
    StopRenewal,
    /// Ask for new credentials. What becomes of it comes as [`Msg::Renewed`](super::Msg::Renewed); what it wants
    /// first as [`Msg::CodeWanted`](super::Msg::CodeWanted) or [`Msg::SignInWanted`](super::Msg::SignInWanted).
    Renew,
    /// Keep the secret that was typed, which only the runtime knows; with a word, as what that word stands for. It comes as
    /// [`Msg::SecretKept`](super::Msg::SecretKept).
    KeepSecret {
        /// Its name.
        name: String,
        /// The word of an earlier session.
        word: Option<String>,
    },
    /// Use the code that was typed, which only the runtime knows: for the switch of this ticket, or for the place in front.
    GiveCode {
        /// The ticket of the switch.
        ticket: Option<Ticket>,
    },
    /// Write lines to a new file. How it comes on is told as [`Msg::Exported`](super::Msg::Exported); an export that is
    /// under way is given up.
    Export {
        /// The ticket to bring back.
        ticket: Ticket,
        /// What, in which form, and where.
        export: Export,
    },
    /// Give the export up that is under way, and its file.
    StopExport,
    /// Put these lines on the clipboard (OSC 52).
    Copy(Vec<Printable>),
    /// Take the mouse, or leave it to the terminal.
    SetMouse(bool),
    /// Send [`Msg::Continued`](super::Msg::Continued) after everything that waits now: work goes on in small portions.
    Continue,
    /// Leave the program.
    Quit,
}
