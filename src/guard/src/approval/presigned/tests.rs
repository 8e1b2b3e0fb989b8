//! What does not count as a request to STS that approves a plan, and who does not count as its signer.

use watchdeck_domain::{AccountId, Arn, Environment, Region, Scope};

use super::super::{Approval, Approver, Asker, Panel};
use super::*;
use crate::draft::Risk;

const STS: &str = "https://sts.eu-central-1.amazonaws.com";
const NOW: &str = "2026-11-22T03:01:00Z";

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn handover(hash: &str, nonce: &str) -> Handover {
    Handover {
        plan: PlanId::parse(&format!("p-{}", "0".repeat(32))).unwrap(),
        hash: hash.into(),
        nonce: nonce.into(),
        title: "roll live@orders-writer back to 41".into(),
        calls: vec!["Lambda UpdateAlias".into()],
        risk: Risk::R3,
        realm: "live".into(),
        scope: Scope {
            account: AccountId::parse("123456784021").unwrap(),
            region: Region::parse("eu-central-1").unwrap(),
        },
        environment: Environment::Production,
        asks: "arn:aws:sts::123456784021:assumed-role/oncall/alice".into(),
        until: at("2026-11-22T03:15:00Z"),
    }
}

/// A request as the approver's console makes it, signed by nobody.
fn url() -> String {
    let names =
        "host%3Bx-watchdeck-asked%3Bx-watchdeck-hash%3Bx-watchdeck-nonce%3Bx-watchdeck-until";
    format!(
        "{STS}/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256\
         &X-Amz-Credential=ASIAEXAMPLE%2F20261122%2Feu-central-1%2Fsts%2Faws4_request\
         &X-Amz-Date=20261122T030000Z&X-Amz-Expires=900&X-Amz-SignedHeaders={names}\
         &X-Amz-Security-Token=abc%2Bd%3D&X-Amz-Signature={}",
        "0f".repeat(32)
    )
}

fn inspect(url: &str, now: &str, signed_by: &str) -> Result<Inquiry, String> {
    let asked = handover("aa", "n1");
    asked.inspect(&asked.presigned(url.to_owned()), STS, at(now), at(signed_by))
}

#[test]
fn a_request_is_made_anew_from_its_parts_and_carries_the_headers_of_the_question() {
    let inquiry = inspect(&url(), NOW, NOW).unwrap();
    assert!(
        inquiry.parameters().contains("X-Amz-Security-Token=abc%2Bd%3D"),
        "{}",
        inquiry.parameters()
    );
    assert_eq!(inquiry.parameters().matches('&').count(), 8);
    assert_eq!(inquiry.headers(), handover("aa", "n1").headers());
    let of = |asked: Handover| asked.headers().map(|(_, value)| value);
    let [digest, hash, nonce, until] = of(handover("aa", "n1"));
    assert_eq!((hash.as_str(), nonce.as_str()), ("aa", "n1"));
    assert_eq!(until, "2026-11-22T03:15:00.000Z");
    // What was told to the approver is part of it, and not only the hash.
    let [other, ..] = of(Handover { calls: vec![], ..handover("aa", "n1") });
    assert_ne!(digest, other);
}

#[test]
fn tampering_with_any_part_is_refused_before_anything_is_sent() {
    for (from, to, why) in [
        ("https://sts", "http://sts", "no request to"),
        ("amazonaws.com", "amazonaws.com.evil.example", "no request to"),
        ("sts.eu-central-1", "sts.eu-west-1", "no request to"),
        ("https://", "https://evil@", "no request to"),
        ("/?", "/path?", "no request to"),
        ("GetCallerIdentity", "AssumeRole", "Action is not"),
        ("GetCallerIdentity", "getcalleridentity", "Action is not"),
        ("2011-06-15", "2011-06-16", "Version is not"),
        ("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", "Algorithm is not"),
        ("ASIAEXAMPLE", "", "credential is not"),
        ("ASIAEXAMPLE", "AS%2FIA", "credential is not"),
        ("%2Fsts%2F", "%2Fiam%2F", "credential is not"),
        ("%2Feu-central-1", "%2Fus-east-1", "credential is not"),
        ("%2F20261122", "%2F20261121", "credential is not"),
        ("20261122T030000Z", "20261122T024500Z", "counted for 900 s"),
        ("20261122T030000Z", "20261122T030700Z", "it is dated"),
        ("20261122T030000Z", "20261122T03000%31", "its date is none"),
        ("Expires=900", "Expires=901", "more than 15 minutes"),
        ("Expires=900", "Expires=0", "more than 15 minutes"),
        ("Expires=900", "Expires=59", "counted for 59 s"),
        ("Expires=900", "Expires=", "more than 15 minutes"),
        ("host%3B", "", "SignedHeaders is not"),
        ("%3Bx-watchdeck-hash", "", "SignedHeaders is not"),
        ("%3Bx-watchdeck-nonce", "", "SignedHeaders is not"),
        ("%3Bx-watchdeck-until", "", "SignedHeaders is not"),
        ("%3Bx-watchdeck-asked", "", "SignedHeaders is not"),
        ("x-watchdeck-until", "x-watchdeck-until%3Bx-more", "SignedHeaders is not"),
        ("0f0f", "0f", "signature is none"),
        ("0f0f", "zz0f", "signature is none"),
        ("&X-Amz-Signature", "&x-amz-signature", "no such request has"),
        ("&X-Amz-Expires=900", "", "has no X-Amz-Expires"),
        ("/?", "/?Duration=1&", "no such request has"),
        ("/?", "/?Version=2011-06-15&", "twice"),
        ("abc%2Bd", "abc%0Ad", "not well written"),
        ("abc%2Bd", "abc%2", "not well written"),
        ("abc%2Bd", "abc d", "not well written"),
        ("abc%2Bd", "abc#d", "not well written"),
    ] {
        let url = url().replacen(from, to, 1);
        let error = inspect(&url, NOW, NOW).unwrap_err();
        assert!(error.contains(why), "{from} {to}: {error}");
    }
}

#[test]
fn gd04_a_request_counts_to_the_end_of_its_quarter_of_an_hour() {
    assert!(inspect(&url(), NOW, "2026-11-22T03:15:00Z").is_ok());
    assert!(inspect(&url(), NOW, "2026-11-22T03:15:01Z").unwrap_err().contains("counted for 900"));
    assert!(inspect(&url(), "2026-11-22T03:15:00Z", NOW).is_ok());
    assert!(inspect(&url(), "2026-11-22T03:15:01Z", NOW).unwrap_err().contains("counted until"));
}

#[test]
fn gd03_a_request_for_one_plan_does_not_count_for_another() {
    let asked = handover("aa", "n1");
    let other = handover("bb", "n1").presigned(url());
    let why = asked.inspect(&other, STS, at(NOW), at(NOW)).unwrap_err();
    assert!(why.contains("not as it stands here"), "{why}");
    let replayed = handover("aa", "n0").presigned(url());
    let why = asked.inspect(&replayed, STS, at(NOW), at(NOW)).unwrap_err();
    assert!(why.contains("used before"), "{why}");
    // Told to be of this one, it is sent with the headers of this one, which its signature is not over.
    let forged = Presigned { hash: "aa".into(), ..other };
    let inquiry = asked.inspect(&forged, STS, at(NOW), at(NOW)).unwrap();
    assert_eq!(inquiry.headers(), asked.headers());
    assert_ne!(inquiry.headers(), handover("bb", "n1").headers());
}

fn who(arn: &str, user_id: &str) -> Identity {
    let arn = Arn::parse(format!("arn:aws:{arn}")).unwrap();
    let account = AccountId::parse("123456784021").unwrap();
    Identity { account, arn, user_id: user_id.into() }
}

fn at_aws(name: &str, team: &str, arn: &str) -> Approver {
    let arns = vec![format!("arn:aws:{arn}")];
    Approver { name: name.into(), team: team.into(), key: None, arns, names: vec![] }
}

const ALICE: (&str, &str) = ("sts::123456784021:assumed-role/oncall/alice", "AROAONE:alice");
const BOB: (&str, &str) = ("sts::123456784021:assumed-role/oncall/bob", "AROAONE:bob");
const CAROL: (&str, &str) = ("iam::123456784021:user/carol", "AIDACAROL");

/// Alice asks; this one is who STS names.
fn admit(
    (arn, id): (&str, &str),
    distinct_teams: bool,
    before: &[Approval],
) -> Result<Approval, String> {
    let roster = [
        at_aws("leads", "platform", "sts::123456784021:assumed-role/lead/*"),
        at_aws("oncall", "shop", "sts::123456784021:assumed-role/oncall/*"),
        at_aws("carol", "platform", "iam::123456784021:user/carol"),
    ];
    let identity = who(ALICE.0, ALICE.1);
    let asker = Asker { identity: &identity, operator: "laptop" };
    let panel = Panel { roster: &roster, distinct_teams, before, asker };
    let plan = handover("aa", "n1");
    plan.admit(&plan.presigned(url()), &who(arn, id), &panel, at(NOW))
}

#[test]
fn who_sts_names_approves_if_the_file_says_so() {
    let carol = admit(CAROL, false, &[]).unwrap();
    assert_eq!((carol.by.as_str(), carol.team.as_str(), &carol.key), ("carol", "platform", &None));
    assert_eq!(carol.principal.as_ref().unwrap().user_id, "AIDACAROL");
    assert_eq!(admit(BOB, false, &[]).unwrap().by, "oncall: oncall/bob");
    for stranger in ["sts::999956784021:assumed-role/lead/x", "iam::123456784021:user/carola"] {
        let why = admit((stranger, "AROATWO:x"), false, &[]).unwrap_err();
        assert!(why.contains("no longer, in the file"), "{why}");
    }
}

#[test]
fn gd04_nobody_approves_their_own_plan_by_any_of_their_sessions() {
    for own in [
        ALICE,
        // The same by its id, or by its name alone.
        ("sts::123456784021:assumed-role/lead/other", "AROAONE:alice"),
        (ALICE.0, "AROATWO:other"),
        // Another role, under the name of the same session.
        ("sts::123456784021:assumed-role/lead/Alice", "AROATWO:Alice"),
        ("sts::123456784021:assumed-role/lead/laptop", "AROATWO:laptop"),
    ] {
        let why = admit(own, false, &[]).unwrap_err();
        assert!(why.contains("cannot approve as well"), "{own:?}: {why}");
    }
}

#[test]
fn gd04_nobody_approves_twice_and_teams_differ_where_they_must() {
    let bob = admit(BOB, false, &[]).unwrap();
    let again = admit(BOB, false, std::slice::from_ref(&bob)).unwrap_err();
    assert!(again.contains("already"), "{again}");
    // Another of the same role is another.
    let dave = ("sts::123456784021:assumed-role/oncall/dave", "AROAONE:dave");
    assert!(admit(dave, false, &[bob]).is_ok());
    // Alice, who asks, is of the team shop.
    assert!(admit(BOB, true, &[]).unwrap_err().contains("teams must differ"));
    let carol = admit(CAROL, true, &[]).unwrap();
    let lead = ("sts::123456784021:assumed-role/lead/erin", "AROATWO:erin");
    assert!(admit(lead, true, &[carol]).unwrap_err().contains("teams must differ"));
}

#[test]
fn gd04_who_is_taken_out_counts_no_longer() {
    let carol = admit(CAROL, false, &[]).unwrap();
    let there = at_aws("carol", "platform", "iam::123456784021:user/*");
    assert!(carol.counts(std::slice::from_ref(&there)));
    assert!(!carol.counts(&[]));
    assert!(!carol.counts(&[Approver { team: "shop".into(), ..there }]));
}
