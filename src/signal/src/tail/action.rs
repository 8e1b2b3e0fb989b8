//! What a driver is asked to do.

use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::LogPage;

/// Names a live session of a pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(pub u64);

/// Names a call for a page. Every call has its own name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SweepId(pub u64);

/// Something a driver performs. Each is asked for once.
#[derive(Clone, Debug, PartialEq)]
pub enum TailAction {
    /// Open a live tail and report every frame, and its failure, under this name.
    OpenLive {
        /// The name.
        session: SessionId,
        /// Ten groups at most.
        groups: Vec<LogGroup>,
        /// A filter for the server.
        pattern: Option<String>,
    },
    /// Close a live tail. Frames under way may still be reported.
    CloseLive {
        /// The name.
        session: SessionId,
    },
    /// Ask for a page and report the answer or the failure under this name, always.
    Sweep {
        /// The name.
        sweep: SweepId,
        /// The page.
        page: LogPage,
    },
}
