//! The runbooks that are built in.

use crate::format::Runbook;
use crate::parse::{ParseError, parse};
use crate::rollback::LAMBDA_ROLLBACK;

/// Their texts, the most used first.
const TEXTS: [&str; 5] = [
    LAMBDA_ROLLBACK,
    include_str!("../../../runbooks/lambda-esm-pause.toml"),
    include_str!("../../../runbooks/lambda-concurrency-cap.toml"),
    include_str!("../../../runbooks/lambda-kill-switch.toml"),
    include_str!("../../../runbooks/lambda-pc-restore.toml"),
];

/// The built-in runbooks. One that does not parse is an error in its place, which a test rules out.
pub fn built_in() -> impl Iterator<Item = Result<Runbook, ParseError>> {
    TEXTS.into_iter().map(parse)
}
