//! What an identity may do: its policies as they stand in IAM, judged by one rule, whether a call is let in or only
//! foreseen. So what is simulated and what is enforced cannot differ.

use super::World;
use super::action;
use super::fixture::GLOBAL;
use super::identity::spread;
use super::policy::{Policy, Verdict};
use super::principal::Principal;
use crate::model::uri::decode;
use crate::wire::call::{ApiError, Call};
use crate::wire::value::Value;

/// How long a changed policy takes to reach those who judge calls, and what is foreseen of them: seconds, as a rule.
pub(crate) const POLICIES_SPREAD_MS: i64 = 8_000;

/// An identity that carries policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identity<'a> {
    /// A role.
    Role(&'a str),
    /// A user.
    User(&'a str),
}

impl<'a> Identity<'a> {
    /// Whose policies a principal lives by: those of the role it has assumed, or its own.
    fn of(principal: &'a Principal) -> Option<Self> {
        match &principal.role {
            Some(role) => Some(Self::Role(role)),
            None => principal.caller.arn.rsplit_once(":user/").map(|(_, name)| Self::User(name)),
        }
    }
}

/// What the policies of an identity say together: one that denies wins.
pub(crate) fn judge(policies: &[Policy], action: &str, resource: Option<&str>) -> Verdict {
    judge_in(policies, action, resource, None)
}

/// The same in a session that began at `began`, in milliseconds; nothing for a long-term key, which has no such time.
pub(crate) fn judge_in(
    policies: &[Policy],
    action: &str,
    resource: Option<&str>,
    began: Option<i64>,
) -> Verdict {
    let said = policies.iter().map(|policy| policy.judge_in(action, resource, began));
    said.fold(Verdict::Silent, |all, one| match (all, one) {
        (Verdict::Denied, _) | (_, Verdict::Denied) => Verdict::Denied,
        (Verdict::Allowed, _) | (_, Verdict::Allowed) => Verdict::Allowed,
        (Verdict::Silent, Verdict::Silent) => Verdict::Silent,
    })
}

impl World {
    /// The policies of an identity; none where IAM does not know it.
    pub(crate) fn policies(&self, identity: Identity<'_>) -> Option<Vec<Policy>> {
        let (kind, member, name) = match identity {
            Identity::Role(name) => ("roles", "RoleName", name),
            Identity::User(name) => ("users", "UserName", name),
        };
        let known = self.fixture.shelf(GLOBAL, "iam", kind);
        let held = known.iter().find(|record| record.text(member) == Some(name))?;
        // What was changed is read back at once, and counts once it has reached those who judge.
        let stands = held.get("_policies");
        let counts = spread(held, POLICIES_SPREAD_MS, self.now_ms).or(stands);
        let documents = counts.and_then(Value::as_map)?.values();
        let documents = documents.filter_map(Value::as_text);
        Some(documents.filter_map(|text| Policy::parse(&decode(text)).ok()).collect())
    }

    /// What the policies of whoever acts say of an action.
    fn own(&self, principal: &Principal, action: &str, resource: Option<&str>) -> Verdict {
        let policies = Identity::of(principal).and_then(|identity| self.policies(identity));
        let temporary = principal.role.is_some() || principal.session_token.is_some();
        let began = temporary.then_some(principal.since_ms);
        judge_in(&policies.unwrap_or_default(), action, resource, began)
    }

    /// Whether a policy denies an action to whoever acts.
    pub(crate) fn denies(&self, principal: &Principal, action: &str) -> bool {
        self.own(principal, action, None) == Verdict::Denied
    }

    /// Whether the caller may make this call; AWS's refusal if not.
    pub fn authorize(&self, call: &Call) -> Result<(), ApiError> {
        // A caller the world has no key for was let in by whoever built the call.
        let Some(principal) = self.principals.get(&call.caller.access_key) else { return Ok(()) };
        let action = action::of(call);
        if action == "sts:GetCallerIdentity" {
            return Ok(()); // AWS: no permissions are required, and it cannot be denied
        }
        let resource = action::resource(call);
        let why = match (
            self.own(principal, &action, resource.as_deref()),
            principal.session_policy.as_ref().map(|p| p.judge(&action, resource.as_deref())),
        ) {
            (Verdict::Denied, _) => "with an explicit deny in an identity-based policy".to_owned(),
            (_, Some(Verdict::Denied)) => "with an explicit deny in a session policy".to_owned(),
            (Verdict::Silent, _) => {
                format!("because no identity-based policy allows the {action} action")
            }
            (_, Some(Verdict::Silent)) => {
                format!("because no session policy allows the {action} action")
            }
            (Verdict::Allowed, None | Some(Verdict::Allowed)) => return Ok(()),
        };
        let on = resource.map_or_else(
            || " on resource: *".to_owned(),
            |resource| format!(" on resource: {resource}"),
        );
        Err(ApiError::new(
            action::denial(&call.service),
            format!(
                "User: {} is not authorized to perform: {action}{on} {why}",
                principal.caller.arn
            ),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::testing::{START, ask, refused, world};

    fn policy(role: &str, document: &str) -> Value {
        Value::empty()
            .with("RoleName", role)
            .with("PolicyName", "narrow")
            .with("PolicyDocument", document)
    }

    #[test]
    fn a_policy_that_is_put_counts_once_it_has_spread_and_one_that_denies_wins() {
        let mut world = world("quiet-day");
        let document =
            r#"{"Statement":{"Effect":"Deny","Action":"lambda:Update*","Resource":"*"}}"#;
        ask(&mut world, "iam", "PutRolePolicy", policy("oncall-write", document));
        let read = Value::empty().with("RoleName", "oncall-write").with("PolicyName", "narrow");
        ask(&mut world, "iam", "GetRolePolicy", read);
        let alias = Value::empty().with("FunctionName", "orders-writer").with("Name", "live");
        ask(&mut world, "lambda", "UpdateAlias", alias.clone());
        world.advance_to(START + POLICIES_SPREAD_MS);
        let error = refused(&mut world, "lambda", "UpdateAlias", alias.clone());
        assert!(error.message.contains("explicit deny in an identity-based policy"), "{error:?}");
        ask(&mut world, "lambda", "GetAlias", alias);
    }
}
