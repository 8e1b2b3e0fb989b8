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
    /// Conditions are not evaluated: an Allow with one never applies, a Deny with one always does.
    conditional: bool,
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
        Self { statements: vec![Statement { allow: true, actions, resources, conditional: false }] }
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
        let mut verdict = Verdict::Silent;
        for statement in &self.statements {
            if !statement.actions.covers(action, true) {
                continue;
            }
            let covered = match resource {
                Some(resource) => statement.resources.covers(resource, false),
                None => statement.allow || statement.resources.covers("*", false),
            };
            if !covered {
                continue;
            }
            if !statement.allow {
                return Verdict::Denied;
            }
            if !statement.conditional {
                verdict = Verdict::Allowed;
            }
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
        Ok(Self { allow, actions, resources, conditional: json.get("Condition").is_some() })
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
