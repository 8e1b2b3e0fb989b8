//! Names of databases.

use serde::{Deserialize, Serialize};
use std::fmt;

use super::IdError;

id!(
    /// The identifier of an instance, a cluster or a snapshot of RDS: 1 to 63 letters, digits and single hyphens, a letter first.
    DatabaseName, "an identifier of a database",
    |t| {
        if t.is_empty() || t.len() > 63 {
            Err("an identifier has 1 to 63 characters")
        } else if !t.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            Err("an identifier is made of letters, digits and hyphens")
        } else if !t.starts_with(|c: char| c.is_ascii_alphabetic()) {
            Err("an identifier begins with a letter")
        } else if t.contains("--") || t.ends_with('-') {
            Err("an identifier has no two hyphens in a row, and none at its end")
        } else {
            Ok(())
        }
    }
);
