//! Why a sign-in came to nothing: what happened, why, and what to do.

use watchdeck_domain::Printable;

/// Why nobody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", self.what(), self.why())]
pub enum SignInError {
    /// There is no place to keep the token.
    Homeless,
    /// The portal did not answer.
    Unreached {
        /// The region of its endpoint.
        region: String,
        /// What the network said.
        why: String,
    },
    /// The portal refuses to let anybody sign in.
    Refused {
        /// In its words.
        why: String,
    },
    /// A person denied the code.
    Denied,
    /// Nobody approved the code in time.
    CodeExpired,
    /// The token could not be written.
    Unkept {
        /// Where to.
        path: String,
        /// What the system said.
        why: String,
    },
}

impl SignInError {
    /// What happened, without a period.
    pub fn what(&self) -> String {
        match self {
            Self::Homeless => "there is no home folder to keep the token in".into(),
            Self::Unreached { region, .. } => {
                format!("the sign-in service of {} did not answer", Printable::new(region.as_str()))
            }
            Self::Refused { .. } => "the sign-in was refused".into(),
            Self::Denied => "the sign-in was denied".into(),
            Self::CodeExpired => "the code was not approved in time".into(),
            Self::Unkept { path, .. } => {
                format!("the token could not be written to `{}`", Printable::new(path.as_str()))
            }
        }
    }

    /// Why it happened, as far as was said; printable, without a period.
    pub fn why(&self) -> String {
        match self {
            Self::Homeless => "HOME is not set".into(),
            Self::Denied => {
                "somebody denied the code in the browser, or may not sign in there".into()
            }
            Self::CodeExpired => "a code is good for some minutes".into(),
            Self::Unreached { why, .. } | Self::Refused { why } | Self::Unkept { why, .. } => {
                Printable::new(why.as_str()).into()
            }
        }
    }

    /// What the operator can do now.
    pub fn next(&self) -> String {
        match self {
            Self::Homeless => "set HOME".into(),
            Self::Unreached { .. } => {
                "check the network, VPN and proxy, and sso_region in ~/.aws/config".into()
            }
            Self::Refused { .. } => {
                "check sso_start_url, sso_region and sso_registration_scopes in ~/.aws/config"
                    .into()
            }
            Self::Denied | Self::CodeExpired => {
                "go there again for a new code, and approve it in the browser".into()
            }
            Self::Unkept { .. } => "make ~/.aws/sso/cache a folder that you may write to".into(),
        }
    }
}
