//! One binary for all integration tests of the room.

#[cfg(test)]
mod walls;
