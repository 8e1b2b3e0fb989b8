//! Stories through the whole program, a real PTY, independent servers and clients, and the house rules.

pub mod servers; // moto, ministack, boto3 and the AWS CLI, pinned
