//! What does not count as an approval.

use std::time::Duration;

use watchdeck_domain::{AccountId, Arn, Region};

use super::*;

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn key(of: u8) -> ApproverKey {
    ApproverKey::from_seed(&[of; 32])
}

fn approver(name: &str, team: &str, of: u8) -> Approver {
    Approver {
        name: name.into(),
        team: team.into(),
        key: Some(key(of).public()),
        arns: Vec::new(),
        names: vec![format!("{name}@example.com")],
    }
}

fn roster() -> Vec<Approver> {
    vec![approver("alice", "shop", 1), approver("bob", "shop", 2), approver("carol", "platform", 3)]
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
        asks: "arn:aws:sts::123456784021:assumed-role/oncall/alice@example.com".into(),
        until: at("2026-11-22T03:15:00Z"),
    }
}

fn identity(session: &str) -> Identity {
    Identity {
        account: AccountId::parse("123456784021").unwrap(),
        arn: Arn::parse(format!("arn:aws:sts::123456784021:assumed-role/{session}")).unwrap(),
        user_id: format!("AROA:{}", session.rsplit('/').next().unwrap()),
    }
}

/// Puts one line back, asked by alice through a role.
fn check(
    back: &Countersignature,
    session: &str,
    teams: bool,
    before: &[Approval],
    now: &str,
) -> Result<Approval, String> {
    let identity = identity(session);
    let asker = Asker { identity: &identity, operator: "laptop" };
    let panel = Panel { roster: &roster(), distinct_teams: teams, before, asker };
    handover("aa", "n1").accept(back, &panel, at(now))
}

const NOW: &str = "2026-11-22T03:01:00Z";
const ALICE: &str = "oncall/alice@example.com";

#[test]
fn a_second_person_approves_exactly_this() {
    let back = handover("aa", "n1").sign(&key(2));
    let approval = check(&back, ALICE, false, &[], NOW).unwrap();
    assert_eq!((approval.by.as_str(), approval.team.as_str()), ("bob", "shop"));
}

#[test]
fn gd03_an_approval_of_one_plan_does_not_count_for_another() {
    let back = handover("bb", "n1").sign(&key(2));
    assert!(check(&back, ALICE, false, &[], NOW).unwrap_err().contains("not as it stands here"));
    // Told to be of this one, its signature still is of that one.
    let forged = Countersignature { hash: "aa".into(), ..back };
    assert!(check(&forged, ALICE, false, &[], NOW).unwrap_err().contains("signature"));
    let other = Handover { title: "harmless".into(), ..handover("aa", "n1") }.sign(&key(2));
    assert!(check(&other, ALICE, false, &[], NOW).unwrap_err().contains("signature"));
}

#[test]
fn gd04_nobody_approves_their_own_plan_by_whichever_role() {
    let back = handover("aa", "n1").sign(&key(1));
    for session in [ALICE, "admin/alice", "build/Alice@Example.com", "other/alice@example.com"] {
        assert!(
            check(&back, session, false, &[], NOW).unwrap_err().contains("as well"),
            "{session}"
        );
    }
    let identity = identity("oncall/session-7");
    let asker = Asker { identity: &identity, operator: "alice" };
    let panel = Panel { roster: &roster(), distinct_teams: false, before: &[], asker };
    let by_machine = handover("aa", "n1").accept(&back, &panel, at(NOW));
    assert!(by_machine.unwrap_err().contains("as well"));
}

#[test]
fn gd04_an_approval_counts_until_the_end_of_its_quarter_of_an_hour() {
    let back = handover("aa", "n1").sign(&key(2));
    assert!(check(&back, ALICE, false, &[], "2026-11-22T03:15:00Z").is_ok());
    let late = check(&back, ALICE, false, &[], "2026-11-22T03:15:01Z");
    assert!(late.unwrap_err().contains("counted until"));
    let quarter = at("2026-11-22T03:00:00Z") + Duration::from_mins(15);
    assert_eq!(quarter, handover("aa", "n1").until);
}

#[test]
fn gd04_an_approval_that_was_used_before_does_not_count_again() {
    let replayed = handover("aa", "n0").sign(&key(2));
    assert!(check(&replayed, ALICE, false, &[], NOW).unwrap_err().contains("used before"));
    let back = handover("aa", "n1").sign(&key(2));
    let first = check(&back, ALICE, false, &[], NOW).unwrap();
    assert!(check(&back, ALICE, false, &[first], NOW).unwrap_err().contains("already"));
}

#[test]
fn gd04_a_key_that_was_taken_out_does_not_count() {
    let back = handover("aa", "n1").sign(&key(9));
    assert!(check(&back, ALICE, false, &[], NOW).unwrap_err().contains("no longer"));
}

#[test]
fn gd04_two_of_one_team_do_not_count_where_teams_must_differ() {
    let carol = check(&handover("aa", "n1").sign(&key(3)), ALICE, true, &[], NOW).unwrap();
    // Bob is of the team of alice, who asks.
    let bob = handover("aa", "n1").sign(&key(2));
    assert!(check(&bob, ALICE, true, &[], NOW).unwrap_err().contains("teams must differ"));
    assert!(check(&bob, "oncall/dave", true, std::slice::from_ref(&carol), NOW).is_ok());
    let again = Approval {
        by: "erin".into(),
        team: "shop".into(),
        key: Some("ff".into()),
        principal: None,
    };
    assert!(check(&bob, "oncall/dave", true, &[again], NOW).unwrap_err().contains("teams"));
}

#[test]
fn lines_come_back_whole_or_not_at_all() {
    let asked = handover("aa", "n1");
    assert_eq!(Handover::parse(&asked.line()), Ok(asked.clone()));
    let broken = asked.line().replace("watchdeck", "watch\n deck");
    assert_eq!(Handover::parse(&broken), Ok(asked.clone()));
    let back = asked.sign(&key(2));
    assert_eq!(Handback::parse(&back.line()), Ok(Handback::Signed(back.clone())));
    for text in ["", "yes", &asked.line(), back.line().get(..40).unwrap(), &"x".repeat(100_000)] {
        assert!(Handback::parse(text).is_err(), "{text:.60}");
    }
}

#[test]
fn any_flipped_bit_of_a_signature_is_seen() {
    let back = handover("aa", "n1").sign(&key(2));
    let signature = unhex::<64>(&back.signature).unwrap();
    for bit in 0..512 {
        let mut spoilt = signature;
        spoilt[bit / 8] ^= 1 << (bit % 8);
        let spoilt = Countersignature { signature: hex(&spoilt), ..back.clone() };
        assert!(check(&spoilt, ALICE, false, &[], NOW).is_err(), "bit {bit}");
    }
}

#[test]
fn a_key_is_for_its_owner_alone_and_a_roster_is_read_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("approve.key");
    let made = ApproverKey::make(&path).unwrap();
    assert!(ApproverKey::make(&path).is_err(), "a key is not written over");
    assert_eq!(ApproverKey::read(&path).unwrap().public(), made.public());
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    assert!(ApproverKey::read(&path).unwrap_err().to_string().contains("chmod 600"));
    let file = folder.path().join("approvers.toml");
    let roster = Roster::File(file.clone());
    assert!(roster.current().is_err());
    let text =
        format!("[[approver]]\nname = \"bob\"\nteam = \"shop\"\nkey = \"{}\"\n", made.public());
    std::fs::write(&file, &text).unwrap();
    assert_eq!(roster.current().unwrap().len(), 1);
    std::fs::write(&file, "").unwrap();
    assert_eq!(roster.current().unwrap(), vec![]);
    std::fs::write(&file, text.replace("team", "crew")).unwrap();
    assert!(roster.current().unwrap_err().contains("cannot be understood"));
}
