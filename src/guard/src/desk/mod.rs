//! The desk: hosts the road behind plain data.

mod message;

pub use message::{
    Ended, Event, Outcome, ProgressEvent, Request, StepEvent, StepState, Unfinished,
};
