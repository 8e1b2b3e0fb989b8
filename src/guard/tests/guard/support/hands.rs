//! The hands on the account: what is read of it, and what becomes of a call that is sent.

use std::time::Duration;

use watchdeck_domain::change::{Kind as _, SetWorkflow};
use watchdeck_domain::function::ProvisionedConcurrency;
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::metric::{MetricQuery, Series};
use watchdeck_domain::reading::{LiveTail, ReadFailure, TrailAnswer};
use watchdeck_domain::{
    Answer, Arn, Change, Clock as _, Query, ReadError, RequestId, Scope, Source, Task,
};
use watchdeck_guard::{Doubt, Reader, Realm, Receipt, Unserved, Warrant, Writer};

use super::account::{Account, Fault, Other, State};

/// For how long a rule that is disabled has fired no more, whenever it was.
const EMPTYING: Duration = Duration::from_mins(5);

impl State {
    /// What a metric comes to in a minute so long ago.
    fn measured(&self, series: &MetricQuery, ago: Duration) -> f64 {
        let version = series.dimensions.iter().find(|(name, _)| name == "ExecutedVersion");
        let (calls, failing) = version
            .map_or((30.0, 0.0), |(_, of)| self.traffic.get(of).copied().unwrap_or_default());
        let stopped = self.reserved == Some(0);
        match series.metric.as_str() {
            "Errors" => calls * failing,
            "Invocations" if !stopped => calls,
            "Throttles" if stopped => 30.0,
            "ApproximateNumberOfMessagesVisible" if self.source.heading() == Some(false) => 12.0,
            "ConcurrentExecutions" => 4.0,
            "CommitThroughput" => 27.0,
            "BlockedRequests" => 3.0,
            "Count" => 3_000.0,
            "4XXError" if self.edge.throttle.is_some() => 2_000.0,
            "TriggeredRules" if ago >= EMPTYING || self.edge.rule != "DISABLED" => 5.0,
            _ => 0.0,
        }
    }
}

/// Reads and changes the account in a realm.
pub(crate) struct Hands(pub(crate) Account);

impl Source for Hands {
    #[expect(clippy::too_many_lines, reason = "an arm for each question")]
    fn read(&self, query: Query) -> Task<'_, Result<Answer, ReadError>> {
        // The account is the same wherever it is asked.
        if let Query::Elsewhere(there) = query {
            return self.read(*there.query);
        }
        let now = self.0.clock.now();
        let mut state = self.0.state();
        if let Some(failure) = state.dark {
            let error = ReadError::new(failure, query.name(), "nothing is to be seen");
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
            | Query::BucketOf(_)
            | Query::Overlap(_)
            | Query::WebAclOf(_)
            | Query::TriageOf(_)
            | Query::ThreatsOf(_)
            | Query::DetectorAdministrator(_)
            | Query::Limited(_)
            | Query::IpSetOf(_) => Ok(state.stores.answer(&query)),
            Query::StageOf(_)
            | Query::Executions(_)
            | Query::CameThrough(_)
            | Query::ExecutionOf(_)
            | Query::DeploymentOf(_)
            | Query::DistributionOf(_)
            | Query::InvalidationBy(_)
            | Query::AlarmOf(_)
            | Query::Alarms(_)
            | Query::MuteOf(_) => Ok(state.deliveries.answer(&query)),
            Query::ApiStageOf(_)
            | Query::CompareDeployments(_)
            | Query::RuleOf(_)
            | Query::ServiceOf(_)
            | Query::TaskDefinitionOf(_) => Ok(state.edge.answer(&query).unwrap()),
            Query::WeightedRecordsOf(_)
            | Query::DnsAnswerOf(_)
            | Query::DnsChangeOf(_)
            | Query::HealthCheckOf(_)
            | Query::FollowersOf(_)
            | Query::ZonalStandingOf(_) => Ok(state.leading.answer(&query).unwrap()),
            Query::InstanceOf(_) | Query::RestoreGroundOf(_) => {
                Ok(state.reports.answer(&query, now).unwrap())
            }
            Query::ClusterOf(_)
            | Query::DbClusters(_)
            | Query::GlobalOf(_)
            | Query::NodeOf(_)
            | Query::LagOf(_) => Ok(state.databases.answer(&query, now).unwrap()),
            Query::SnapshotOf(_) | Query::SnapshotRoomOf(_) | Query::MasterSecretOf(_) => {
                Ok(state.snapshots.answer(&query).unwrap())
            }
            Query::VersionOf(_) if state.hidden => {
                Err(ReadError::new(ReadFailure::Denied, query.name(), "not for you"))
            }
            Query::VersionOf(of) if !of.version.is_published() => {
                let newest = state.versions.values().next_back().cloned();
                Ok(Answer::VersionOf(newest.unwrap()))
            }
            Query::VersionOf(of) => match state.versions.get(of.version.as_str()) {
                Some(config) => Ok(Answer::VersionOf(config.clone())),
                None => Err(ReadError::new(ReadFailure::Missing, query.name(), "no such version")),
            },
            Query::Metrics(metrics) => {
                // A point a minute.
                let minutes = now.since(metrics.start).as_secs() / 60;
                let at = |minute| metrics.start + Duration::from_mins(minute);
                let series = metrics.series.iter().map(|series| Series {
                    id: series.id.clone(),
                    points: (0..minutes)
                        .map(|it| (at(it), state.measured(series, now.since(at(it)))))
                        .collect(),
                    partial: false,
                });
                Ok(Answer::Metrics(series.collect()))
            }
            Query::Versions(_) => Ok(Answer::Versions(state.versions.values().cloned().collect())),
            Query::EventSources(_) => Ok(Answer::EventSources(vec![state.source.clone()])),
            Query::Callers(_) => Ok(Answer::Callers(vec![])),
            Query::Deployments(_) => Ok(Answer::Deployments(vec![])),
            Query::Trail(_) => Ok(Answer::Trail(TrailAnswer { events: vec![], next: None })),
            other => state.identity(other, now).ok_or_else(|| {
                ReadError::new(ReadFailure::Unsupported, other.name(), "not in this account")
            }),
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

/// The change without the last of its findings, and why that one is left.
fn but_for_the_last(change: &Change) -> (Change, String) {
    let mut set = SetWorkflow::of(change).unwrap().clone();
    let last = set.findings.pop().unwrap();
    (set.into(), format!("{}: FindingNotFound: it is gone", last.id))
}

impl<R: Realm> Writer<R> for Hands {
    fn serve(&self, warrant: Warrant<R>) -> Task<'_, Result<Receipt, Unserved>> {
        Box::pin(async move {
            let now = self.0.clock.now();
            let (change, run) =
                (warrant.change().at(warrant.scope()).0.clone(), warrant.run().clone());
            let spared = self.0.state().spared > 0;
            let fault = {
                let mut state = self.0.state();
                assert!(!state.dead, "a dead process sends nothing");
                state.served += 1;
                if state.other == Other::BeforeCall && state.spared == 0 {
                    state.other = Other::Nobody;
                    state.interfere(now);
                }
                if let Some(left) = state.spared.checked_sub(1) {
                    state.spared = left;
                    Fault::Fine
                } else {
                    let fault = state.faults.pop_front().unwrap_or(Fault::Fine);
                    let dies = std::mem::take(&mut state.dies_when_sent);
                    if dies { fault.and_dies() } else { fault }
                }
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
                Fault::Partly => {
                    let (part, left) = but_for_the_last(&change);
                    let _lost = self.0.state().apply(&part, &run, now);
                    Ok(warrant.landed_but_for(vec![left], Some(request)))
                }
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
                Fault::Says(code) => Err(warrant.refused(code, "no", Some(request))),
                Fault::FailsBefore => Err(warrant.unsettled(Doubt::Fault("500".into()))),
                Fault::FailsAfter => {
                    let _lost = self.0.state().apply(&change, &run, now);
                    Err(warrant.unsettled(Doubt::Fault("500".into())))
                }
                Fault::DiesBefore | Fault::DiesAfter | Fault::DiesLate => {
                    self.0.die(fault, change, run, now);
                    let never: Result<Receipt, Unserved> = std::future::pending().await;
                    never
                }
            };
            let mut state = self.0.state();
            if state.other == Other::AfterCall && !spared {
                state.other = Other::Nobody;
                state.interfere(now);
            }
            drop(state);
            outcome
        })
    }
}
