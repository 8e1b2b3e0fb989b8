//! `ReserveConcurrency`: a setting.

use serde_json::{Value, json};
use watchdeck_domain::change::ReserveConcurrency;
use watchdeck_domain::reading::ReservedConcurrency;
use watchdeck_domain::{Answer, Query, Question as _, Scope};

use super::setting::{Setting, amount};

impl Setting for ReserveConcurrency {
    type Value = Option<u32>;

    const WHAT: &'static str = "a reserved concurrency";
    const FIELD: &'static str = "reserved";
    const POINTER: &'static str = "/reserved";

    fn params(&self, scope: &Scope) -> Value {
        let function = self.function_arn(scope);
        match self.reserved {
            Some(count) => {
                json!({ "FunctionName": function, "ReservedConcurrentExecutions": count })
            }
            None => json!({ "FunctionName": function }),
        }
    }

    /// `concurrency@orders-worker`.
    fn target(&self) -> String {
        format!("concurrency@{}", self.function)
    }

    fn blast_radius(&self, scope: &Scope) -> Vec<String> {
        let function = &self.function;
        let after = match self.reserved {
            Some(0) => format!(
                "every call of `{function}`, through every alias and version: all are throttled"
            ),
            Some(count) => format!(
                "all versions of `{function}` together run {count} calls at once and no more; the account's other functions share that much less"
            ),
            None => format!(
                "`{function}` runs in the account's shared concurrency again, without a limit of its own"
            ),
        };
        vec![format!("1 function: {}", self.function_arn(scope)), after]
    }

    fn query(&self) -> Query {
        ReservedConcurrency { function: self.function.clone() }.into_query()
    }

    fn seen(answer: &Answer) -> Option<Option<u32>> {
        if let Answer::ReservedConcurrency(reserved) = answer { Some(*reserved) } else { None }
    }

    fn wanted(&self) -> Option<u32> {
        self.reserved
    }

    fn before(&self) -> Option<u32> {
        self.before
    }

    fn after(self, before: Option<u32>) -> Self {
        Self { before, ..self }
    }

    /// `20`, or `none`, which is not 0.
    fn said(value: &Option<u32>) -> String {
        amount(*value)
    }
}
