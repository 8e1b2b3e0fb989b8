//! Identifiers, parsed at the border: past it nothing holds a bare `String` where an id belongs.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A text that is not an identifier of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not {wanted}: {why}")]
pub struct IdError {
    /// What was asked for, with its article: "an AWS account id".
    pub wanted: &'static str,
    /// What was given, cut to 80 characters and escaped.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

impl IdError {
    pub(crate) fn new(wanted: &'static str, text: &str, why: &'static str) -> Self {
        let text = text.chars().take(80).flat_map(char::escape_debug).collect();
        Self { wanted, text, why }
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $wanted:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            #[doc = concat!("Parses ", $wanted, ".")]
            ///
            /// # Errors
            /// Says what is wrong with the text.
            pub fn parse(text: impl Into<String>) -> Result<Self, IdError> {
                let text = text.into();
                let check: fn(&str) -> Result<(), &'static str> = $check;
                match check(&text) {
                    Ok(()) => Ok(Self(text)),
                    Err(why) => Err(IdError::new($wanted, &text, why)),
                }
            }

            /// The identifier as AWS writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// A twelve-digit AWS account id.
    AccountId, "an AWS account id",
    |t| if t.len() == 12 && t.bytes().all(|b| b.is_ascii_digit()) { Ok(()) } else { Err("it must be 12 digits") }
);

impl AccountId {
    /// The last four digits, as people name accounts aloud.
    pub fn tail(&self) -> &str {
        self.0.get(8..).unwrap_or_default()
    }
}

id!(
    /// An AWS region code such as `eu-central-1`.
    Region, "an AWS region",
    |t| {
        let parts = t.split('-').count();
        let plain = t.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let ends = t.as_bytes().last().is_some_and(u8::is_ascii_digit);
        if plain && ends && (3..=5).contains(&parts) { Ok(()) } else { Err("it must look like `eu-central-1`") }
    }
);

impl Region {
    /// What stands for a region where there is none: of files that are open.
    pub fn nowhere() -> Self {
        Self("no-region-0".to_owned())
    }

    /// The partition of AWS that it belongs to, as ARNs name it.
    pub fn partition(&self) -> &'static str {
        if self.0.starts_with("cn-") {
            "aws-cn"
        } else if self.0.starts_with("us-gov-") {
            "aws-us-gov"
        } else {
            "aws"
        }
    }
}

id!(
    /// A Lambda function name, 1 to 64 characters of `[A-Za-z0-9_-]`, without account or qualifier.
    FunctionName, "a Lambda function name",
    |t| check_plain(t, 64, b"-_")
);

id!(
    /// A Lambda alias name, 1 to 128 characters of `[A-Za-z0-9_-]`, not all digits.
    AliasName, "a Lambda alias name",
    |t| {
        check_plain(t, 128, b"-_")?;
        if t.bytes().all(|b| b.is_ascii_digit()) { Err("it may not be all digits") } else { Ok(()) }
    }
);

id!(
    /// A Lambda version: `$LATEST` or a number.
    Version, "a Lambda version",
    |t| {
        let number = !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        if number || t == "$LATEST" { Ok(()) } else { Err("it must be a number or `$LATEST`") }
    }
);

impl Version {
    /// The number of a published version; nothing for `$LATEST`.
    pub fn number(&self) -> Option<u64> {
        self.0.parse().ok()
    }

    /// Whether this is a published, immutable version.
    pub fn is_published(&self) -> bool {
        self.0 != "$LATEST"
    }
}

id!(
    /// The name of an SQS queue: 1 to 80 characters of `[A-Za-z0-9_-]`, `.fifo` at the end of those in order.
    QueueName, "a queue name",
    |t| match t.strip_suffix(".fifo") {
        Some(name) => check_plain(name, 75, b"-_"),
        None => check_plain(t, 80, b"-_"),
    }
);

id!(
    /// The name of a secret: 1 to 512 characters of `[A-Za-z0-9/_+=.@-]`.
    SecretName, "the name of a secret",
    |t| check_plain(t, 512, b"/_+=.@-")
);

id!(
    /// The name of an S3 bucket: 3 to 63 small letters, digits, `.` and `-`.
    BucketName, "a bucket name",
    |t| {
        let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        if t.len() < 3 {
            Err("it is too short")
        } else if t.chars().any(|c| c.is_ascii_uppercase()) || !ends(t.chars().next()) || !ends(t.chars().next_back()) {
            Err("small letters, digits, `.` and `-` make one, a letter or digit at each end")
        } else {
            check_plain(t, 63, b".-")
        }
    }
);

id!(
    /// The name of an IP set of WAF: 1 to 128 characters of `[A-Za-z0-9_-]`.
    IpSetName, "the name of an IP set",
    |t| check_plain(t, 128, b"-_")
);

id!(
    /// The id of a finding of Security Hub, as the product that found it gave it: most often an ARN, up to 512 characters.
    FindingId, "the id of a finding",
    |t| if t.trim().is_empty() || t.chars().count() > 512 || t.contains(char::is_control) {
        Err("it is empty, too long, or holds a control character")
    } else { Ok(()) }
);

id!(
    /// The id of a finding of `GuardDuty`: 32 hexadecimal digits.
    ThreatId, "the id of a finding of GuardDuty",
    |t| if t.len() == 32 && t.bytes().all(|b| b.is_ascii_hexdigit()) { Ok(()) } else { Err("it is not 32 hexadecimal digits") }
);

id!(
    /// The opaque text by which Lambda guards a version or an alias against lost updates.
    RevisionId, "a Lambda revision id",
    |t| check_opaque(t, 128)
);

id!(
    /// The request id with which AWS answered a call.
    RequestId, "an AWS request id",
    |t| check_opaque(t, 256)
);

id!(
    /// The id of one run of the guard: `r-` and a version 7 UUID without hyphens. Fits an SDK app name (50).
    RunId, "a run id",
    |t| {
        let hex = t.strip_prefix("r-").ok_or("it must begin with `r-`")?;
        if hex.len() == 32 && hex.bytes().all(|b| b.is_ascii_hexdigit()) { Ok(()) } else { Err("32 hexadecimal digits must follow `r-`") }
    }
);

impl RunId {
    /// The run id with these 128 bits.
    pub fn from_bits(bits: u128) -> Self {
        Self(format!("r-{bits:032x}"))
    }
}

id!(
    /// An Amazon resource name with at least six parts.
    Arn, "an ARN",
    |t| {
        if !t.starts_with("arn:") { return Err("it must begin with `arn:`"); }
        if t.splitn(6, ':').count() < 6 { return Err("it must have six parts"); }
        if t.chars().any(char::is_control) { return Err("it holds a control character"); }
        Ok(())
    }
);

impl Arn {
    fn part(&self, index: usize) -> &str {
        self.0.splitn(6, ':').nth(index).unwrap_or_default()
    }
    /// The service part, such as `lambda`.
    pub fn service(&self) -> &str {
        self.part(2)
    }
    /// The region part; empty for global resources.
    pub fn region(&self) -> &str {
        self.part(3)
    }
    /// The account part; empty for some resources.
    pub fn account(&self) -> &str {
        self.part(4)
    }
    /// Everything after the account: `function:orders-writer:live`.
    pub fn resource(&self) -> &str {
        self.part(5)
    }
}

id!(
    /// Where leases on targets are kept, as a context names it: `dynamodb:` and the name of a table.
    LeaseTable, "a place for leases",
    |t| {
        let table = t.strip_prefix("dynamodb:").ok_or("it must begin with `dynamodb:`")?;
        if table.len() < 3 { return Err("the name of a table has 3 characters at least"); }
        check_plain(table, 255, b"-_.")
    }
);

impl LeaseTable {
    /// The one that every simulated account has.
    pub fn built_in() -> Self {
        Self("dynamodb:watchdeck-leases".to_owned())
    }

    /// The name of the table.
    pub fn table(&self) -> &str {
        self.0.strip_prefix("dynamodb:").unwrap_or(&self.0)
    }
}

id!(
    /// A calendar of SSM Change Calendar, as a context names it: `ssm:` and its name or ARN.
    ChangeCalendar, "a change calendar",
    |t| {
        let calendar = t.strip_prefix("ssm:").ok_or("it must begin with `ssm:`")?;
        let name = match calendar.strip_prefix("arn:") {
            None => calendar,
            Some(arn) => match arn.split(':').collect::<Vec<_>>().as_slice() {
                [_, "ssm", _, _, document] => document
                    .strip_prefix("document/")
                    .ok_or("its ARN must end in `document/NAME`")?,
                _ => return Err("its ARN must be one of SSM"),
            },
        };
        if name.len() < 3 { return Err("the name of a calendar has 3 characters at least"); }
        check_plain(name, 128, b"-_.")
    }
);

impl ChangeCalendar {
    /// The one that every simulated account has.
    pub fn built_in() -> Self {
        Self("ssm:shop-changes".to_owned())
    }

    /// Its name or ARN, as SSM knows it.
    pub fn name(&self) -> &str {
        self.0.strip_prefix("ssm:").unwrap_or(&self.0)
    }
}

id!(
    /// The name of an IAM user, 1 to 64 characters, without its path.
    UserName, "the name of an IAM user",
    |t| check_plain(t, 64, IAM_NAME)
);

id!(
    /// The id of an access key, such as `AKIAIOSFODNN7EXAMPLE`.
    AccessKeyId, "an access key id",
    |t| {
        if t.len() < 16 { return Err("it is too short"); }
        check_plain(t, 128, b"_")
    }
);

id!(
    /// An IAM user or role by its kind and name: `user/ci-deploy`, `role/orders-lambda`. Without its path.
    PrincipalName, "an IAM user or role",
    |t| {
        let Some(("user" | "role", name)) = t.split_once('/') else {
            return Err("it must look like `user/NAME` or `role/NAME`");
        };
        check_plain(name, 64, IAM_NAME)
    }
);

mod database; // databases
mod delivery; // pipelines, deployments, distributions, trails
mod edge; // APIs, stages, rules, services and what they run
mod traffic; // zones and names of DNS, health checks, zones of availability

pub use database::DatabaseName;
pub use delivery::{DeploymentId, DistributionId, ExecutionId, PipelineName, StageName, TrailName};
pub use edge::{
    ApiDeploymentId, ApiStageName, BusName, ClusterName, RestApiName, RuleName, ServiceName,
    TaskDefinitionName,
};
pub use traffic::{AvailabilityZoneId, DnsName, HealthCheckId, HostedZoneId};

/// What may stand in the name of an IAM user or role besides letters and digits.
const IAM_NAME: &[u8] = b"_+=,.@-";

impl PrincipalName {
    /// The name alone.
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, name)| name)
    }

    /// Whether it is a user, and no role.
    pub fn is_user(&self) -> bool {
        self.0.starts_with("user/")
    }

    /// Whether whoever acts as `who` acts as this user or role. IAM keeps no two names apart by their case. Of a federated
    /// user nobody can tell whose keys are behind it: it counts as every user.
    pub fn is_behind(&self, who: &Arn) -> bool {
        let parts: Vec<_> = who.resource().split('/').collect();
        let own = match parts.as_slice() {
            ["assumed-role", role, ..] | ["role", .., role] => (!self.is_user()).then_some(*role),
            ["user", .., user] => self.is_user().then_some(*user),
            [kind, ..] if kind.starts_with("federated-user") => return self.is_user(),
            _ => None,
        };
        own.is_some_and(|own| own.eq_ignore_ascii_case(self.name()))
    }
}

pub(crate) fn check_plain(text: &str, longest: usize, also: &[u8]) -> Result<(), &'static str> {
    if text.is_empty() {
        Err("it is empty")
    } else if text.len() > longest {
        Err("it is too long")
    } else if text.bytes().all(|b| b.is_ascii_alphanumeric() || also.contains(&b)) {
        Ok(())
    } else {
        Err("it holds a character that is not allowed there")
    }
}

fn check_opaque(text: &str, longest: usize) -> Result<(), &'static str> {
    if text.is_empty() {
        Err("it is empty")
    } else if text.len() > longest {
        Err("it is too long")
    } else if text.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(())
    } else {
        Err("it holds a character that does not print")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_refused_with_the_reason() {
        let check = |error: IdError, wanted: &str| assert_eq!(error.to_string(), wanted);
        check(
            AccountId::parse("12").unwrap_err(),
            "`12` is not an AWS account id: it must be 12 digits",
        );
        check(
            AliasName::parse("42").unwrap_err(),
            "`42` is not a Lambda alias name: it may not be all digits",
        );
        check(
            Version::parse("v1").unwrap_err(),
            "`v1` is not a Lambda version: it must be a number or `$LATEST`",
        );
        check(
            FunctionName::parse("a\u{1b}[2J").unwrap_err(),
            "`a\\u{1b}[2J` is not a Lambda function name: it holds a character that is not allowed there",
        );
    }

    #[test]
    fn cf36_whoever_acts_is_found_behind_the_name_of_a_user_or_role() {
        let check = |name: &str, resource: &str, wanted: bool| {
            let name = PrincipalName::parse(name).unwrap();
            let who = Arn::parse(format!("arn:aws:iam::123456784021:{resource}")).unwrap();
            assert_eq!(name.is_behind(&who), wanted, "{name} {who}");
        };
        check("role/oncall", "assumed-role/oncall/alice", true);
        check("role/OnCall", "assumed-role/oncall/alice", true);
        check("role/alice", "assumed-role/oncall/alice", false);
        check("user/alice", "assumed-role/oncall/alice", false);
        check("role/oncall", "role/teams/ops/oncall", true);
        check("user/alice", "user/alice", true);
        check("user/alice", "user/teams/ops/alice", true);
        check("user/ops", "user/teams/ops/alice", false);
        check("role/alice", "user/alice", false);
        check("user/anyone", "federated-user/alice", true);
        check("role/anyone", "federated-user/alice", false);
        check("user/root", "root", false);
        for odd in ["ci-deploy", "group/ops", "user/", "user/a/b", "role/a b"] {
            assert!(PrincipalName::parse(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn ids_come_out_of_json_parsed() {
        assert!(serde_json::from_str::<Region>("\"eu-central-1\"").is_ok());
        assert!(serde_json::from_str::<Region>("\"EU\"").is_err());
    }

    #[test]
    fn leases_are_kept_in_a_table_that_is_named() {
        assert_eq!(LeaseTable::parse("dynamodb:watchdeck-leases").unwrap(), LeaseTable::built_in());
        assert_eq!(LeaseTable::built_in().table(), "watchdeck-leases");
        for wrong in
            ["watchdeck-leases", "dynamodb:", "dynamodb:ab", "dynamodb:a b c", "ssm:/leases"]
        {
            assert!(LeaseTable::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_change_calendar_is_named_by_its_service_and_its_name_or_arn() {
        assert_eq!(ChangeCalendar::parse("ssm:shop-changes").unwrap(), ChangeCalendar::built_in());
        let arn = "ssm:arn:aws:ssm:eu-central-1:123456784021:document/holidays";
        assert!(ChangeCalendar::parse(arn).unwrap().name().starts_with("arn:aws:ssm:"));
        for wrong in ["shop-changes", "ssm:", "ssm:a b c", "ssm:arn:aws:s3:::x", "freeze.ics"] {
            assert!(ChangeCalendar::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_arn_names_its_parts() {
        let arn =
            Arn::parse("arn:aws:lambda:eu-central-1:123456784021:function:orders:live").unwrap();
        assert_eq!(
            (arn.service(), arn.account(), arn.resource()),
            ("lambda", "123456784021", "function:orders:live")
        );
    }
}
