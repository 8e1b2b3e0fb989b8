//! The simulated account: an AWS endpoint with a living world behind it. Knows nothing of the console.

pub mod wire;
