//! The policy against a model of itself, over every combination of a bounded space.

use serde_json::Value;
use watchdeck_domain::{AccountId, Arn, Region};

use super::*;
use crate::judge::{JudgeError, Verdict};

/// Judges `true`, `false` and `unknown`; anything else is no expression.
struct Plain;

impl Judge for Plain {
    fn judge(&self, expression: &str, _: &Value) -> Result<Verdict, JudgeError> {
        match expression {
            "true" => Ok(Verdict::True),
            "false" => Ok(Verdict::False),
            "unknown" => Ok(Verdict::Unknown("it was not told".into())),
            other => Err(JudgeError { expression: other.into(), message: "no".into() }),
        }
    }
}

fn identity(session: &str) -> Identity {
    Identity {
        account: AccountId::parse("123456784021").unwrap(),
        arn: Arn::parse(format!("arn:aws:sts::123456784021:assumed-role/{session}")).unwrap(),
        user_id: "AROA:x".into(),
    }
}

fn scope() -> Scope {
    Scope {
        account: AccountId::parse("123456784021").unwrap(),
        region: Region::parse("eu-central-1").unwrap(),
    }
}

const FILE: &str = r#"
schema = "policy/1"
calendars = ["freeze.ics"]

[role.manager]
principals = ["arn:aws:sts::*:assumed-role/oncall/*"]

[role.user]
sso_users = ["alice@example.com"]

[[permit]]
id = "managers roll back"
roles = ["manager"]
runbooks = ["lambda.*"]
risks = ["R1", "R2"]

[[forbid]]
id = "nobody in the night"
environments = ["production"]
when = "unknown"

[second_person]
approvers = "approvers.toml"
distinct_teams = true
"#;

fn decide(house: &House, session: &str, environment: Environment) -> Decision {
    let (identity, scope) = (identity(session), scope());
    let wish = Wish {
        identity: &identity,
        runbook: "lambda.rollback",
        risk: Risk::R2,
        environment,
        scope: &scope,
        at: Timestamp::default(),
    };
    house.policy.decide(&wish, &Plain)
}

/// GD14: forbid wins over permit, an unknown role holds nothing, and both name what said so.
#[test]
fn gd14_a_rule_that_forbids_wins_and_who_holds_no_role_is_denied() {
    let house = House::read(FILE, &Plain).unwrap();
    let check = |session: &str, environment, wanted: &str| {
        let said = match decide(&house, session, environment) {
            Decision::Permitted(words) => format!("yes: {words}"),
            Decision::Denied(words) => format!("no: {words}"),
        };
        assert_eq!(said, wanted);
    };
    check("oncall/bob", Environment::Staging, "yes: rule `managers roll back` permits it");
    check(
        "oncall/bob",
        Environment::Production,
        "no: rule `nobody in the night` forbids it, since its condition cannot be told: it was not told",
    );
    check(
        "stranger/bob",
        Environment::Staging,
        "no: no rule permits lambda.rollback (R2) in staging; stranger/bob holds no role",
    );
    check(
        "AWSReservedSSO_Ops_01/alice@example.com",
        Environment::Staging,
        "no: no rule permits lambda.rollback (R2) in staging; AWSReservedSSO_Ops_01/alice@example.com is user",
    );
}

/// GD14: a policy file with a mistake lets nothing be changed.
#[test]
fn gd14_a_policy_file_with_a_mistake_shuts_the_house() {
    let check = |text: &str, wanted: &str| {
        let error = House::read(text, &Plain).unwrap_err().to_string();
        assert!(error.contains(wanted), "{error}");
        let house = House::shut(error);
        assert!(matches!(
            decide(&house, "oncall/bob", Environment::Sandbox),
            Decision::Denied(words) if words.contains("cannot be understood")
        ));
    };
    check("schema = \"policy/1\"\n[[permit]\n", "line 2");
    check("schema = \"policy/9\"", "this build reads `policy/1`");
    check(&FILE.replace("roles = [\"manager\"]", "roles = [\"boss\"]"), "the role `boss`");
    check(&FILE.replace("\"production\"", "\"prod\""), "the environment `prod`");
    check(&FILE.replace("\"unknown\"", "\"((\""), "is not an expression");
    check(&FILE.replace("nobody in the night", "managers roll back"), "a name of its own");
    check(&FILE.replace("runbooks", "runbook"), "unknown field `runbook`");
    check(&FILE.replace("[\"R1\", \"R2\"]", "[\"R7\"]"), "R7");
}

#[test]
fn without_a_file_it_is_as_it_was_and_says_so() {
    let decision = decide(&House::bare(), "anybody/at-all", Environment::Production);
    assert_eq!(
        decision,
        Decision::Permitted("there is no policy file: whoever holds these credentials may".into())
    );
}

/// A rule of the model: whether it is about the role, the runbook, the risk and the place, and how its condition stands.
type Model = (bool, bool, bool, bool, Option<&'static str>);

/// The model: a rule applies for certain, or may apply.
fn model(permits: &[Model], forbids: &[Model]) -> bool {
    let about = |m: &&Model| m.0 && m.1 && m.2 && m.3;
    let may = forbids.iter().filter(about).any(|m| m.4 != Some("false"));
    let sure = permits.iter().filter(about).any(|m| matches!(m.4, None | Some("true")));
    sure && !may
}

#[test]
fn the_policy_agrees_with_a_model_over_every_combination() {
    let conditions = [None, Some("true"), Some("false"), Some("unknown"), Some("no expression")];
    let mut all: Vec<Model> = Vec::new();
    for bits in 0..16_u8 {
        for condition in conditions {
            all.push((bits & 1 > 0, bits & 2 > 0, bits & 4 > 0, bits & 8 > 0, condition));
        }
    }
    let rule = |id: &str, m: &Model| Rule {
        id: id.into(),
        roles: if m.0 { vec!["manager".into()] } else { vec!["user".into()] },
        runbooks: if m.1 { vec!["lambda.*".into()] } else { vec!["rds.*".into()] },
        risks: if m.2 { vec![] } else { vec![Risk::R4] },
        environments: if m.3 { vec!["production".into()] } else { vec!["staging".into()] },
        when: m.4.map(str::to_owned),
        ..Rule::default()
    };
    let roles = || {
        let held = vec!["arn:aws:sts::*:assumed-role/oncall/*".to_owned()];
        vec![
            Role { name: "manager".into(), principals: held, ..Role::default() },
            Role { name: "user".into(), ..Role::default() },
        ]
    };
    let mut tried = 0;
    for first in &all {
        for second in &all {
            for (permits, forbids) in [
                (vec![*first], vec![*second]),
                (vec![*first, *second], vec![]),
                (vec![], vec![*first]),
            ] {
                let policy = Policy::Given(Box::new(Rules {
                    roles: roles(),
                    permit: permits.iter().map(|m| rule("permit", m)).collect(),
                    forbid: forbids.iter().map(|m| rule("forbid", m)).collect(),
                }));
                let house = House { policy, ..House::bare() };
                let decision = decide(&house, "oncall/bob", Environment::Production);
                let permitted = matches!(decision, Decision::Permitted(_));
                assert_eq!(permitted, model(&permits, &forbids), "{permits:?} {forbids:?}");
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 80 * 80 * 3);
}
