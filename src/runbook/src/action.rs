//! What a step may do: the changes by name, made of members and of what is there.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use watchdeck_domain::change::{
    PointAlias, ProvisionConcurrency, ReserveConcurrency, SwitchSource,
};
use watchdeck_domain::function::{Alias, EventSource};
use watchdeck_domain::reading::{AliasOf, EventSourceOf, Provisioned, ReservedConcurrency};
use watchdeck_domain::{
    AliasName, Change, FunctionName, Question, Reversal, RunId, Source, Version, ask,
};
use watchdeck_guard::mark;

use crate::compile::CompileError;

/// The actions that a step can name. Closed, like the changes behind them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// `UpdateAlias`.
    PointAlias,
    /// `UpdateEventSourceMapping`.
    SwitchSource,
    /// `PutFunctionConcurrency`; undone where nothing was reserved, `DeleteFunctionConcurrency`.
    ReserveConcurrency,
    /// `PutProvisionedConcurrencyConfig`; undone where there was none, `DeleteProvisionedConcurrencyConfig`.
    ProvisionConcurrency,
}

/// The members of `point-alias`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PointAliasWith {
    function: FunctionName,
    alias: AliasName,
    version: Version,
    #[serde(default)]
    weights: BTreeMap<String, f64>,
    /// What was done, in the past tense: it goes into the alias's description with the run's id.
    deed: String,
    /// The lock: always the one that was read.
    revision: Lock,
}

/// The members of `switch-source`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SwitchSourceWith {
    function: FunctionName,
    /// The mapping's id.
    source: String,
    enabled: bool,
}

/// The members of `reserve-concurrency`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReserveConcurrencyWith {
    function: FunctionName,
    reserved: u32,
}

/// The members of `provision-concurrency`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProvisionConcurrencyWith {
    function: FunctionName,
    alias: AliasName,
    provisioned: u32,
}

/// How a lock is named in a runbook.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Lock {
    AsRead,
}

impl Action {
    /// Every action.
    pub(crate) const ALL: [Self; 4] = [
        Self::PointAlias,
        Self::SwitchSource,
        Self::ReserveConcurrency,
        Self::ProvisionConcurrency,
    ];

    /// The action of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }

    /// What it is called in a runbook.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::PointAlias => "point-alias",
            Self::SwitchSource => "switch-source",
            Self::ReserveConcurrency => "reserve-concurrency",
            Self::ProvisionConcurrency => "provision-concurrency",
        }
    }

    /// The names of all, for messages.
    pub(crate) fn names() -> String {
        Self::ALL.map(|action| format!("`{}`", action.name())).join(", ")
    }

    /// The operation that it calls, as the contract names it.
    pub(crate) fn operation(self) -> &'static str {
        match self {
            Self::PointAlias => "lambda:UpdateAlias",
            Self::SwitchSource => "lambda:UpdateEventSourceMapping",
            Self::ReserveConcurrency => "lambda:PutFunctionConcurrency",
            Self::ProvisionConcurrency => "lambda:PutProvisionedConcurrencyConfig",
        }
    }

    /// The operation behind the name of an action. An operation may stand for itself.
    pub(crate) fn operation_of(name: &str) -> Option<String> {
        match Self::named(name) {
            Some(action) => Some(action.operation().to_owned()),
            None => name.contains(':').then(|| name.to_owned()),
        }
    }

    /// The members, each as it is sent.
    fn sent(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::PointAlias => &[
                ("function", "FunctionName"),
                ("alias", "Name"),
                ("version", "FunctionVersion"),
                ("weights", "RoutingConfig"),
                ("deed", "Description"),
                ("revision", "RevisionId"),
            ],
            Self::SwitchSource => {
                &[("function", "FunctionName"), ("source", "UUID"), ("enabled", "Enabled")]
            }
            Self::ReserveConcurrency => {
                &[("function", "FunctionName"), ("reserved", "ReservedConcurrentExecutions")]
            }
            Self::ProvisionConcurrency => &[
                ("function", "FunctionName"),
                ("alias", "Qualifier"),
                ("provisioned", "ProvisionedConcurrentExecutions"),
            ],
        }
    }

    /// The member of the call that a member becomes.
    pub(crate) fn sent_as(self, ours: &str) -> Option<&'static str> {
        self.sent().iter().find(|(name, _)| *name == ours).map(|(_, theirs)| *theirs)
    }

    /// The member that becomes this one of the call.
    pub(crate) fn called(self, theirs: &str) -> &str {
        self.sent().iter().find(|(_, sent)| *sent == theirs).map_or(theirs, |(ours, _)| *ours)
    }

    /// The member that holds its lock; nothing where AWS compares none.
    pub(crate) fn lock(self) -> Option<&'static str> {
        match self {
            Self::PointAlias => Some("revision"),
            Self::SwitchSource | Self::ReserveConcurrency | Self::ProvisionConcurrency => None,
        }
    }

    /// The members that it must have.
    pub(crate) fn required(self) -> &'static [&'static str] {
        match self {
            Self::PointAlias => &["function", "alias", "version", "deed", "revision"],
            Self::SwitchSource => &["function", "source", "enabled"],
            Self::ReserveConcurrency => &["function", "reserved"],
            Self::ProvisionConcurrency => &["function", "alias", "provisioned"],
        }
    }

    /// The members that it may have.
    pub(crate) fn optional(self) -> &'static [&'static str] {
        match self {
            Self::PointAlias => &["weights"],
            Self::SwitchSource | Self::ReserveConcurrency | Self::ProvisionConcurrency => &[],
        }
    }

    /// The change and its reversal, on what is there now.
    pub(crate) async fn compile(
        self,
        with: Map<String, Value>,
        irreversible: Option<&str>,
        run: &RunId,
        source: &dyn Source,
    ) -> Result<(Change, Reversal), CompileError> {
        let (change, back) = match self {
            Self::PointAlias => {
                let with: PointAliasWith = self.members(with)?;
                let Lock::AsRead = with.revision;
                let of = AliasOf { function: with.function.clone(), alias: with.alias.clone() };
                let there = look(source, of).await?;
                let (change, back) = point(with, &there, run);
                (Change::PointAlias(change), Change::PointAlias(back))
            }
            Self::SwitchSource => {
                let with: SwitchSourceWith = self.members(with)?;
                let there = look(source, EventSourceOf { uuid: with.source.clone() }).await?;
                let (change, back) = switch(with, &there);
                (Change::SwitchSource(change), Change::SwitchSource(back))
            }
            Self::ReserveConcurrency => {
                let ReserveConcurrencyWith { function, reserved } = self.members(with)?;
                let there =
                    look(source, ReservedConcurrency { function: function.clone() }).await?;
                let reserved = Some(reserved);
                let back = ReserveConcurrency {
                    function: function.clone(),
                    reserved: there,
                    before: reserved,
                };
                let change = ReserveConcurrency { function, reserved, before: there };
                (Change::ReserveConcurrency(change), Change::ReserveConcurrency(back))
            }
            Self::ProvisionConcurrency => {
                let with: ProvisionConcurrencyWith = self.members(with)?;
                let ProvisionConcurrencyWith { function, alias, provisioned } = with;
                let of = Provisioned { function: function.clone(), alias: alias.clone() };
                let there = look(source, of).await?.map(|there| there.requested);
                let provisioned = Some(provisioned);
                let back = ProvisionConcurrency {
                    function: function.clone(),
                    alias: alias.clone(),
                    provisioned: there,
                    before: provisioned,
                };
                let change = ProvisionConcurrency { function, alias, provisioned, before: there };
                (Change::ProvisionConcurrency(change), Change::ProvisionConcurrency(back))
            }
        };
        let reversal = match irreversible {
            Some(why) => Reversal::Never(why.into()),
            None => Reversal::By(Box::new(back)),
        };
        Ok((change, reversal))
    }

    fn members<T: DeserializeOwned>(self, with: Map<String, Value>) -> Result<T, CompileError> {
        serde_json::from_value(Value::Object(with)).map_err(|error| {
            CompileError::new(format!("`{}`: {error}", self.name()), "correct the step's members")
        })
    }
}

async fn look<Q: Question>(source: &dyn Source, question: Q) -> Result<Q::Answer, CompileError> {
    ask(source, question).await.map_err(|error| CompileError::read(&error))
}

fn point(with: PointAliasWith, there: &Alias, run: &RunId) -> (PointAlias, PointAlias) {
    let back = PointAlias {
        function: with.function.clone(),
        alias: with.alias.clone(),
        version: there.version.clone(),
        weights: there.weights.clone(),
        description: there.description.clone(),
        revision: there.revision.clone(),
    };
    let change = PointAlias {
        function: with.function,
        alias: with.alias,
        version: with.version,
        weights: with.weights,
        description: mark(&with.deed, run, &there.description),
        revision: there.revision.clone(),
    };
    (change, back)
}

fn switch(with: SwitchSourceWith, there: &EventSource) -> (SwitchSource, SwitchSource) {
    let SwitchSourceWith { function, source, enabled } = with;
    let change = SwitchSource {
        function,
        uuid: source,
        source: there.source().to_owned(),
        enabled,
        seen: there.modified,
    };
    let back = SwitchSource { enabled: there.heading().unwrap_or(!enabled), ..change.clone() };
    (change, back)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract;

    #[test]
    fn every_action_is_an_operation_of_the_contract_and_sends_members_that_it_has() {
        for action in Action::ALL {
            let operation = contract::operation(action.operation()).unwrap();
            for member in action.required().iter().chain(action.optional()) {
                let sent = action.sent_as(member).unwrap();
                assert!(operation.members.contains_key(sent), "{} {sent}", action.name());
            }
        }
    }
}
