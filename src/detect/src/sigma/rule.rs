//! The whole of a file: one rule a document.

use watchdeck_domain::finding::Severity;

use super::document::{Value, Yaml, documents};
use super::{Tree, condition, detection};
use crate::complaint::Complaint;
use crate::rule::{LooksFor, Origin, OriginKind, Rule, severity};

/// The rules of a file, and what is wrong with those that are none.
pub(crate) fn rules(file: &str, text: &str) -> (Vec<Rule>, Vec<Complaint>) {
    let documents = match documents(file, text) {
        Ok(documents) => documents,
        Err(complaint) => return (Vec::new(), vec![complaint]),
    };
    let (mut rules, mut complaints) = (Vec::new(), Vec::new());
    for document in &documents {
        match rule(file, document) {
            Ok(rule) => rules.push(rule),
            Err((line, what, hint)) => complaints.push(Complaint::new(file, line, what, hint)),
        }
    }
    (rules, complaints)
}

fn rule(file: &str, document: &Yaml) -> Result<Rule, detection::Fault> {
    let title = document.text("title");
    if title.is_empty() {
        return Err((document.line, "the rule has no title".into(), "name it: `title: ..`"));
    }
    if let Some(correlation) = document.get("correlation") {
        let hint = "write the count as a rule of your own, with `count`, `within` and `by`";
        return Err((correlation.line, "correlations are not supported".into(), hint));
    }
    let source = document.get("logsource");
    let of = |name| source.map_or("", |source| source.text(name));
    if (of("product"), of("service")) != ("aws", "cloudtrail") {
        let line = source.map_or(document.line, |source| source.line);
        let what = format!("the rule is for `{} {}`", of("product"), of("service"));
        return Err((line, what, "only rules for `aws cloudtrail` are judged here"));
    }
    let tree = looks_for(document)?;
    let level = document.text("level");
    let tags = document.get("tags").map(|tags| &tags.value);
    let id = match document.text("id") {
        "" => std::path::Path::new(file).file_stem().map(|stem| stem.to_string_lossy().into()),
        id => Some(id.to_owned()),
    };
    Ok(Rule {
        id: id.unwrap_or_default(),
        title: title.to_owned(),
        about: document.text("description").trim().to_owned(),
        severity: severity(level).unwrap_or(Severity::Medium),
        technique: tags.map(technique).unwrap_or_default(),
        looks_for: LooksFor::Sigma(tree),
        window: None,
        origin: Origin {
            kind: OriginKind::Sigma,
            file: file.to_owned(),
            line: document.line,
            author: document.text("author").to_owned(),
            follows: "Sigma".to_owned(),
        },
    })
}

fn looks_for(document: &Yaml) -> Result<Tree, detection::Fault> {
    let hint = "a rule has a `detection` with selections and a `condition`";
    let detection = document
        .get("detection")
        .ok_or_else(|| (document.line, "the rule detects nothing".to_owned(), hint))?;
    let Value::Map(members) = &detection.value else {
        return Err((detection.line, "`detection` is no map".into(), hint));
    };
    let mut selections = Vec::new();
    for (name, value) in members {
        if name != "condition" && name != "timeframe" {
            selections.push((name.clone(), detection::selection(value)?));
        }
    }
    if let Some(span) = detection.get("timeframe") {
        let hint = "write the count as a rule of your own, with `count`, `within` and `by`";
        return Err((span.line, "`timeframe` is not supported".into(), hint));
    }
    let asked = detection
        .get("condition")
        .ok_or_else(|| (detection.line, "the detection has no condition".to_owned(), hint))?;
    let parse = |yaml: &Yaml| match &yaml.value {
        Value::Text(text) => {
            condition::parse(text, &selections).map_err(|what| (yaml.line, what, ""))
        }
        Value::Null | Value::Bool(_) | Value::Number(..) | Value::List(_) | Value::Map(_) => {
            Err((yaml.line, "a condition is a text".to_owned(), ""))
        }
    };
    match &asked.value {
        Value::List(conditions) => {
            conditions.iter().map(parse).collect::<Result<_, _>>().map(Tree::Any)
        }
        Value::Null | Value::Bool(_) | Value::Number(..) | Value::Text(_) | Value::Map(_) => {
            parse(asked)
        }
    }
}

/// The most exact technique among the tags: `attack.t1562.008`.
fn technique(tags: &Value) -> String {
    let Value::List(tags) = tags else { return String::new() };
    let named = tags.iter().filter_map(|tag| match &tag.value {
        Value::Text(tag) => tag
            .strip_prefix("attack.t")
            .filter(|id| id.starts_with(|sign: char| sign.is_ascii_digit())),
        Value::Null | Value::Bool(_) | Value::Number(..) | Value::List(_) | Value::Map(_) => None,
    });
    named.max_by_key(|id| id.len()).map(|id| format!("T{id}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_wrong_with_a_rule_is_told_with_its_line() {
        let check = |text: &str, wanted: &str| {
            let (rules, complaints) = super::rules("r.yml", text);
            let told = complaints.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            assert!(rules.is_empty() && told.starts_with(wanted), "{told}\n{wanted}");
        };
        let head = "title: t\nlogsource:\n  product: aws\n  service: cloudtrail\n";
        check("a: [", "r.yml:");
        check("id: x\n", "r.yml:1: the rule has no title");
        check("title: t\nlogsource:\n  product: windows\n", "r.yml:3: the rule is for `windows `");
        check(head, "r.yml:1: the rule detects nothing");
        check(
            &format!("{head}detection:\n  selection:\n    a|wide: x\n  condition: selection\n"),
            "r.yml:7: the modifier `wide` is not supported",
        );
        check(
            &format!("{head}detection:\n  selection:\n    a: x\n  condition: other\n"),
            "r.yml:8: there is no selection `other`",
        );
        check(
            &format!("{head}detection:\n  selection:\n    a|re: '(x'\n  condition: selection\n"),
            "r.yml:7: unclosed group",
        );
        check(
            &format!("{head}detection:\n  selection: {{}}\n  condition: selection\n"),
            "r.yml:6: the selection asks nothing",
        );
    }
}
