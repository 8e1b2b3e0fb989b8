//! Stories of the functions.

use watchdeck_domain::ReadError;
use watchdeck_domain::reading::ReadFailure;

use super::console::Console;
use crate::app::{Effect, Msg};

#[test]
fn the_functions_are_listed() {
    let console = Console::new().press(": functions enter");
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-depl…  READ-ONLY  SIMULATED
    │ 1 2 3 4 5 6 Functions  7 8 9 0 !                                              ● 0.0 calls/s 03:04Z
    │  FUNCTION         RUNTIME         MEMORY   LIMIT  CHANGED
    │▌ checkout-notify  nodejs22.x      512 MB    10 s  2026-11-22 03:01
    │  orders-reader    nodejs22.x      512 MB    10 s  2026-11-22 03:01
    │  orders-worker    nodejs22.x      512 MB    10 s  2026-11-22 03:01
    │  orders-writer    nodejs22.x      512 MB    10 s  2026-11-22 03:01
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
    │
    │
    │
    │ t changes   enter open   / filter   space mark   esc back   ctrl-p go to   ? help   q quit
    ");
}

#[test]
fn a_function_shows_which_version_fails_and_who_deployed_it() {
    let console = Console::new().press("6 / writer enter enter");
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-depl…  READ-ONLY  SIMULATED
    │ 1 2 3 4 5 6 Functions › orders-writer  7 8 9 0 !                              ● 0.0 calls/s 03:04Z
    │  orders-writer   nodejs22.x · 512 MB · limit 10 s
    │
    │  ALIAS          POINTS AT                  CALLS   ERRORS   60 MIN    5 MIN  RATE BY MINUTE
    │▌ live           42                         7,200      129    1.8 %   21.0 %  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁███
    │
    │  VERSION        PUBLISHED                  CALLS   ERRORS   60 MIN    5 MIN  RATE BY MINUTE
    │  $LATEST        2026-11-22 03:01               0        0        –        –
    │  42 ← live      2026-11-22 03:01             360      126   35.0 %   35.0 %                    ███
    │  41             2026-11-12 14:05           6,840        3    0.0 %    0.0 %  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁
    │  40             2026-10-02 09:30               0        0        –        –
    │
    │  ALIAS MOVES, LAST 24 HOURS
    │  03:01:10  live → 42        by ci-deploy
    │  10:24:00  live → 41        by ci-deploy
    │
    │
    │
    │
    │
    │
    │
    │ l logs   t changes   esc back   ctrl-p go to   : command   ? help   q quit
    ");
    insta::assert_snapshot!(console.style_picture(), @"
    │aaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbcccccccccccddddddddddd
    │eeeeeeeeeeee fffffffffffffffffffffffff eeeeeeeeee                              ghhhhhhhhhhhh
    │iiiiiiiiiiiiiiihhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh
    │
    │jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj
    │kkllllllllllllllllllllllllllllllllllllllmmmmmmmmmnnnnnnnnnnnnnnnnnnoooooooooooooooooooooooooooooooom
    │
    │jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj
    │ff              hhhhhhhhhhhhhhhhhhhhhhhh         hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh
    │ffiiiiiiiiiiiiiihhhhhhhhhhhhhhhhhhhhhhhh         pppppppppppppppppppppppppppppppppppppppppppppppppp
    │ff              hhhhhhhhhhhhhhhhhhhhhhhh         gggggggggggggggggggggggggggggggggggggggggggggggggg
    │ff              hhhhhhhhhhhhhhhhhhhhhhhh         hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh
    │
    │jjjjjjjjjjjjjjjjjjjjjjjjjjjj
    │hhhhhhhhhhhh               hhhhhhhhhhhhhh
    │hhhhhhhhhhhh               hhhhhhhhhhhhhh
    │
    │
    │
    │
    │
    │
    │
    │eeehhhhhheeehhhhhhhhheeeeehhhhhheeeeeeeehhhhhhheeehhhhhhhhheeehhhhhheeehhhhhh
    │a 252 on 236 BOLD
    │b 252 on 236 NONE
    │c 232 on 108 BOLD
    │d 232 on 75 BOLD
    │e 110 on Reset BOLD
    │f 75 on Reset BOLD
    │g 114 on Reset NONE
    │h 245 on Reset NONE
    │i Reset on Reset BOLD
    │j 240 on Reset NONE
    │k 75 on 237 BOLD
    │l Reset on 237 BOLD
    │m Reset on 237 NONE
    │n 179 on 237 NONE
    │o 203 on 237 NONE
    │p 203 on Reset NONE
    ");
}

#[test]
fn the_logs_of_a_function_are_a_key_away() {
    let mut console = Console::new().press("6 j j j l");
    let left = console.take_left();
    let Some(Effect::WatchLogs { groups, .. }) = left.last() else { panic!("{left:?}") };
    assert_eq!(groups[0].name.as_str(), "/aws/lambda/orders-writer");
    console = console.press("-");
    console.row("▌ orders-writer");
}

#[test]
fn an_answer_that_was_overtaken_is_dropped() {
    let mut console = Console::silent().press("6");
    let [.., Effect::Read { ticket: older, query }] = console.left.as_slice() else { panic!() };
    let (older, query) = (*older, query.clone());
    console = console.press("ctrl-r");
    let answer = super::fixture::answer(&query, console.now);
    console.hear(Msg::Answered { ticket: older, answer: Box::new(answer) });
    console.row("Asking for the functions …");
    assert_eq!(console.model.questions.stale, 1);
    let console = console.answer();
    console.row("orders-writer");
}

#[test]
fn a_denied_question_says_so_where_it_belongs_and_under_problems() {
    let mut console = Console::silent().press("6");
    let Some(Effect::Read { ticket, .. }) = console.take_left().pop() else { panic!() };
    let mut error = ReadError::new(
        ReadFailure::Denied,
        "lambda:ListFunctions",
        "User is not authorized to perform: lambda:ListFunctions",
    );
    error.code = "AccessDeniedException".into();
    console.hear(Msg::Answered { ticket, answer: Box::new(Err(error)) });
    console.row("lambda:ListFunctions was not answered (AccessDeniedException)");
    let console = console.sized(120, 24).press("!");
    console.row("read.access-denied");
    console.row("the role lacks this permission");
}

#[test]
fn lost_credentials_show_in_the_header_until_an_answer_comes() {
    let mut console = Console::new().press("6");
    let pane = crate::app::ticket::Pane::Functions;
    let ticket = console.model.questions.ask(pane.clone(), console.now);
    let error = ReadError::new(ReadFailure::Expired, "lambda:ListFunctions", "token expired");
    console.hear(Msg::Answered { ticket, answer: Box::new(Err(error)) });
    console.row("credentials-expired");
    // Whatever is asked now would be refused as well: new ones come first.
    let mut console = console.press("ctrl-r");
    assert_eq!(console.take_left().pop(), Some(Effect::Renew));
    console.hear(Msg::Renewed(None));
    assert!(!console.screen().contains("credentials-expired"));
    console.row("123456784021");
}

#[test]
fn what_is_looked_at_is_asked_for_again_when_it_is_old() {
    let mut console = Console::silent().press("6");
    console.take_left();
    let mut console = console.wait(120);
    assert!(console.take_left().is_empty(), "one question a pane at most");
    let mut console = Console::new().press("6").wait(30);
    console = console.wait(40);
    assert!(console.now.since(console.model.functions.list.at).as_secs() < 40);
}

#[test]
fn completing_asks_once_for_the_names_it_lacks() {
    let mut console = Console::silent();
    console.take_left();
    let mut console = console.press(": rollback␣orders-wri tab tab");
    assert_eq!(console.left.len(), 1, "{:?}", console.left);
    assert!(matches!(console.left.first(), Some(Effect::Read { .. })));
    console = console.answer().press("tab");
    console.row(":rollback orders-writer");
    let console = console.press("space l tab tab");
    console.row(":rollback orders-writer live");
}
