//! What a miner promises, over random lines: nothing is lost, nothing grows without bound, ids last.

use std::time::Duration;

use fastrand::Rng;
use proptest::prelude::*;
use watchdeck_domain::log::{LogEvent, LogLevel};
use watchdeck_domain::{LogGroupName, Timestamp};

use super::*;
use crate::store::{Filter, LineId, LineRef, Store, StreamName, View};
use crate::{Gap, GapCause, GapChange, GapId};

fn take(miner: &mut Miner, at: i64, message: &str) -> TemplateId {
    let group = LogGroupName::parse("/aws/lambda/orders").unwrap();
    let stream = StreamName { group, stream: "s".into() };
    let at = Timestamp::from_millis(at);
    let id = LineId { timestamp: at, ingested: at, number: miner.taken() };
    let level = LogLevel::detect(message);
    miner.take(&LineRef { id, stream: &stream, message, level, late: false })
}

fn minute(minute: i64) -> Timestamp {
    Timestamp::from_millis(minute * 60_000)
}

/// What a template is called, and what its lines have besides words.
fn told(messages: &[&str]) -> Vec<String> {
    let mut miner = Miner::default();
    for message in messages {
        take(&mut miner, 0, message);
    }
    let rows = miner.ranked(minute(1), Windows::default(), 99);
    let mut told: Vec<_> = rows
        .iter()
        .map(|row| {
            let keys = row.keys.iter().map(watchdeck_domain::Printable::as_str);
            std::iter::once(row.wording.as_str()).chain(keys).collect::<Vec<_>>().join(" .")
        })
        .collect();
    told.sort();
    told
}

#[test]
fn a_template_grows_as_general_as_its_lines_ask() {
    let lines = [
        "payment of anna accepted by the provider after a while today",
        "payment of anna accepted by the provider after a week today",
        "payment of anna accepted by the broker after a week today",
        "payment of anna accepted by the provider after a while today",
    ];
    assert_eq!(told(&lines), ["payment of anna accepted by the <*> after a <*> today"]);
    assert_eq!(told(&["a b c", "a b d"]), ["a b c", "a b d"]);
    assert_eq!(told(&["", "  "]), [""]);
    let flows = ["2 1 2 3 4 5 6 7 8 9 ACCEPT", "2 1 2 3 4 5 6 7 8 9 REJECT"];
    assert_eq!(told(&flows).len(), 2, "where nearly all is variable, the few words decide");
}

#[test]
fn a_template_is_small_however_long_its_line_is() {
    let mut miner = Miner::default();
    let long = "é".repeat(100_000);
    let one = take(&mut miner, 0, &format!("{long} {long}"));
    let keys: Vec<_> = (0..1_000).map(|nth| format!("\"{}{nth}\":1", "k".repeat(300))).collect();
    take(&mut miner, 0, &format!("{{{}}}", keys.join(",")));
    let rows = miner.ranked(minute(0), Windows::default(), 9);
    assert_eq!(rows.len(), 2);
    for row in &rows {
        let keys: usize = row.keys.iter().map(|key| key.as_str().len()).sum();
        assert!(row.wording.as_str().len() + keys < 4_000);
    }
    assert_ne!(
        take(&mut miner, 0, &format!("{long} {long}x")),
        one,
        "all of a word tells it apart"
    );
}

#[test]
fn of_json_level_message_and_keys_are_the_template() {
    let lines = [
        r#"{"level":"INFO","message":"order 7 written","id":7}"#,
        r#"{"id":8,"message":"order 8 written\nat once","level":"INFO"}"#,
        r#"{"level":"ERROR","message":"order 9 written","id":7}"#,
        r#"{"level":"INFO","message":"order 9 written"}"#,
        r#"{"type":"platform.report","record":{"message":"x"}}"#,
        r#"{"level":"INFO","message":"#,
    ];
    let wanted = [
        "order <*> written .id .level .message",
        "order <*> written .id .level .message",
        "order <*> written .level .message",
        "platform.report .record .type",
        r#"{"level":"INFO","message":"#,
    ];
    assert_eq!(told(&lines), wanted);
}

#[test]
fn a_failure_is_told_by_its_type_and_the_first_place_of_its_trace() {
    let lines = [
        r#"{"errorType":"KeyError","errorMessage":"'a'","stackTrace":["  File \"/var/task/app.py\", line 3, in handler\n    x[k]\n"]}"#,
        r#"{"errorType":"KeyError","errorMessage":"'b'","stackTrace":["  File \"/var/task/app.py\", line 3, in handler\n    x[k]\n"]}"#,
        r#"{"errorType":"KeyError","errorMessage":"'b'","stackTrace":[]}"#,
        "2026-11-22T03:00:00Z\tid\tERROR\tInvoke Error \t{\"errorType\":\"TypeError\",\"errorMessage\":\"x\",\"stack\":[\"TypeError: x\",\"    at save (/var/task/a.js:1:2)\"]}",
        "[ERROR] ValueError: no order\nTraceback (most recent call last):\n  File \"/var/task/app.py\", line 9, in run\n",
    ];
    let keys = " .errorMessage .errorType .stackTrace";
    let wanted = [
        format!("KeyError 'b'{keys}"),
        format!(r#"KeyError File \"/var/task/app.py\", line <*> in handler{keys}"#),
        "TypeError at save <*>".into(),
        r#"ValueError: no order File "/var/task/app.py", line <*> in run"#.into(),
    ];
    assert_eq!(told(&lines), wanted);
}

#[test]
fn what_is_new_comes_first_then_what_surges_then_what_has_gone_quiet() {
    let mut miner = Miner::default();
    for at in 0..60 {
        for nth in 0..20 {
            take(&mut miner, at * 60_000 + nth, "order 7 written");
        }
        let (failing, beating) = if at < 55 { (1, 30) } else { (40, 0) };
        for _ in 0..failing {
            take(&mut miner, at * 60_000, "ERROR no stock of 7");
        }
        for _ in 0..beating {
            take(&mut miner, at * 60_000, "heart beats");
        }
    }
    take(&mut miner, 59 * 60_000, "INFO hello");
    let bad = take(&mut miner, 59 * 60_000, "ERROR relation orders does not exist");
    let rows = miner.ranked(minute(59) + Duration::from_secs(30), Windows::default(), 9);
    let kind = |standing| match standing {
        Standing::New => "new",
        Standing::Surging(_) => "surging",
        Standing::Steady => "steady",
        Standing::Quiet(_) => "quiet",
        Standing::Unjudged => "unjudged",
    };
    let told: Vec<_> = rows.iter().map(|row| (kind(row.standing), row.wording.as_str())).collect();
    let wanted = [
        ("new", "relation orders does not exist"),
        ("new", "hello"),
        ("surging", "no stock of <*>"),
        ("quiet", "heart beats"),
        ("steady", "order <*> written"),
    ];
    assert_eq!(told, wanted);
    assert_eq!((rows[2].recent, rows[2].baseline), (200, 30));
    assert_eq!(miner.standing(bad, minute(59), Windows::default()), Some(Standing::New));
    assert_eq!(miner.standing(TemplateId(5), minute(59), Windows::default()), None);
}

#[test]
fn what_was_seen_in_an_earlier_session_is_not_new_in_this() {
    let mut miner = Miner::default();
    let id = take(&mut miner, 0, "order 7 written by anna today");
    let text = serde_json::to_string(&miner.save()).unwrap();
    let mut miner = Miner::load(serde_json::from_str(&text).unwrap(), 64).unwrap();
    let later = 100 * 60_000;
    assert_eq!(take(&mut miner, later, "order 8 written by anna today"), id);
    let other = take(&mut miner, later, "no stock");
    let rows = miner.ranked(minute(100), Windows::default(), 9);
    let of = |id| rows.iter().find(|row| row.id == id).unwrap();
    // Of its rate nothing is known yet: nobody counted between the sessions.
    assert_eq!((of(other).standing, of(id).standing), (Standing::New, Standing::Unjudged));
    assert_eq!((of(id).first, of(id).lines), (minute(0), 2));
    let newer = text.replacen("\"version\":1", "\"version\":2", 1);
    let refused = Miner::load(serde_json::from_str(&newer).unwrap(), 64).map(drop);
    assert_eq!(refused, Err(LoadError::Version(2)));
}

#[test]
fn a_line_that_an_earlier_session_counted_counts_once() {
    let lines = [(0, "order 7 written"), (60_000, "order 8 written"), (90_000, "no stock")];
    let mut miner = Miner::default();
    for (at, line) in lines {
        take(&mut miner, at, line);
    }
    let mut miner = Miner::load(miner.save(), 64).unwrap();
    // A tail begins with what was written of late.
    for (at, line) in lines.into_iter().chain([(95_000, "order 9 written"), (96_000, "hello")]) {
        take(&mut miner, at, line);
    }
    let rows = miner.ranked(minute(2), Windows::default(), 9);
    let mut told: Vec<_> = rows.iter().map(|row| (row.wording.as_str(), row.lines)).collect();
    told.sort_unstable();
    assert_eq!(told, [("hello", 1), ("no stock", 1), ("order <*> written", 3)]);
    assert!(rows.iter().all(|row| row.newest.is_some()), "each has an example");
}

#[test]
fn a_ranking_in_portions_is_the_ranking_at_once() {
    let mut miner = Miner::new(8);
    for at in 0..40 {
        for nth in 0..=at % 7 {
            take(&mut miner, at * 60_000, &"w ".repeat(usize::try_from(nth).unwrap()));
        }
    }
    let wanted = miner.ranked(minute(39), Windows::default(), 5);
    let mut ranking = miner.rank(minute(39), Windows::default());
    let mut steps = 1;
    while !miner.judge_some(&mut ranking, 2) {
        steps += 1;
    }
    assert!(steps > 2);
    let outstanding = ranking.outstanding();
    assert_eq!(miner.told(ranking, 5), wanted);
    assert_eq!((outstanding.new, outstanding.surging), (0, 0));
}

#[test]
fn an_id_is_the_same_in_every_session_and_version() {
    let mut miner = Miner::default();
    assert_eq!(take(&mut miner, 0, "order 7 written").to_string(), "ec9cfe54761c3e95");
    let json = r#"{"level":"INFO","message":"order 7 written"}"#;
    assert_eq!(take(&mut miner, 0, json).to_string(), "a1ac9d33e93e6c62");
}

#[test]
fn a_view_shows_the_lines_of_a_template() {
    let event = |nth: i64, message: &str| LogEvent {
        group: LogGroupName::parse("/a").unwrap(),
        stream: "s".into(),
        timestamp: Timestamp::from_millis(nth),
        ingested: Timestamp::from_millis(nth),
        message: message.into(),
        event_id: None,
    };
    let mut store = Store::default();
    let mut miner = Miner::default();
    let kinds = ["INFO order 7 was written for the customer", "{\"message\":\"order 7\"}", "order"];
    store.append(
        (0..90).zip(kinds.iter().cycle()).map(|(nth, kind)| event(nth, kind).into()).collect(),
    );
    store.append(vec![event(90, "INFO order 7 was written by the customer").into()]);
    while !miner.advance(&store, 7).done {}
    assert_eq!((miner.len(), miner.taken(), miner.missed()), (3, 91, 0));
    for row in miner.ranked(minute(0), Windows::default(), 9) {
        let mut view = View::new(Filter::from(miner.shape(row.id).unwrap()));
        assert!(view.advance(&store, usize::MAX).done);
        assert_eq!(view.rows(&store).len() as u64, row.lines, "{}", row.wording);
        let newest = store.find(row.newest.unwrap()).unwrap();
        assert!(view.filter().admits(&newest));
    }
}

#[test]
fn a_miner_takes_every_line_of_a_store_once_or_says_that_it_missed_it() {
    for seed in 0..100 {
        let mut rng = Rng::with_seed(seed);
        let mut store = Store::new(if seed % 2 == 0 { 9_000 } else { 1 << 20 });
        let mut miner = Miner::new(8);
        let mut given = 0;
        for _ in 0..rng.usize(1..40) {
            let batch: Vec<_> = (0..rng.usize(1..40))
                .map(|_| {
                    let at = Timestamp::from_millis(rng.i64(0..4_000_000));
                    let event = LogEvent {
                        group: LogGroupName::parse("/a").unwrap(),
                        stream: "s".into(),
                        timestamp: at,
                        ingested: at,
                        message: "w ".repeat(rng.usize(0..20)),
                        event_id: None,
                    };
                    event.into()
                })
                .collect();
            given += batch.len() as u64;
            store.append(batch);
            if rng.u8(..) < 5 {
                store.clear();
            }
            let gap = Gap {
                id: GapId(1),
                group: LogGroupName::parse("/a").unwrap(),
                from: minute(0),
                to: None,
                cause: GapCause::Sampled,
            };
            store.change_gap(GapChange::Set(gap));
            let progress = miner.advance(&store, rng.usize(1..60));
            assert!(
                progress.scanned <= progress.total && progress.total == store.len(),
                "seed {seed}"
            );
        }
        while !miner.advance(&store, 5).done {}
        assert_eq!(miner.taken() + miner.missed(), given, "seed {seed}");
        assert!(miner.len() <= 8 && (seed % 2 == 0 || miner.taken() > 0), "seed {seed}");
        let rows = miner.ranked(minute(0), Windows::default(), 99);
        assert_eq!(rows.iter().map(|row| row.lines).sum::<u64>(), miner.taken(), "seed {seed}");
    }
}

fn words() -> impl Strategy<Value = Vec<(i64, String)>> {
    let word = prop::sample::select(vec![
        "order",
        "7",
        "written",
        "a",
        "b",
        "ERROR",
        "é",
        "{",
        "\u{1b}[1m",
    ]);
    let line = prop::collection::vec(word, 0..7).prop_map(|words| words.join(" "));
    prop::collection::vec((0..40_000_000_i64, line), 0..150)
}

proptest! {
    #[test]
    fn counts_add_up_to_the_lines_taken(lines in words(), most in 8..20_usize) {
        let mut miner = Miner::new(most);
        for (at, line) in &lines {
            take(&mut miner, *at, line);
        }
        let rows = miner.ranked(minute(700), Windows::default(), usize::MAX);
        prop_assert!(miner.len() <= most && rows.len() <= most + 1);
        prop_assert_eq!(rows.iter().map(|row| row.lines).sum::<u64>(), lines.len() as u64);
        for template in &miner.templates {
            let (minutes, before) = template.tally.counts.parts();
            let counted = minutes.iter().map(|(_, count)| u64::from(*count)).sum::<u64>() + before;
            prop_assert_eq!(counted, template.tally.lines);
        }
    }

    #[test]
    fn lines_taken_again_get_the_ids_they_had(lines in words()) {
        let (mut one, mut other) = (Miner::default(), Miner::default());
        let mut ids = Vec::new();
        for (at, line) in &lines {
            ids.push(take(&mut one, *at, line));
        }
        for ((at, line), id) in lines.iter().zip(&ids) {
            prop_assert_eq!(take(&mut other, *at, line), *id);
            prop_assert_eq!(take(&mut one, *at, line), *id);
        }
    }

    #[test]
    fn what_is_saved_comes_back(lines in words(), most in 8..20_usize) {
        let mut miner = Miner::new(most);
        for (at, line) in &lines {
            take(&mut miner, *at, line);
        }
        let text = serde_json::to_string(&miner.save()).unwrap();
        let loaded = Miner::load(serde_json::from_str(&text).unwrap(), most).unwrap();
        prop_assert_eq!(loaded.save(), miner.save());
        let bare = |miner: &Miner| {
            let mut rows = miner.ranked(minute(650), Windows::default(), usize::MAX);
            for row in &mut rows {
                // Rates are judged anew in each session.
                (row.newest, row.standing, row.baseline) = (None, Standing::Unjudged, 0);
            }
            rows.sort_by_key(|row| row.id);
            rows
        };
        prop_assert_eq!(bare(&loaded), bare(&miner));
    }
}
