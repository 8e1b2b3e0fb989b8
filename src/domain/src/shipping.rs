//! Where the checkpoints of a journal are shipped to, as a context names it.

use std::fmt;

use crate::id::IdError;
use crate::{BucketName, LogGroupName};

const WANTED: &str = "a place for checkpoints";

/// Longer than any prefix that somebody would write by hand: the rest of a key must fit behind it.
const LONGEST_PREFIX: usize = 512;

/// A place away from the journal that keeps its signed checkpoints: a log group, or a bucket and what keys begin with there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckpointStore {
    /// `logs:GROUP`
    Logs {
        /// The group.
        group: LogGroupName,
    },
    /// `s3:BUCKET` or `s3:BUCKET/PREFIX`
    Bucket {
        /// The bucket.
        bucket: BucketName,
        /// What each key begins with: empty, or text that ends in `/`.
        prefix: String,
    },
}

impl CheckpointStore {
    /// Parses one, as a context names it.
    ///
    /// # Errors
    /// Says what is wrong with the text.
    pub fn parse(text: impl Into<String>) -> Result<Self, IdError> {
        let text = text.into();
        let wrong = |why: &'static str| IdError::new(WANTED, &text, why);
        if let Some(group) = text.strip_prefix("logs:") {
            let group = LogGroupName::parse(group).map_err(|error| wrong(error.why))?;
            return Ok(Self::Logs { group });
        }
        let Some(place) = text.strip_prefix("s3:") else {
            return Err(wrong("it must begin with `logs:` or `s3:`"));
        };
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        let bucket = BucketName::parse(bucket).map_err(|error| wrong(error.why))?;
        let prefix = prefix.trim_end_matches('/');
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.".contains(c);
        if prefix.len() > LONGEST_PREFIX || !prefix.chars().all(plain) {
            return Err(wrong("a prefix is 512 letters, digits and `/-_.` at most"));
        }
        if !prefix.is_empty() && prefix.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(wrong("no part of a prefix is empty, `.` or `..`"));
        }
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Ok(Self::Bucket { bucket, prefix })
    }

    /// The one that every simulated account that is served has.
    pub fn built_in() -> Self {
        Self::Logs { group: LogGroupName::nearest("/watchdeck/checkpoints") }
    }
}

impl fmt::Display for CheckpointStore {
    /// As it is parsed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Logs { group } => write!(f, "logs:{}", group.as_str()),
            Self::Bucket { bucket, prefix } if prefix.is_empty() => write!(f, "s3:{bucket}"),
            Self::Bucket { bucket, prefix } => {
                write!(f, "s3:{bucket}/{}", prefix.trim_end_matches('/'))
            }
        }
    }
}

/// How long Object Lock of S3 is to keep each checkpoint from being deleted, and from whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// For so many days.
    pub days: u16,
    /// From whom.
    pub mode: RetentionMode,
}

/// Whom Object Lock keeps from deleting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RetentionMode {
    /// Everybody but who may bypass it (`s3:BypassGovernanceRetention`).
    #[default]
    Governance,
    /// Everybody, the root of the account too, until the time is over.
    Compliance,
}

impl RetentionMode {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Governance, Self::Compliance];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Governance => "governance",
            Self::Compliance => "compliance",
        }
    }

    /// The mode of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_for_checkpoints_reads_back_as_written() {
        for text in ["logs:/watchdeck/checkpoints", "s3:shop-audit", "s3:shop-audit/prod/journal"] {
            assert_eq!(CheckpointStore::parse(text).unwrap().to_string(), text);
        }
        let slashed = CheckpointStore::parse("s3:shop-audit/prod/").unwrap();
        let CheckpointStore::Bucket { prefix, .. } = &slashed else { panic!("{slashed}") };
        assert_eq!(
            (prefix.as_str(), slashed.to_string().as_str()),
            ("prod/", "s3:shop-audit/prod")
        );
        assert_eq!(
            CheckpointStore::parse("logs:/watchdeck/checkpoints").unwrap(),
            CheckpointStore::built_in()
        );
    }

    #[test]
    fn what_is_no_place_for_checkpoints_is_refused_with_the_reason() {
        let why = |text: &str| CheckpointStore::parse(text).unwrap_err().why;
        assert_eq!(why("/watchdeck/checkpoints"), "it must begin with `logs:` or `s3:`");
        for wrong in [
            "logs:",
            "logs:a b",
            "s3:",
            "s3:ab",
            "s3:Shop",
            "s3:shop/a//b",
            "s3:shop/../b",
            "s3:shop/a b",
        ] {
            assert!(CheckpointStore::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_mode_reads_back_as_written() {
        assert_eq!(RetentionMode::parse("compliance"), Some(RetentionMode::Compliance));
        assert_eq!(RetentionMode::parse("COMPLIANCE"), None);
    }
}
