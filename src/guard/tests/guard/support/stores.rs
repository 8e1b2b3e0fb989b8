//! What the small account keeps besides its function: queues, a secret, a bucket, a firewall.

use std::time::Duration;

use serde_json::{Value, json};
use watchdeck_domain::bucket::{Bucket, PublicBlock};
use watchdeck_domain::finding::{Stand, Threat, Threats, Triage, Triaged};
use watchdeck_domain::firewall::{AclRule, IpSet, WebAcl};
use watchdeck_domain::queue::{MoveTask, Queue};
use watchdeck_domain::rotation::Rotation;
use watchdeck_domain::{
    Answer, Change, FindingId, IpSetName, Query, QueueName, RevisionId, ThreatId, Timestamp,
};

use super::account::revision;
use super::{SECRET_ARN, queue, secret_name};

/// What somebody else puts into the IP set.
pub(crate) const THEIRS: &str = "198.51.100.5/32";

/// What is kept.
pub(crate) struct Stores {
    /// The tasks that moved dead letters, the newest first. Each is done at once.
    pub(crate) tasks: Vec<MoveTask>,
    /// What the queue of dead letters holds.
    pub(crate) holds: u64,
    /// The version of the secret that is handed out, and all that it has.
    pub(crate) current: String,
    secrets: Vec<String>,
    rotated: Option<Timestamp>,
    /// What keeps the public out of the bucket.
    pub(crate) block: Option<PublicBlock>,
    /// What the IP set holds, and its lock.
    pub(crate) ip_set: IpSet,
    locks: u32,
    /// The web ACL.
    pub(crate) acl: WebAcl,
    /// What people made of findings, and wrote of them.
    pub(crate) workflows: Vec<(FindingId, String, String)>,
    /// Which findings of `GuardDuty` are archived.
    pub(crate) archived: Vec<(ThreatId, bool)>,
}

impl Stores {
    pub(crate) fn new() -> Self {
        Self {
            tasks: vec![],
            holds: 40,
            current: "version-1".into(),
            secrets: vec!["version-1".into()],
            rotated: None,
            block: None,
            ip_set: IpSet {
                name: IpSetName::parse("blocked").unwrap(),
                id: "1e7c9a35".into(),
                arn: SET.into(),
                description: "not welcome".into(),
                version: "IPV4".into(),
                addresses: vec!["192.0.2.128/25".into()],
                lock: revision(1),
            },
            locks: 1,
            acl: web_acl(&json!({ "Rules": [blocking()] }), revision(1)),
            workflows: finding_ids()
                .into_iter()
                .map(|id| (id, "NEW".into(), String::new()))
                .collect(),
            archived: threat_ids().into_iter().map(|id| (id, false)).collect(),
        }
    }

    /// Carries a change out; whether anything is another afterwards, and the lock that it left.
    pub(crate) fn apply(
        &mut self,
        change: &Change,
        now: Timestamp,
    ) -> Result<(bool, Option<RevisionId>), String> {
        let differs = match change {
            Change::RedriveMessages(redrive) => {
                self.holds = 0;
                self.begin_move(now, Some(redrive.rate));
                true
            }
            Change::PurgeQueue(_) => std::mem::replace(&mut self.holds, 0) != 0,
            Change::RotateSecret(rotate) => {
                // The same token again is the same version again.
                let new = !self.secrets.contains(&rotate.token);
                if new {
                    self.secrets.push(rotate.token.clone());
                    self.current.clone_from(&rotate.token);
                    self.rotated = Some(now);
                }
                new
            }
            Change::MoveCurrent(to) if to.from != self.current => {
                return Err(format!("the label is at {}", self.current));
            }
            Change::MoveCurrent(to) => std::mem::replace(&mut self.current, to.to.clone()) != to.to,
            Change::BlockPublic(block) => {
                std::mem::replace(&mut self.block, block.block) != block.block
            }
            Change::ListAddress(list) if list.lock != self.ip_set.lock => {
                return Err(format!("the lock is {}", self.ip_set.lock));
            }
            Change::ListAddress(list) => {
                self.ip_set.addresses.clone_from(&list.addresses);
                self.renew_lock();
                return Ok((true, Some(self.ip_set.lock.clone())));
            }
            Change::LimitRate(limit) if limit.lock != self.acl.lock => {
                return Err(format!("the lock is {}", self.acl.lock));
            }
            Change::LimitRate(limit) => {
                self.locks += 1;
                self.acl = web_acl(&limit.body(), revision(self.locks));
                return Ok((true, Some(self.acl.lock.clone())));
            }
            Change::SetWorkflow(set) => {
                let named = |id: &FindingId| set.findings.iter().any(|name| name.id == *id);
                let wanted = set.workflow.to_string();
                let ours = self.workflows.iter_mut().filter(|(id, ..)| named(id));
                ours.fold(false, |differs, (_, there, note)| {
                    note.clone_from(&set.note);
                    std::mem::replace(there, wanted.clone()) != wanted || differs
                })
            }
            Change::ArchiveThreats(archive) => {
                let ours = self.archived.iter_mut().filter(|(id, _)| archive.threats.contains(id));
                ours.fold(false, |differs, (_, there)| {
                    std::mem::replace(there, archive.archived) != archive.archived || differs
                })
            }
            Change::PointAlias(_)
            | Change::SwitchSource(_)
            | Change::ReserveConcurrency(_)
            | Change::ProvisionConcurrency(_)
            | Change::SwitchKey(_)
            | Change::PutDenial(_)
            | Change::StartTrail(_)
            | Change::CloseStage(_)
            | Change::RetryStage(_)
            | Change::RollBackStage(_)
            | Change::StopDeployment(_)
            | Change::Invalidate(_)
            | Change::MuteAlarms(_)
            | Change::ThrottleStage(_)
            | Change::ServeDeployment(_)
            | Change::SwitchRule(_)
            | Change::RollService(_)
            | Change::RestoreCopy(_)
            | Change::KeepPassword(_)
            | Change::ExtendCopy(_)
            | Change::ProtectCopy(_)
            | Change::DropCopy(_)
            | Change::ShiftWeights(_)
            | Change::InvertCheck(_)
            | Change::ShiftZone(_)
            | Change::Elsewhere(_)
            | Change::FailOverCluster(_)
            | Change::MovePrimary(_)
            | Change::FailOverInstance(_)
            | Change::PromoteReplica(_)
            | Change::ShareSnapshot(_)
            | Change::TakeSnapshot(_)
            | Change::RotateMaster(_) => return Err("not in here".into()),
        };
        Ok((differs, None))
    }

    /// Somebody else has been everywhere.
    pub(crate) fn interfere(&mut self, now: Timestamp) {
        self.begin_move(now, None);
        self.holds = 7;
        self.current = format!("theirs-{}", self.secrets.len());
        self.secrets.push(self.current.clone());
        self.block = Some(PublicBlock { block_acls: true, ..PublicBlock::default() });
        self.ip_set.addresses.push(THEIRS.into());
        self.renew_lock();
        let place = 100 + self.acl.rules.len();
        let mut theirs = self.acl.whole.clone();
        let rules = theirs["Rules"].as_array_mut().unwrap();
        rules.push(json!({ "Name": format!("theirs-{place}"), "Priority": place }));
        self.acl = web_acl(&theirs.into(), self.ip_set.lock.clone());
        for (at, (_, workflow, _)) in self.workflows.iter_mut().enumerate() {
            *workflow = if at == 0 { "NOTIFIED".into() } else { "NEW".into() };
        }
        for (at, (_, archived)) in self.archived.iter_mut().enumerate() {
            *archived = at == 0;
        }
    }

    /// What is there.
    pub(crate) fn answer(&self, query: &Query) -> Answer {
        match query {
            Query::QueueOf(of) if of.queue != queue() => Answer::QueueOf(home(of.queue.clone())),
            Query::QueueOf(_) => Answer::QueueOf(dead_letters(self.holds)),
            Query::Overlap(_) => Answer::Overlap(vec![]),
            Query::Limited(_) => Answer::Limited(vec!["203.0.113.7/32".into()]),
            Query::DetectorAdministrator(_) => Answer::DetectorAdministrator(String::new()),
            Query::BucketOf(of) => Answer::BucketOf(Bucket {
                name: of.bucket.clone(),
                region: "eu-central-1".into(),
                public_policy: None,
                guests: vec![],
            }),
            Query::RotationOf(_) => Answer::RotationOf(self.secret()),
            Query::PublicBlockOf(_) => Answer::PublicBlockOf(self.block),
            Query::IpSetOf(_) => Answer::IpSetOf(self.ip_set.clone()),
            Query::WebAclOf(_) => Answer::WebAclOf(self.acl.clone()),
            Query::TriageOf(of) => {
                let asked = of.findings.iter();
                let found = asked.filter_map(|id| self.workflows.iter().find(|(it, ..)| it == id));
                let found: Vec<_> = found.map(|(id, word, note)| stand(id, word, note)).collect();
                let (findings, stands) = found.into_iter().unzip();
                Answer::TriageOf(Triaged { findings, stands })
            }
            Query::ThreatsOf(of) => {
                let asked = of.threats.iter();
                let found = asked.filter_map(|id| self.archived.iter().find(|(it, _)| it == id));
                let threats = found.map(|(id, archived)| threat(id, *archived)).collect();
                Answer::ThreatsOf(Threats { detector: "detector".into(), threats })
            }
            _ => Answer::MoveTasks(self.tasks.clone()),
        }
    }

    /// The secret with all its versions.
    fn secret(&self) -> Rotation {
        Rotation {
            name: secret_name(),
            arn: SECRET_ARN.into(),
            on: true,
            function: "arn:aws:lambda:eu-central-1:123456784021:function:rotation".into(),
            owner: String::new(),
            going: false,
            rotated: self.rotated,
            current: self.current.clone(),
            previous: String::new(),
            pending: String::new(),
            versions: self.secrets.clone(),
        }
    }

    fn renew_lock(&mut self) {
        self.locks += 1;
        self.ip_set.lock = revision(self.locks);
    }

    /// SQS counts its tasks in the order in which they are begun.
    fn begin_move(&mut self, now: Timestamp, rate: Option<u32>) {
        let last = self.tasks.first().map(|task| task.started + Duration::from_millis(1));
        let started = last.map_or(now, |last| last.max(now));
        self.tasks.insert(0, moved(started, rate));
    }
}

/// A task that was begun then.
fn moved(started: Timestamp, rate: Option<u32>) -> MoveTask {
    MoveTask {
        status: "COMPLETED".into(),
        started,
        rate,
        destination: String::new(),
        moved: 40,
        to_move: Some(40),
        failure: String::new(),
    }
}

/// The queue of dead letters, holding so much.
pub(crate) fn dead_letters(holds: u64) -> Queue {
    Queue {
        name: queue(),
        url: format!("https://sqs.eu-central-1.amazonaws.com/123456784021/{}", queue()),
        arn: format!("arn:aws:sqs:eu-central-1:123456784021:{}", queue()),
        visible: holds,
        hidden: 0,
        delayed: 0,
        keeps_s: 1_209_600,
        dead_letters: String::new(),
    }
}

/// A queue whose dead letters come there.
fn home(name: QueueName) -> Queue {
    let dead = dead_letters(0);
    Queue {
        url: dead.url.replace("orders-dlq", name.as_str()),
        arn: dead.arn.replace("orders-dlq", name.as_str()),
        dead_letters: dead.arn,
        name,
        ..dead_letters(0)
    }
}

/// The findings of the account.
pub(crate) fn finding_ids() -> Vec<FindingId> {
    (1..=3).map(|n| FindingId::parse(format!("arn:finding/{n}")).unwrap()).collect()
}

/// Those of `GuardDuty`.
pub(crate) fn threat_ids() -> Vec<ThreatId> {
    (1..=2).map(|n| ThreatId::parse(format!("{n:032x}")).unwrap()).collect()
}

fn stand(id: &FindingId, workflow: &str, note: &str) -> (Triage, Stand) {
    let triage = Triage {
        id: id.clone(),
        product_arn: "arn:product".into(),
        title: "a finding".into(),
        workflow: workflow.into(),
        note: note.into(),
        noted: None,
    };
    (triage, Stand { record_state: "ACTIVE".into(), compliance: String::new() })
}

fn threat(id: &ThreatId, archived: bool) -> Threat {
    let title = "a finding".into();
    Threat { id: id.clone(), kind: String::new(), title, archived, updated: None }
}

/// The set of blocked addresses.
const SET: &str = "arn:aws:wafv2:eu-central-1:123456784021:regional/ipset/blocked/1e7c9a35";

/// The rule that blocks it.
fn blocking() -> Value {
    json!({
        "Name": "blocked", "Priority": 1, "Action": { "Block": {} },
        "VisibilityConfig": { "MetricName": "blocked" },
        "Statement": { "IPSetReferenceStatement": { "ARN": SET } },
    })
}

/// The web ACL with these rules under that lock.
fn web_acl(parts: &Value, lock: RevisionId) -> WebAcl {
    let whole = json!({ "DefaultAction": { "Allow": {} }, "Rules": parts["Rules"] });
    let rules = whole["Rules"].as_array().unwrap().iter().map(AclRule::read).collect();
    let arn = "arn:aws:wafv2:eu-central-1:123456784021:regional/webacl/shop/1";
    WebAcl {
        name: "shop".into(),
        id: "1".into(),
        arn: arn.parse().unwrap(),
        lock,
        capacity: 1132,
        managed: false,
        rules,
        whole: whole.as_object().unwrap().clone(),
    }
}
