//! IAM: what a role or a user would be allowed, by the rule that calls are let in by.

use super::iam::listed;
use super::standing::{asked, input, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::parse_iso;
use crate::world::permission::{Identity, judge, judge_in};
use crate::world::policy::{Policy, Verdict};

/// Each action on each resource, one answer each.
pub(super) fn simulate(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let source = input(call, "PolicySourceArn");
    let mut policies = world.policies(identity(world, call, source)?).unwrap_or_default();
    policies.extend(given(call, "PolicyInputList")?);
    let boundary = given(call, "PermissionsBoundaryPolicyInputList")?;
    let mut resources = asked(call, "ResourceArns");
    if resources.is_empty() {
        resources.push("*");
    }
    let began = call.input.items("ContextEntries").iter().find_map(|entry| {
        let named = entry.text("ContextKeyName") == Some("aws:TokenIssueTime");
        let value = entry.items("ContextKeyValues").first().and_then(Value::as_text);
        value.filter(|_| named).and_then(parse_iso)
    });
    let mut results = Vec::new();
    for action in asked(call, "ActionNames") {
        if action
            .split_once(':')
            .is_none_or(|(service, name)| service.is_empty() || name.is_empty())
        {
            return Err(invalid(format!("Invalid Action name: {action}")));
        }
        for resource in &resources {
            let within = boundary.is_empty().then_some(Verdict::Allowed);
            let within = within.unwrap_or_else(|| judge(&boundary, action, Some(resource)));
            let own = judge_in(&policies, action, Some(resource), began);
            let bounded = (!boundary.is_empty()).then(|| {
                Value::empty().with("AllowedByPermissionsBoundary", within == Verdict::Allowed)
            });
            let result = Value::empty()
                .with("EvalActionName", action)
                .with("EvalResourceName", *resource)
                .with("EvalDecision", decision(own, within))
                .with("MatchedStatements", Value::List(Vec::new()))
                .with("MissingContextValues", Value::List(Vec::new()))
                .with_some("PermissionsBoundaryDecisionDetail", bounded);
            results.push(result);
        }
    }
    listed(call, results, "EvaluationResults")
}

/// What comes of what the identity's own policies say and of what its boundary leaves.
fn decision(own: Verdict, within: Verdict) -> &'static str {
    match (own, within) {
        (Verdict::Denied, _) | (_, Verdict::Denied) => "explicitDeny",
        (Verdict::Allowed, Verdict::Allowed) => "allowed",
        (Verdict::Silent, _) | (_, Verdict::Silent) => "implicitDeny",
    }
}

/// The role or user of an ARN, which is known by its whole ARN: a session is none of them, and a role under another path
/// is another one.
fn identity<'a>(world: &World, call: &Call, arn: &'a str) -> Result<Identity<'a>, ApiError> {
    let ours = arn.starts_with("arn:aws:iam::");
    let (kind, identity) = match arn.rsplit('/').next().filter(|_| ours) {
        Some(name) if arn.contains(":role/") => ("roles", Identity::Role(name)),
        Some(name) if arn.contains(":user/") => ("users", Identity::User(name)),
        Some(_) | None => {
            return Err(invalid(format!(
                "Invalid Entity Arn: {arn} does not clearly define entity type and name."
            )));
        }
    };
    if !shelf(world, call, kind).iter().any(|record| record.text("Arn") == Some(arn)) {
        let what = format!("The entity {arn} cannot be found.");
        return Err(ApiError::new("NoSuchEntityException", what));
    }
    Ok(identity)
}

fn given(call: &Call, member: &str) -> Result<Vec<Policy>, ApiError> {
    asked(call, member).into_iter().map(|text| Policy::parse(text).map_err(invalid)).collect()
}

fn invalid(why: String) -> ApiError {
    ApiError::new("InvalidInputException", why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::testing::{ask, call as perform, refused, world};

    const ROLE: &str = "arn:aws:iam::123456784021:role/oncall-write";
    const FUNCTION: &str = "arn:aws:lambda:eu-central-1:123456784021:function:orders-writer";

    fn question(source: &str, actions: &[&str]) -> Value {
        Value::empty()
            .with("PolicySourceArn", source)
            .with("ActionNames", Value::list(actions.iter().copied()))
            .with("ResourceArns", Value::list([FUNCTION]))
    }

    fn decisions(world: &mut World, question: Value) -> Vec<String> {
        let answer = ask(world, "iam", "SimulatePrincipalPolicy", question);
        let results = answer.items("EvaluationResults").iter();
        results.map(|one| one.text("EvalDecision").unwrap().to_owned()).collect()
    }

    fn put(world: &mut World, statement: &str) {
        let put = Value::empty()
            .with("RoleName", "oncall-write")
            .with("PolicyName", "operate")
            .with("PolicyDocument", format!("{{\"Statement\":[{statement}]}}"));
        ask(world, "iam", "PutRolePolicy", put);
        let spread = world.now() + crate::world::permission::POLICIES_SPREAD_MS;
        world.advance_to(spread);
    }

    #[test]
    fn what_is_foreseen_is_what_happens() {
        let rest = r#"{"Effect":"Allow","Action":["iam:*","lambda:Get*"],"Resource":"*"}"#;
        let allowed = format!(
            r#"{rest},{{"Effect":"Allow","Action":"lambda:PutFunctionConcurrency","Resource":"{FUNCTION}"}}"#
        );
        let denied =
            format!(r#"{allowed},{{"Effect":"Deny","Action":"lambda:Put*","Resource":"*"}}"#);
        for (statement, foreseen) in
            [(rest, "implicitDeny"), (&*allowed, "allowed"), (&*denied, "explicitDeny")]
        {
            let mut world = world("quiet-day");
            put(&mut world, statement);
            let question = question(ROLE, &["lambda:PutFunctionConcurrency"]);
            assert_eq!(decisions(&mut world, question), [foreseen]);
            let reserve = Value::empty()
                .with("FunctionName", FUNCTION)
                .with("ReservedConcurrentExecutions", 5_i64);
            let done = perform(&mut world, "lambda", "PutFunctionConcurrency", reserve);
            assert_eq!(done.is_ok(), foreseen == "allowed", "{statement}: {done:?}");
        }
    }

    #[test]
    fn a_denial_of_older_sessions_is_one_of_older_sessions_only() {
        let mut world = world("quiet-day");
        put(
            &mut world,
            r#"{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*",
            "Condition":{"DateLessThan":{"aws:TokenIssueTime":"2001-11-22T03:00:00Z"}}}"#,
        );
        for (began, wanted) in [
            (Some("2001-11-22T02:59:59.999Z"), "explicitDeny"),
            (Some("2001-11-22T03:00:00Z"), "allowed"),
            (None, "allowed"),
        ] {
            let entry = began.map(|began| {
                Value::list([Value::empty()
                    .with("ContextKeyName", "aws:TokenIssueTime")
                    .with("ContextKeyType", "date")
                    .with("ContextKeyValues", Value::list([began]))])
            });
            let question = question(ROLE, &["lambda:GetAlias"]).with_some("ContextEntries", entry);
            assert_eq!(decisions(&mut world, question), [wanted], "{began:?}");
        }
    }

    #[test]
    fn each_action_has_an_answer_and_a_boundary_narrows_them() {
        let mut world = world("quiet-day");
        let question = question(ROLE, &["lambda:GetAlias", "lambda:UpdateAlias"]);
        assert_eq!(decisions(&mut world, question.clone()), ["allowed", "allowed"]);
        let boundary = r#"{"Statement":{"Effect":"Allow","Action":"lambda:Get*","Resource":"*"}}"#;
        let bounded = question.with("PermissionsBoundaryPolicyInputList", Value::list([boundary]));
        assert_eq!(decisions(&mut world, bounded), ["allowed", "implicitDeny"]);
    }

    #[test]
    fn a_session_is_no_entity_and_a_role_is_known_with_its_path() {
        let mut world = world("quiet-day");
        for (source, code) in [
            (
                "arn:aws:sts::123456784021:assumed-role/oncall-write/operator",
                "InvalidInputException",
            ),
            ("arn:aws:iam::123456784021:root", "InvalidInputException"),
            ("arn:aws:iam::123456784021:role/nobody", "NoSuchEntityException"),
            ("arn:aws:iam::123456784021:role/shop-pipeline", "NoSuchEntityException"),
        ] {
            let question = question(source, &["lambda:GetAlias"]);
            let error = refused(&mut world, "iam", "SimulatePrincipalPolicy", question);
            assert_eq!(error.code, code, "{source}");
        }
        let under = "arn:aws:iam::123456784021:role/service-role/shop-pipeline";
        assert_eq!(decisions(&mut world, question(under, &["lambda:GetAlias"])), ["implicitDeny"]);
    }
}
