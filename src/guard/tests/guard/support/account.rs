//! A small account: one function, one alias, versions, metrics, and every way in which a call can go wrong.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use watchdeck_domain::change::{Denial, PointAlias, SwitchKey};
use watchdeck_domain::function::{Alias, EventSource, VersionConfig, VersionState};
use watchdeck_domain::reading::{Foresee, ReadFailure};
use watchdeck_domain::{
    Answer, Arn, Change, Clock as _, Foreseen, Foresight, Identity, PrincipalName, RevisionId,
    Ruling, RunId, Scope, Timestamp,
};

use super::clock::Jumping;
use super::deliveries::Deliveries;
use super::edge::Edge;
use super::recovery::Databases;
use super::reports::Reports;
use super::snapshots::Snapshots;
use super::stores::Stores;
use super::traffic::Traffic;
use super::{SOURCE, alias, function, role, scope, user, version};

/// What goes wrong with one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Fine,
    LostBefore,
    ReplyLost,
    Late,
    /// The call takes effect long after anybody would expect it to.
    VeryLate,
    Throttled,
    Expired,
    /// AWS does all of it but for the last of several things, and says so.
    Partly,
    /// AWS says no, by this code.
    Says(&'static str),
    /// The service fails with a 500, and has done nothing.
    FailsBefore,
    /// The service fails with a 500, and has done it.
    FailsAfter,
    /// The process ends before the call is sent.
    DiesBefore,
    /// The process ends after AWS has done it.
    DiesAfter,
    /// The process ends, and the call takes effect later all the same.
    DiesLate,
}

impl Fault {
    /// The same, and the process ends before it hears of it.
    pub(super) fn and_dies(self) -> Self {
        match self {
            Self::Fine | Self::Partly | Self::ReplyLost | Self::FailsAfter | Self::DiesAfter => {
                Self::DiesAfter
            }
            Self::Late | Self::VeryLate | Self::DiesLate => Self::DiesLate,
            Self::LostBefore
            | Self::Throttled
            | Self::Expired
            | Self::Says(_)
            | Self::FailsBefore
            | Self::DiesBefore => Self::DiesBefore,
        }
    }
}

/// When somebody else changes the same alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Other {
    Nobody,
    BeforeCall,
    AfterCall,
}

pub(crate) struct State {
    pub(crate) alias: Alias,
    /// The same alias of another function, for plans of two steps.
    pub(crate) second: Alias,
    /// What is reserved for the function.
    pub(crate) reserved: Option<u32>,
    /// What is kept warm for the alias.
    pub(crate) provisioned: Option<u32>,
    /// Queues, a secret, a bucket, a firewall.
    pub(crate) stores: Stores,
    /// A pipeline and a deployment.
    pub(crate) deliveries: Deliveries,
    /// A stage of an API, a rule, a service.
    pub(crate) edge: Edge,
    /// Weights of a name, a health check, zones.
    pub(crate) leading: Traffic,
    /// A database, and copies of it.
    pub(crate) reports: Reports,
    pub(crate) databases: Databases,
    /// Snapshots of them, and a master password.
    pub(crate) snapshots: Snapshots,
    /// How a key of the user that deploys stands.
    pub(crate) key: &'static str,
    /// The user's policy of a run, and the role's policy for older sessions.
    pub(crate) policies: BTreeMap<PrincipalName, String>,
    /// Since when the trail is still.
    pub(crate) still: Option<Timestamp>,
    /// The queue that calls the function.
    pub(crate) source: EventSource,
    pub(crate) versions: BTreeMap<String, VersionConfig>,
    pub(crate) identity: Identity,
    pub(crate) scope: Scope,
    /// Calls a minute, and the share that fails, by version.
    pub(crate) traffic: BTreeMap<String, (f64, f64)>,
    /// The runs whose change took effect, in order.
    pub(crate) effects: Vec<RunId>,
    /// What they did, in the same order.
    pub(crate) deeds: Vec<String>,
    /// Warrants served.
    pub(crate) served: u32,
    pub(crate) faults: VecDeque<Fault>,
    /// How many calls go well before the faults begin.
    pub(crate) spared: u32,
    /// The process ends with the next call of it, whatever becomes of the call.
    pub(crate) dies_when_sent: bool,
    pub(crate) other: Other,
    /// Weights that AWS shows for a while after a move.
    pub(crate) phantom: Option<Duration>,
    phantom_until: Option<Timestamp>,
    /// How long an event source takes to come to rest.
    pub(crate) drag: Option<Duration>,
    rest_at: Option<Timestamp>,
    /// What somebody else has set, and a call of ours has set otherwise since: by its operation.
    pub(crate) overwritten: Vec<&'static str>,
    /// Since when somebody else has been there, and no plan was made on what they did.
    pub(crate) interfered: Option<Timestamp>,
    pub(super) late: Vec<(Timestamp, Change, RunId)>,
    revisions: u32,
    /// How long every answer takes, to reads and to calls.
    pub(crate) slow: Option<Duration>,
    /// How long every answer takes where that is drawn: as long as it takes differs each time.
    pub(crate) jitter: Option<fastrand::Rng>,
    /// What IAM allows the operator; nothing where it cannot be asked.
    pub(crate) allowed: Option<Vec<String>>,
    /// Whom IAM was asked about.
    pub(crate) asked_about: Vec<String>,
    /// The role in whose sessions changes are made.
    pub(crate) acts_as: Option<Arn>,
    /// Versions may not be read while this is set.
    pub(crate) hidden: bool,
    /// Reads fail while this is set, and in this way.
    pub(crate) dark: Option<ReadFailure>,
    pub(crate) dead: bool,
}

/// A handle on the account.
#[derive(Clone)]
pub(crate) struct Account {
    state: Arc<Mutex<State>>,
    pub(super) clock: Jumping,
}

pub(crate) fn revision(number: u32) -> RevisionId {
    RevisionId::parse(format!("rev-{number}")).unwrap()
}

fn config(number: &str) -> VersionConfig {
    VersionConfig {
        function: function(),
        version: version(number),
        description: String::new(),
        code_sha256: format!("sha-{number}"),
        config_sha256: None,
        role: "arn:aws:iam::123456784021:role/orders-lambda".into(),
        runtime: "nodejs22.x".into(),
        dead_letter: String::new(),
        state: VersionState::Active,
        state_reason: String::new(),
        last_modified: String::new(),
        revision: None,
        timeout_s: 3,
    }
}

impl Account {
    pub(crate) fn new(clock: &Jumping) -> Self {
        let second = watchdeck_domain::FunctionName::parse("orders-reader").unwrap();
        let second = Alias {
            function: second,
            name: alias(),
            version: version("8"),
            weights: BTreeMap::new(),
            description: String::new(),
            revision: RevisionId::parse("second-1").unwrap(),
            arn: String::new(),
        };
        let state = State {
            second,
            reserved: None,
            provisioned: None,
            stores: Stores::new(),
            deliveries: Deliveries::new(),
            edge: Edge::new(),
            leading: Traffic::new(),
            reports: Reports::new(),
            databases: Databases::new(),
            snapshots: Snapshots::new(),
            key: "Active",
            policies: BTreeMap::new(),
            still: Some(Timestamp::default()),
            source: EventSource {
                uuid: SOURCE.into(),
                source_arn: "arn:aws:sqs:eu-central-1:123456784021:orders-queue".into(),
                function_arn:
                    "arn:aws:lambda:eu-central-1:123456784021:function:orders-writer:live".into(),
                state: "Enabled".into(),
                modified: Some(Timestamp::default()),
            },
            alias: Alias {
                function: function(),
                name: alias(),
                version: version("42"),
                weights: BTreeMap::new(),
                description: "production".into(),
                revision: revision(1),
                arn: String::new(),
            },
            versions: ["40", "41", "42"].iter().map(|n| ((*n).to_owned(), config(n))).collect(),
            identity: Identity {
                account: scope().account,
                arn: Arn::parse("arn:aws:sts::123456784021:assumed-role/oncall-write/operator")
                    .unwrap(),
                user_id: "AROA:operator".into(),
            },
            scope: scope(),
            traffic: BTreeMap::from([("41".into(), (30.0, 0.0)), ("42".into(), (30.0, 0.35))]),
            effects: vec![],
            deeds: vec![],
            served: 0,
            faults: VecDeque::new(),
            spared: 0,
            dies_when_sent: false,
            other: Other::Nobody,
            phantom: None,
            phantom_until: None,
            drag: None,
            rest_at: None,
            overwritten: vec![],
            interfered: None,
            late: vec![],
            revisions: 1,
            slow: None,
            jitter: None,
            allowed: None,
            asked_about: vec![],
            acts_as: None,
            hidden: false,
            dark: None,
            dead: false,
        };
        Self { state: Arc::new(Mutex::new(state)), clock: clock.clone() }
    }

    /// The account as it is now, with all that is due.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap();
        state.arrive(self.clock.now());
        state
    }

    pub(crate) fn alias(&self) -> Alias {
        self.state().alias.clone()
    }

    pub(super) fn die(&self, fault: Fault, change: Change, run: RunId, now: Timestamp) {
        let mut state = self.state();
        if fault == Fault::DiesAfter {
            let _lost = state.apply(&change, &run, now);
        }
        if fault == Fault::DiesLate {
            state.late.push((now + Duration::from_secs(3), change, run));
        }
        state.dead = true;
    }

    /// Somebody else points the alias at 40, and sets all else to something of their own.
    pub(crate) fn interfere(&self) {
        let now = self.clock.now();
        self.state().interfere(now);
    }
}

impl State {
    fn arrive(&mut self, now: Timestamp) {
        let (due, later) =
            std::mem::take(&mut self.late).into_iter().partition(|(at, ..)| *at <= now);
        self.late = later;
        let due: Vec<(Timestamp, Change, RunId)> = due;
        for (at, change, run) in due {
            let _lost = self.apply(&change, &run, at);
        }
        if self.rest_at.is_some_and(|at| at <= now) {
            self.rest_at = None;
            let state = if self.source.heading() == Some(true) { "Enabled" } else { "Disabled" };
            self.source.state = state.into();
        }
        if self.phantom_until.is_some_and(|until| until <= now) {
            self.phantom_until = None;
            self.alias.weights.clear();
            self.revisions += 1;
            self.alias.revision = revision(self.revisions);
        }
    }

    /// The change as AWS makes it. What AWS sets without comparing is an effect where it differs from what was there.
    pub(super) fn apply(
        &mut self,
        change: &Change,
        run: &RunId,
        now: Timestamp,
    ) -> Result<Option<RevisionId>, String> {
        let differs = match change {
            // The account is the same wherever it is changed.
            Change::Elsewhere(there) => return self.apply(&there.change, run, now),
            Change::PointAlias(point) => {
                let revision = self.point(point, now)?;
                self.effect(change, run);
                return Ok(Some(revision));
            }
            Change::SwitchSource(switch) => {
                let differs = self.source.heading() != Some(switch.enabled);
                if differs {
                    let state = match (switch.enabled, self.drag) {
                        (true, None) => "Enabled",
                        (true, Some(_)) => "Enabling",
                        (false, None) => "Disabled",
                        (false, Some(_)) => "Disabling",
                    };
                    self.source.state = state.into();
                    self.rest_at = self.drag.map(|span| now + span);
                    self.source.modified = Some(now);
                }
                differs
            }
            Change::ReserveConcurrency(reserve) => {
                std::mem::replace(&mut self.reserved, reserve.reserved) != reserve.reserved
            }
            Change::ProvisionConcurrency(provision) => {
                let wanted = provision.provisioned;
                std::mem::replace(&mut self.provisioned, wanted) != wanted
            }
            Change::RedriveMessages(_)
            | Change::PurgeQueue(_)
            | Change::RotateSecret(_)
            | Change::MoveCurrent(_)
            | Change::BlockPublic(_)
            | Change::SetWorkflow(_)
            | Change::ArchiveThreats(_)
            | Change::LimitRate(_)
            | Change::ListAddress(_) => {
                let (differs, lock) = self.stores.apply(change, now)?;
                if differs {
                    self.effect(change, run);
                }
                return Ok(lock);
            }
            Change::ShiftWeights(_) | Change::InvertCheck(_) | Change::ShiftZone(_) => {
                let (differs, lock) = self.leading.apply(change)?;
                if differs {
                    self.effect(change, run);
                }
                return Ok(lock);
            }
            Change::CloseStage(_)
            | Change::RetryStage(_)
            | Change::RollBackStage(_)
            | Change::StopDeployment(_)
            | Change::Invalidate(_)
            | Change::MuteAlarms(_) => self.deliveries.apply(change, now)?,
            Change::SwitchKey(switch) => {
                let wanted = SwitchKey::status(switch.active);
                std::mem::replace(&mut self.key, wanted) != wanted
            }
            Change::StartTrail(_) => self.still.take().is_some(),
            Change::PutDenial(put) => {
                let wanted = put.denial.map(Denial::document);
                let before = match &wanted {
                    Some(document) => self.policies.insert(put.principal.clone(), document.clone()),
                    None => self.policies.remove(&put.principal),
                };
                before != wanted
            }
            Change::ThrottleStage(_)
            | Change::ServeDeployment(_)
            | Change::SwitchRule(_)
            | Change::RollService(_) => self.edge.apply(change).unwrap_or_default(),
            Change::RestoreCopy(_)
            | Change::KeepPassword(_)
            | Change::ExtendCopy(_)
            | Change::ProtectCopy(_)
            | Change::DropCopy(_) => self.reports.apply(change, now)?,
            Change::FailOverCluster(_)
            | Change::MovePrimary(_)
            | Change::FailOverInstance(_)
            | Change::PromoteReplica(_) => self.databases.apply(change, now)?,
            Change::ShareSnapshot(_) | Change::TakeSnapshot(_) | Change::RotateMaster(_) => {
                self.snapshots.apply(change, now)?
            }
        };
        if differs {
            self.effect(change, run);
        }
        Ok(None)
    }

    /// How long the next answer takes.
    pub(super) fn latency(&mut self) -> Option<Duration> {
        let drawn = self.jitter.as_mut().map(|random| Duration::from_millis(random.u64(0..40)));
        self.slow.or(drawn)
    }

    pub(super) fn foresee(&self, asked: &Foresee) -> Option<Answer> {
        let allowed = self.allowed.as_ref()?;
        let pairs = asked.needs.iter().flat_map(|need| {
            let resource = need.resources.first().cloned().unwrap_or_default();
            need.actions.iter().map(move |action| (action.clone(), resource.clone()))
        });
        let foreseen = pairs.map(|(action, resource)| {
            let ruling =
                if allowed.contains(&action) { Ruling::Allowed } else { Ruling::Unallowed };
            Foreseen { action, resource, ruling }
        });
        let principal = Arn::parse("arn:aws:iam::123456784021:role/oncall-write").unwrap();
        Some(Answer::Foresee(Foresight { principal, foreseen: foreseen.collect() }))
    }

    fn effect(&mut self, change: &Change, run: &RunId) {
        let operation = change.call().1;
        self.effects.push(run.clone());
        self.deeds.push(change.to_string());
        if self.interfered.is_some() {
            self.overwritten.push(operation);
        }
    }

    /// `UpdateAlias` with its lock.
    fn point(&mut self, point: &PointAlias, now: Timestamp) -> Result<RevisionId, String> {
        let alias =
            if point.function == self.second.function { &mut self.second } else { &mut self.alias };
        if point.revision != alias.revision {
            return Err(format!("the revision is {}", alias.revision));
        }
        self.revisions += 1;
        alias.version = point.version.clone();
        alias.weights = point.weights.clone();
        alias.description.clone_from(&point.description);
        alias.revision = revision(self.revisions);
        let lock = alias.revision.clone();
        if let Some(span) = self.phantom {
            self.alias.weights.insert("42".into(), 0.5);
            self.phantom_until = Some(now + span);
        }
        Ok(lock)
    }

    pub(super) fn interfere(&mut self, now: Timestamp) {
        self.interfered = Some(now);
        self.reserved = Some(7);
        self.provisioned = Some(7);
        self.stores.interfere(now);
        self.deliveries.interfere(now);
        self.edge.interfere();
        self.leading.interfere();
        self.reports.interfere(now);
        self.databases.interfere(now);
        self.snapshots.interfere();
        self.key = "Expired";
        // Started and stopped again.
        self.still = Some(now);
        for principal in [user(), role()] {
            self.policies.insert(principal, r#"{"Statement":[]}"#.into());
        }
        // There and back: what it is is as before, and yet somebody has been there.
        self.source.state = "Enabled".into();
        self.source.modified = Some(now + Duration::from_secs(1));
        self.revisions += 1;
        self.alias.version = version("40");
        self.alias.description = "deployed by somebody".into();
        self.alias.revision = revision(self.revisions);
    }
}
