//! The runbooks of findings, through the guard's own check: what they propose, and traps.

use serde_json::{Value, json};
use watchdeck_domain::finding::{Stand, Threat, Threats, Triage, Triaged};
use watchdeck_domain::{Answer, FindingId, Query, ThreatId};
use watchdeck_guard::{Evidence, Plan, Question, Refusal, Sim, Standing};
use watchdeck_runbook::{Cel, CompileError, Params, built_in};

use crate::rollback::ceremony;
use crate::shop::{Shop, minutes_ago, now, place};

/// Findings of Security Hub and of `GuardDuty`.
#[derive(Clone)]
pub(crate) struct Board {
    pub(crate) findings: Vec<Triage>,
    pub(crate) stand: Stand,
    pub(crate) threats: Vec<Threat>,
    pub(crate) administrator: &'static str,
}

impl Board {
    pub(crate) fn new() -> Self {
        let finding = |n: usize| Triage {
            id: finding(n),
            product_arn: "arn:product".into(),
            title: "a bucket keeps no versions".into(),
            workflow: "NEW".into(),
            note: String::new(),
            noted: None,
        };
        let threat = |n: usize| Threat {
            id: threat(n),
            kind: "Recon:EC2/PortProbeUnprotectedPort".into(),
            title: "a port is probed".into(),
            archived: false,
            updated: Some(minutes_ago(600)),
        };
        Self {
            findings: (0..230).map(finding).collect(),
            stand: Stand { record_state: "ACTIVE".into(), compliance: String::new() },
            threats: (0..60).map(threat).collect(),
            administrator: "",
        }
    }

    pub(crate) fn answer(&self, query: &Query) -> Option<Answer> {
        if let Query::TriageOf(of) = query {
            let asked = of.findings.iter();
            let found = asked.flat_map(|id| self.findings.iter().filter(move |one| one.id == *id));
            let findings: Vec<_> = found.cloned().collect();
            let stands = vec![self.stand.clone(); findings.len()];
            return Some(Answer::TriageOf(Triaged { findings, stands }));
        }
        if let Query::ThreatsOf(of) = query {
            let asked = of.threats.iter();
            let found = asked.filter_map(|id| self.threats.iter().find(|one| one.id == *id));
            let threats = found.cloned().collect();
            return Some(Answer::ThreatsOf(Threats { detector: "detector-1".into(), threats }));
        }
        let Query::DetectorAdministrator(_) = query else { return None };
        Some(Answer::DetectorAdministrator(self.administrator.into()))
    }
}

fn finding(n: usize) -> FindingId {
    FindingId::parse(format!("arn:aws:securityhub:eu-central-1:123456784021:finding/{n}")).unwrap()
}

fn threat(n: usize) -> ThreatId {
    ThreatId::parse(format!("{n:032x}")).unwrap()
}

fn params(given: Value) -> Params {
    serde_json::from_value(given).unwrap()
}

fn set(count: usize, status: &str, note: &str) -> Params {
    let ids: Vec<_> = (0..count).map(finding).collect();
    params(json!({ "findings": ids, "status": status, "note": note }))
}

fn archive(count: usize) -> Params {
    params(json!({ "findings": (0..count).map(threat).collect::<Vec<_>>() }))
}

async fn compile(
    id: &str,
    params: Params,
    shop: &Shop,
) -> Result<watchdeck_guard::Draft, CompileError> {
    let runbook = built_in().map(Result::unwrap).find(|runbook| runbook.id == id).unwrap();
    runbook.compile(params, &place(), shop).await
}

async fn check(id: &str, params: Params, shop: &Shop) -> Result<Question, Box<Refusal>> {
    let draft = compile(id, params, shop).await.unwrap();
    let checked = Plan::<_, Sim>::propose(draft).check(shop, &Cel, &ceremony(), now()).await?;
    Ok(checked.challenge().question().clone())
}

/// How one check came out.
async fn standing(id: &str, params: Params, shop: &Shop, name: &str) -> Standing {
    let evidence: Vec<Evidence> = match check(id, params, shop).await {
        Ok(question) => question.evidence,
        Err(refusal) => refusal.evidence,
    };
    let found = evidence.into_iter().find(|evidence| evidence.id == name);
    found.unwrap_or_else(|| panic!("no check {name}")).standing
}

#[tokio::test]
async fn cf26_a_hundred_and_one_findings_are_two_calls() {
    let shop = Shop::new();
    let sizes = |question: &Question| -> Vec<usize> {
        let named = |call: &watchdeck_guard::Call| {
            call.params["FindingIdentifiers"].as_array().unwrap().len()
        };
        question.calls.iter().map(named).collect()
    };
    for (count, wanted) in
        [(1, vec![1]), (100, vec![100]), (101, vec![100, 1]), (200, vec![100, 100])]
    {
        let question = check("sh.workflow", set(count, "RESOLVED", "mended"), &shop).await.unwrap();
        assert_eq!(sizes(&question), wanted);
        assert_eq!(question.reversals.len(), wanted.len());
    }
    let no = compile("sh.workflow", set(201, "RESOLVED", "mended"), &shop).await.unwrap_err();
    assert!(no.what.contains("1 to 200"), "{no:?}");
}

#[tokio::test]
async fn the_way_back_is_what_all_of_them_were() {
    let mut shop = Shop::new();
    let question = check("sh.workflow", set(2, "NOTIFIED", "told"), &shop).await.unwrap();
    let [way] = &question.reversals[..] else { panic!("{:?}", question.reversals) };
    assert!(way.starts_with("set 2 findings to NEW"), "{way}");
    assert_eq!(question.calls[0].params["Note"]["Text"], "told");
    assert!(question.phrase.starts_with("set 0+1 to NOTIFIED"), "{}", question.phrase);
    shop.board.findings[1].workflow = "NOTIFIED".into();
    let no = compile("sh.workflow", set(2, "RESOLVED", "mended"), &shop).await.unwrap_err();
    assert!(
        no.what.contains("some are NEW, some NOTIFIED") || no.what.contains("NEW, some NOTIFIED"),
        "{no:?}"
    );
}

#[tokio::test]
async fn what_is_gone_or_of_two_products_is_no_plan() {
    let mut shop = Shop::new();
    let no = compile("sh.workflow", set(1, "NEW", "again"), &shop).await;
    assert!(no.is_ok(), "{no:?}");
    let double = shop.board.findings[0].clone();
    shop.board.findings.push(double);
    let no = compile("sh.workflow", set(1, "RESOLVED", "mended"), &shop).await.unwrap_err();
    assert!(no.what.contains("more than one product"), "{no:?}");
    shop.board.findings.clear();
    let no = compile("sh.workflow", set(1, "RESOLVED", "mended"), &shop).await.unwrap_err();
    assert!(no.what.contains("there is no finding"), "{no:?}");
}

#[tokio::test]
async fn every_trap_of_findings_is_seen() {
    use Standing::{Stopped, Warned};
    let id = "sh.workflow";
    let mut shop = Shop::new();
    let bare = set(1, "SUPPRESSED", "ok");
    assert_eq!(standing(id, bare, &shop, "why-suppressed").await, Stopped);
    let said = set(1, "SUPPRESSED", "accepted until May");
    assert_eq!(standing(id, said, &shop, "why-suppressed").await, Standing::Passed);
    shop.board.stand.record_state = "ARCHIVED".into();
    shop.board.stand.compliance = "FAILED".into();
    shop.board.findings[0].note = "look at this".into();
    for name in ["standing", "mended", "notes"] {
        let params = set(1, "RESOLVED", "mended");
        assert_eq!(standing(id, params, &shop, name).await, Warned, "{name}");
    }
    let id = "gd.archive";
    shop.board.threats[0].updated = Some(minutes_ago(20));
    assert_eq!(standing(id, archive(1), &shop, "quiet").await, Warned);
    shop.denied.push("guardduty:GetAdministratorAccount");
    assert_eq!(standing(id, archive(1), &shop, "ours").await, Warned);
}

#[tokio::test]
async fn cf27_fifty_one_findings_or_those_of_a_member_account_are_no_plan() {
    let mut shop = Shop::new();
    let question = check("gd.archive", archive(50), &shop).await.unwrap();
    assert_eq!(question.calls[0].operation, "ArchiveFindings");
    assert!(
        question.reversals[0].starts_with("take 50 findings of GuardDuty out"),
        "{:?}",
        question.reversals
    );
    let no = compile("gd.archive", archive(51), &shop).await.unwrap_err();
    assert!(no.what.contains("1 to 50"), "{no:?}");
    shop.board.administrator = "210987654321";
    assert_eq!(standing("gd.archive", archive(1), &shop, "ours").await, Standing::Stopped);
    shop.board.administrator = "";
    shop.board.threats[0].archived = true;
    let no = compile("gd.archive", archive(2), &shop).await.unwrap_err();
    assert!(no.what.contains("some are archived, some current"), "{no:?}");
}
