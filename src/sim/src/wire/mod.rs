//! The wire: one codec for every AWS protocol, driven by the API models.

pub mod call;
pub mod value; // what operations take and give, whatever the protocol // one authenticated, validated call, and what a behaviour may answer
