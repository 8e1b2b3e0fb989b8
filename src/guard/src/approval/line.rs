//! What is handed over and back, as one line of text that survives any chat.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Countersignature, Handover, Presigned};

const ASK: &str = "watchdeck-ask.";
const YES: &str = "watchdeck-yes.";

/// No honest line is longer.
const LONGEST: usize = 16_384;

/// A text that is no such line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no line that begins with `{0}`, or not the whole of it")]
pub struct LineError(&'static str);

/// What a second person hands back: one of two proofs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Handback {
    /// A signature with a key of their own.
    Signed(Countersignature),
    /// A request that STS can be asked with who signed it.
    Presigned(Presigned),
}

impl Handback {
    /// Reads a line that was handed back.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, LineError> {
        read(YES, text)
    }
}

impl Handover {
    /// The line to hand over.
    pub fn line(&self) -> String {
        write(ASK, self)
    }

    /// Reads a line that was handed over.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, LineError> {
        read(ASK, text)
    }
}

impl Countersignature {
    /// The line to hand back.
    pub fn line(&self) -> String {
        write(YES, self)
    }
}

impl Presigned {
    /// The line to hand back.
    pub fn line(&self) -> String {
        write(YES, self)
    }
}

fn write(prefix: &str, value: &impl Serialize) -> String {
    let json = serde_json::to_vec(value).unwrap_or_default();
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(json))
}

fn read<T: DeserializeOwned>(prefix: &'static str, text: &str) -> Result<T, LineError> {
    // A chat may have broken the line.
    let text: String = text.chars().filter(|c| !c.is_whitespace()).take(LONGEST + 1).collect();
    let body = text.strip_prefix(prefix).filter(|_| text.len() <= LONGEST);
    let bytes = body.and_then(|body| URL_SAFE_NO_PAD.decode(body).ok());
    bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or(LineError(prefix))
}
