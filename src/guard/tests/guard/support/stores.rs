//! What the small account keeps besides its function: queues, a secret, a bucket, a firewall.

use std::time::Duration;

use watchdeck_domain::bucket::{Bucket, PublicBlock};
use watchdeck_domain::firewall::{AclRule, IpSet, WebAcl};
use watchdeck_domain::queue::{MoveTask, Queue};
use watchdeck_domain::rotation::Rotation;
use watchdeck_domain::{Answer, Change, IpSetName, Query, QueueName, RevisionId, Timestamp};

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
                arn: "arn:aws:wafv2:eu-central-1:123456784021:regional/ipset/blocked/1e7c9a35"
                    .into(),
                description: "not welcome".into(),
                version: "IPV4".into(),
                addresses: vec!["192.0.2.128/25".into()],
                lock: revision(1),
            },
            locks: 1,
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
            Change::PointAlias(_)
            | Change::SwitchSource(_)
            | Change::ReserveConcurrency(_)
            | Change::ProvisionConcurrency(_)
            | Change::SwitchKey(_)
            | Change::PutDenial(_)
            | Change::StartTrail(_) => return Err("not in here".into()),
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
    }

    /// What is there.
    pub(crate) fn answer(&self, query: &Query) -> Answer {
        match query {
            Query::QueueOf(of) if of.queue != queue() => Answer::QueueOf(home(of.queue.clone())),
            Query::QueueOf(_) => Answer::QueueOf(dead_letters(self.holds)),
            Query::Overlap(_) => Answer::Overlap(vec![]),
            Query::WebAclOf(_) => Answer::WebAclOf(self.web_acl()),
            Query::BucketOf(of) => Answer::BucketOf(Bucket {
                name: of.bucket.clone(),
                region: "eu-central-1".into(),
                public_policy: None,
                guests: vec![],
            }),
            Query::RotationOf(_) => Answer::RotationOf(self.secret()),
            Query::PublicBlockOf(_) => Answer::PublicBlockOf(self.block),
            Query::IpSetOf(_) => Answer::IpSetOf(self.ip_set.clone()),
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

    fn web_acl(&self) -> WebAcl {
        let rule = AclRule {
            name: "blocked".into(),
            metric: "blocked".into(),
            action: "block".into(),
            set: self.ip_set.arn.clone(),
        };
        WebAcl { name: "shop".into(), rules: vec![rule] }
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
