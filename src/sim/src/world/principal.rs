//! Who may call: the keys of the account, and the sessions minted from them.

use std::collections::BTreeMap;

use super::ids::{hex, letters, mix};
use super::names::ACCOUNT;
use super::policy::Policy;
use crate::wire::call::Caller;

/// The role of the operator.
pub const OPERATOR_ROLE: &str = "oncall-write";
/// The access key of the operator's session, whatever the seed.
pub const OPERATOR_KEY: &str = "ASIASIMOPERATOR00001";
/// The access key of the read-only session.
pub const READER_KEY: &str = "ASIASIMONCALLREAD001";
/// The access key of the user `ci-deploy`.
pub const DEPLOY_KEY: &str = "AKIASIMCIDEPLOY00001";

/// One access key, with everything needed to verify a signature and to judge a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The access key id.
    pub access_key: String,
    /// The secret that signatures are made with.
    pub secret: String,
    /// The token that must come with it, if the credentials are temporary.
    pub session_token: Option<String>,
    /// When temporary credentials expire, in virtual milliseconds.
    pub expires_ms: Option<i64>,
    /// How the caller shows itself.
    pub caller: Caller,
    /// The session policy that narrows it, if one was given.
    pub session_policy: Option<Policy>,
    /// The session tags.
    pub tags: BTreeMap<String, String>,
    /// The role assumed, or none for a user.
    pub role: Option<String>,
    /// When the session began, in virtual milliseconds.
    pub since_ms: i64,
    /// Where its calls come from.
    pub source_ip: String,
}

/// All access keys of the account.
#[derive(Debug)]
pub struct Principals {
    seed: u64,
    minted: u64,
    keys: BTreeMap<String, Principal>,
}

impl Principals {
    /// The keys every world starts with.
    pub(crate) fn open(seed: u64, now_ms: i64) -> Self {
        let mut principals = Self { seed, minted: 0, keys: BTreeMap::new() };
        for (key, role) in [(OPERATOR_KEY, OPERATOR_ROLE), (READER_KEY, "oncall-read")] {
            principals.insert(Principal {
                access_key: key.to_owned(),
                secret: format!("simulated/{role}/000000000000000000"),
                session_token: None,
                expires_ms: None,
                caller: session_caller(key, role, "operator"),
                session_policy: None,
                tags: BTreeMap::new(),
                role: Some(role.to_owned()),
                since_ms: now_ms - 600_000,
                source_ip: "203.0.113.24".to_owned(),
            });
        }
        principals.insert(Principal {
            access_key: DEPLOY_KEY.to_owned(),
            secret: "simulated/ci-deploy/00000000000000000000".to_owned(),
            session_token: None,
            expires_ms: None,
            caller: Caller {
                access_key: DEPLOY_KEY.to_owned(),
                arn: format!("arn:aws:iam::{ACCOUNT}:user/ci-deploy"),
                user_id: "AIDASIMCIDEPLOY00001".to_owned(),
                account: ACCOUNT.to_owned(),
            },
            session_policy: None,
            tags: BTreeMap::new(),
            role: None,
            since_ms: now_ms,
            source_ip: "198.51.100.17".to_owned(),
        });
        principals
    }

    fn insert(&mut self, principal: Principal) {
        self.keys.insert(principal.access_key.clone(), principal);
    }

    /// The principal of an access key.
    pub fn get(&self, access_key: &str) -> Option<&Principal> {
        self.keys.get(access_key)
    }

    /// The principal the named identity uses: `operator`, `oncall-read` or `ci-deploy`.
    pub fn named(&self, name: &str) -> Option<&Principal> {
        self.keys.get(match name {
            "operator" => OPERATOR_KEY,
            "oncall-read" => READER_KEY,
            "ci-deploy" => DEPLOY_KEY,
            _ => return None,
        })
    }

    /// Ends every minted session.
    pub(crate) fn end_sessions(&mut self, now_ms: i64) {
        for principal in self.keys.values_mut().filter(|key| key.expires_ms.is_some()) {
            principal.expires_ms = Some(now_ms);
        }
    }

    /// Mints temporary credentials for a role session (or, without a role, for the caller itself).
    pub(crate) fn mint(&mut self, parent: &Principal, grant: Grant, now_ms: i64) -> Principal {
        self.minted += 1;
        let key = mix(self.seed, 0xC0DE + self.minted);
        let access_key = format!("ASIA{}", letters(key, 16));
        let (caller, role) = match &grant.role {
            Some(role) => (session_caller(&access_key, role, &grant.session), Some(role.clone())),
            None => (
                Caller { access_key: access_key.clone(), ..parent.caller.clone() },
                parent.role.clone(),
            ),
        };
        let principal = Principal {
            secret: hex(mix(key, 5), 40),
            session_token: Some(format!("IQoJsim{}", hex(mix(key, 6), 160))),
            expires_ms: Some(now_ms + grant.duration_s * 1000),
            caller,
            session_policy: grant.policy,
            tags: grant.tags,
            role,
            since_ms: now_ms,
            source_ip: parent.source_ip.clone(),
            access_key,
        };
        self.insert(principal.clone());
        principal
    }
}

/// What a minted session is given.
#[derive(Debug)]
pub(crate) struct Grant {
    pub(crate) role: Option<String>,
    pub(crate) session: String,
    pub(crate) duration_s: i64,
    pub(crate) policy: Option<Policy>,
    pub(crate) tags: BTreeMap<String, String>,
}

/// The unique id of a role.
pub(crate) fn role_id(role: &str) -> String {
    format!("AROA{}", letters(super::ids::mix_text(11, role), 16))
}

fn session_caller(access_key: &str, role: &str, session: &str) -> Caller {
    Caller {
        access_key: access_key.to_owned(),
        arn: format!("arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{session}"),
        user_id: format!("{}:{session}", role_id(role)),
        account: ACCOUNT.to_owned(),
    }
}
