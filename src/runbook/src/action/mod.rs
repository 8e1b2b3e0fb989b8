//! What a step may do: the changes by name, made of members and of what is there.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use watchdeck_domain::{Change, Question, RunId, Source, Task, ask};
use watchdeck_guard::Step;

use crate::compile::{CompileError, Place};

mod apigateway; // stages of APIs: what they let through and serve
mod cloudfront; // the edge: paths are taken out of its caches
mod cloudtrail; // trails: that they write again
mod cloudwatch; // alarms: they tell nobody for a while
mod codedeploy; // deployments: they are stopped
mod codepipeline; // pipelines: stages closed, tried again, rolled back
mod ecs; // services: what they run
mod events; // rules: they fire no more
mod failover; // who writes to databases: instances, regions, zones, replicas
mod findings; // findings: what people made of them, the archive
mod iam; // users and roles: keys, policies that deny
mod lambda; // functions: aliases, event sources, concurrency
mod rds; // reporting copies: made, kept for longer, taken away
mod route53; // names: weights of records, health checks
mod s3; // buckets: the public is kept out
mod secrets; // secrets: rotation
mod snapshots; // snapshots of databases, and their master passwords
mod sqs; // queues: dead letters, purges
mod waf; // the firewall: addresses are listed, and held to a limit
mod zonal; // traffic: led away from a zone

/// An action that a step can name. There are those of [`Action::ALL`], like the changes behind them, and no others.
pub(crate) struct Action {
    /// What it is called in a runbook.
    pub(crate) name: &'static str,
    /// The operation that it calls, as the contract names it.
    pub(crate) operation: &'static str,
    /// Its members.
    members: &'static [Member],
    /// The member that holds its lock; nothing where AWS compares none.
    pub(crate) lock: Option<&'static str>,
    /// Makes the change, and the one that leads back to what is there now.
    compile: Compile,
}

/// A change, and the one that leads back: nothing where none does.
type Made = (Change, Option<Change>);

type Compile = for<'a> fn(Members, Ground<'a>) -> Task<'a, Result<Made, CompileError>>;

/// A member of an action, and what it becomes in the call.
struct Member {
    ours: &'static str,
    theirs: &'static str,
    required: bool,
}

/// A member that a step must give.
const fn must(ours: &'static str, theirs: &'static str) -> Member {
    Member { ours, theirs, required: true }
}

/// A member that a step may give.
const fn may(ours: &'static str, theirs: &'static str) -> Member {
    Member { ours, theirs, required: false }
}

/// What a change is made on.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    /// The run that will make it.
    pub(crate) run: &'a RunId,
    /// Where, and when the draft is made.
    pub(crate) place: &'a Place,
    /// Whom to ask what is there.
    pub(crate) source: &'a dyn Source,
    /// The steps before this one.
    pub(crate) before: &'a [Step],
}

impl Ground<'_> {
    async fn look<Q: Question>(&self, question: Q) -> Result<Q::Answer, CompileError> {
        ask(self.source, question).await.map_err(|error| CompileError::read(&error))
    }
}

/// The members of a step, their places filled.
struct Members {
    of: &'static str,
    with: Map<String, Value>,
}

impl Members {
    fn read<T: DeserializeOwned>(self) -> Result<T, CompileError> {
        serde_json::from_value(Value::Object(self.with)).map_err(|error| {
            CompileError::new(format!("`{}`: {error}", self.of), "correct the step's members")
        })
    }
}

impl Action {
    /// Every action.
    pub(crate) const ALL: [&'static Self; 43] = [
        &lambda::POINT_ALIAS,
        &lambda::SWITCH_SOURCE,
        &lambda::RESERVE_CONCURRENCY,
        &lambda::PROVISION_CONCURRENCY,
        &sqs::REDRIVE_MESSAGES,
        &sqs::PURGE_QUEUE,
        &secrets::ROTATE_SECRET,
        &s3::BLOCK_PUBLIC,
        &waf::LIST_ADDRESS,
        &iam::SWITCH_KEY,
        &iam::DENY_USER,
        &iam::DENY_ROLE,
        &iam::REVOKE_SESSIONS,
        &cloudtrail::START_TRAIL,
        &findings::SET_WORKFLOW,
        &findings::ARCHIVE_THREATS,
        &waf::LIMIT_RATE,
        &codepipeline::CLOSE_STAGE,
        &codepipeline::RETRY_STAGE,
        &codepipeline::ROLL_BACK_STAGE,
        &codedeploy::STOP_DEPLOYMENT,
        &cloudfront::INVALIDATE,
        &cloudwatch::MUTE_ALARMS,
        &apigateway::THROTTLE_STAGE,
        &apigateway::SERVE_DEPLOYMENT,
        &events::DISABLE_RULE,
        &ecs::ROLL_SERVICE,
        &rds::RESTORE_COPY,
        &rds::KEEP_PASSWORD,
        &rds::EXTEND_COPY,
        &rds::PROTECT_COPY,
        &rds::DROP_COPY,
        &route53::SHIFT_WEIGHTS,
        &route53::INVERT_CHECK,
        &zonal::SHIFT_ZONE,
        &failover::FAIL_OVER_CLUSTER,
        &failover::SWITCH_OVER_GLOBAL,
        &failover::FAIL_OVER_GLOBAL,
        &failover::FAIL_OVER_INSTANCE,
        &failover::PROMOTE_REPLICA,
        &snapshots::UNSHARE_SNAPSHOT,
        &snapshots::TAKE_SNAPSHOT,
        &snapshots::ROTATE_MASTER,
    ];

    /// The action of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        Self::ALL.into_iter().find(|action| action.name == name)
    }

    /// The names of all, for messages.
    pub(crate) fn names() -> String {
        Self::ALL.map(|action| format!("`{}`", action.name)).join(", ")
    }

    /// The operation behind the name of an action. An operation may stand for itself.
    pub(crate) fn operation_of(name: &str) -> Option<String> {
        match Self::named(name) {
            Some(action) => Some(action.operation.to_owned()),
            None => name.contains(':').then(|| name.to_owned()),
        }
    }

    /// The member of the call that a member becomes.
    pub(crate) fn sent_as(&self, ours: &str) -> Option<&'static str> {
        self.members.iter().find(|member| member.ours == ours).map(|member| member.theirs)
    }

    /// The member that becomes this one of the call.
    pub(crate) fn called<'a>(&self, theirs: &'a str) -> &'a str {
        self.members.iter().find(|member| member.theirs == theirs).map_or(theirs, |it| it.ours)
    }

    /// The members that it must have.
    pub(crate) fn required(&self) -> impl Iterator<Item = &'static str> {
        self.members.iter().filter(|member| member.required).map(|member| member.ours)
    }

    /// The change on what is there now, and the one that leads back to it, where one does.
    pub(crate) async fn make(
        &self,
        with: Map<String, Value>,
        ground: Ground<'_>,
    ) -> Result<(Change, Option<Change>), CompileError> {
        (self.compile)(Members { of: self.name, with }, ground).await
    }
}

/// How a lock is named in a runbook.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Lock {
    /// The one that was read.
    AsRead,
    /// The one that the step before on the same target leaves.
    AsLeft,
}

/// How a token is named in a runbook: it is always that of the run, which is drawn and written down first.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Token {
    OfTheRun,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract;

    #[test]
    fn every_action_is_an_operation_of_the_contract_and_sends_members_that_it_has() {
        for action in Action::ALL {
            let operation = contract::operation(action.operation).unwrap();
            for member in action.members {
                assert!(
                    operation.members.contains_key(member.theirs),
                    "{} {}",
                    action.name,
                    member.theirs
                );
            }
            assert!(action.lock.is_none_or(|lock| action.required().any(|name| name == lock)));
        }
    }
}
