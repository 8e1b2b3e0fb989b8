//! The honest tail: two imperfect sources merged into one stream that says how complete it is.
//!
//! A live tail is quick, but carries no ids, is sampled above 500 lines a second, may stall, and ends after three hours.
//! `FilterLogEvents` is slow and billed against a small quota, but tells the truth about any span. A [`Pane`] listens to
//! the first and *sweeps* with the second:
//!
//! - lines are told once each: two equal lines are two lines, however many sources tell of them ([`ledger`]);
//! - a sweep re-reads an overlap, so that what was ingested late is found; a deep one, now and then, re-reads more;
//! - where pages and an unbroken live tail told alike, no sweep reads again (`accord`);
//! - a *tip* reads the newest lines only, each second, while there is no live tail, or one that leaves lines out or is slower
//!   than a page: its frames are then the bell (`lag`);
//! - what live tail is known to have missed is a gap row until a sweep has covered it;
//! - the **watermark** says up to when all is known.
//!
//! Groups may be of several places, which are accounts and regions: AWS counts calls by account and region, so each place
//! has its own budget of them, and one that throttles or fails slows no other.
//!
//! The driver performs [`TailAction`]s and reports back; nothing here waits, reads a clock or calls AWS.

mod accord; // two witnesses
mod action;
mod budget; // calls that may be made in one place
mod gaps; // spans of which lines may be missing
mod lag; // how late lines come
pub(crate) mod ledger; // each line once
mod live; // sessions of a live tail
mod pane; // several groups as one
mod pass; // the pages of a span
mod place; // the groups of one account and region, and the calls they share
mod policy; // spans and limits
mod state; // what a header shows
mod sweeper; // one group: sweeps, gaps, watermark

pub use action::{SessionId, SweepId, TailAction};
pub use pane::Pane;
pub use place::calls_per_second;
pub use policy::Policy;
pub use state::{Meter, Mode, PaneState, PlaceState};
pub use sweeper::Tail;
