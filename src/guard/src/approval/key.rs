//! The key of one who approves: ed25519, in a file that is theirs alone.

use std::fmt;
use std::fs;
use std::io::Write as _;
use std::path::Path;

use ed25519_dalek::SigningKey;

use crate::canonical::{hex, unhex};
use crate::journal::private;

/// A key to approve with. It does not print.
pub struct ApproverKey(SigningKey);

/// Why there is no key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct KeyError(String);

impl fmt::Debug for ApproverKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApproverKey({})", self.public())
    }
}

impl ApproverKey {
    /// The key with this seed.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// Makes a key and writes it to a new file that only its owner may read.
    ///
    /// # Errors
    /// The file is there already, or cannot be written.
    pub fn make(path: &Path) -> Result<Self, KeyError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)
            .map_err(|error| KeyError(format!("there is no randomness for a key: {error}")))?;
        let wrong = |error: std::io::Error| {
            KeyError(format!("the key cannot be written to `{}`: {error}", path.display()))
        };
        let mut file = private().create_new(true).write(true).open(path).map_err(wrong)?;
        file.write_all(hex(&seed).as_bytes()).and_then(|()| file.sync_all()).map_err(wrong)?;
        Ok(Self::from_seed(&seed))
    }

    /// Reads a key.
    ///
    /// # Errors
    /// The file cannot be read, others may read it, or it is no key.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let wrong = |what: String| KeyError(format!("the key `{}` {what}", path.display()));
        let text =
            fs::read_to_string(path).map_err(|error| wrong(format!("cannot be read: {error}")))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(path).map_or(0, |about| about.permissions().mode());
            if mode & 0o077 != 0 {
                return Err(wrong("may be read by others: `chmod 600` it".into()));
            }
        }
        unhex::<32>(&text)
            .map(|seed| Self::from_seed(&seed))
            .ok_or_else(|| wrong("is none: 64 hexadecimal digits".into()))
    }

    /// The public key, in hex, as it stands in the file of approvers.
    pub fn public(&self) -> String {
        hex(self.0.verifying_key().as_bytes())
    }

    pub(super) fn signing(&self) -> &SigningKey {
        &self.0
    }
}
