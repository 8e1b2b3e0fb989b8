//! Stories through the whole program, a real PTY, independent servers and clients, and the house rules.

pub mod home; // a home of its own for each test, and the simulated account in a process of its own
pub mod hurried; // a clock on which every wait is over at once
pub mod pty; // the real program in a pseudo-terminal
pub mod servers; // moto, ministack, boto3 and the AWS CLI, pinned
