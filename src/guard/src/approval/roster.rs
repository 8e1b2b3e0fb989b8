//! Who may approve: a file, read anew each time, so that a key that was taken out counts no longer.

use std::path::PathBuf;

use serde::Deserialize;
use watchdeck_domain::Arn;

use crate::policy::matches;

/// One who may approve.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approver {
    /// Their name.
    pub name: String,
    /// Their team.
    pub team: String,
    /// Their public key: ed25519, in hex. None: they approve through STS alone.
    #[serde(default)]
    pub key: Option<String>,
    /// The principals as whom they approve through STS: ARNs, in which `*` stands for any characters and `?` for one.
    #[serde(default)]
    pub arns: Vec<String>,
    /// Further names that AWS or a machine knows them by: of sessions, of users. By these they are told from the one who asks.
    #[serde(default)]
    pub names: Vec<String>,
}

impl Approver {
    /// Whether they approve through STS as this principal.
    pub(crate) fn is_at(&self, arn: &Arn) -> bool {
        self.arns.iter().any(|pattern| matches(pattern, arn.as_str()))
    }

    /// Whether an ARN leads to one person, and not to everybody who fits a pattern.
    pub(super) fn is_one(&self) -> bool {
        !self.arns.iter().any(|pattern| pattern.contains(['*', '?']))
    }
}

/// Where they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Roster {
    /// Nowhere: nobody may.
    #[default]
    None,
    /// In a file.
    File(PathBuf),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    approver: Vec<Approver>,
}

impl Roster {
    /// Those who may approve now.
    ///
    /// # Errors
    /// The file cannot be read or understood: then nobody may.
    pub fn current(&self) -> Result<Vec<Approver>, String> {
        let Self::File(path) = self else { return Ok(Vec::new()) };
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|error| format!("the file of approvers `{shown}` cannot be read: {error}"))?;
        let raw: Raw = toml::from_str(&text).map_err(|error| {
            format!("the file of approvers `{shown}` cannot be understood: {}", error.message())
        })?;
        let mut approvers = raw.approver;
        for approver in &mut approvers {
            if let Some(key) = &mut approver.key {
                key.make_ascii_lowercase();
            } else if approver.arns.is_empty() {
                let name = &approver.name;
                return Err(format!(
                    "the file of approvers `{shown}` cannot be understood: `{name}` has neither `key` nor `arns`"
                ));
            }
        }
        Ok(approvers)
    }
}
