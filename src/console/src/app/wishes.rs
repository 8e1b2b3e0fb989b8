//! What the operator set in advance, as far as `update` heeds it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Settings that change what the console does, and not how it is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// A line for the `:` line, carried out first; empty for none.
    pub start: String,
    /// How old a list may become while one looks at it.
    pub list_age: Duration,
    /// Whether files are shown from their newest line on, and not from their first.
    #[serde(default)]
    pub newest: bool,
}

impl Default for Wishes {
    fn default() -> Self {
        Self { start: String::new(), list_age: Duration::from_mins(1), newest: false }
    }
}
