//! The firewall: addresses are listed.

use serde::Deserialize;
use watchdeck_domain::IpSetName;
use watchdeck_domain::change::ListAddress;
use watchdeck_domain::reading::IpSetOf;

use super::{Action, Ground, Made, Members, must};
use crate::compile::CompileError;

/// `UpdateIPSet`, with all that the set holds already.
pub(super) static LIST_ADDRESS: Action = Action {
    name: "list-address",
    operation: "wafv2:UpdateIPSet",
    members: &[must("set", "Name"), must("range", "Addresses"), must("lock", "LockToken")],
    lock: Some("lock"),
    compile: |members, ground| Box::pin(list_address(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ListAddressWith {
    set: IpSetName,
    range: String,
    lock: Lock,
}

/// How the lock is named: it is always the one that was read.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Lock {
    AsRead,
}

async fn list_address(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let ListAddressWith { set, range, lock: Lock::AsRead } = members.read()?;
    let there = ground.look(IpSetOf { set }).await?;
    let change = ListAddress::on(&there, &range, true);
    let back = ListAddress::on(&there, &range, false);
    Ok((change.into(), Some(back.into())))
}
