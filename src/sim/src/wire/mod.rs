//! The wire: one codec for every AWS protocol, driven by the API models.

pub mod call; // one authenticated, validated call, and what a behaviour may answer
pub mod sigv4; // signatures
pub mod value; // what operations take and give, whatever the protocol wrote it as

pub(crate) mod answer; // outputs to HTTP
pub(crate) mod audit; // outputs against the model
pub(crate) mod common; // errors that every service knows
pub(crate) mod refusal; // errors to HTTP
pub(crate) mod request; // HTTP to inputs
pub(crate) mod route; // which service and operation
pub(crate) mod stream; // event streams
pub(crate) mod validate; // inputs against the model

mod doc; // incoming JSON and CBOR
mod form; // incoming query parameters
mod frames; // event-stream frames
mod sink; // outgoing JSON and CBOR
mod time; // timestamps
mod xml; // XML both ways

#[cfg(test)]
pub(crate) mod client; // a client of our own
#[cfg(test)]
pub(crate) mod sample; // random valid values
#[cfg(test)]
mod stream_tests; // live tails from outside
#[cfg(test)]
mod tests; // the wire from outside

pub use stream::BodyError;
