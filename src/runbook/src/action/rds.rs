//! Reporting copies of databases: made, kept for longer, taken away.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use watchdeck_domain::change::{
    CopySettings, DropCopy, ExtendCopy, KeepPassword, ProtectCopy, RestoreCopy,
};
use watchdeck_domain::reading::{InstanceOf, RestoreGroundOf};
use watchdeck_domain::report::{InstanceStanding, tag};
use watchdeck_domain::{DatabaseName, Timestamp};

use super::{Action, Ground, Made, Members, may, must};
use crate::compile::CompileError;
use crate::resolve::{Restorable, RestoreWindow, restorable};

/// The tags that tell a production database, which a copy of it is not.
const PRODUCTION_ONLY: [&str; 4] = ["environment", "env", "backup", "critical"];

/// What keeps a copy out of paid support.
const UNSUPPORTED: &str = "open-source-rds-extended-support-disabled";

/// `RestoreDBInstanceToPointInTime`, under a name of the run. Nothing leads back but a deletion, which is a run of its own.
pub(super) static RESTORE_COPY: Action = Action {
    name: "restore-copy",
    operation: "rds:RestoreDBInstanceToPointInTime",
    members: &[
        must("source", "SourceDBInstanceIdentifier"),
        must("copy", "TargetDBInstanceIdentifier"),
        must("at", "RestoreTime"),
        must("latest", "UseLatestRestorableTime"),
        must("owner", "Tags"),
        must("lasts_s", "Tags"),
        must("subnets", "DBSubnetGroupName"),
        must("security_group", "VpcSecurityGroupIds"),
        must("parameters", "DBParameterGroupName"),
        may("class", "DBInstanceClass"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(restore_copy(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RestoreCopyWith {
    source: DatabaseName,
    copy: DatabaseName,
    at: String,
    latest: bool,
    owner: String,
    lasts_s: u64,
    subnets: String,
    security_group: String,
    parameters: String,
    /// `same` is the source's own, as where none is named.
    #[serde(default = "same")]
    class: String,
}

/// The word for the source's own class.
const SAME: &str = "same";

fn same() -> String {
    SAME.to_owned()
}

async fn restore_copy(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let RestoreCopyWith {
        source,
        copy,
        at,
        latest,
        owner,
        lasts_s,
        subnets,
        security_group,
        parameters,
        class,
    } = members.read()?;
    let at = Timestamp::parse(&at).filter(|_| !latest);
    let asked = RestoreGroundOf {
        source: source.clone(),
        at,
        subnets: subnets.clone(),
        parameters: parameters.clone(),
    };
    let found = ground.look(asked).await?;
    if let Some(at) = at {
        let window = RestoreWindow { earliest: found.earliest, latest: found.latest };
        within(at, window, ground.place.now)?;
    }
    let there = &found.source;
    let lasts = Duration::from_secs(lasts_s);
    let expires = ground.place.now.floor(Duration::from_secs(1)) + lasts;
    let of_source = |key: &str| !PRODUCTION_ONLY.contains(&key) && !key.starts_with("aws:");
    let mut tags: BTreeMap<String, String> = there
        .tags
        .iter()
        .filter(|(key, _)| of_source(key))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let as_of = at.map_or_else(|| "latest".to_owned(), |at| at.to_string());
    for (key, value) in [
        (tag::PURPOSE, tag::REPORTING.to_owned()),
        (tag::RUN, ground.run.to_string()),
        (tag::OWNER, owner),
        (tag::EXPIRES, expires.to_string()),
        (tag::SOURCE, source.to_string()),
        (tag::AS_OF, as_of),
    ] {
        tags.insert(key.to_owned(), value);
    }
    let told = Box::new(CopySettings {
        class: if class == SAME { there.class.clone() } else { class },
        subnets,
        security_groups: vec![security_group],
        parameters,
        public: false,
        multi_az: false,
        protected: true,
        by_iam: true,
        copies_tags: true,
        logs: there.logs.clone(),
        backup_days: 0,
        support: UNSUPPORTED.into(),
        tags,
    });
    let change = RestoreCopy {
        source,
        copy,
        at,
        expires,
        lasts,
        engine: there.engine.clone(),
        storage_gb: there.storage_gb,
        source_told: Box::new(there.into()),
        told,
    };
    Ok((change.into(), None))
}

/// Whether the instant can be restored; where not, since when or until when it could be.
fn within(at: Timestamp, window: RestoreWindow, now: Timestamp) -> Result<(), CompileError> {
    let told = match (window.earliest, window.latest) {
        (Some(earliest), Some(latest)) => {
            format!("what can be restored reaches from {earliest} to before {latest}")
        }
        (None, Some(latest)) => format!("what can be restored reaches to before {latest}"),
        (_, None) => "nothing can be restored".into(),
    };
    match restorable(at, window, now) {
        Restorable::Yes => Ok(()),
        Restorable::Wait(span) => Err(CompileError::new(
            format!("{at} cannot be restored yet: its logs are still to be uploaded; {told}"),
            format!(
                "wait {} s and propose it again; or `latest=true`, which is another instant",
                span.as_secs()
            ),
        )),
        Restorable::No { why, hint } => Err(CompileError::new(format!("{why}; {told}"), hint)),
    }
}

/// `ModifyDBInstance`: Secrets Manager keeps the password. Undone it would be the one that everybody knows again.
pub(super) static KEEP_PASSWORD: Action = Action {
    name: "keep-password",
    operation: "rds:ModifyDBInstance",
    members: &[must("copy", "DBInstanceIdentifier"), must("managed", "ManageMasterUserPassword")],
    lock: None,
    compile: |members, ground| Box::pin(keep_password(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeepPasswordWith {
    copy: DatabaseName,
    managed: True,
}

/// The word `true`: nothing else is done.
#[derive(Debug, Deserialize)]
#[serde(try_from = "bool")]
struct True;

impl TryFrom<bool> for True {
    type Error = &'static str;
    fn try_from(truth: bool) -> Result<Self, Self::Error> {
        if truth { Ok(Self) } else { Err("this is `true`, and nothing else") }
    }
}

async fn keep_password(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let KeepPasswordWith { copy, managed: True } = members.read()?;
    let there = ground.look(InstanceOf { instance: copy.clone() }).await?;
    let before = there.is_some_and(|there| !there.secret.is_empty());
    Ok((KeepPassword { copy, before }.into(), None))
}

/// `AddTagsToResource` of the expiry.
pub(super) static EXTEND_COPY: Action = Action {
    name: "extend-copy",
    operation: "rds:AddTagsToResource",
    members: &[must("copy", "ResourceName"), must("lasts_s", "Tags")],
    lock: None,
    compile: |members, ground| Box::pin(extend_copy(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExtendCopyWith {
    copy: DatabaseName,
    lasts_s: u64,
}

async fn extend_copy(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let ExtendCopyWith { copy, lasts_s } = members.read()?;
    let there = report(&copy, ground).await?;
    let before = there.expires.ok_or_else(|| {
        CompileError::new(
            format!("the tags of {copy} tell no instant until when it is wanted"),
            "nobody can tell what would be put back: see to its tags by hand",
        )
    })?;
    let expires = ground.place.now.floor(Duration::from_mins(1)) + Duration::from_secs(lasts_s);
    let back = ExtendCopy { copy: copy.clone(), expires: before, before: expires };
    Ok((ExtendCopy { copy, expires, before }.into(), Some(back.into())))
}

/// `ModifyDBInstance` of the protection.
pub(super) static PROTECT_COPY: Action = Action {
    name: "protect-copy",
    operation: "rds:ModifyDBInstance",
    members: &[must("copy", "DBInstanceIdentifier"), must("protected", "DeletionProtection")],
    lock: None,
    compile: |members, ground| Box::pin(protect_copy(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProtectCopyWith {
    copy: DatabaseName,
    protected: bool,
}

async fn protect_copy(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let ProtectCopyWith { copy, protected } = members.read()?;
    let before = report(&copy, ground).await?.protected;
    let back = ProtectCopy { copy: copy.clone(), protected: before, before: protected };
    Ok((ProtectCopy { copy, protected, before }.into(), Some(back.into())))
}

/// `DeleteDBInstance` of what its tags say is a copy.
pub(super) static DROP_COPY: Action = Action {
    name: "drop-copy",
    operation: "rds:DeleteDBInstance",
    members: &[
        must("copy", "DBInstanceIdentifier"),
        must("keep", "SkipFinalSnapshot"),
        must("snapshot", "FinalDBSnapshotIdentifier"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(drop_copy(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DropCopyWith {
    copy: DatabaseName,
    /// Whether a snapshot is kept of it, by the name that follows.
    keep: bool,
    snapshot: DatabaseName,
}

async fn drop_copy(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let DropCopyWith { copy, keep, snapshot } = members.read()?;
    let there = report(&copy, ground).await?;
    if keep && !there.is_up() {
        return Err(CompileError::new(
            format!("{copy} is {}: AWS takes no snapshot of it", there.status),
            "keep none of it: there is nothing in it that its source does not have",
        ));
    }
    let made_by = there.run().ok_or_else(|| no_report(&copy))?;
    let snapshot = Some(snapshot).filter(|_| keep);
    Ok((DropCopy { copy, snapshot, made_by, created: there.created }.into(), None))
}

/// The copy; nothing else is touched here.
async fn report(copy: &DatabaseName, ground: Ground<'_>) -> Result<InstanceStanding, CompileError> {
    let there = ground.look(InstanceOf { instance: copy.clone() }).await?;
    let there = there.ok_or_else(|| {
        CompileError::new(
            format!("there is no database {copy}"),
            "see `watchdeck report-db list`: it may be gone already",
        )
    })?;
    if there.is_report() { Ok(there) } else { Err(no_report(copy)) }
}

fn no_report(copy: &DatabaseName) -> CompileError {
    CompileError::new(
        format!(
            "{copy} is no reporting copy: its tags {} and {} do not say so",
            tag::PURPOSE,
            tag::RUN
        ),
        "nothing else is extended or taken away here",
    )
}
