//! Stories of alarms, databases and runbooks: what there is, and what is told of it.

use super::console::Console;
use crate::app::{Effect, Msg};

#[test]
fn alarms_stand_by_state_with_their_age_and_why() {
    let console = Console::new().press("5").sized(80, 24);
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/oper…  READ-ONLY  SIMULATED
    │ 1 2 3 4 5 Alarms▲2  6 7 8 9 0 !                           ● 0.0 calls/s 03:04Z
    │    SINCE      ALARM                         WHY
    │▌ ▾ ALARM  2
    │    1 min      orders-down                   rule: ALARM(orders-writer-errors) …
    │    1 min      orders-writer-errors          Threshold Crossed: 3 datapoints we…
    │  ▾ INSUFFICIENT_DATA  1
    │    1 min      checkout-notify-errors        Threshold Crossed: 3 datapoints we…
    │  ▾ OK  1
    │    1 min      orders-reader-errors          Threshold Crossed: 3 datapoints we…
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
    │ 2 of 4 ringing · asked at 03:04:00
    │ tab fold   enter open   / filter   esc back   ctrl-p go to   ? help   q quit
    ");
    let console = console.sized(200, 16);
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-deploy                                                                                                     READ-ONLY  SIMULATED
    │ 1 Overview  2 Logs  3 Trail  4 Findings  5 Alarms▲2  6 Functions  7 Databases  8 Runbooks  9 Journal  0 Run  ! Problems                                                           ● 0.0 calls/s 03:04Z
    │    SINCE      ALARM                                 CONDITION                                     WHY
    │▌ ▾ ALARM  2
    │    1 min      orders-down                           ALARM(orders-writer-errors) OR ALARM(orders…  Threshold Crossed: 3 datapoints were greater than the threshold (5.0).
    │    1 min      orders-writer-errors                  Sum > 5 in 3 of 5 periods of 60 s             Threshold Crossed: 3 datapoints were greater than the threshold (5.0).
    │  ▾ INSUFFICIENT_DATA  1
    │    1 min      checkout-notify-errors                Sum > 5 in 3 of 5 periods of 60 s             Threshold Crossed: 3 datapoints were greater than the threshold (5.0).
    │  ▾ OK  1
    │    1 min      orders-reader-errors                  Sum > 5 in 3 of 5 periods of 60 s             Threshold Crossed: 3 datapoints were greater than the threshold (5.0).
    │
    │
    │
    │
    │ 2 of 4 ringing · asked at 03:04:00
    │ tab fold   enter open   / filter   esc back   ctrl-p go to   : command   ? help   q quit
    ");
}

#[test]
fn an_alarm_is_told_with_its_history_and_leads_to_its_component() {
    let console = Console::new().press("5 j j enter").sized(100, 40);
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-depl…  READ-ONLY  SIMULATED
    │ 1 2 3 4 5 Alarms▲2  6 7 8 9 0 !                                               ● 0.0 calls/s 03:04Z
    │    SINCE      ALARM                         WHY
    │  ▾ ALARM  2
    │    1 min      orders-down                   rule: ALARM(orders-writer-errors) OR ALARM(orders-read…
    │▌   1 min      orders-writer-errors          Threshold Crossed: 3 datapoints were greater than the …
    │  ▾ INSUFFICIENT_DATA  1
    │    1 min      checkout-notify-errors        Threshold Crossed: 3 datapoints were greater than the …
    │╭ orders-writer-errors ────────────────────────────────────────────────────────────────────────────╮
    ││ STATE                                                                                            │
    ││   state            ALARM                                                                         │
    ││   since            2026-11-22T03:02:45.000Z                                                      │
    ││   why              Threshold Crossed: 3 datapoints were greater than the threshold (5.0).        │
    ││   about            orders-writer fails                                                           │
    ││                                                                                                  │
    ││ WATCHES                                                                                          │
    ││   metric           AWS/Lambda Errors                                                             │
    ││   of               FunctionName orders-writer                                                    │
    ││   condition        Sum > 5 in 3 of 5 periods of 60 s                                             │
    ││                                                                                                  │
    ││ HISTORY, LAST 24 HOURS                                                                           │
    ││   2026-11-22T03:02:45.000Z  Alarm orders-writer-errors updated from OK to ALARM                  │
    ││                                                                                                  │
    ││ NAMED                                                                                            │
    ││   ARN              arn:aws:cloudwatch:eu-central-1:123456784021:alarm:orders-writer-errors       │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    │╰──────────────────────────────────────────────────────────────────────────────────────────────────╯
    │ 2 of 4 ringing · asked at 03:04:00
    │ o component   l logs   t changes   q back   ctrl-p go to   : command   ? help   ctrl-c quit
    ");
    let console = console.press("enter");
    console.row("Overview › orders-writer");
}

#[test]
fn a_composite_alarm_shows_its_rule_and_how_its_parts_stand() {
    let console = Console::new().press("5 j enter").sized(100, 40);
    console.row("ALARM(orders-writer-errors) OR ALARM(orders-reader-errors)");
    console.row("ALARM  orders-writer-errors");
    console.row("OK  orders-reader-errors");
}

#[test]
fn databases_are_a_tree_with_roles_and_marks() {
    let console = Console::new().press("7").sized(80, 24);
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/oper…  READ-ONLY  SIMULATED
    │ 1 2 3 4 5 6 7 Databases  8 9 0 !                          ● 0.0 calls/s 03:04Z
    │  DATABASE                ROLE     STATUS      WHERE            MARKS
    │▌ shop-global             global   available   2 regions
    │  └ shop-db               writer   available   several zones
    │    └ shop-db-1           writer   available   eu-central-1a
    │    └ shop-db-2           reader   available   eu-central-1b
    │  └ shop-db               reader   connected   eu-west-1
    │  reports                 alone    available   eu-central-1a+c  public +2
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
    │ t changes   enter open   / filter   space mark   esc back   ? help   q quit
    ");
    let console = console.sized(200, 16).press("/ shop-db-2 enter");
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-deploy                                                                                                     READ-ONLY  SIMULATED
    │ 1 Overview  2 Logs  3 Trail  4 Findings  5 Alarms  6 Functions  7 Databases  8 Runbooks  9 Journal  0 Run  ! Problems                                                             ● 0.0 calls/s 03:04Z
    │  DATABASE                      ROLE     STATUS          WHERE            CLASS           ENGINE                  ENDPOINT                                              MARKS
    │▌ shop-global                   global   available       2 regions                        aurora-postgresql 16.4
    │  └ shop-db                     writer   available       several zones                    aurora-postgresql 16.4  shop-db.cluster-x.eu-central-1.rds.amazonaws.com
    │    └ shop-db-2                 reader   available       eu-central-1b    db.r6g.large    aurora-postgresql 16.4  shop-db-2.example.eu-central-1.rds.amazonaws.com:54…
    │
    │
    │
    │
    │
    │
    │
    │
    │ matching shop-db-2
    │ n next match   t changes   enter open   / filter   space mark   esc clear filter   ctrl-p go to   : command   ? help   q quit
    ");
}

#[test]
fn a_database_is_told_with_what_protects_it() {
    let console = Console::new().press("7 j enter").sized(100, 40);
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-depl…  READ-ONLY  SIMULATED
    │ 1 2 3 4 5 6 7 Databases  8 9 0 !                                              ● 0.0 calls/s 03:04Z
    │  DATABASE                ROLE     STATUS      WHERE            MARKS
    │  shop-global             global   available   2 regions
    │▌ └ shop-db               writer   available   several zones
    │    └ shop-db-1           writer   available   eu-central-1a
    │    └ shop-db-2           reader   available   eu-central-1b
    │  └ shop-db               reader   connected   eu-west-1
    │╭ shop-db ─────────────────────────────────────────────────────────────────────────────────────────╮
    ││ CLUSTER                                                                                          │
    ││   status           available                                                                     │
    ││   role             takes the writes                                                              │
    ││   engine           aurora-postgresql 16.4                                                        │
    ││   writes to        shop-db.cluster-x.eu-central-1.rds.amazonaws.com                              │
    ││   reads from       shop-db.cluster-ro-x.eu-central-1.rds.amazonaws.com                           │
    ││                                                                                                  │
    ││ INSTANCES, THE NEXT WRITER FIRST                                                                 │
    ││   writer           shop-db-1  tier 1                                                             │
    ││   reader           shop-db-2  tier 1                                                             │
    ││                                                                                                  │
    ││ PROTECTION                                                                                       │
    ││   encrypted        yes                                                                           │
    ││   not deletable    yes                                                                           │
    ││   several zones    yes                                                                           │
    ││   restorable from  2026-11-15T03:04:00.000Z                                                      │
    ││   restorable to    2026-11-22T03:04:00.000Z                                                      │
    ││   ARN              arn:aws:rds:eu-central-1:123456784021:cluster:shop-db                         │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    ││                                                                                                  │
    │╰──────────────────────────────────────────────────────────────────────────────────────────────────╯
    │ restorable up to 03:04:00 (0 s ago), 7 d 0 h back
    │ t changes   q back   ctrl-p go to   : command   ? help   ctrl-c quit
    ");
    let console = console.press("y");
    console.row("\"writer_endpoint\"");
    let console = console.press("y");
    console.row("YAML · shop-db");
    console.row(" writer_endpoint: shop-db.cluster-x");
    let mut console = console.press("c");
    let copied = console.take_left();
    assert!(matches!(copied.last(), Some(Effect::Copy(lines)) if lines.len() > 10), "{copied:?}");
    let console = console.press("esc");
    console.row("PROTECTION");
}

#[test]
fn a_runbook_says_what_it_does_and_how_it_is_proposed() {
    let console = Console::new().press("8");
    insta::assert_snapshot!(console.row("lambda.rollback"), @"▌ lambda.rollback         read-only  R2 changes production, undone in seconds  Points the alias at …");
    let console = console.press("enter").sized(100, 50);
    insta::assert_snapshot!(console.picture(), @"
    │ shop-prod 123456784021  eu-central-1  oncall-write/operator  story bad-depl…  READ-ONLY  SIMULATED
    │ 1 2 3 4 5 6 7 8 Runbooks  9 0 !                                               ● 0.0 calls/s 03:04Z
    │  RUNBOOK                 MAY        RISK                                      WHAT IT DOES
    │▌ lambda.rollback         read-only  R2 changes production, undone in seconds  Points the alias at …
    │  lambda.esm-pause        read-only  R2 changes production, undone in seconds  Stops the function f…
    │  lambda.concurrency-cap  read-only  R3 changes data or many things            Reserves concurrency…
    │  lambda.kill-switch      read-only  R3 changes data or many things            Stops a function alt…
    │  lambda.pc-restore       read-only  R2 changes production, undone in seconds  Sets the provisioned…
    │  sqs.redrive             read-only  R3 changes data or many things            Moves all dead lette…
    │╭ lambda.rollback v1 ──────────────────────────────────────────────────────────────────────────────╮
    ││ WHAT IT DOES                                                                                     │
    ││   Points the alias at an older published version, with nothing left on the weights, and watches  │
    ││   how that version does.                                                                         │
    ││   risk             R2: changes production, undone in seconds                                     │
    ││   phrase           rollback {target} to {to} in ..{account}                                      │
    ││   a plan stands    600 s                                                                         │
    ││                                                                                                  │
    ││ HOW TO PROPOSE IT                                                                                │
    ││   who may          read-only: start watchdeck with --write to propose changes                    │
    ││   from a function  6, choose one, enter, choose the alias, R                                     │
    ││   by name          :rollback FUNCTION ALIAS [VERSION]                                            │
    ││   by its form      R, here or on its row                                                         │
    ││   in one line      :run lambda.rollback NAME=VALUE ...                                           │
    ││   Proposing changes nothing: a plan is checked and asked about first.                            │
    ││                                                                                                  │
    ││ WHAT IT WANTS TO KNOW                                                                            │
    ││   alias: the alias that callers use                                                              │
    ││   current: the version that the alias points at now                                              │
    ││   function: the function                                                                         │
    ││   ignore_deployments: go on although CodeDeploy has deployments in flight: only when none of     │
    ││   them owns this alias; false unless said                                                        │
    ││   max_error_rate: the share of them that may fail; 0.02 unless said                              │
    ││   min_calls: how many calls of the version must be seen afterwards; 20 unless said               │
    ││   proven: whether the history proves that the version worked; false unless said                  │
    ││   version: the version to go back to                                                             │
    ││                                                                                                  │
    ││ WHAT MUST HOLD                                                                                   │
    ││   stops            the alias still points at {current}                                           │
    ││                    somebody has moved the alias since; look at it before you move it again       │
    ││   stops            version {version} can be invoked                                              │
    ││                    version {version} is not active: calls would wait or fail; choose another     │
    ││                    one                                                                           │
    ││   warns            the state of version {version} is said                                        │
    ││                    this server does not say whether version {version} can be invoked             │
    ││   warns            version {version} is known to have worked here                                │
    ││                    the history does not prove it; the notes show all that is known, and the      │
    ││                    choice is yours                                                               │
    │╰──────────────────────────────────────────────────────────────────────────────────────────────────╯
    │
    │ q back   ctrl-p go to   : command   ? help   ctrl-c quit
    ");
    let armed = Console::armed().press("8 enter");
    armed.row("you: the console is armed");
}

#[test]
fn own_runbooks_stand_beside_the_built_in_ones_and_mistakes_are_told() {
    let own = watchdeck_runbook::LAMBDA_ROLLBACK.replacen("lambda.rollback", "shop.rollback", 1);
    let over = watchdeck_runbook::LAMBDA_ROLLBACK.replacen("holds = \"", "holds = \"true || ", 1);
    let files = vec![
        ("/home/me/shop.toml".to_owned(), own.clone()),
        ("/home/me/over.toml".to_owned(), over),
        ("/home/me/odd.toml".to_owned(), own.replacen("settle_s = 30", "settle_s = 0", 1)),
    ];
    let mut console = Console::new().press("8").sized(180, 70);
    console.hear(Msg::Runbooks(Box::new(watchdeck_runbook::Catalogue::new(files))));
    console.row("shop.rollback");
    assert!(console.row("lambda.rollback").contains("In place of the built-in one."));
    assert!(console.row("odd.toml").contains("not sound"));
    let console = console.press("G enter").sized(120, 40);
    console.row("WHY IT IS LEFT OUT");
    console.row("a call can take effect after its answer was lost");
    let console = console.press("esc k enter");
    console.row("/home/me/shop.toml");
    console.row(":run shop.rollback NAME=VALUE ...");
}
