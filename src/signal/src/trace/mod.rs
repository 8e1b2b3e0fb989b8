//! The lines of one request: ids in lines, and what else they lead to.
//!
//! An [`Id`] under a cursor gives a [`Window`] of time to look in. A [`Following`] is offered the lines of that window,
//! as often as it asks; it keeps those of the request, learns from them under which other ids the request went (an API's
//! own id, the invocation behind it, the trace), and gives a [`Path`]: hops in order, the time between them, where the
//! time went.

mod carries; // lines that hold an id
mod follow;
mod id;
mod path;
mod summary;
mod window;

#[cfg(test)]
mod tests;

pub use carries::Carries;
pub use follow::{Following, Line, MAX_HOPS, MAX_IDS, MAX_PASSES, follow};
pub use id::{Found, Id, IdKind};
pub use path::{Hop, Path, Station};
pub use summary::{Share, Summary};
pub use window::{AFTER, BEFORE, Window};
