//! What goes wrong on purpose: named faults on any operation, as often as asked.
//!
//! The text form is `[service:]Operation:fault[=seconds][:times]`, such as `UpdateAlias:lost-reply:1` or
//! `logs:*:slow=2:always`; without a number of times a fault strikes once. `region:eu-central-1:lost` takes a whole region.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// The call is refused as one too many; nothing happens.
    Throttle,
    /// The call is refused for want of permission; nothing happens.
    Deny,
    /// The credentials count as expired; nothing happens.
    ExpiredToken,
    /// The call happens, but its reply never arrives: the connection breaks.
    LostReply,
    /// The reply never arrives, and the call happens only this many virtual seconds later.
    LateExecution(f64),
    /// The call happens, but its reply waits for this many virtual seconds.
    Slow(f64),
    /// The call happens, but its reply waits for this many real seconds.
    Stall(f64),
    /// The body breaks off in the middle: of a frame, if it is an event stream.
    Torn,
    /// The call happens, but one letter of its answer, of a log line if it holds one, becomes a byte that is no UTF-8.
    Mangled,
    /// An event stream says nothing after its first event, but stays open.
    Silent,
    /// The service breaks before the call happens.
    ErrorBefore,
    /// The call happens, then the service breaks.
    ErrorAfter,
    /// The call happens, and what it begins goes another way than the one hoped for.
    Turns(Turn),
    /// A region is lost: nothing that is called there answers, and nothing there works.
    Lost,
}

/// Another way that a database goes which is being made or failed over, or its secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It cannot be restored, and is billed all the same.
    RestoreError,
    /// No address is left for it.
    IncompatibleNetwork,
    /// There is no machine of its class.
    InsufficientCapacity,
    /// Its first backup takes two hours.
    Lingering,
    /// It stands for a while in a status that nobody knows.
    Frobnicating,
    /// It is gone before it is there.
    Vanishing,
    /// Its secret cannot be used.
    Impaired,
    /// Its secret takes three quarters of an hour to be there.
    Tarrying,
    /// A failover comes back to the writer of before.
    FailsBack,
    /// A failover is abandoned, as one has been made just before.
    Abandoned,
}

impl Turn {
    const ALL: [Self; 10] = [
        Self::RestoreError,
        Self::IncompatibleNetwork,
        Self::InsufficientCapacity,
        Self::Lingering,
        Self::Frobnicating,
        Self::Vanishing,
        Self::Impaired,
        Self::Tarrying,
        Self::FailsBack,
        Self::Abandoned,
    ];

    /// Its word: what fails is named as its status is.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::RestoreError => "restore-error",
            Self::IncompatibleNetwork => "incompatible-network",
            Self::InsufficientCapacity => "insufficient-capacity",
            Self::Lingering => "lingering",
            Self::Frobnicating => "frobnicating",
            Self::Vanishing => "vanishing",
            Self::Impaired => "impaired-secret",
            Self::Tarrying => "tarrying-secret",
            Self::FailsBack => "fails-back",
            Self::Abandoned => "abandoned",
        }
    }
}

impl Kind {
    const NAMES: [&'static str; 23] = [
        "throttle",
        "deny",
        "expired-token",
        "lost-reply",
        "late-execution",
        "slow",
        "stall",
        "torn-stream",
        "mangled-text",
        "silent-stream",
        "error-before",
        "error-after",
        "restore-error",
        "incompatible-network",
        "insufficient-capacity",
        "lingering",
        "frobnicating",
        "vanishing",
        "impaired-secret",
        "tarrying-secret",
        "fails-back",
        "abandoned",
        "lost",
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Throttle => "throttle",
            Self::Deny => "deny",
            Self::ExpiredToken => "expired-token",
            Self::LostReply => "lost-reply",
            Self::LateExecution(_) => "late-execution",
            Self::Slow(_) => "slow",
            Self::Stall(_) => "stall",
            Self::Torn => "torn-stream",
            Self::Mangled => "mangled-text",
            Self::Silent => "silent-stream",
            Self::ErrorBefore => "error-before",
            Self::ErrorAfter => "error-after",
            Self::Turns(turn) => turn.name(),
            Self::Lost => "lost",
        }
    }

    fn seconds(self) -> Option<f64> {
        match self {
            Self::LateExecution(seconds) | Self::Slow(seconds) | Self::Stall(seconds) => {
                Some(seconds)
            }
            Self::Throttle
            | Self::Deny
            | Self::ExpiredToken
            | Self::LostReply
            | Self::Torn
            | Self::Mangled
            | Self::Silent
            | Self::ErrorBefore
            | Self::ErrorAfter
            | Self::Turns(_)
            | Self::Lost => None,
        }
    }

    fn parse(text: &str) -> Result<Self, FaultError> {
        let (name, seconds) =
            text.split_once('=').map_or((text, None), |(name, seconds)| (name, Some(seconds)));
        let given = match seconds {
            Some(seconds) => {
                let number = seconds
                    .trim_end_matches('s')
                    .parse::<f64>()
                    .ok()
                    .filter(|s| s.is_finite() && *s >= 0.0);
                Some(number.ok_or_else(|| FaultError::Seconds(seconds.to_owned()))?)
            }
            None => None,
        };
        let kind = match name {
            "throttle" => Self::Throttle,
            "deny" => Self::Deny,
            "expired-token" => Self::ExpiredToken,
            "lost-reply" => Self::LostReply,
            "late-execution" => Self::LateExecution(given.unwrap_or(30.0)),
            "slow" => Self::Slow(given.unwrap_or(5.0)),
            "stall" => Self::Stall(given.unwrap_or(5.0)),
            "torn-stream" => Self::Torn,
            "mangled-text" => Self::Mangled,
            "silent-stream" => Self::Silent,
            "error-before" => Self::ErrorBefore,
            "error-after" => Self::ErrorAfter,
            // Of a region, and of no operation.
            "lost" => return Err(FaultError::Lost),
            _ => match Turn::ALL.into_iter().find(|turn| turn.name() == name) {
                Some(turn) => Self::Turns(turn),
                None => return Err(FaultError::Unknown(name.to_owned())),
            },
        };
        if given.is_some() && kind.seconds().is_none() {
            return Err(FaultError::NoSeconds(name.to_owned()));
        }
        Ok(kind)
    }
}

/// One fault: where it strikes, what it does, how often.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The service by the name of its model, or any.
    pub service: Option<String>,
    /// The operation, or any.
    pub operation: Option<String>,
    /// What goes wrong.
    pub kind: Kind,
    /// How often it still strikes; always, if absent.
    pub times: Option<u32>,
    /// The region that it takes, where it takes one.
    pub region: Option<String>,
}

impl Fault {
    /// A fault that strikes the next call of an operation.
    pub fn once(operation: &str, kind: Kind) -> Self {
        let operation = Some(operation.to_owned());
        Self { service: None, operation, kind, times: Some(1), region: None }
    }

    /// A region that is lost, until the fault is cleared.
    pub fn of_region(region: &str) -> Self {
        let region = Some(region.to_owned());
        Self { service: None, operation: None, kind: Kind::Lost, times: None, region }
    }

    fn fits(&self, service: &str, operation: &str) -> bool {
        self.kind != Kind::Lost
            && self.times != Some(0)
            && self.service.as_deref().is_none_or(|name| name == service)
            && self.operation.as_deref().is_none_or(|name| name == operation)
    }
}

/// Why a text is no fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// No part of it is a fault.
    #[error("`{0}` names no fault; write `[service:]Operation:fault[=seconds][:times]`, where fault is one of {names}", names = Kind::NAMES.join(", "))]
    Unknown(String),
    /// It names no operation.
    #[error("`{0}` names no operation; write `Operation:fault`, or `*:fault` for every operation")]
    NoOperation(String),
    /// How often is no number.
    #[error("`{0}` is no number of times; write a whole number, or `always`")]
    Times(String),
    /// How long is no number.
    #[error("`{0}` is no number of seconds")]
    Seconds(String),
    /// No such operation is served, so the fault would never come.
    #[error(
        "no operation `{0}` is served here; write it as AWS does, such as `UpdateAlias` or `lambda:UpdateAlias`"
    )]
    Unserved(String),
    /// It is a region that is lost, and not a call.
    #[error("a region is lost, and no operation; write `region:eu-central-1:lost`")]
    Lost,
    /// No region has such a name.
    #[error("`{0}` is no region")]
    Region(String),
    /// It takes no seconds.
    #[error("`{0}` takes no seconds; only late-execution, slow and stall do")]
    NoSeconds(String),
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let parts: Vec<&str> = text.split(':').map(str::trim).collect();
        if let ["region", region, "lost"] = parts.as_slice() {
            let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if region.is_empty() || !region.chars().all(is_name) {
                return Err(FaultError::Region((*region).to_owned()));
            }
            return Ok(Self::of_region(region));
        }
        let (head, tail) = match parts.as_slice() {
            [operation, kind] => ([None, Some(*operation)], (*kind, None)),
            // `service:Operation:fault` or `Operation:fault:times`.
            [first, second, third] if Kind::parse(third).is_ok() => {
                ([Some(*first), Some(*second)], (*third, None))
            }
            [operation, kind, times] => ([None, Some(*operation)], (*kind, Some(*times))),
            [service, operation, kind, times] => {
                ([Some(*service), Some(*operation)], (*kind, Some(*times)))
            }
            _ => return Err(FaultError::NoOperation(text.to_owned())),
        };
        let kind = Kind::parse(tail.0)?;
        let times = match tail.1 {
            None => Some(1),
            Some("always") => None,
            Some(times) => Some(times.parse().map_err(|_| FaultError::Times(times.to_owned()))?),
        };
        let [service, operation] =
            head.map(|name| name.filter(|name| *name != "*").map(str::to_owned));
        if operation.as_deref() == Some("") {
            return Err(FaultError::NoOperation(text.to_owned()));
        }
        let named =
            |name: &Option<String>, served: &str| name.as_deref().is_none_or(|name| name == served);
        let known = crate::services::served()
            .any(|(at, what)| named(&service, at) && named(&operation, what));
        if !known {
            let name = [service, operation].into_iter().flatten().collect::<Vec<_>>().join(":");
            return Err(FaultError::Unserved(name));
        }
        Ok(Self { service, operation, kind, times, region: None })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(region) = &self.region {
            return write!(f, "region:{region}:{}", self.kind.name());
        }
        if let Some(service) = &self.service {
            write!(f, "{service}:")?;
        }
        write!(f, "{}:{}", self.operation.as_deref().unwrap_or("*"), self.kind.name())?;
        if let Some(seconds) = self.kind.seconds() {
            write!(f, "={seconds}")?;
        }
        match self.times {
            Some(times) => write!(f, ":{times}"),
            None => f.write_str(":always"),
        }
    }
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The faults of an account; a handle that can be kept.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    armed: Arc<Mutex<Vec<Fault>>>,
}

impl Faults {
    /// Arms a fault. Of several that fit a call, the one armed first strikes.
    pub fn arm(&self, fault: Fault) {
        self.lock().push(fault);
    }

    /// Disarms all.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// What is still armed.
    pub fn armed(&self) -> Vec<Fault> {
        self.lock().clone()
    }

    /// The regions that are lost.
    pub(crate) fn lost(&self) -> Vec<String> {
        self.lock().iter().filter_map(|fault| fault.region.clone()).collect()
    }

    /// The fault that strikes this call, counted down.
    pub(crate) fn strike(&self, service: &str, operation: &str) -> Option<Kind> {
        let mut armed = self.lock();
        let fault = armed.iter_mut().find(|fault| fault.fits(service, operation))?;
        fault.times = fault.times.map(|times| times.saturating_sub(1));
        let kind = fault.kind;
        armed.retain(|fault| fault.times != Some(0));
        Some(kind)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Fault>> {
        self.armed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_that_would_never_come_is_refused() {
        let why = "UpdateAlia:slow=3".parse::<Fault>().unwrap_err().to_string();
        assert!(why.starts_with("no operation `UpdateAlia` is served here"), "{why}");
        assert!("iam:UpdateAlias:deny".parse::<Fault>().is_err());
        assert!("lambda:*:deny".parse::<Fault>().is_ok());
    }

    #[test]
    fn the_text_form_reads_and_writes() {
        for (text, back) in [
            ("UpdateAlias:lost-reply:1", "UpdateAlias:lost-reply:1"),
            ("UpdateAlias:lost-reply", "UpdateAlias:lost-reply:1"),
            ("lambda:UpdateAlias:late-execution=45", "lambda:UpdateAlias:late-execution=45:1"),
            ("logs:*:slow=2.5:always", "logs:*:slow=2.5:always"),
            ("*:throttle:3", "*:throttle:3"),
            ("ModifyDBInstance:impaired-secret", "ModifyDBInstance:impaired-secret:1"),
            ("region:eu-central-1:lost", "region:eu-central-1:lost"),
        ] {
            let fault: Fault = text.parse().unwrap();
            assert_eq!(fault.to_string(), back);
        }
        for (text, error) in [
            ("UpdateAlias", FaultError::NoOperation("UpdateAlias".to_owned())),
            ("UpdateAlias:gone", FaultError::Unknown("gone".to_owned())),
            ("UpdateAlias:deny:often", FaultError::Times("often".to_owned())),
            ("UpdateAlias:slow=x", FaultError::Seconds("x".to_owned())),
            ("UpdateAlias:deny=3", FaultError::NoSeconds("deny".to_owned())),
            ("UpdateAlias:lost", FaultError::Lost),
            ("region:the moon:lost", FaultError::Region("the moon".to_owned())),
        ] {
            assert_eq!(text.parse::<Fault>(), Err(error));
        }
    }

    #[test]
    fn a_fault_strikes_as_often_as_asked() {
        let faults = Faults::default();
        faults.arm("lambda:UpdateAlias:deny:2".parse().unwrap());
        faults.arm("*:throttle:always".parse().unwrap());
        assert_eq!(faults.strike("lambda", "UpdateAlias"), Some(Kind::Deny));
        assert_eq!(faults.strike("lambda", "GetAlias"), Some(Kind::Throttle));
        assert_eq!(faults.strike("lambda", "UpdateAlias"), Some(Kind::Deny));
        assert_eq!(faults.strike("lambda", "UpdateAlias"), Some(Kind::Throttle));
        assert_eq!(faults.armed().len(), 1);
    }
}
