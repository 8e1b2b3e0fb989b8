//! Signed checkpoints: how long the journal was at a time, and what it said. Kept beside it, or sent elsewhere.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use watchdeck_domain::Timestamp;

use super::error::{Fault, JournalError};
use crate::canonical::{hex, unhex};

/// A statement about the first `size` rows, signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The journal's name.
    pub origin: String,
    /// How many rows it speaks about.
    pub size: u64,
    /// Their Merkle root, in hex.
    pub root: String,
    /// Their last chain hash, in hex.
    pub tip: String,
    /// When it was made.
    pub at: Timestamp,
    /// The public key that signed it, in hex.
    pub key: String,
    /// The Ed25519 signature, in hex.
    pub signature: String,
}

impl Checkpoint {
    fn message(&self) -> String {
        format!(
            "watchdeck-checkpoint-v1\n{}\n{}\n{}\n{}\n{}\n",
            self.origin.escape_debug(),
            self.size,
            self.root,
            self.tip,
            self.at.as_millis()
        )
    }

    /// Whether the key that it names has signed it.
    pub fn is_signed(&self) -> bool {
        Self::has_signed(&self.key, &self.signature, self.message().as_bytes())
    }

    /// Whether that key has signed these bytes, both in hex.
    pub(super) fn has_signed(key: &str, signature: &str, bytes: &[u8]) -> bool {
        let key = unhex::<32>(key).and_then(|key| VerifyingKey::from_bytes(&key).ok());
        let (Some(key), Some(signature)) = (key, unhex::<64>(signature)) else { return false };
        key.verify_strict(bytes, &Signature::from_bytes(&signature)).is_ok()
    }
}

/// Holds the key that signs checkpoints. It never prints.
pub struct Signer(SigningKey);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.public())
    }
}

impl Signer {
    /// The signer of the journal at `path`: its key lies beside it, readable by its owner alone. Made for a journal
    /// that is `fresh`, and for no other: a new key beside old rows would vouch for what it has not seen.
    ///
    /// # Errors
    /// When the key cannot be read or made, or is gone from beside a journal that has rows.
    pub fn beside(path: &Path, fresh: bool) -> Result<Self, JournalError> {
        let path = key_path(path);
        if let Some(signer) = Self::read(&path)? {
            return Ok(signer);
        }
        if !fresh {
            let what = format!(
                "the journal has rows, but the key that signed them is not at {}",
                path.display()
            );
            return Err(JournalError::new(Fault::Altered, what));
        }
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| {
            JournalError::new(Fault::Io, format!("no randomness for a signing key: {error}"))
        })?;
        let mut file = private()
            .create(true)
            .truncate(true)
            .write(true)
            .open(&path)
            .map_err(|e| JournalError::io("make the signing key", &path, &e))?;
        file.write_all(hex(&seed).as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|e| JournalError::io("write the signing key", &path, &e))?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// The signer with this seed.
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    fn read(path: &Path) -> Result<Option<Self>, JournalError> {
        match fs::read_to_string(path) {
            // Made, and not yet written when the process ended: it has signed nothing.
            Ok(text) if text.is_empty() => Ok(None),
            Ok(text) => match unhex::<32>(&text) {
                Some(seed) => Ok(Some(Self(SigningKey::from_bytes(&seed)))),
                None => Err(JournalError::new(
                    Fault::Altered,
                    format!("{} is not a signing key", path.display()),
                )),
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(JournalError::io("read the signing key", path, &error)),
        }
    }

    /// The public key of the journal at `path`, in hex, if its key lies there.
    pub(crate) fn public_beside(path: &Path) -> Result<Option<String>, JournalError> {
        Ok(Self::read(&key_path(path))?.map(|signer| signer.public()))
    }

    /// The public key, in hex.
    pub fn public(&self) -> String {
        hex(self.0.verifying_key().as_bytes())
    }

    pub(crate) fn sign(
        &self,
        origin: &str,
        size: u64,
        root: &[u8],
        tip: &[u8],
        at: Timestamp,
    ) -> Checkpoint {
        let mut checkpoint = Checkpoint {
            origin: origin.into(),
            size,
            root: hex(root),
            tip: hex(tip),
            at,
            key: self.public(),
            signature: String::new(),
        };
        checkpoint.signature = self.seal(checkpoint.message().as_bytes());
        checkpoint
    }

    /// The signature over these bytes, in hex.
    pub(super) fn seal(&self, bytes: &[u8]) -> String {
        hex(&self.0.sign(bytes).to_bytes())
    }
}

/// Options for a file that only its owner may read.
pub(crate) fn private() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn key_path(journal: &Path) -> PathBuf {
    beside(journal, ".key")
}

/// The file beside the journal with this ending added.
pub(crate) fn beside(journal: &Path, ending: &str) -> PathBuf {
    let mut name = journal.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
