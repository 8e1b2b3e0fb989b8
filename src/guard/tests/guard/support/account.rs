//! A small account: one function, one alias, versions, metrics, and every way in which a call can go wrong.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use watchdeck_domain::change::PointAlias;
use watchdeck_domain::function::{
    Alias, EventSource, ProvisionedConcurrency, VersionConfig, VersionState,
};
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::metric::Series;
use watchdeck_domain::reading::{Foresee, LiveTail, ReadFailure};
use watchdeck_domain::{
    Answer, Arn, Change, Clock, Foreseen, Foresight, Identity, Query, ReadError, RequestId,
    RevisionId, Ruling, RunId, Scope, Source, Task, Timestamp,
};
use watchdeck_guard::{Doubt, Reader, Realm, Receipt, Unserved, Warrant, Writer};

use super::clock::Jumping;
use super::stores::Stores;
use super::{SOURCE, alias, function, scope, version};

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
    /// The process ends before the call is sent.
    DiesBefore,
    /// The process ends after AWS has done it.
    DiesAfter,
    /// The process ends, and the call takes effect later all the same.
    DiesLate,
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
    /// The queue that calls the function.
    pub(crate) source: EventSource,
    pub(crate) versions: BTreeMap<String, VersionConfig>,
    pub(crate) identity: Identity,
    pub(crate) scope: Scope,
    /// Calls a minute, and the share that fails, by version.
    pub(crate) traffic: BTreeMap<String, (f64, f64)>,
    /// The runs whose change took effect, in order.
    pub(crate) effects: Vec<RunId>,
    /// Warrants served.
    pub(crate) served: u32,
    pub(crate) faults: VecDeque<Fault>,
    pub(crate) other: Other,
    /// Weights that AWS shows for a while after a move.
    pub(crate) phantom: Option<Duration>,
    phantom_until: Option<Timestamp>,
    late: Vec<(Timestamp, Change, RunId)>,
    revisions: u32,
    moved_at: Timestamp,
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
    /// Reads fail while this is set.
    pub(crate) dark: bool,
    pub(crate) dead: bool,
}

/// A handle on the account.
#[derive(Clone)]
pub(crate) struct Account {
    state: Arc<Mutex<State>>,
    clock: Jumping,
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
            served: 0,
            faults: VecDeque::new(),
            other: Other::Nobody,
            phantom: None,
            phantom_until: None,
            late: vec![],
            revisions: 1,
            moved_at: Timestamp::default(),
            slow: None,
            jitter: None,
            allowed: None,
            asked_about: vec![],
            acts_as: None,
            hidden: false,
            dark: false,
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

    fn die(&self, fault: Fault, change: Change, run: RunId, now: Timestamp) {
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
        if self.phantom_until.is_some_and(|until| until <= now) {
            self.phantom_until = None;
            self.alias.weights.clear();
            self.revisions += 1;
            self.alias.revision = revision(self.revisions);
        }
    }

    /// The change as AWS makes it. What AWS sets without comparing is an effect where it differs from what was there.
    fn apply(
        &mut self,
        change: &Change,
        run: &RunId,
        now: Timestamp,
    ) -> Result<Option<RevisionId>, String> {
        let differs = match change {
            Change::PointAlias(point) => return self.point(point, run, now).map(Some),
            Change::SwitchSource(switch) => {
                let differs = self.source.heading() != Some(switch.enabled);
                if differs {
                    let state = if switch.enabled { "Enabled" } else { "Disabled" };
                    self.source.state = state.into();
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
            | Change::ListAddress(_) => {
                let (differs, lock) = self.stores.apply(change, now)?;
                if differs {
                    self.effects.push(run.clone());
                }
                return Ok(lock);
            }
        };
        if differs {
            self.effects.push(run.clone());
        }
        Ok(None)
    }

    /// How long the next answer takes.
    fn latency(&mut self) -> Option<Duration> {
        let drawn = self.jitter.as_mut().map(|random| Duration::from_millis(random.u64(0..40)));
        self.slow.or(drawn)
    }

    fn foresee(&self, asked: &Foresee) -> Option<Answer> {
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

    /// `UpdateAlias` with its lock.
    fn point(
        &mut self,
        point: &PointAlias,
        run: &RunId,
        now: Timestamp,
    ) -> Result<RevisionId, String> {
        let alias =
            if point.function == self.second.function { &mut self.second } else { &mut self.alias };
        if point.revision != alias.revision {
            return Err(format!("the revision is {}", alias.revision));
        }
        self.revisions += 1;
        alias.version = point.version.clone();
        alias.weights = point.weights.clone();
        alias.description = point.description.clone();
        alias.revision = revision(self.revisions);
        let lock = alias.revision.clone();
        self.effects.push(run.clone());
        self.moved_at = now;
        if let Some(span) = self.phantom {
            self.alias.weights.insert("42".into(), 0.5);
            self.phantom_until = Some(now + span);
        }
        Ok(lock)
    }

    fn interfere(&mut self, now: Timestamp) {
        self.reserved = Some(7);
        self.provisioned = Some(7);
        self.stores.interfere(now);
        // There and back: what it is is as before, and yet somebody has been there.
        self.source.state = "Enabled".into();
        self.source.modified = Some(now + Duration::from_secs(1));
        self.revisions += 1;
        self.alias.version = version("40");
        self.alias.description = "deployed by somebody".into();
        self.alias.revision = revision(self.revisions);
    }
}

/// Reads and changes the account in a realm.
pub(crate) struct Hands(pub(crate) Account);

impl Source for Hands {
    fn read(&self, query: Query) -> Task<'_, Result<Answer, ReadError>> {
        let now = self.0.clock.now();
        let mut state = self.0.state();
        let lost = || ReadError::new(ReadFailure::Unreachable, query.name(), "the network is away");
        if state.dark {
            let error = lost();
            return Box::pin(async move { Err(error) });
        }
        let answer = match &query {
            Query::WhoAmI(_) => Ok(Answer::WhoAmI(state.identity.clone())),
            Query::Foresee(asked) => {
                state.asked_about.push(asked.principal.to_string());
                state
                    .foresee(asked)
                    .ok_or_else(|| ReadError::new(ReadFailure::Denied, query.name(), "not for you"))
            }
            Query::AliasOf(of) if of.function == state.second.function => {
                Ok(Answer::AliasOf(state.second.clone()))
            }
            Query::AliasOf(_) => Ok(Answer::AliasOf(state.alias.clone())),
            Query::EventSourceOf(_) => Ok(Answer::EventSourceOf(state.source.clone())),
            Query::ReservedConcurrency(_) => Ok(Answer::ReservedConcurrency(state.reserved)),
            Query::Provisioned(_) => Ok(Answer::Provisioned(state.provisioned.map(|requested| {
                ProvisionedConcurrency { status: "READY".into(), requested, available: requested }
            }))),
            Query::MoveTasks(_)
            | Query::QueueOf(_)
            | Query::RotationOf(_)
            | Query::PublicBlockOf(_)
            | Query::IpSetOf(_) => Ok(state.stores.answer(&query)),
            Query::VersionOf(_) if state.hidden => {
                Err(ReadError::new(ReadFailure::Denied, query.name(), "not for you"))
            }
            Query::VersionOf(of) => match state.versions.get(of.version.as_str()) {
                Some(config) => Ok(Answer::VersionOf(config.clone())),
                None => Err(ReadError::new(ReadFailure::Missing, query.name(), "no such version")),
            },
            Query::Metrics(metrics) => {
                let minutes =
                    f64::from(u32::try_from(now.since(metrics.start).as_secs() / 60).unwrap());
                let series = metrics.series.iter().map(|series| {
                    let of = &series.dimensions[0].1;
                    let (calls, failing) = state.traffic.get(of).copied().unwrap_or_default();
                    let share = if series.metric == "Errors" { failing } else { 1.0 };
                    Series {
                        id: series.id.clone(),
                        points: vec![(now, minutes * calls * share)],
                        partial: false,
                    }
                });
                Ok(Answer::Metrics(series.collect()))
            }
            other => {
                Err(ReadError::new(ReadFailure::Unsupported, other.name(), "not in this account"))
            }
        };
        let slow = state.latency();
        Box::pin(async move {
            if let Some(span) = slow {
                self.0.clock.sleep(span).await;
            }
            answer
        })
    }

    fn live_tail(
        &self,
        _groups: Vec<LogGroup>,
        _pattern: Option<String>,
    ) -> Task<'_, Result<LiveTail, ReadError>> {
        Box::pin(async {
            Err(ReadError::new(ReadFailure::Unsupported, "logs:StartLiveTail", "not here"))
        })
    }
}

impl<R: Realm> Reader<R> for Hands {
    fn scope(&self) -> Scope {
        self.0.state().scope.clone()
    }

    fn acts_as(&self) -> Option<Arn> {
        self.0.state().acts_as.clone()
    }
}

impl<R: Realm> Writer<R> for Hands {
    fn serve(&self, warrant: Warrant<R>) -> Task<'_, Result<Receipt, Unserved>> {
        Box::pin(async move {
            let now = self.0.clock.now();
            let (change, run) = (warrant.change().clone(), warrant.run().clone());
            let fault = {
                let mut state = self.0.state();
                assert!(!state.dead, "a dead process sends nothing");
                state.served += 1;
                if state.other == Other::BeforeCall {
                    state.other = Other::Nobody;
                    state.interfere(now);
                }
                state.faults.pop_front().unwrap_or(Fault::Fine)
            };
            let request = RequestId::parse("request-1").unwrap();
            let slow = self.0.state().latency();
            if let Some(span) = slow {
                self.0.clock.sleep(span).await;
            }
            let silent = |doubt: &str| Doubt::TimedOut(doubt.into());
            let outcome = match fault {
                Fault::Fine => match self.0.state().apply(&change, &run, now) {
                    Ok(revision) => Ok(warrant.landed(Some(request), revision)),
                    Err(why) => {
                        Err(warrant.refused("PreconditionFailedException", why, Some(request)))
                    }
                },
                Fault::LostBefore => Err(warrant.unsettled(Doubt::Connection("reset".into()))),
                Fault::ReplyLost => {
                    let _lost = self.0.state().apply(&change, &run, now);
                    Err(warrant.unsettled(silent("no reply")))
                }
                Fault::Late => {
                    self.0.state().late.push((now + Duration::from_secs(3), change, run));
                    Err(warrant.unsettled(silent("no reply")))
                }
                Fault::VeryLate => {
                    self.0.state().late.push((now + Duration::from_mins(7), change, run));
                    Err(warrant.unsettled(silent("no reply")))
                }
                Fault::Throttled => {
                    Err(warrant.refused("TooManyRequestsException", "slow down", Some(request)))
                }
                Fault::Expired => {
                    Err(warrant.refused("ExpiredTokenException", "expired", Some(request)))
                }
                Fault::DiesBefore | Fault::DiesAfter | Fault::DiesLate => {
                    self.0.die(fault, change, run, now);
                    let never: Result<Receipt, Unserved> = std::future::pending().await;
                    never
                }
            };
            let mut state = self.0.state();
            if state.other == Other::AfterCall {
                state.other = Other::Nobody;
                state.interfere(now);
            }
            drop(state);
            outcome
        })
    }
}
