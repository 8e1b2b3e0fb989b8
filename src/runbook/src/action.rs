//! What a step may do: the changes by name, made of members and of what is there.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use watchdeck_domain::change::PointAlias;
use watchdeck_domain::function::Alias;
use watchdeck_domain::reading::AliasOf;
use watchdeck_domain::{
    AliasName, Change, FunctionName, MutationClass, Reversal, RunId, Source, Version, ask,
};
use watchdeck_guard::mark;

use crate::compile::CompileError;

/// The actions that a step can name. Closed, like the changes behind them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// `UpdateAlias`.
    PointAlias,
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

/// How a lock is named in a runbook.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Lock {
    AsRead,
}

impl Action {
    /// The action of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        (name == "point-alias").then_some(Self::PointAlias)
    }

    /// Its mutation class.
    pub(crate) fn class(self) -> MutationClass {
        match self {
            Self::PointAlias => MutationClass::Cas,
        }
    }

    /// The member that holds its lock.
    pub(crate) fn lock(self) -> &'static str {
        match self {
            Self::PointAlias => "revision",
        }
    }

    /// The members that it must have.
    pub(crate) fn required(self) -> &'static [&'static str] {
        match self {
            Self::PointAlias => &["function", "alias", "version", "deed", "revision"],
        }
    }

    /// The members that it may have.
    pub(crate) fn optional(self) -> &'static [&'static str] {
        match self {
            Self::PointAlias => &["weights"],
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
        match self {
            Self::PointAlias => {
                let with: PointAliasWith =
                    serde_json::from_value(Value::Object(with)).map_err(|error| {
                        CompileError::new(
                            format!("`point-alias`: {error}"),
                            "correct the step's members",
                        )
                    })?;
                let Lock::AsRead = with.revision;
                let there = ask(
                    source,
                    AliasOf { function: with.function.clone(), alias: with.alias.clone() },
                )
                .await
                .map_err(|error| CompileError::read(&error))?;
                Ok(point(with, &there, irreversible, run))
            }
        }
    }
}

fn point(
    with: PointAliasWith,
    there: &Alias,
    irreversible: Option<&str>,
    run: &RunId,
) -> (Change, Reversal) {
    let change = PointAlias {
        function: with.function.clone(),
        alias: with.alias.clone(),
        version: with.version,
        weights: with.weights,
        description: mark(&with.deed, run, &there.description),
        revision: there.revision.clone(),
    };
    let reversal = match irreversible {
        Some(why) => Reversal::Never(why.into()),
        None => Reversal::By(Box::new(Change::PointAlias(PointAlias {
            function: with.function,
            alias: with.alias,
            version: there.version.clone(),
            weights: there.weights.clone(),
            description: there.description.clone(),
            revision: there.revision.clone(),
        }))),
    };
    (Change::PointAlias(change), reversal)
}
