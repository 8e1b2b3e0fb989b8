//! The port that judges expressions over facts. CEL implements it, in the runbook room.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Judges one expression over facts. Total: it ends, and touches nothing.
pub trait Judge: Send + Sync {
    /// Says whether `expression` holds for `facts`, a JSON object whose members are the expression's variables.
    ///
    /// # Errors
    /// When the text is no expression at all. What merely cannot be evaluated (a missing member, a wrong type) is
    /// [`Verdict::Unknown`], never a pass.
    fn judge(&self, expression: &str, facts: &serde_json::Value) -> Result<Verdict, JudgeError>;
}

/// What came of judging. Unknown is a third result, and never a pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It cannot be told, for this reason.
    Unknown(String),
}

impl Verdict {
    /// Whether it holds for certain.
    pub fn holds(&self) -> bool {
        *self == Self::True
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::True => f.write_str("holds"),
            Self::False => f.write_str("does not hold"),
            Self::Unknown(why) => write!(f, "unknown: {why}"),
        }
    }
}

/// A text that is not an expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("`{expression}` is not an expression: {message}")]
pub struct JudgeError {
    /// The text.
    pub expression: String,
    /// What is wrong with it.
    pub message: String,
}
