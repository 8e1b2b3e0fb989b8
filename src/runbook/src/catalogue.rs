//! The catalogue: the runbooks that are built in, and the operator's own over them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use watchdeck_domain::{AliasName, FunctionName, Source, Version};
use watchdeck_guard::Draft;

use crate::behaviour::Failing;
use crate::compile::{CompileError, Place};
use crate::format::Runbook;
use crate::lint::{Complaint, sound};
use crate::param::Params;
use crate::parse::{ParseError, parse};
use crate::rollback::{LAMBDA_ROLLBACK, Rollback, SURVEYING, propose_rollback_by};

/// The texts that are built in, by the names of their files.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("lambda-rollback.toml", LAMBDA_ROLLBACK),
    ("lambda-esm-pause.toml", include_str!("../../../runbooks/lambda-esm-pause.toml")),
    ("lambda-concurrency-cap.toml", include_str!("../../../runbooks/lambda-concurrency-cap.toml")),
    ("lambda-kill-switch.toml", include_str!("../../../runbooks/lambda-kill-switch.toml")),
    ("lambda-pc-restore.toml", include_str!("../../../runbooks/lambda-pc-restore.toml")),
    ("sqs-redrive.toml", include_str!("../../../runbooks/sqs-redrive.toml")),
    ("sqs-purge.toml", include_str!("../../../runbooks/sqs-purge.toml")),
    ("secrets-rotate.toml", include_str!("../../../runbooks/secrets-rotate.toml")),
    ("s3-block-public.toml", include_str!("../../../runbooks/s3-block-public.toml")),
    ("waf-block-ip.toml", include_str!("../../../runbooks/waf-block-ip.toml")),
    ("lambda-canary-back.toml", include_str!("../../../runbooks/lambda-canary-back.toml")),
    ("iam-key-deactivate.toml", include_str!("../../../runbooks/iam-key-deactivate.toml")),
    ("iam-deny-all.toml", include_str!("../../../runbooks/iam-deny-all.toml")),
    ("iam-revoke-sessions.toml", include_str!("../../../runbooks/iam-revoke-sessions.toml")),
    ("cloudtrail-reenable.toml", include_str!("../../../runbooks/cloudtrail-reenable.toml")),
    ("sh-workflow.toml", include_str!("../../../runbooks/sh-workflow.toml")),
    ("gd-archive.toml", include_str!("../../../runbooks/gd-archive.toml")),
    ("waf-rate-rule.toml", include_str!("../../../runbooks/waf-rate-rule.toml")),
    ("cp-freeze.toml", include_str!("../../../runbooks/cp-freeze.toml")),
    ("cp-retry-stage.toml", include_str!("../../../runbooks/cp-retry-stage.toml")),
    ("cp-rollback-stage.toml", include_str!("../../../runbooks/cp-rollback-stage.toml")),
    ("cd-stop.toml", include_str!("../../../runbooks/cd-stop.toml")),
    ("cf-invalidate.toml", include_str!("../../../runbooks/cf-invalidate.toml")),
    ("cw-mute-alarms.toml", include_str!("../../../runbooks/cw-mute-alarms.toml")),
    ("apigw-throttle-stage.toml", include_str!("../../../runbooks/apigw-throttle-stage.toml")),
    ("apigw-stage-rollback.toml", include_str!("../../../runbooks/apigw-stage-rollback.toml")),
    (
        "eventbridge-disable-rule.toml",
        include_str!("../../../runbooks/eventbridge-disable-rule.toml"),
    ),
    ("ecs-rollback.toml", include_str!("../../../runbooks/ecs-rollback.toml")),
    ("rds-pitr-report.toml", include_str!("../../../runbooks/rds-pitr-report.toml")),
    ("rds-report-extend.toml", include_str!("../../../runbooks/rds-report-extend.toml")),
    ("rds-report-release.toml", include_str!("../../../runbooks/rds-report-release.toml")),
    ("rds-report-teardown.toml", include_str!("../../../runbooks/rds-report-teardown.toml")),
    ("r53-weight-shift.toml", include_str!("../../../runbooks/r53-weight-shift.toml")),
    ("r53-healthcheck-flip.toml", include_str!("../../../runbooks/r53-healthcheck-flip.toml")),
    ("arc-zonal-shift.toml", include_str!("../../../runbooks/arc-zonal-shift.toml")),
    ("aurora-failover-az.toml", include_str!("../../../runbooks/aurora-failover-az.toml")),
    (
        "aurora-switchover-global.toml",
        include_str!("../../../runbooks/aurora-switchover-global.toml"),
    ),
    ("aurora-failover-global.toml", include_str!("../../../runbooks/aurora-failover-global.toml")),
    ("rds-failover-az.toml", include_str!("../../../runbooks/rds-failover-az.toml")),
    ("rds-promote-replica.toml", include_str!("../../../runbooks/rds-promote-replica.toml")),
    ("rds-snapshot-unshare.toml", include_str!("../../../runbooks/rds-snapshot-unshare.toml")),
    ("rds-snapshot-before.toml", include_str!("../../../runbooks/rds-snapshot-before.toml")),
    ("rds-rotate-master.toml", include_str!("../../../runbooks/rds-rotate-master.toml")),
    ("dr-full-failover.toml", include_str!("../../../runbooks/dr-full-failover.toml")),
    ("dr-drill.toml", include_str!("../../../runbooks/dr-drill.toml")),
    ("dr-failback.toml", include_str!("../../../runbooks/dr-failback.toml")),
];

/// The built-in runbooks. One that does not parse is an error in its place, which a test rules out.
pub fn built_in() -> impl Iterator<Item = Result<Runbook, ParseError>> {
    BUILT_IN.iter().map(|(_, text)| parse(text))
}

/// All runbooks that there are, by id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Catalogue {
    /// Those that are sound, and can be proposed.
    pub sound: Vec<Entry>,
    /// The files that are not.
    pub unsound: Vec<Unsound>,
}

/// One runbook, and where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The runbook.
    pub runbook: Runbook,
    /// Its file; nothing for one that is built in.
    pub file: Option<String>,
    /// Whether it stands in place of one that is built in.
    pub shadows: bool,
}

/// A file that is no sound runbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsound {
    /// The file.
    pub file: String,
    /// What is wrong with it; at least one thing.
    pub complaints: Vec<Complaint>,
}

impl Catalogue {
    /// What is built in, and over it these files: each its name and its text.
    pub fn new(files: Vec<(String, String)>) -> Self {
        let mut catalogue = Self::default();
        for (name, text) in BUILT_IN {
            match sound(text) {
                Ok(runbook) => {
                    catalogue.sound.push(Entry { runbook, file: None, shadows: false });
                }
                Err(complaints) => {
                    catalogue.unsound.push(Unsound { file: (*name).into(), complaints });
                }
            }
        }
        for (file, text) in files {
            match sound(&text) {
                Ok(runbook) => catalogue.put(file, runbook),
                Err(complaints) => catalogue.unsound.push(Unsound { file, complaints }),
            }
        }
        catalogue.check_offers();
        catalogue.put_together();
        catalogue
    }

    fn put(&mut self, file: String, runbook: Runbook) {
        let there = self.sound.iter_mut().find(|entry| entry.runbook.id == runbook.id);
        match there {
            None => self.sound.push(Entry { runbook, file: Some(file), shadows: false }),
            Some(entry) => match &entry.file {
                None => *entry = Entry { runbook, file: Some(file), shadows: true },
                Some(other) => {
                    let what = format!("`{other}` has the id `{}` already", runbook.id);
                    let hint = "give one of them another id".into();
                    let (line, column) = (1, 1);
                    let complaint = Complaint { line, column, at: "id".into(), what, hint };
                    self.unsound.push(Unsound { file, complaints: vec![complaint] });
                }
            },
        }
    }

    /// A check that offers a runbook which there is not would lead nowhere.
    fn check_offers(&mut self) {
        let known: BTreeSet<String> =
            self.sound.iter().map(|entry| entry.runbook.id.clone()).collect();
        let (good, bad): (Vec<_>, Vec<_>) = std::mem::take(&mut self.sound)
            .into_iter()
            .partition(|entry| missing_offers(&entry.runbook, &known).is_empty());
        self.sound = good;
        for entry in bad {
            let complaints = missing_offers(&entry.runbook, &known);
            let file = entry.file.unwrap_or_else(|| entry.runbook.id.clone());
            self.unsound.push(Unsound { file, complaints });
        }
    }

    /// Puts into each runbook those that it calls.
    fn put_together(&mut self) {
        let known: BTreeMap<String, Runbook> = self.sound.iter().map(by_id).collect();
        let find = |id: &str| known.get(id);
        for mut entry in std::mem::take(&mut self.sound) {
            match entry.runbook.composed(&find) {
                Ok(runbook) => {
                    entry.runbook = runbook;
                    self.sound.push(entry);
                }
                Err(complaints) => {
                    let file = entry.file.unwrap_or_else(|| entry.runbook.id.clone());
                    self.unsound.push(Unsound { file, complaints });
                }
            }
        }
    }

    /// What is wrong with a runbook beside these: what it offers or calls and there is not, or is called wrongly.
    pub fn wrong_beside(&self, runbook: &Runbook, others: &[Runbook]) -> Vec<Complaint> {
        let beside = others.iter().map(|other| (other.id.clone(), other.clone()));
        let known: BTreeMap<String, Runbook> = self.sound.iter().map(by_id).chain(beside).collect();
        let ids = known.keys().cloned().collect();
        let mut complaints = missing_offers(runbook, &ids);
        complaints.extend(runbook.composed(&|id| known.get(id)).err().unwrap_or_default());
        complaints
    }

    /// The ids of what is sound.
    pub fn ids(&self) -> BTreeSet<String> {
        self.sound.iter().map(|entry| entry.runbook.id.clone()).collect()
    }

    /// The runbook of this id.
    ///
    /// # Errors
    /// There is none, or its file is not sound.
    pub fn find(&self, id: &str) -> Result<&Entry, CompileError> {
        if let Some(entry) = self.sound.iter().find(|entry| entry.runbook.id == id) {
            return Ok(entry);
        }
        let mut hint =
            format!("the runbooks are: {}", self.ids().into_iter().collect::<Vec<_>>().join(", "));
        if !self.unsound.is_empty() {
            let files: Vec<_> = self.unsound.iter().map(|it| it.file.as_str()).collect();
            hint = format!("{hint}; not sound: {}", files.join(", "));
        }
        Err(CompileError::new(format!("there is no runbook `{}`", id.escape_debug()), hint))
    }

    /// What to tell of a run that goes by a runbook of this id and of this text, where there is another one by now.
    pub fn edited_since(&self, id: &str, sha256: &str) -> Option<String> {
        let known = self.sound.iter().map(|entry| &entry.runbook).find(|it| it.id == id);
        edited_since(id, sha256, known)
    }

    /// The draft of a runbook for these parameters. Those of [`SURVEYING`] find out themselves which version the alias
    /// is at, and which is known to be good.
    ///
    /// # Errors
    /// There is no such runbook, a parameter is not what it should be, or the account does not tell enough.
    pub async fn propose(
        &self,
        id: &str,
        mut params: Params,
        place: &Place,
        source: &dyn Source,
    ) -> Result<Draft, CompileError> {
        let runbook = &self.find(id)?.runbook;
        if !SURVEYING.contains(&id) {
            return runbook.compile(params, place, source).await;
        }
        let mut take = |name: &str| {
            let value = params.remove(name)?;
            value.as_str().map(str::to_owned).or_else(|| Some(value.to_string()))
        };
        let bad = |error: watchdeck_domain::IdError| {
            CompileError::new(format!("the parameters do not fit: {error}"), "see its help")
        };
        let function = take("function").unwrap_or_default();
        let alias = take("alias").unwrap_or_default();
        let version = take("version").map(Version::parse).transpose().map_err(bad)?;
        let rollback = Rollback {
            function: FunctionName::parse(function).map_err(bad)?,
            alias: AliasName::parse(alias).map_err(bad)?,
            version,
            more: params,
        };
        propose_rollback_by(runbook, source, rollback, place).await
    }
}

/// What to tell of a run that goes by a runbook of this id and of this text, where `known` is what bears that id by now.
pub fn edited_since(id: &str, sha256: &str, known: Option<&Runbook>) -> Option<String> {
    match known {
        Some(runbook) if watchdeck_guard::sha256(runbook.text.as_bytes()) == sha256 => None,
        Some(_) => Some(format!("{id} was edited since: it goes by the text of its plan")),
        None => Some(format!("{id} is gone since: it goes by the text of its plan")),
    }
}

fn by_id(entry: &Entry) -> (String, Runbook) {
    (entry.runbook.id.clone(), entry.runbook.clone())
}

/// The runbooks that checks offer and that there are not.
fn missing_offers(runbook: &Runbook, known: &BTreeSet<String>) -> Vec<Complaint> {
    let offers = runbook.checks.iter().flat_map(|check| {
        let both = [Some(&check.on_fail), check.on_unknown.as_ref()];
        both.into_iter().flatten().map(move |failing| (check, failing))
    });
    offers
        .filter_map(|(check, failing)| match failing {
            Failing::Offer(id) if !known.contains(id) => {
                let offset = runbook.text.find(&format!("offer:{id}")).unwrap_or(0);
                let (line, column) = crate::parse::place(&runbook.text, offset);
                Some(Complaint {
                    line,
                    column,
                    at: format!("check {}", check.id),
                    what: format!("it offers the runbook `{id}`, which there is not"),
                    hint: format!(
                        "there is {}",
                        known.iter().cloned().collect::<Vec<_>>().join(", ")
                    ),
                })
            }
            Failing::Offer(_) | Failing::Stop | Failing::Warn => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(id: &str) -> String {
        LAMBDA_ROLLBACK.replacen("lambda.rollback", id, 1)
    }

    #[test]
    fn what_is_built_in_is_sound() {
        let catalogue = Catalogue::new(Vec::new());
        assert_eq!(catalogue.unsound, []);
        assert_eq!(catalogue.sound.len(), BUILT_IN.len());
    }

    #[test]
    fn a_file_stands_beside_or_over_what_is_built_in_and_that_is_said() {
        let files = vec![
            ("a.toml".into(), named("mine.rollback")),
            ("b.toml".into(), named("lambda.rollback")),
        ];
        let catalogue = Catalogue::new(files);
        assert_eq!(catalogue.unsound, []);
        let shadowing = catalogue.find("lambda.rollback").unwrap();
        assert_eq!((shadowing.file.as_deref(), shadowing.shadows), (Some("b.toml"), true));
        assert!(!catalogue.find("mine.rollback").unwrap().shadows);
    }

    #[test]
    fn a_file_that_is_not_sound_leaves_the_others_alone() {
        let files = vec![
            ("a.toml".into(), named("mine")),
            ("b.toml".into(), named("mine")),
            ("c.toml".into(), "schema = 3".into()),
            (
                "d.toml".into(),
                named("other").replacen("on_fail = \"stop\"", "on_fail = \"offer:nowhere\"", 1),
            ),
            (
                "e.toml".into(),
                named("good").replacen("on_fail = \"stop\"", "on_fail = \"offer:mine\"", 1),
            ),
        ];
        let catalogue = Catalogue::new(files);
        let own = catalogue.sound.iter().filter(|entry| entry.file.is_some());
        let own: BTreeSet<_> = own.map(|entry| entry.runbook.id.as_str()).collect();
        assert_eq!(own, BTreeSet::from(["good", "mine"]));
        let wrong: Vec<_> =
            catalogue.unsound.iter().map(|it| it.complaints[0].to_string()).collect();
        assert!(wrong[0].contains("has the id `mine` already"), "{wrong:?}");
        assert!(wrong[1].starts_with("line 1, column "), "{wrong:?}");
        assert!(wrong[2].contains("`nowhere`, which there is not"), "{wrong:?}");
        assert!(
            catalogue.find("other").unwrap_err().hint.contains("not sound: b.toml, c.toml, d.toml")
        );
    }
}
