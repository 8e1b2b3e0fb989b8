//! Stories through the whole program, a real PTY, independent servers and clients, and the house rules.

pub mod hurried; // a clock on which every wait is over at once
pub mod servers; // moto, ministack, boto3 and the AWS CLI, pinned
