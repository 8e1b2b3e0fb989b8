//! What a live tail brings.

use std::pin::Pin;

use serde::{Deserialize, Serialize};

use super::ReadError;
use crate::log::LogEvent;

/// A running live tail: frames in order of arrival. Ends after an `Err` or a `Ended` frame.
pub type LiveTail = Pin<Box<dyn futures_util::Stream<Item = Result<TailFrame, ReadError>> + Send>>;

/// One message of a live tail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TailFrame {
    /// The session is open.
    Opened {
        /// The session id.
        session: String,
    },
    /// About one second's events; empty when nothing happened.
    Update {
        /// The events, in order of arrival; none has an id.
        events: Vec<LogEvent>,
        /// Whether the service left events out (more than 500 in the second).
        sampled: bool,
    },
    /// The server closed the session in an orderly way (three hours, or end of stream).
    Ended {
        /// Why, in the server's words.
        why: String,
    },
}
