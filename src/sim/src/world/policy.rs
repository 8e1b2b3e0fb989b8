//! IAM policies, evaluated simply: statements of Allow and Deny with wildcards over actions and resources.

use serde_json::Value as Json;

/// A parsed policy document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    statements: Vec<Statement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Statement {
    allow: bool,
    actions: Match,
    resources: Match,
    condition: Condition,
}

/// On what a statement depends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition {
    None,
    /// That the session began before this.
    BeganBefore(i64),
    /// Others are not evaluated: an Allow with one never applies, a Deny with one always does.
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Match {
    AnyOf(Vec<String>),
    NoneOf(Vec<String>),
}

/// What a policy says of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A statement allows it and none denies it.
    Allowed,
    /// No statement speaks of it.
    Silent,
    /// A statement denies it.
    Denied,
}

impl Policy {
    /// A policy that allows these action patterns on everything.
    pub fn allowing(actions: &[&str]) -> Self {
        let actions = Match::AnyOf(actions.iter().map(|&a| a.to_owned()).collect());
        let resources = Match::AnyOf(vec!["*".to_owned()]);
        Self {
            statements: vec![Statement {
                allow: true,
                actions,
                resources,
                condition: Condition::None,
            }],
        }
    }

    /// Parses a JSON policy document; the error says what is wrong with it.
    pub fn parse(document: &str) -> Result<Self, String> {
        let json: Json = serde_json::from_str(document)
            .map_err(|_| "This policy contains invalid Json".to_owned())?;
        let statements = match json.get("Statement") {
            Some(Json::Array(items)) => items.iter().collect(),
            Some(one @ Json::Object(_)) => vec![one],
            _ => return Err("Syntax errors in policy.".to_owned()),
        };
        let statements: Result<Vec<_>, _> = statements.into_iter().map(Statement::parse).collect();
        Ok(Self { statements: statements? })
    }

    /// What the policy says of an action on a resource. Where the resource is not known, a statement's
    /// resources count as matching if it allows, and only as `*` if it denies.
    pub fn judge(&self, action: &str, resource: Option<&str>) -> Verdict {
        self.judge_in(action, resource, None)
    }

    /// The same in a session that began at `began`, in milliseconds; nothing for a long-term key, which has no such time.
    pub fn judge_in(&self, action: &str, resource: Option<&str>, began: Option<i64>) -> Verdict {
        let mut verdict = Verdict::Silent;
        for statement in &self.statements {
            if !statement.actions.covers(action, true) {
                continue;
            }
            let covered = match resource {
                Some(resource) => statement.resources.covers(resource, false),
                None => statement.allow || statement.resources.covers("*", false),
            };
            let holds = match statement.condition {
                Condition::None => true,
                Condition::BeganBefore(at) => began.is_some_and(|began| began < at),
                Condition::Other => !statement.allow,
            };
            if !covered || !holds {
                continue;
            }
            if !statement.allow {
                return Verdict::Denied;
            }
            verdict = Verdict::Allowed;
        }
        verdict
    }
}

impl Statement {
    fn parse(json: &Json) -> Result<Self, String> {
        let allow = match json.get("Effect").and_then(Json::as_str) {
            Some("Allow") => true,
            Some("Deny") => false,
            _ => return Err("Syntax errors in policy.".to_owned()),
        };
        let actions = Match::parse(json, "Action", "NotAction")
            .ok_or("Policy statement must contain actions.")?;
        let resources = Match::parse(json, "Resource", "NotResource")
            .ok_or("Policy statement must contain resources.")?;
        Ok(Self { allow, actions, resources, condition: Condition::parse(json.get("Condition")) })
    }
}

impl Condition {
    fn parse(json: Option<&Json>) -> Self {
        let Some(json) = json else { return Self::None };
        let at = json.pointer("/DateLessThan/aws:TokenIssueTime").map(|at| at.get(0).unwrap_or(at));
        let only = json.as_object().is_some_and(|all| all.len() == 1);
        let at = at.filter(|_| only).and_then(|at| super::fixture::record::parse_iso(at.as_str()?));
        at.map_or(Self::Other, Self::BeganBefore)
    }
}

impl Match {
    fn parse(json: &Json, positive: &str, negative: &str) -> Option<Self> {
        let texts = |value: &Json| match value {
            Json::String(text) => Some(vec![text.clone()]),
            Json::Array(items) => {
                items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
            }
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::Object(_) => None,
        };
        if let Some(value) = json.get(positive) {
            return texts(value).map(Self::AnyOf);
        }
        texts(json.get(negative)?).map(Self::NoneOf)
    }

    fn covers(&self, text: &str, ignore_case: bool) -> bool {
        let hit = |pattern: &String| {
            if ignore_case {
                wildcard(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase())
            } else {
                wildcard(pattern, text)
            }
        };
        match self {
            Self::AnyOf(patterns) => patterns.iter().any(hit),
            Self::NoneOf(patterns) => !patterns.iter().any(hit),
        }
    }
}

/// Matches `*` and `?` as IAM does.
pub(crate) fn wildcard(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(&here) = text.get(t) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(&b) if b == b'?' || b == here => {
                p += 1;
                t += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    p = at + 1;
                    t = from + 1;
                    star = Some((at, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern.get(p..).is_some_and(|rest| rest.iter().all(|&b| b == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_as_iam_does() {
        for (pattern, text, expected) in [
            ("*", "lambda:UpdateAlias", true),
            ("lambda:*", "lambda:UpdateAlias", true),
            ("lambda:Get*", "lambda:UpdateAlias", false),
            ("arn:*:function:a?c", "arn:aws:lambda:x:1:function:abc", true),
            ("a*b*c", "aXbXbXc", true),
            ("a*b", "aXc", false),
            ("", "", true),
        ] {
            assert_eq!(wildcard(pattern, text), expected, "{pattern} against {text}");
        }
    }

    #[test]
    fn deny_wins_and_silence_is_not_consent() {
        let policy = Policy::parse(
            r#"{"Statement":[{"Effect":"Allow","Action":"lambda:*","Resource":"arn:a"},
                {"Effect":"Deny","Action":["lambda:Delete*"],"Resource":"*"}]}"#,
        )
        .unwrap();
        assert_eq!(policy.judge("lambda:UpdateAlias", Some("arn:a")), Verdict::Allowed);
        assert_eq!(policy.judge("lambda:UpdateAlias", Some("arn:b")), Verdict::Silent);
        assert_eq!(policy.judge("lambda:DeleteAlias", Some("arn:a")), Verdict::Denied);
        assert_eq!(policy.judge("rds:Describe", None), Verdict::Silent);
    }

    #[test]
    fn a_document_that_is_no_policy_is_refused() {
        assert!(Policy::parse("nonsense").is_err());
        assert!(Policy::parse("{}").is_err());
        assert!(Policy::parse(r#"{"Statement":{"Effect":"Allow","Resource":"*"}}"#).is_err());
    }
}
