//! `ProvisionConcurrency`: a setting that takes AWS minutes to come to rest.

use serde_json::{Value, json};
use watchdeck_domain::change::ProvisionConcurrency;
use watchdeck_domain::function::ProvisionedConcurrency;
use watchdeck_domain::reading::Provisioned;
use watchdeck_domain::{Answer, Query, Question as _, Scope};

use super::setting::{Setting, amount, not};
use crate::judge::Verdict;

impl Setting for ProvisionConcurrency {
    type Value = Option<u32>;

    const WHAT: &'static str = "a provisioned concurrency";
    const FIELD: &'static str = "requested";
    const POINTER: &'static str = "/requested";

    fn params(&self, scope: &Scope) -> Value {
        let (function, alias) = (self.function_arn(scope), &self.alias);
        match self.provisioned {
            Some(count) => json!({
                "FunctionName": function,
                "Qualifier": alias,
                "ProvisionedConcurrentExecutions": count,
            }),
            None => json!({ "FunctionName": function, "Qualifier": alias }),
        }
    }

    /// `provisioned:live@orders-writer`.
    fn target(&self) -> String {
        format!("provisioned:{}@{}", self.alias, self.function)
    }

    fn fault(&self) -> Option<String> {
        (self.provisioned == Some(0)).then(|| {
            "AWS provisions at least 1; to keep none, the configuration is taken away".into()
        })
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        let Self { function, alias, .. } = self;
        let after = match self.provisioned {
            Some(count) => format!(
                "AWS keeps {count} environments of `{alias}` of `{function}` warm and bills them by the hour, called or not"
            ),
            None => {
                format!("the first calls of `{alias}` of `{function}` wait for a cold start again")
            }
        };
        vec![format!("1 alias: {}:{alias}", self.function_arn(scope)), after]
    }

    fn query(&self) -> Query {
        Provisioned { function: self.function.clone(), alias: self.alias.clone() }.into_query()
    }

    fn seen(answer: &Answer) -> Option<Option<u32>> {
        there(answer).map(|there| there.map(|there| there.requested))
    }

    fn wanted(&self) -> Option<u32> {
        self.provisioned
    }

    fn before(&self) -> Option<u32> {
        self.before
    }

    fn after(self, before: Option<u32>) -> Self {
        Self { before, ..self }
    }

    /// `5`, or `none`.
    fn said(value: &Option<u32>) -> String {
        amount(*value)
    }

    /// All that was asked for is warm.
    fn at_rest(&self, now: &Answer) -> Verdict {
        let Some(there) = there(now) else { return Verdict::Unknown(not(Self::WHAT)) };
        let arrived = match (there, self.provisioned) {
            (None, None) => true,
            (Some(there), Some(count)) => {
                there.status == "READY" && there.requested == count && there.available >= count
            }
            (Some(_), None) | (None, Some(_)) => false,
        };
        if arrived { Verdict::True } else { Verdict::False }
    }

    fn shown(answer: &Answer) -> Value {
        there(answer).map_or(Value::Null, |there| json!(there))
    }
}

/// The provisioned concurrency in an answer; within it nothing, where there is none.
#[expect(clippy::option_option, reason = "no answer and no configuration are two things")]
fn there(answer: &Answer) -> Option<Option<&ProvisionedConcurrency>> {
    if let Answer::Provisioned(there) = answer { Some(there.as_ref()) } else { None }
}
