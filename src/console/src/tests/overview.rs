//! Stories of the overview: from the map to the part that fails, its alarm, its findings, its change, its logs.

use super::console::Console;
use crate::app::Effect;
use crate::app::shell::Screen;

#[test]
fn the_architecture_is_drawn_with_a_state_for_each_part() {
    let console = Console::new().sized(120, 40).press("1");
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-deploy                     READ-ONLY  SIMULATED
    │ 1 Overview  2 3 4 5▲2 6 7 8 9 0 !                                                                 ● 0.0 calls/s 03:04Z
    │╭ EDGE ───────────────────╮   ╭ API ────────────────────╮   ╭ COMPUTE ────────────────╮   ╭ DATA ──────────────────────╮
    ││● E2QWRUHEXAMPLE         │─▶ │● shop-web               │─▶ │● checkout-notify        │─▶ │● shop-db-1               46│
    ││  114/min  0.0 %         │   │  requests 114/min       │   │  114/min  0.0 %  80 ms  │   │  connections 46  cpu 34.0 %│
    ││● shop-edge              │   │● orders-async           │   │● orders-reader          │   │● shop-db-2               46│
    ││  114/min  114/min       │   │  114/min  0.0 %  80 ms  │   │  114/min  0.0 %  80 ms  │   │  connections 46  cpu 34.0 %│
    │╰─────────────────────────╯   │● orders-read            │   │● orders-worker          │   ╰────────────────────────────╯
    │╭ SECOND REGION eu-west-1 ╮   │  114/min  0.0 %  80 ms  │   │  114/min  0.0 %  80 ms  │   ╭ QUEUES ────────────────────╮
    ││● shop-db  connected     │   │● orders-write           │   │✘ orders-writer ▲1 37.2 %│   │● orders             114/min│
    │╰─────────────────────────╯   │  114/min  0.0 %  80 ms  │   │  37.2 %  114/min  80 ms │   │  sent 114/min              │
    │                              ╰─────────────────────────╯   ╰─────────────────────────╯   │● orders-dlq         114/min│
    │                                                                                          │  sent 114/min              │
    │                                                                                          ╰────────────────────────────╯
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
    │ ● E2QWRUHEXAMPLE  CloudFront distribution  requests 114/min  5xx 0.0 %  origin –
    │ RECENT CHANGES
    │ 03:01:10  UpdateAlias20150331             by ci-deploy
    │ 02:57:20  DeleteDBCluster                 by jo  refused
    │ 10:24:00  UpdateAlias20150331             by ci-deploy
    │
    │
    │
    │
    │
    │ t changes   enter open   esc back   ctrl-p go to   : command   ? help   q quit
    ");
    insta::assert_snapshot!(console.sized(80, 24).picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/oper…  READ-ONLY  SIMULATED
    │ 1 Overview  2 3 4 5▲2 6 7 8 9 0 !                         ● 0.0 calls/s 03:04Z
    │╭ EDGE ─────────╮   ╭ API ──────────╮   ╭ COMPUTE ──────╮   ╭ DATA ────────────╮
    ││● E2QWRUHEXAMP…│─▶ │● shop-web     │─▶ │● checkout-not…│─▶ │● shop-db-1       │
    ││  114/min      │   │  114/min      │   │  114/min      │   │  46  34.0 %      │
    ││● shop-edge    │   │● orders-async │   │● orders-reader│   │● shop-db-2       │
    ││  114/min      │   │  114/min      │   │  114/min      │   │  46  34.0 %      │
    │╰───────────────╯   │● orders-read  │   │● orders-worker│   ╰──────────────────╯
    │╭ SECOND REGIO… ╮   │  114/min      │   │  114/min      │   ╭ QUEUES ──────────╮
    ││● shop-db  conn│   │● orders-write │   │✘ orders-wr… ▲1│   │● orders          │
    │╰───────────────╯   │  114/min      │   │  37.2 %  80 ms│   │  sent 114/min    │
    │                    ╰───────────────╯   ╰───────────────╯   │● orders-dlq      │
    │                                                            │  sent 114/min    │
    │                                                            ╰──────────────────╯
    │
    │
    │ ● E2QWRUHEXAMPLE  CloudFront distribution  requests 114/min  5xx 0.0 %  origin
    │ RECENT CHANGES
    │ 03:01:10  UpdateAlias20150331             by ci-deploy
    │ 02:57:20  DeleteDBCluster                 by jo  refused
    │ 10:24:00  UpdateAlias20150331             by ci-deploy
    │
    │
    │ t changes   enter open   esc back   ctrl-p go to   : command   ? help   q quit
    ");
}

#[test]
fn one_walks_from_the_map_to_the_failing_function_and_its_lines() {
    let console = Console::new().press("1 right right down down down");
    console.row("orders-writer  Lambda function");
    console.row("1 of 1 alarm ringing");
    let console = console.press("enter");
    console.row("Overview › orders-writer");
    console.row("orders-writer-errors");
    console.row("The function runs on a runtime that is no longer supported");
    console.row("UpdateAlias20150331");
    let mut console = console.press("l");
    assert_eq!(console.model.shell.screen, Screen::Logs);
    let left = console.take_left();
    assert!(
        matches!(left.last(), Some(Effect::WatchLogs { groups, .. }) if groups.len() == 1),
        "{left:?}"
    );
    let console = console.press("esc t");
    console.row("3 Trail ");
    console.row("UpdateAlias20150331");
    let console = console.press("esc esc esc enter enter");
    console.row("42 ← live");
}

#[test]
fn numbers_are_asked_for_in_one_call_a_minute() {
    let mut console = Console::silent().press("1").answer();
    console.take_left();
    let metrics = |console: &mut Console| {
        let left = console.take_left();
        left.iter()
            .filter(|effect| {
                matches!(effect, Effect::Read { query: watchdeck_domain::Query::Metrics(_), .. })
            })
            .count()
    };
    let mut console = Console::silent_after(console);
    console = console.wait(58);
    assert_eq!(metrics(&mut console), 0);
    console = console.wait(4);
    assert_eq!(metrics(&mut console), 1);
}
