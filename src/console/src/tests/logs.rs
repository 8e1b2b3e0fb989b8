//! Stories of the log screen.

use super::console::{Console, edged};
use super::fixture;
use crate::app::tail::Unread;
use crate::app::{Effect, Flow, Msg, TailStanding};
use std::time::Duration;
use watchdeck_signal::{Gap, GapCause, GapChange, GapId, News};

const BAD_DEPLOY: &str = r#"
    orders-reader {"level":"INFO","message":"served 12 orders","request_id":"5f1"}
    orders-writer {"level":"INFO","message":"order taken","order":"A-1001"}
    orders-writer START RequestId: 5f2 Version: 42
    orders-writer {"level":"ERROR","message":"TypeError: Cannot read properties of undefined (reading 'total')","request_id":"5f2"}
    orders-write {"status":502,"path":"/orders"}
    orders-reader {"level":"WARN","message":"cache miss storm","keys":912}
    orders-writer {"level":"ERROR","message":"TypeError: Cannot read properties of undefined (reading 'total')","request_id":"5f3"}
"#;

fn bad_deploy() -> Console {
    Console::new().lines(BAD_DEPLOY)
}

#[test]
fn the_console_opens_on_the_living_logs_of_the_simulated_account() {
    let mut console = bad_deploy();
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-depl…  READ-ONLY  SIMULATED
    │ 1 2 Logs  3 4 5 6 7 8 9 0 !                                                ● 0.0 calls/s 03:04:07Z
    │ 03:04:01.000 orders-reader INFO  served 12 orders  request_id=5f1
    │ 03:04:02.000 orders-writer INFO  order taken  order=A-1001
    │ 03:04:03.000 orders-writer   ·   START RequestId: 5f2 Version: 42
    │ 03:04:04.000 orders-writer ERROR TypeError: Cannot read properties of undefined (reading 'total')
    │ 03:04:05.000 orders-write    ·   status=502 path=/orders
    │ 03:04:06.000 orders-reader WARN  cache miss storm  keys=912
    │▌03:04:07.000 orders-writer ERROR TypeError: Cannot read properties of undefined (reading 'total')
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │ live · complete up to 03:04:04 · 7 lines · 2 errors
    │ space pause   l groups   e next error   enter open   / filter   t templates   ? help   q quit
    ");
    insta::assert_snapshot!(console.style_picture(), @"
    │aaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbcccccccccccddddddddddd
    │eeee ffff eeeeeeeeeeeeeeeeee                                                ghhhhhhhhhhhh
    │fhhhhhhhhhhhhijjjjjjjjjjjjj ggggg                   kkkkkkkkkkkkkk
    │fhhhhhhhhhhhhilllllllllllll ggggg              kkkkkkkkkkkk
    │fhhhhhhhhhhhhilllllllllllll kkkkk hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh
    │fhhhhhhhhhhhhilllllllllllll mmmmm nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn
    │fhhhhhhhhhhhhiooooooooooooo kkkkk nnnnnnnnnnnnnnnnnnnnnnn
    │fhhhhhhhhhhhhijjjjjjjjjjjjj iiiii iiiiiiiiiiiiiiii  kkkkkkkk
    │pqqqqqqqqqqqqrssssssssssssstuuuuutvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvtt
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │
    │gggggkkkhhhhhhhhhhhhhhhhhhhhhhhkkkhhhhhhhkkknnnnnnnn
    │eeeeeeehhhhhhheeehhhhhhhheeehhhhhhhhhhhheeeeeeehhhhhheeehhhhhhhheeehhhhhhhhhhheeehhhhhheeehhhhhh
    │a 252 on 236 BOLD
    │b 252 on 236 NONE
    │c 232 on 108 BOLD
    │d 232 on 75 BOLD
    │e 110 on Reset BOLD
    │f 75 on Reset BOLD
    │g 114 on Reset NONE
    │h 245 on Reset NONE
    │i 179 on Reset NONE
    │j 174 on Reset NONE
    │k 240 on Reset NONE
    │l 139 on Reset NONE
    │m 203 on Reset BOLD
    │n 203 on Reset NONE
    │o 108 on Reset NONE
    │p 75 on 237 BOLD
    │q 245 on 237 NONE
    │r 179 on 237 NONE
    │s 139 on 237 NONE
    │t Reset on 237 NONE
    │u 203 on 237 BOLD
    │v 203 on 237 NONE
    ");
    let left = console.take_left();
    let [Effect::WatchLogs { groups, .. }] = left.as_slice() else { panic!("{left:?}") };
    let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(
        names,
        ["/aws/apigateway/orders-write", "/aws/lambda/orders-reader", "/aws/lambda/orders-writer"]
    );
}

#[test]
fn a_paused_view_stands_still_and_counts_what_arrives() {
    let console = bad_deploy().press("space");
    let before = console.screen();
    let console = console.lines("orders-writer one more\norders-writer and another");
    assert!(console.screen().contains("PAUSED, 2 new"));
    let still =
        |screen: &str| screen.lines().skip(2).take(20).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(still(&before), still(&console.screen()), "no line moved");
    let console = console.press("space");
    console.row("and another");
    assert!(!console.screen().contains("PAUSED"));
}

#[test]
fn a_filter_narrows_the_lines_and_esc_takes_it_away() {
    let console = bad_deploy().press("/ TypeError enter");
    assert!(console.screen().contains("2 of 7 lines: TypeError"));
    assert!(!console.screen().contains("order taken"));
    let console = console.press("/ ctrl-u ! TypeError enter");
    assert!(console.screen().contains("5 of 7 lines: !TypeError"));
    let console = console.press("/ ctrl-u {␣$.level␣=␣\"WARN\"␣} enter");
    console.row("cache miss storm");
    assert!(console.screen().contains("1 of 7 lines"));
    let console = console.press("esc");
    console.row("order taken");
}

#[test]
fn a_wrong_filter_is_told_where_it_is_wrong() {
    let console = bad_deploy().press("/ {␣$.level␣=␣} enter");
    let screen = console.screen();
    let typed = screen.lines().position(|row| row.starts_with("/{ $.level = }")).unwrap();
    let said: Vec<&str> = screen.lines().collect();
    insta::assert_snapshot!(edged(&[said[typed - 1], said[typed]].join("\n")), @r#"
    │             ^ expected a value, found `}`: quote it if it holds blanks or other special characters
    │/{ $.level = }
    "#);
    let console = console.press("esc");
    console.row("7 lines");
}

#[test]
fn e_walks_the_errors_and_n_what_was_searched_for() {
    let console = bad_deploy().press("e");
    assert!(
        console.screen().contains("no error after this line"),
        "the newest line is the last error"
    );
    let console = console.press("E");
    assert!(console.row("▌").contains("TypeError"));
    assert!(console.row("▌").contains("03:04:04"));
    let console = console.press("/ order enter esc N");
    assert!(console.row("▌").contains("order taken") || console.row("▌").contains("served 12"));
    let console = console.press("n n n n n n n n");
    assert!(console.screen().contains("no match after this line"));
}

#[test]
fn a_line_opens_with_everything_it_holds() {
    let console = bad_deploy().press("E enter");
    insta::assert_snapshot!(console.picture(), @r#"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-depl…  READ-ONLY  SIMULATED
    │ 1 2 Logs  3 4 5 6 7 8 9 0 !                                                ● 0.0 calls/s 03:04:07Z
    │ 03:04:01.000 orders-reader INFO  served 12 orders  request_id=5f1
    │ 03:04:02.000 orders-writer INFO  order taken  order=A-1001
    │ 03:04:03.000 orders-writer   ·   START RequestId: 5f2 Version: 42
    │▌03:04:04.000 orders-writer ERROR TypeError: Cannot read properties of undefined (reading 'total')
    │ 03:04:05.000 orders-write    ·   status=502 path=/orders
    │ 03:04:06.000 orders-reader WARN  cache miss storm  keys=912
    │╭ Line ────────────────────────────────────────────────────────────────────────────────────────────╮
    ││ time       2026-11-22T03:04:04.000Z                                                              │
    ││ ingested   2026-11-22T03:04:04.300Z (300 ms later)                                               │
    ││ group      /aws/lambda/orders-writer                                                             │
    ││ stream     2026/11/22/[42]0f1e2d3c                                                               │
    ││ level      ERROR                                                                                 │
    ││ kind       application                                                                           │
    ││ request    5f2                                                                                   │
    ││ version    42                                                                                    │
    ││                                                                                                  │
    ││ {                                                                                                │
    ││   "level": "ERROR",                                                                              │
    ││   "message": "TypeError: Cannot read properties of undefined (reading 'total')",                 │
    │╰──────────────────────────────────────────────────────────────────────────────────────────────────╯
    │ live · complete up to 03:04:04 · 7 lines · 2 errors · not following
    │ e next error   q back   ctrl-p go to   : command   ? help   ctrl-c quit
    "#);
    let console = console.press("esc");
    assert!(!console.screen().contains("stream"));
}

#[test]
fn a_gap_is_a_row_until_it_is_known() {
    let mut console = bad_deploy();
    let ticket = console.model.logs.tail.unwrap();
    let gap = Gap {
        id: GapId(1),
        group: fixture::event("orders-writer", "", console.now).group,
        from: console.now - Duration::from_secs(2),
        to: Some(console.now - Duration::from_secs(1)),
        cause: GapCause::Sampled,
    };
    let news = |change| Box::new(News { lines: Vec::new(), gaps: vec![change] });
    console.hear(Msg::Tailed { ticket, news: news(GapChange::Set(gap)) });
    console
        .row("orders-writer 03:04:05 to 03:04:06: the live tail was sampled; lines may be missing");
    assert!(console.screen().contains("1 gap"));
    console.hear(Msg::Tailed { ticket, news: news(GapChange::Closed(GapId(1))) });
    assert!(!console.screen().contains("sampled"));
}

#[test]
fn what_was_let_go_and_what_is_polled_reaches_the_screen() {
    let mut console = bad_deploy();
    let ticket = console.model.logs.tail.unwrap();
    let standing = TailStanding {
        complete_to: Some(console.now),
        flow: Flow::Swept("the live tail ended".into()),
        slowed: true,
        live_minutes: 134,
        dropped: 1_200,
        ..TailStanding::default()
    };
    console.hear(Msg::TailStood { ticket, standing });
    let console = console.sized(200, 24);
    let row = console.row("polled: the live tail ended · throttled: asked more slowly");
    assert!(row.contains("complete up to 03:04:07") && row.contains("1,200 dropped"), "{row}");
    assert!(row.contains("134 live min, $1.34 at most"), "{row}");
}

#[test]
fn groups_that_cannot_be_read_are_named_where_the_lines_are() {
    let mut console = bad_deploy();
    let ticket = console.model.logs.tail.unwrap();
    let groups = vec![console.model.logs.watched[0].name.clone()];
    let why = "logs:FilterLogEvents was denied".into();
    let unread = Some(Box::new(Unread { groups, why }));
    let standing = TailStanding { flow: Flow::Pushed, unread, ..TailStanding::default() };
    console.hear(Msg::TailStood { ticket, standing });
    console.row("1 of 3 log groups cannot be read: orders-write: logs:FilterLogEvents was denied");
}

#[test]
fn lines_of_an_older_choice_of_groups_never_appear_in_the_newer() {
    let mut console = bad_deploy();
    let older = console.model.logs.tail.unwrap();
    console = console.press("l space j j space enter");
    let line = fixture::event("orders-writer", "from the older tail", console.now);
    console.hear(Msg::Tailed {
        ticket: older,
        news: Box::new(News { lines: vec![line.into()], gaps: Vec::new() }),
    });
    assert!(!console.screen().contains("from the older tail"));
    assert!(console.screen().contains("Watching"));
}

#[test]
fn groups_are_marked_and_watched() {
    let console = bad_deploy().press("l");
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-depl…  READ-ONLY  SIMULATED
    │ 1 2 Logs  3 4 5 6 7 8 9 0 !                                                ● 0.0 calls/s 03:04:07Z
    │ 03:04:01.000 orders-reader INFO  served 12 orders  request_id=5f1
    │ 03:04:02.000 orders-writer INFO  order taken  order=A-1001
    │ 03:04:03.000 orders-writer   ·   START RequestId: 5f2 Version: 42
    │ 03:04:04.000 orders-writer ERROR TypeError: Cannot read properties of undefined (reading 'total')
    │ 03:04:05.000 orders-write    ·   status=502 path=/orders
    │ 03:04:06.000 orders-reader WARN  cache miss storm  keys=912
    │▌03:04:07.00╭ Log groups: 3 of at most 10 marked ──────────────────────────────────────╮g 'total')
    │            │ / filters                                                                │
    │            │▌✔ /aws/apigateway/orders-write                                     46 MB │
    │            │ ✔ /aws/lambda/orders-reader                                        46 MB │
    │            │ ✔ /aws/lambda/orders-writer                                        46 MB │
    │            │   aws-waf-logs-shop-edge                                           46 MB │
    │            ╰──────────────────────────────────────────────────────────────────────────╯
    │
    │
    │
    │
    │
    │
    │
    │ live · complete up to 03:04:04 · 7 lines · 2 errors
    │ space mark   p more places   enter watch   / filter   q back   ctrl-p go to   ? help   ctrl-c quit
    ");
    let console = console.press("/ waf enter space");
    assert!(console.screen().contains("4 of at most 10 marked"));
    let mut console = console.press("enter");
    assert!(
        matches!(console.take_left().last(), Some(Effect::WatchLogs { groups, .. }) if groups.len() == 4)
    );
}

#[test]
fn the_cursor_stays_on_its_line_while_others_arrive() {
    let console = bad_deploy().press("k k");
    let chosen = console.row("▌");
    let console = console.lines("orders-writer later\norders-writer later still");
    assert_eq!(console.row("▌"), chosen);
    let console = console.press("G");
    assert!(console.row("▌").contains("later still"));
}

#[test]
fn long_lines_are_cut_moved_and_wrapped() {
    let long = format!("orders-writer begin {} end", "abcdefghi ".repeat(20));
    let console = Console::new().lines(&long);
    assert!(!console.screen().contains("end"));
    assert!(console.row("begin").ends_with('…'));
    let moved = console.press("right right");
    assert!(!moved.screen().contains("begin"));
    let wrapped = moved.press("w");
    wrapped.row(" end");
}

#[test]
fn help_judges_the_view_under_it_and_gives_it_back() {
    let console = bad_deploy().press("?").sized(100, 100);
    for id in ["open ", "open-filter"] {
        assert!(!console.row(&format!(" {id}")).contains("Not now"), "{}", console.row(id));
    }
    let console = console.press("esc 0 ?");
    console.row("has no filter.");
    let console = console.press("esc 2 l /").press("waf enter ?");
    console.row("Help: Logs › Log groups");
    console.row("watch-marked");
    assert!(!console.row(" open-filter").contains("Not now"));
    assert!(console.row(" open ").contains("Not now"));
    let console = console.press("esc");
    console.row("/ waf");
    let console = console.press("esc");
    assert!(!console.screen().contains("/ waf"));
}

#[test]
fn nothing_opens_where_no_line_passes_the_filter() {
    let console = bad_deploy().press("/ nowhere enter enter");
    console.row("there is nothing to open");
    assert!(!console.screen().contains("let go"));
    // The filter can also come while the line is open.
    let console = bad_deploy().press("E enter : filter␣nowhere enter");
    assert!(!console.screen().contains("let go to make room"));
}

#[test]
fn a_filter_opened_again_is_replaced_by_typing_and_edited_by_moving() {
    let console = bad_deploy().press("/ TypeError enter / cache enter");
    console.row("1 of 7 lines: cache");
    let console = console.press("/ end space storm enter");
    console.row("1 of 7 lines: cache storm");
    let console = console.press("/ backspace enter");
    console.row("lines: cache stor");
}

#[test]
fn the_other_groups_let_their_lines_go_and_say_so() {
    let mut console = bad_deploy();
    console.take_left();
    let mut console = console.press("l enter");
    assert!(console.take_left().is_empty(), "the same groups are watched on");
    console.row("order taken");
    let console = console.press("l / waf enter space enter");
    console.row("7 lines were let go");
}

#[test]
fn a_found_line_takes_back_that_there_was_none() {
    let console = bad_deploy().press("e");
    console.row("no error after this line");
    let console = console.press("E");
    assert!(!console.screen().contains("after this line"));
    let console = console.press("g g E");
    console.row("no error before this line");
}
