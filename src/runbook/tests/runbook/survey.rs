//! The search for the last known good version shows its evidence, and never picks in silence.

use watchdeck_domain::function::VersionState;
use watchdeck_runbook::{Rules, Standing, Survey, propose_rollback, survey};

use crate::shop::{Shop, alias, function, minutes_ago, now, place, rollback, version};

async fn look(shop: &Shop) -> Survey {
    survey(shop, &function(), &alias(), Rules::default(), now()).await.unwrap()
}

#[tokio::test]
async fn the_version_before_the_bad_one_is_proven_and_comes_first() {
    let found = look(&Shop::new()).await;
    let order: Vec<_> = found.candidates.iter().map(|c| (c.version.as_str(), c.standing)).collect();
    assert_eq!(
        order,
        [("41", Standing::Proven), ("40", Standing::Proven), ("39", Standing::Unproven)]
    );
    let best = found.proven().unwrap();
    assert_eq!((best.served_s, best.since), (295 * 60, Some(minutes_ago(300))));
    // Another function's move and a failed call are no history of this alias.
    let moves: Vec<_> = found.moves.iter().map(|m| m.version.as_str()).collect();
    assert_eq!(moves, ["42", "41", "40"]);
    let lines = found.note().lines.join("\n");
    for wanted in
        ["last known good: 41", "0.2 % of 9000 calls failed", "39  unproven", "by ci-deploy"]
    {
        assert!(lines.contains(wanted), "{lines}");
    }
}

#[tokio::test]
async fn a_candidate_that_cannot_help_is_not_proposed() {
    type Spoil = fn(&mut Shop);
    let spoils: [(&str, Spoil); 8] = [
        ("inactive", |s| s.versions.get_mut(&41).unwrap().state = VersionState::Inactive),
        ("a new state", |s| {
            s.versions.get_mut(&41).unwrap().state = VersionState::Other("Deleting".into());
        }),
        ("the same code", |s| s.versions.get_mut(&41).unwrap().code_sha256 = "code-42".into()),
        ("another role", |s| s.versions.get_mut(&41).unwrap().role = "other".into()),
        ("another dead letter", |s| s.versions.get_mut(&41).unwrap().dead_letter = "arn".into()),
        ("errors", |s| {
            s.calls.insert("41".into(), (9_000.0, 3_000.0, 0.0));
        }),
        ("no calls", |s| {
            s.calls.remove("41");
        }),
        ("served too short", |s| s.history[2].0 = minutes_ago(6)),
    ];
    for (name, spoil) in spoils {
        let mut shop = Shop::new();
        spoil(&mut shop);
        let found = look(&shop).await;
        assert_eq!(found.proven().unwrap().version, version("40"), "{name}");
        let spoiled = found.candidate(&version("41")).unwrap();
        assert!(spoiled.standing != Standing::Proven && !spoiled.reasons.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn without_proof_the_choice_is_the_operators() {
    let mut shop = Shop::new();
    shop.history.clear();
    let error = propose_rollback(&shop, rollback(None), &place()).await.unwrap_err();
    assert!(error.what.contains("no version of orders-writer is proven good"), "{error}");
    assert!(error.what.contains("41  unproven") && error.hint.contains("choose"), "{error}");
    let draft = propose_rollback(&shop, rollback(Some("41")), &place()).await.unwrap();
    assert_eq!(draft.params["proven"], false);
    assert!(draft.notes[0].lines[0].contains("no proven candidate"));
}

#[tokio::test]
async fn what_may_not_be_read_is_a_gap_and_no_proof() {
    for denied in ["cloudtrail:LookupEvents", "cloudwatch:GetMetricData"] {
        let mut shop = Shop::new();
        shop.denied.push(denied);
        let found = look(&shop).await;
        assert!(found.proven().is_none(), "{denied}");
        assert!(found.note().lines.iter().any(|line| line.contains("not known")), "{denied}");
    }
}

/// LR17: AWS tells 50 versions a page. However many there are, the one that served is found, and of the others the newest are
/// looked at.
#[tokio::test]
async fn lr17_among_many_versions_the_one_that_served_is_found() {
    for count in [51, 101] {
        let mut shop = Shop::new();
        let config = shop.versions[&41].clone();
        for number in 1..=count {
            let number = if number < 39 { number } else { number + 1_000 };
            let version = version(&number.to_string());
            let code_sha256 = format!("code-{number}");
            let made = watchdeck_domain::function::VersionConfig {
                version,
                code_sha256,
                ..config.clone()
            };
            shop.versions.entry(number).or_insert(made);
        }
        let found = look(&shop).await;
        assert_eq!(found.proven().unwrap().version, version("41"), "{count}");
        let looked: Vec<_> = found.candidates.iter().filter_map(|c| c.version.number()).collect();
        assert_eq!(looked.len(), 12, "{count}");
        assert!(looked.contains(&40) && looked.contains(&(count + 1_000)), "{looked:?}");
    }
}

/// LR25: the history is looked for under the names that carry the date of the API, and under no others.
#[tokio::test]
async fn lr25_the_history_is_found_under_names_with_the_date_of_the_api() {
    let found = look(&Shop::new()).await;
    assert_eq!(found.moves.len(), 3, "the shop tells of moves only under `UpdateAlias20150331`");
    assert!(found.gaps.is_empty());
}
