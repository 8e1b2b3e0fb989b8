//! What may be asked about the journals.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

use crate::cli::reading::{SourceArguments, span};

/// `watchdeck audit ...`
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Check the hash chain and the signatures of every journal; or proofs; or a journal against CloudTrail
    Verify(Box<VerifyArguments>),
    /// Prove that a row stands in a journal, or that a journal has only grown: a line of JSON for whoever has no journal
    Prove(ProveArguments),
    /// Print every row of a journal with its proof, a JSON object a line
    Export(ExportArguments),
}

/// `watchdeck audit verify`
#[derive(Clone, Debug, Args)]
pub struct VerifyArguments {
    /// Answer in JSON, one object a journal
    #[arg(long)]
    pub json: bool,
    /// Check the proofs in this file, `-` for stdin, in place of the journals
    #[arg(long, value_name = "FILE", conflicts_with = "cloudtrail")]
    pub proof: Option<PathBuf>,
    /// The key that must have signed them, as `audit verify` prints it where the journal is
    #[arg(long, value_name = "HEX", requires = "proof")]
    pub key: Option<String>,
    /// Hold the journal of this account against its CloudTrail as well
    #[arg(long)]
    pub cloudtrail: bool,
    /// Hold the journal of this account against its checkpoints where they were shipped to as well
    #[arg(long, conflicts_with_all = ["proof", "cloudtrail"])]
    pub shipped: bool,
    /// How far back, such as 1h or 7d; CloudTrail goes back 90 days
    #[arg(long, value_name = "SPAN", default_value = "1d", value_parser = span, requires = "cloudtrail")]
    pub since: Duration,
    /// Which account, for CloudTrail and for what was shipped.
    #[command(flatten)]
    pub source: SourceArguments,
}

/// `watchdeck audit prove`
#[derive(Clone, Debug, Args)]
pub struct ProveArguments {
    /// The row, by its number
    #[arg(value_name = "SEQ", required_unless_present = "grown_from")]
    pub seq: Option<u64>,
    /// Prove instead that nothing was changed since the checkpoint of so many rows
    #[arg(long, value_name = "ROWS", conflicts_with = "seq")]
    pub grown_from: Option<u64>,
    /// The journal [default: the only one]
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
}

/// `watchdeck audit export`
#[derive(Clone, Debug, Args)]
pub struct ExportArguments {
    /// The journal [default: the only one]
    #[arg(long, value_name = "FILE")]
    pub journal: Option<PathBuf>,
}
