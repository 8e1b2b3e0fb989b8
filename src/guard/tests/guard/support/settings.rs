//! Changes that AWS makes without comparing anything, each with its way back.

use watchdeck_domain::alarm::Mute;
use watchdeck_domain::bucket::PublicBlock;
use watchdeck_domain::change::{
    ArchiveThreats, BlockPublic, CloseStage, Denial, FindingName, MuteAlarms, ProvisionConcurrency,
    PutDenial, ReserveConcurrency, SetWorkflow, StartTrail, SwitchKey, SwitchSource,
};
use watchdeck_domain::finding::Workflow;
use watchdeck_domain::{
    AccessKeyId, BucketName, Change, PrincipalName, Reversal, Timestamp, TrailName, UserName,
};
use watchdeck_guard::Draft;

use super::account::{self, Account};
use super::{SOURCE, alias, deliveries, function, holder, plainly, role, user};

/// A change that AWS makes without comparing anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absolute {
    Source,
    Reserved,
    Provisioned,
    Bucket,
    Key,
    DenyAll,
    Sessions,
    Trail,
    Findings,
    Threats,
    Stage,
    Mute,
    Throttle,
    Deployment,
    Rule,
    Roll,
    Weights,
    Zone,
    Shared,
}

/// Such a change and the way back, on the account as it stands now.
pub(crate) fn absolute(kind: Absolute, account: &Account) -> (Change, Change) {
    let state = account.state();
    match kind {
        Absolute::Source => {
            let switch = |enabled| SwitchSource {
                function: function(),
                uuid: SOURCE.into(),
                source: "orders-queue".into(),
                enabled,
                seen: state.source.modified,
            };
            (Change::SwitchSource(switch(false)), Change::SwitchSource(switch(true)))
        }
        Absolute::Reserved => {
            let reserve = |reserved, before| {
                Change::ReserveConcurrency(ReserveConcurrency {
                    function: function(),
                    reserved,
                    before,
                })
            };
            (reserve(Some(0), state.reserved), reserve(state.reserved, Some(0)))
        }
        Absolute::Bucket => {
            let block = |block, before| {
                let bucket = BucketName::parse("shop-assets").unwrap();
                Change::BlockPublic(BlockPublic { bucket, block, before })
            };
            let all = Some(PublicBlock::ALL);
            (block(all, state.stores.block), block(state.stores.block, all))
        }
        Absolute::Provisioned => {
            let provision = |provisioned, before| {
                Change::ProvisionConcurrency(ProvisionConcurrency {
                    function: function(),
                    alias: alias(),
                    provisioned,
                    before,
                })
            };
            (provision(Some(4), state.provisioned), provision(state.provisioned, Some(4)))
        }
        Absolute::Key => {
            let switch = |active, before| {
                Change::SwitchKey(SwitchKey {
                    user: UserName::parse(user().name()).unwrap(),
                    holder: holder(&user()),
                    key: AccessKeyId::parse("AKIASIMCIDEPLOY00001").unwrap(),
                    active,
                    before,
                    used: None,
                })
            };
            let before = state.key == "Active";
            (switch(false, before), switch(before, false))
        }
        Absolute::Stage => {
            let close = |closed: Option<String>, before: Option<String>| {
                Change::CloseStage(CloseStage {
                    pipeline: deliveries::pipeline(),
                    stage: deliveries::stage(),
                    closed,
                    before,
                })
            };
            let (ours, before) = (Some("ours".to_owned()), state.deliveries.closed.clone());
            (close(ours.clone(), before.clone()), close(before, ours))
        }
        Absolute::Mute => {
            let put = |mute: Option<Mute>, before: Option<Mute>| {
                Change::MuteAlarms(MuteAlarms { rule: "ours".into(), mute, before })
            };
            let from = Timestamp::default();
            let until = from + std::time::Duration::from_mins(30);
            let ours = Some(Mute { alarms: vec!["orders-writer-errors".into()], from, until });
            let before = state.deliveries.mutes.get("ours").cloned();
            (put(ours.clone(), before.clone()), put(before, ours))
        }
        Absolute::Trail => start(&state),
        Absolute::Findings => findings(&state),
        Absolute::Threats => threats(&state),
        Absolute::Throttle => state.edge.throttled(),
        Absolute::Deployment => state.edge.served(),
        Absolute::Rule => state.edge.disabled(),
        Absolute::Roll => state.edge.rolled(),
        Absolute::Weights => state.leading.weighed(),
        Absolute::Zone => state.leading.shifted(),
        Absolute::Shared => state.snapshots.shared(),
        Absolute::DenyAll => denial(user(), Denial::Everything, &state),
        Absolute::Sessions => denial(role(), Denial::SessionsBefore(Timestamp::default()), &state),
    }
}

/// All findings are called resolved, as they stand: all alike, or nothing of it leads back.
fn findings(state: &account::State) -> (Change, Change) {
    let named = state
        .stores
        .workflows
        .iter()
        .map(|(id, ..)| FindingName { id: id.clone(), product_arn: "arn:product".into() });
    let set = SetWorkflow {
        findings: named.collect(),
        workflow: Workflow::Resolved,
        before: Workflow::parse(&state.stores.workflows[0].1),
        note: "INC-12: mended".into(),
    };
    let back = SetWorkflow {
        workflow: set.before.clone(),
        before: Workflow::Resolved,
        note: "taken back".into(),
        ..set.clone()
    };
    (set.into(), back.into())
}

fn threats(state: &account::State) -> (Change, Change) {
    let archive = ArchiveThreats {
        detector: "detector".into(),
        threats: state.stores.archived.iter().map(|(id, _)| id.clone()).collect(),
        archived: true,
        before: state.stores.archived[0].1,
    };
    let back = ArchiveThreats { archived: archive.before, before: true, ..archive.clone() };
    (archive.into(), back.into())
}

fn denial(principal: PrincipalName, denial: Denial, state: &account::State) -> (Change, Change) {
    let before = state.policies.get(&principal).cloned();
    let put = PutDenial {
        holder: holder(&principal),
        policy: "ours".into(),
        denial: Some(denial),
        before: before.clone(),
        principal,
    };
    let back = PutDenial {
        denial: before.as_deref().and_then(Denial::read),
        before: Some(denial.document()),
        ..put.clone()
    };
    (Change::PutDenial(put), Change::PutDenial(back))
}

/// A trail is started; what would be its way back is the same once more, and no draft has it.
fn start(state: &account::State) -> (Change, Change) {
    let start = Change::StartTrail(StartTrail {
        trail: TrailName::parse("shop-trail").unwrap(),
        arn: holder(&role()),
        before: state.still,
    });
    (start.clone(), start)
}

/// A draft of such a change. Nothing is verified but that it is in place.
pub(crate) fn setting(kind: Absolute, account: &Account, now: Timestamp) -> Draft {
    let (change, back) = absolute(kind, account);
    let reversal = if kind == Absolute::Trail {
        Reversal::Never("nothing stops it".into())
    } else {
        Reversal::By(Box::new(back))
    };
    plainly(change, reversal, account, now)
}
