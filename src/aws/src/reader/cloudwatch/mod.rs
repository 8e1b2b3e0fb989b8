//! CloudWatch: which metrics there are, their series, and the alarms on them.

pub(super) mod alarms; // how alarms stand, and how they stood
mod condition; // what an alarm compares with, in words
pub(super) mod metrics; // names and series
pub(super) mod mutes; // rules that mute alarms
