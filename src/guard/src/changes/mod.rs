//! What the guard knows of each change: one file a change, one trait for all of them.

use serde_json::Value;
use watchdeck_domain::{Answer, Change, Query, Reversal, RevisionId, RunId, Scope};

use crate::judge::Verdict;
use crate::probe::{Hindrance, Sighting};
use crate::question::Difference;

mod address; // ListAddress: compared by AWS, and merged with what others list
mod alias; // PointAlias: compared by AWS
mod archive; // ArchiveThreats: a setting
mod back; // RollBackStage: an execution that says what it rolls back to
mod closed; // CloseStage: a setting
mod copy; // RestoreCopy: its name and its tag are of the run
mod current; // MoveCurrent: a setting
mod denial; // PutDenial: a setting
mod deployment; // ServeDeployment: a setting
mod dropped; // DropCopy: its tags are what keeps it from anything else
mod elsewhere; // any of them, in another region
mod expiry; // ExtendCopy: a setting
mod failover; // FailOverCluster, FailOverInstance: told by who writes, and from where
mod invalidate; // Invalidate: its reference names what it made
mod inverted; // InvertCheck: compared by AWS
mod key; // SwitchKey: a setting
mod master; // RotateMaster: told by the version of the secret
mod mute; // MuteAlarms: a setting
mod password; // KeepPassword: a setting of what the run has made
mod primary; // MovePrimary: told by the region that writes
mod promoted; // PromoteReplica: told by what it replicates no more
mod protection; // ProtectCopy: a setting
mod provisioned; // ProvisionConcurrency: a setting
mod public; // BlockPublic: a setting
mod purge; // PurgeQueue: nothing is left to tell who did it
mod rate; // LimitRate: compared by AWS, and merged with what others have there
mod redrive; // RedriveMessages: a task that is begun
mod reserved; // ReserveConcurrency: a setting
mod retry; // RetryStage: told by what becomes of the stage
mod roll; // RollService: compared by nobody but us, and ECS may give it up
mod rotate; // RotateSecret: its token names what it made
mod rule; // SwitchRule: a setting
mod setting; // what is set, and compared by nobody but us
mod shared; // ShareSnapshot: a setting
mod source; // SwitchSource: likewise, but it takes its time
mod stop; // StopDeployment: told by the deployment
mod taken; // TakeSnapshot: its name and its tag are of the run
mod throttle; // ThrottleStage: a setting
mod trail; // StartTrail: a setting
mod weights; // ShiftWeights: a setting
mod workflow; // SetWorkflow: a setting of many, of which a part may be made
mod zone; // ShiftZone: a setting

/// What a change means, whether it may be made, whether it was made, and how it is taken back.
pub(crate) trait Deed {
    /// The parameters of the call, as the API names them.
    fn params(&self, scope: &Scope) -> Value;

    /// What is changed, as people name it: `live@orders-writer`. Part of the phrase that is typed.
    fn target(&self) -> String;

    /// What it is changed to: `41`. Part of the phrase that is typed.
    fn destination(&self) -> String;

    /// What is wrong with it by itself, whatever the account looks like.
    fn fault(&self, _run: &RunId) -> Option<String> {
        None
    }

    /// What will differ, field by field.
    fn differences(&self, before: &Answer) -> Vec<Difference>;

    /// What is touched, one line a thing.
    fn blast_radius(&self, scope: &Scope) -> Vec<String>;

    /// The question whose answer shows whether it was made.
    fn query(&self) -> Query;

    /// Why it may not be made on what is there; nothing when it may.
    fn hindrance(&self, reversal: &Reversal, now: &Answer) -> Option<Hindrance>;

    /// Whether it was made, its outcome being unknown. Only to be believed after the settle wait.
    fn sighting(&self, run: &RunId, now: &Answer) -> Sighting;

    /// Whether what it made bears the mark of its run, so that nobody else's doing can be taken for it.
    fn bears_mark(&self) -> bool {
        false
    }

    /// Whether the account has come to rest in what it asked for.
    fn at_rest(&self, now: &Answer) -> Verdict;

    /// Why it will never come to rest any more; nothing while it may.
    fn defeat(&self, _now: &Answer) -> Option<String> {
        None
    }

    /// What of the target is pinned with every plan, and where it stands.
    fn lock(&self, there: &Answer) -> (&'static str, Value);

    /// What is shown of the target while it comes to rest.
    fn shown(&self, there: &Answer) -> Value;

    /// What is there once it was made on `before` and has left this lock. Nothing where no other change may follow it.
    fn leaves(&self, _before: &Answer, _lock: RevisionId) -> Option<Answer> {
        None
    }

    /// The same change with another lock. Nothing where there is none.
    fn locked(&self, _lock: RevisionId) -> Option<Change> {
        None
    }

    /// Why nobody could tell it from `before`, a change of the same run on the same target.
    fn confusion(&self, _before: &Change) -> Option<String> {
        None
    }

    /// The change that leads back, and the one that would lead here again, where `back` is what the draft had as the
    /// reversal and `left` the lock that was left. Nothing when `back` is of another kind, or where nothing leads back.
    fn undo(
        &self,
        _back: &Change,
        _left: Option<&RevisionId>,
        _there: &Answer,
        _run: &RunId,
    ) -> Option<(Change, Change)> {
        None
    }
}

/// The deed behind a change.
pub(crate) fn deed(change: &Change) -> &dyn Deed {
    match change {
        Change::PointAlias(point) => point,
        Change::SwitchSource(switch) => switch,
        Change::ReserveConcurrency(reserve) => reserve,
        Change::ProvisionConcurrency(provision) => provision,
        Change::RedriveMessages(redrive) => redrive,
        Change::PurgeQueue(purge) => purge,
        Change::RotateSecret(rotate) => rotate,
        Change::MoveCurrent(change) => change,
        Change::BlockPublic(block) => block,
        Change::ListAddress(list) => list,
        Change::SwitchKey(switch) => switch,
        Change::PutDenial(put) => put,
        Change::StartTrail(start) => start,
        Change::SetWorkflow(set) => set,
        Change::ArchiveThreats(archive) => archive,
        Change::LimitRate(limit) => limit,
        Change::CloseStage(close) => close,
        Change::RetryStage(retry) => retry,
        Change::RollBackStage(back) => back,
        Change::StopDeployment(stop) => stop,
        Change::Invalidate(invalidate) => invalidate,
        Change::MuteAlarms(mute) => mute,
        Change::ThrottleStage(throttle) => throttle,
        Change::ServeDeployment(serve) => serve,
        Change::SwitchRule(switch) => switch,
        Change::RollService(roll) => roll,
        Change::RestoreCopy(restore) => restore,
        Change::KeepPassword(keep) => keep,
        Change::ExtendCopy(extend) => extend,
        Change::ProtectCopy(protect) => protect,
        Change::DropCopy(drop) => drop,
        Change::ShiftWeights(shift) => shift,
        Change::InvertCheck(invert) => invert,
        Change::ShiftZone(shift) => shift,
        Change::Elsewhere(there) => there,
        Change::FailOverCluster(fail) => fail,
        Change::MovePrimary(moved) => moved,
        Change::FailOverInstance(fail) => fail,
        Change::PromoteReplica(promote) => promote,
        Change::ShareSnapshot(share) => share,
        Change::TakeSnapshot(take) => take,
        Change::RotateMaster(rotate) => rotate,
    }
}
