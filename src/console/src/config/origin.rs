//! Where a value came from: a setting that surprises can be traced to the line that made it.

use std::fmt;
use std::path::PathBuf;

/// Where a value came from, the strongest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The command line.
    Flag,
    /// An environment variable.
    Env(&'static str),
    /// A context of that name.
    Context(String),
    /// A line of the configuration file.
    File {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// Nobody said anything.
    Default,
}

impl Origin {
    /// Its rank; a smaller one wins.
    pub fn rank(&self) -> u8 {
        match self {
            Self::Flag => 0,
            Self::Env(_) => 1,
            Self::Context(_) => 2,
            Self::File { .. } => 3,
            Self::Default => 4,
        }
    }

    /// Whether it was said for this very start: by a flag or a variable.
    pub fn is_immediate(&self) -> bool {
        match self {
            Self::Flag | Self::Env(_) => true,
            Self::Context(_) | Self::File { .. } | Self::Default => false,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("command line"),
            Self::Env(name) => f.write_str(name),
            Self::Context(name) => write!(f, "context {name}"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Default => f.write_str("default"),
        }
    }
}

/// A value that knows where it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub origin: Origin,
}
