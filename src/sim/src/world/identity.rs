//! Which keys sign: those that were active a while ago. What is changed is read back at once, and takes a while to spread
//! to where signatures are believed.

use super::World;
use super::fixture::GLOBAL;
use super::fixture::record::set;
use crate::wire::value::Value;

/// How long a change takes to reach the places that believe signatures.
const SPREAD_MS: i64 = 60_000;

/// The member in which a record remembers what was changed in it.
const LOG: &str = "_log";

/// Notes what a member of a record is, before and after a change to it.
pub(crate) fn note(record: &mut Value, member: &str, now: i64) {
    let mut log = record.items(LOG).to_vec();
    // What was there before the first change has spread long since.
    let at = if log.is_empty() { i64::MIN } else { now };
    let what = record.get(member).cloned().unwrap_or_else(Value::empty);
    log.push(Value::empty().with("at", at).with("what", what));
    set(record, LOG, Value::List(log));
}

/// The member as those see it who judge calls, whom a change reaches after so long; nothing where it was never changed.
pub(crate) fn spread(record: &Value, after_ms: i64, now: i64) -> Option<&Value> {
    let log = record.items(LOG).iter().rev();
    let mut seen =
        log.filter(|entry| entry.int("at").is_some_and(|at| at.saturating_add(after_ms) <= now));
    seen.next().and_then(|entry| entry.get("what"))
}

impl World {
    /// Whether calls can be signed with a key, as far as those know who judge them.
    pub(crate) fn signs(&self, access_key: &str) -> bool {
        let keys = self.fixture.shelf(GLOBAL, "iam", "keys");
        let key = keys.iter().find(|key| key.text("AccessKeyId") == Some(access_key));
        let status =
            key.and_then(|key| spread(key, SPREAD_MS, self.now_ms)).and_then(Value::as_text);
        status.is_none_or(|status| status == "Active")
    }
}

#[cfg(test)]
mod tests {
    use crate::services::testing::{START, ask, call_as, world};
    use crate::wire::value::Value;
    use crate::world::permission::POLICIES_SPREAD_MS;
    use crate::world::principal::{DEPLOY_KEY, READER_KEY};

    fn versions() -> Value {
        Value::empty().with("FunctionName", "orders-writer")
    }

    #[test]
    fn a_key_that_is_switched_off_signs_no_more_once_that_has_spread() {
        let mut world = world("quiet-day");
        let key = Value::empty().with("UserName", "ci-deploy").with("AccessKeyId", DEPLOY_KEY);
        ask(&mut world, "iam", "UpdateAccessKey", key.clone().with("Status", "Inactive"));
        world.advance_to(START + 59_000);
        call_as(&mut world, DEPLOY_KEY, "lambda", "ListVersionsByFunction", versions()).unwrap();
        world.advance_to(START + 60_000);
        assert!(!world.signs(DEPLOY_KEY) && world.secret_of(DEPLOY_KEY).is_none());
        ask(&mut world, "iam", "UpdateAccessKey", key.with("Status", "Active"));
        assert!(!world.signs(DEPLOY_KEY));
        world.advance_to(START + 120_000);
        call_as(&mut world, DEPLOY_KEY, "lambda", "ListVersionsByFunction", versions()).unwrap();
    }

    #[test]
    fn sessions_that_began_before_are_denied_and_a_long_term_key_is_not() {
        let mut world = world("quiet-day");
        let document = r#"{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Condition":{
            "DateLessThan":{"aws:TokenIssueTime":"2099-01-01T00:00:00Z"}}}]}"#;
        let put = Value::empty().with("PolicyName", "p").with("PolicyDocument", document);
        ask(&mut world, "iam", "PutRolePolicy", put.clone().with("RoleName", "oncall-read"));
        ask(&mut world, "iam", "PutUserPolicy", put.with("UserName", "ci-deploy"));
        world.advance_to(START + POLICIES_SPREAD_MS);
        let error = call_as(&mut world, READER_KEY, "lambda", "ListVersionsByFunction", versions())
            .unwrap_err();
        assert!(error.message.contains("explicit deny"), "{}", error.message);
        call_as(&mut world, READER_KEY, "sts", "GetCallerIdentity", Value::empty()).unwrap();
        call_as(&mut world, DEPLOY_KEY, "lambda", "ListVersionsByFunction", versions()).unwrap();
    }
}
