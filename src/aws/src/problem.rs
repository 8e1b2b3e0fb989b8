//! Why a connection could not be made: what happened, why, and what to do.

use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::{Printable, ReadError};

use crate::skew::CLOCK_REFUSED_S;

/// Why there is no connection.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", self.what(), self.why())]
pub enum ConnectError {
    /// The profile does not stand in the configuration files.
    UnknownProfile {
        /// The profile asked for.
        profile: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// The configuration cannot be used as it stands.
    BadConfiguration {
        /// What is wrong.
        why: String,
    },
    /// Nothing says which region.
    NoRegion,
    /// The endpoint is no URL.
    BadEndpoint {
        /// What was given.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// Environment or profile send one service elsewhere than the others.
    SplitEndpoints {
        /// The service.
        service: String,
        /// Where it would go.
        url: String,
        /// The variable that may say so.
        variable: String,
        /// The key in a profile's services section that may say so.
        section: String,
    },
    /// No credentials were found, or AWS does not accept them.
    NoCredentials {
        /// In the words of the SDK or of AWS.
        why: String,
    },
    /// The machine's clock is so far off that AWS takes no signature of it.
    ClockOff {
        /// By how many seconds it is ahead of AWS; negative when it is behind.
        ahead_s: i64,
        /// In the words of AWS.
        why: String,
    },
    /// The profile signs in through SSO, and nobody has.
    NotLoggedIn {
        /// The profile, to be named in the remedy.
        profile: Option<String>,
        /// In the words of the SDK.
        why: String,
    },
    /// The credentials or the SSO token have expired.
    Expired {
        /// The profile, to be named in the remedy.
        profile: Option<String>,
        /// In the words of the SDK or of AWS.
        why: String,
    },
    /// The profile's role wants the one-time code of a device.
    CodeWanted {
        /// The device.
        device: String,
    },
    /// The one-time code was refused.
    CodeRefused {
        /// The device.
        device: String,
        /// In the words of AWS.
        why: String,
    },
    /// IAM refused a call that connecting needs, such as assuming the profile's role.
    Denied {
        /// In the words of AWS.
        why: String,
    },
    /// No connection: name, network, proxy or TLS.
    Unreachable {
        /// Where to.
        endpoint: String,
        /// What the network said.
        why: String,
    },
    /// No answer in time.
    TimedOut {
        /// Where to.
        endpoint: String,
        /// What was waited for.
        why: String,
    },
    /// An answer came, but not one that AWS gives.
    NotAws {
        /// Where from.
        endpoint: String,
        /// What is wrong with it.
        why: String,
    },
}

impl ConnectError {
    /// What happened, without a period.
    pub fn what(&self) -> String {
        match self {
            Self::UnknownProfile { profile, .. } => {
                format!("there is no profile `{}`", Printable::new(profile.as_str()))
            }
            Self::BadConfiguration { .. } => "the AWS configuration cannot be used".into(),
            Self::NoRegion => "no region is chosen".into(),
            Self::BadEndpoint { url, .. } => {
                format!("`{}` is no endpoint", Printable::new(url.as_str()))
            }
            Self::SplitEndpoints { service, .. } => {
                format!("{service} has an endpoint of its own")
            }
            Self::NoCredentials { .. } => "there are no valid credentials".into(),
            Self::ClockOff { ahead_s, .. } => {
                let way = if *ahead_s > 0 { "ahead of" } else { "behind" };
                format!("this machine's clock is {} s {way} AWS's", ahead_s.unsigned_abs())
            }
            Self::NotLoggedIn { .. } => "there is no SSO login for this profile".into(),
            Self::Expired { .. } => "the credentials have expired".into(),
            Self::CodeWanted { .. } => "a one-time code is wanted".into(),
            Self::CodeRefused { .. } => "the one-time code was refused".into(),
            Self::Denied { .. } => "access was denied while connecting".into(),
            Self::Unreachable { endpoint, .. } => format!("{endpoint} cannot be reached"),
            Self::TimedOut { endpoint, .. } => format!("{endpoint} did not answer in time"),
            Self::NotAws { endpoint, .. } => format!("{endpoint} does not answer as AWS does"),
        }
    }

    /// Why it happened, as far as was said; printable, without a period.
    pub fn why(&self) -> String {
        match self {
            Self::UnknownProfile { known, .. } if known.is_empty() => {
                "the configuration files hold no profiles".into()
            }
            Self::UnknownProfile { known, .. } => {
                Printable::new(format!("the configuration files hold {}", known.join(", "))).into()
            }
            Self::NoRegion => {
                "neither --region, AWS_REGION, AWS_DEFAULT_REGION nor the profile names one".into()
            }
            Self::SplitEndpoints { url, variable, section, .. } => Printable::new(format!(
                "{variable}, or `{section}` in the profile's services section, sets {url}, \
                 and one console shows one place"
            ))
            .into(),
            Self::CodeWanted { device } => {
                Printable::new(format!("the profile names the device {device}")).into()
            }
            Self::BadConfiguration { why }
            | Self::CodeRefused { why, .. }
            | Self::BadEndpoint { why, .. }
            | Self::NoCredentials { why }
            | Self::ClockOff { why, .. }
            | Self::NotLoggedIn { why, .. }
            | Self::Expired { why, .. }
            | Self::Denied { why }
            | Self::Unreachable { why, .. }
            | Self::TimedOut { why, .. }
            | Self::NotAws { why, .. } => Printable::new(why.as_str()).into(),
        }
    }

    /// What the operator can do now.
    pub fn next(&self) -> String {
        match self {
            Self::UnknownProfile { .. } => {
                "choose one of them with --profile, or add it to ~/.aws/config".into()
            }
            Self::BadConfiguration { .. } => {
                "correct ~/.aws/config, or choose another profile with --profile".into()
            }
            Self::NoRegion => "start again with --region, such as --region eu-central-1".into(),
            Self::BadEndpoint { .. } => {
                "give --endpoint-url a URL such as http://127.0.0.1:4566".into()
            }
            Self::SplitEndpoints { variable, .. } => {
                format!("unset {variable} or remove that section, and give --endpoint-url instead")
            }
            Self::NoCredentials { .. } => {
                "choose a profile with --profile, or try `watchdeck demo`, which needs none".into()
            }
            Self::ClockOff { .. } => {
                "set the clock by the network, such as `timedatectl set-ntp true`".into()
            }
            Self::NotLoggedIn { profile: Some(profile), .. }
            | Self::Expired { profile: Some(profile), .. } => {
                format!(
                    "start watchdeck on it in a terminal, where it lets you sign in, run `aws sso login --profile {}`, \
                     or refresh the keys",
                    Printable::new(profile.as_str())
                )
            }
            Self::NotLoggedIn { profile: None, .. } | Self::Expired { profile: None, .. } => {
                "start watchdeck in a terminal, where it lets you sign in, run `aws sso login`, or refresh the keys"
                    .into()
            }
            Self::CodeWanted { .. } | Self::CodeRefused { .. } => {
                "start watchdeck on this profile in a terminal: it asks for the code".into()
            }
            Self::Denied { .. } => {
                "check the profile's role and its trust policy, or choose another with --profile"
                    .into()
            }
            Self::Unreachable { .. } | Self::TimedOut { .. } => {
                "check the network, VPN and proxy, the region, and --endpoint-url".into()
            }
            Self::NotAws { .. } => "check --endpoint-url and any proxy in between".into(),
        }
    }

    /// The same, known that the machine's clock is ahead by so much: AWS tells a wrong time as a wrong signature.
    pub(crate) fn at_a_clock_ahead(self, ahead_s: i64) -> Self {
        if ahead_s.unsigned_abs() < CLOCK_REFUSED_S {
            return self;
        }
        if let Self::NoCredentials { why } | Self::Expired { why, .. } = self {
            return Self::ClockOff { ahead_s, why };
        }
        self
    }

    /// The error of the first call, GetCallerIdentity, as one of connecting.
    pub(crate) fn from_read(error: ReadError, endpoint: String, profile: Option<String>) -> Self {
        let why = if error.code.is_empty() {
            error.message
        } else {
            format!("{}: {}", error.code, error.message)
        };
        match error.failure {
            ReadFailure::Denied => Self::Denied { why },
            ReadFailure::Expired => Self::Expired { profile, why },
            ReadFailure::NoCredentials => Self::NoCredentials { why },
            ReadFailure::Unreachable => Self::Unreachable { endpoint, why },
            ReadFailure::TimedOut | ReadFailure::Throttled => Self::TimedOut { endpoint, why },
            ReadFailure::Missing
            | ReadFailure::Refused
            | ReadFailure::Unsupported
            | ReadFailure::Malformed
            | ReadFailure::Fault => Self::NotAws { endpoint, why },
        }
    }
}
