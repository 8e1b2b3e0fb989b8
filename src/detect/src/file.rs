//! Rules as a file of TOML, and what is wrong with it by line.

use std::ops::Range;
use std::time::Duration;

use serde::Deserialize;
use toml::Spanned;
use watchdeck_domain::finding::Severity;
use watchdeck_pattern::Pattern;

use crate::complaint::Complaint;
use crate::rule::{LooksFor, Origin, OriginKind, Rule, Window, severity};
use crate::suppression::{Day, Suppression};

/// What a file holds.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Its rules.
    pub rules: Vec<Rule>,
    /// What is to be kept quiet.
    pub suppressions: Vec<Suppression>,
    /// What is wrong with it. A wrong rule costs itself; a file that is no such file costs all of it.
    pub complaints: Vec<Complaint>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default)]
    rule: Vec<Spanned<Entry>>,
    #[serde(default)]
    suppress: Vec<Spanned<Quiet>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Spanned<String>,
    title: String,
    #[serde(default)]
    about: String,
    severity: Spanned<String>,
    technique: Option<Spanned<String>>,
    pattern: Spanned<String>,
    count: Option<Spanned<usize>>,
    within: Option<Spanned<String>>,
    by: Option<Spanned<String>>,
    #[serde(default)]
    author: String,
    #[serde(default)]
    follows: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Quiet {
    rule: Spanned<String>,
    #[serde(default = "anybody")]
    principal: String,
    reason: Spanned<String>,
    until: Spanned<String>,
}

fn anybody() -> String {
    "*".to_owned()
}

/// The rules of a file of TOML or, by its name, of Sigma.
pub fn load(file: &str, text: &str, kind: OriginKind) -> Loaded {
    let is_yaml = [".yml", ".yaml"].iter().any(|end| file.to_ascii_lowercase().ends_with(end));
    if is_yaml {
        let (rules, complaints) = crate::sigma::rules(file, text);
        return Loaded { rules, suppressions: Vec::new(), complaints };
    }
    let page = Page { file, text, kind };
    match toml::from_str::<Document>(text) {
        Ok(document) => page.read(&document),
        Err(error) => {
            let line = page.line(&error.span().unwrap_or_default());
            let complaint = Complaint::new(file, line, error.message().trim_end(), "");
            Loaded { complaints: vec![complaint], ..Loaded::default() }
        }
    }
}

/// A file that is being read.
struct Page<'p> {
    file: &'p str,
    text: &'p str,
    kind: OriginKind,
}

impl Page<'_> {
    fn read(&self, document: &Document) -> Loaded {
        let mut loaded = Loaded::default();
        for entry in &document.rule {
            match self.rule(entry) {
                Ok(rule) => {
                    if loaded.rules.iter().any(|other| other.id == rule.id) {
                        let what = format!("the id `{}` stands twice in this file", rule.id);
                        let complaint = self.complaint(entry.get_ref().id.span(), what, "");
                        loaded.complaints.push(complaint);
                    }
                    loaded.rules.push(rule);
                }
                Err(complaint) => loaded.complaints.push(complaint),
            }
        }
        for quiet in &document.suppress {
            match self.suppression(quiet.get_ref()) {
                Ok(suppression) => loaded.suppressions.push(suppression),
                Err(complaint) => loaded.complaints.push(complaint),
            }
        }
        loaded
    }

    fn rule(&self, entry: &Spanned<Entry>) -> Result<Rule, Complaint> {
        let line = self.line(&entry.span());
        let entry = entry.get_ref();
        let id = entry.id.get_ref();
        if id.is_empty() || !id.chars().all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it)) {
            let hint = "an id is of letters, digits, `-`, `_` and `.`";
            return Err(self.complaint(entry.id.span(), format!("`{id}` is no id"), hint));
        }
        Ok(Rule {
            id: id.clone(),
            title: entry.title.clone(),
            about: entry.about.trim().to_owned(),
            severity: self.severity(&entry.severity)?,
            technique: self.technique(entry.technique.as_ref())?,
            looks_for: LooksFor::Pattern(self.pattern(&entry.pattern)?),
            window: self.window(entry)?,
            origin: Origin {
                kind: self.kind,
                file: self.file.to_owned(),
                line,
                author: entry.author.clone(),
                follows: entry.follows.clone(),
            },
        })
    }

    fn severity(&self, name: &Spanned<String>) -> Result<Severity, Complaint> {
        severity(name.get_ref()).ok_or_else(|| {
            let what = format!("`{}` is no severity", name.get_ref());
            self.complaint(name.span(), what, "critical, high, medium, low or informational")
        })
    }

    fn technique(&self, id: Option<&Spanned<String>>) -> Result<String, Complaint> {
        let Some(id) = id else { return Ok(String::new()) };
        let digits = |text: &str, count| {
            text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let is_id = id.get_ref().strip_prefix('T').is_some_and(|rest| match rest.split_once('.') {
            None => digits(rest, 4),
            Some((technique, sub)) => digits(technique, 4) && digits(sub, 3),
        });
        if is_id {
            return Ok(id.get_ref().clone());
        }
        let what = format!("`{}` is no technique of MITRE ATT&CK", id.get_ref());
        Err(self.complaint(id.span(), what, "such as T1078 or T1562.008"))
    }

    fn pattern(&self, pattern: &Spanned<String>) -> Result<Pattern, Complaint> {
        let parsed = Pattern::parse(pattern.get_ref()).map_err(|error| {
            // a pattern may stand over several lines
            let before: String = pattern.get_ref().chars().take(error.at).collect();
            let raw = self.text.get(pattern.span()).unwrap_or_default();
            let cut = ["'''\n", "\"\"\"\n"].iter().any(|open| raw.starts_with(open));
            let line = self.line(&pattern.span()) + before.matches('\n').count() + usize::from(cut);
            Complaint::new(self.file, line, error.to_string(), "")
        })?;
        if parsed.is_all() {
            let hint = "a pattern of a rule is written `{ $.eventName = \"..\" }`";
            return Err(self.complaint(pattern.span(), "it matches every record", hint));
        }
        Ok(parsed)
    }

    fn window(&self, entry: &Entry) -> Result<Option<Window>, Complaint> {
        let hint = "`count`, `within` and `by` stand together, or not at all";
        match (&entry.count, &entry.within, &entry.by) {
            (None, None, None) => Ok(None),
            (Some(count), Some(within), Some(by)) => {
                if *count.get_ref() < 2 {
                    return Err(self.complaint(count.span(), "a count is at least 2", hint));
                }
                let span = duration(within.get_ref()).ok_or_else(|| {
                    let what = format!("`{}` is no span", within.get_ref());
                    self.complaint(within.span(), what, "such as 90s, 5m or 1h, at most 24h")
                })?;
                let is_way = |sign: char| sign.is_ascii_alphanumeric() || "._$-".contains(sign);
                if by.get_ref().is_empty() || !by.get_ref().chars().all(is_way) {
                    let what = format!("`{}` is no member", by.get_ref());
                    return Err(self.complaint(by.span(), what, "such as userIdentity.arn"));
                }
                let by = by.get_ref().trim_start_matches("$.").to_owned();
                Ok(Some(Window { count: *count.get_ref(), within: span, by }))
            }
            (Some(_) | None, Some(_) | None, Some(_) | None) => {
                Err(self.complaint(entry.id.span(), "the count is not whole", hint))
            }
        }
    }

    fn suppression(&self, quiet: &Quiet) -> Result<Suppression, Complaint> {
        if quiet.reason.get_ref().trim().is_empty() {
            return Err(self.complaint(quiet.reason.span(), "the reason is empty", "say why"));
        }
        if quiet.rule.get_ref() == "*" && quiet.principal.chars().all(|sign| sign == '*') {
            let what = "every rule would be quiet about everybody";
            return Err(self.complaint(quiet.rule.span(), what, "name a rule or a principal"));
        }
        let until: Day = quiet.until.get_ref().parse().map_err(|_| {
            let what = format!("`{}` is no day", quiet.until.get_ref());
            self.complaint(quiet.until.span(), what, "such as 2026-12-31")
        })?;
        Ok(Suppression {
            rule: quiet.rule.get_ref().clone(),
            principal: quiet.principal.clone(),
            reason: quiet.reason.get_ref().trim().to_owned(),
            until,
        })
    }

    fn complaint(
        &self,
        span: Range<usize>,
        what: impl Into<String>,
        hint: &'static str,
    ) -> Complaint {
        Complaint::new(self.file, self.line(&span), what, hint)
    }

    /// The line of a place, from 1.
    fn line(&self, span: &Range<usize>) -> usize {
        let before = self.text.as_bytes().iter().take(span.start);
        before.filter(|byte| **byte == b'\n').count() + 1
    }
}

/// A span such as `5m`, of at most a day.
fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u64 = number.parse().ok()?;
    let seconds = match unit {
        "s" => number,
        "m" => number.checked_mul(60)?,
        "h" => number.checked_mul(3600)?,
        _ => return None,
    };
    (1..=86_400).contains(&seconds).then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "[[rule]]\nid = \"a\"\ntitle = \"t\"\nseverity = \"low\"\n";

    fn check(text: &str, wanted: &str) {
        let loaded = load("own.toml", text, OriginKind::Own);
        let told: Vec<_> = loaded.complaints.iter().map(ToString::to_string).collect();
        assert_eq!(told.join("\n"), wanted, "{text}");
    }

    #[test]
    fn a_mistake_is_told_with_file_and_line() {
        let good = "pattern = '{ $.a = 1 }'\n";
        check(&format!("{HEAD}{good}"), "");
        check(
            &format!("{HEAD}pattern = '{{ $.a == 1 }}'\n"),
            "own.toml:5: `==` is not an operator at character 7: equality is written `=`",
        );
        check(
            &format!("{HEAD}pattern = '''\n{{ $.a = 1 &&\n $.b == 1 }}'''\n"),
            "own.toml:7: `==` is not an operator at character 19: equality is written `=`",
        );
        check(
            &format!("{HEAD}pattern = ' '\n"),
            "own.toml:5: it matches every record: a pattern of a rule is written `{ $.eventName = \"..\" }`",
        );
        check(
            &format!("{HEAD}{good}count = 5\n"),
            "own.toml:2: the count is not whole: `count`, `within` and `by` stand together, or not at all",
        );
        check(
            &format!("{HEAD}{good}count = 5\nwithin = \"5d\"\nby = \"a\"\n"),
            "own.toml:7: `5d` is no span: such as 90s, 5m or 1h, at most 24h",
        );
        check(
            &format!("{HEAD}{good}technique = \"1078\"\n"),
            "own.toml:6: `1078` is no technique of MITRE ATT&CK: such as T1078 or T1562.008",
        );
        check(&HEAD.replace("low", "bad"), "own.toml:1: missing field `pattern`");
        check(
            &format!("{}{good}", HEAD.replace("low", "bad")),
            "own.toml:4: `bad` is no severity: critical, high, medium, low or informational",
        );
        check(
            &format!("{HEAD}{good}{HEAD}{good}"),
            "own.toml:7: the id `a` stands twice in this file",
        );
        check("[[rules]]\n", "own.toml:1: unknown field `rules`, expected `rule` or `suppress`");
    }

    #[test]
    fn what_is_kept_quiet_has_a_reason_a_last_day_and_a_bound() {
        check(
            "[[suppress]]\nrule = \"a\"\nreason = \" \"\nuntil = \"2026-12-31\"\n",
            "own.toml:3: the reason is empty: say why",
        );
        check(
            "[[suppress]]\nrule = \"a\"\nreason = \"x\"\nuntil = \"soon\"\n",
            "own.toml:4: `soon` is no day: such as 2026-12-31",
        );
        check(
            "[[suppress]]\nrule = \"*\"\nreason = \"x\"\nuntil = \"2026-12-31\"\n",
            "own.toml:2: every rule would be quiet about everybody: name a rule or a principal",
        );
        check("[[suppress]]\nrule = \"a\"\n", "own.toml:1: missing field `reason`");
        check("[[suppress]]\nrule = \"a\"\nreason = \"x\"\nuntil = \"2026-12-31\"\n", "");
    }

    #[test]
    fn a_wrong_rule_costs_itself() {
        let text =
            format!("{HEAD}pattern = 'x('\n{}pattern = 'x'\n", HEAD.replace("\"a\"", "\"b\""));
        let loaded = load("own.toml", &text, OriginKind::Own);
        assert_eq!((loaded.rules.len(), loaded.complaints.len()), (1, 1));
        assert_eq!(loaded.rules[0].origin.line, 6);
    }
}
