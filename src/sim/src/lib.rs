//! The simulated account: an AWS endpoint with a living world behind it. Knows nothing of the console.

pub mod services; // what the operations do
pub mod wire; // the AWS wire
pub mod world; // the living world behind it
