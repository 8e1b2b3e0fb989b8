//! Queries that the account runs: asked from the console, seen to their end, stopped, and asked over the lines held.

use watchdeck_tests::pty::Program;

use super::account::Shop;
use super::{command, start_at, watch};

#[test]
fn a_query_runs_in_the_account_and_over_the_lines_held() {
    let shop = Shop::after_the_bad_deploy();
    let home = shop.home();
    let mut program = start_at(&home, &shop.url(), &[]).unwrap();
    watch(&mut program).unwrap();
    command(&mut program, "insights 1h stats count(*) as n by level | sort n desc").unwrap();
    let screen = program.wait_for(" · complete ").unwrap();
    assert!(screen.contains("Logs Insights, eu-central-1 · complete"), "{screen}");
    assert!(screen.contains("records matched"), "{screen}");
    assert!(screen.lines().any(|row| row.contains("ERROR")), "{screen}");
    assert_eq!(shop.account.served_of("StartQuery").len(), 1);
    // The same query on the other side: nothing is asked of the account.
    program.press("a").unwrap();
    program.wait_for("held lines · ").unwrap();
    assert_eq!(shop.account.served_of("StartQuery").len(), 1);
    // Rows that are lines, as lines; enter leads to the line itself.
    command(&mut program, "insights 1h filter level = 'ERROR' | limit 3").unwrap();
    program.wait_for("3 rows").unwrap();
    program.press("v").unwrap();
    program.wait_for("LEVEL  MESSAGE").unwrap();
    program.press("enter").unwrap();
    program
        .wait_until("the line or its data", |screen| {
            screen.contains("complete up to") || screen.contains("\"@message\"")
        })
        .unwrap();
    // What is wrong is shown at its character, and what only AWS knows is sent.
    command(&mut program, "insights filtr x").unwrap();
    program.wait_for("`filtr` is not a command at character 1").unwrap();
    program.press("esc").unwrap();
    program.wait_until("no line", |screen| !screen.contains("at character 1")).unwrap();
    command(&mut program, "insights pattern @message").unwrap();
    program.wait_for("MalformedQueryException").unwrap();
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0);
}

#[test]
fn a_query_that_runs_is_stopped_in_the_account_by_a_key_and_by_leaving() {
    let shop = Shop::after_the_bad_deploy();
    let home = shop.home();
    // So long is waited for how far a query is.
    let stall = || shop.account.faults().arm("GetQueryResults:stall=4:1".parse().unwrap());
    let mut program = start_at(&home, &shop.url(), &[]).unwrap();
    watch(&mut program).unwrap();
    let ask = |program: &mut Program| {
        stall();
        command(program, "insights 1h fields @message").unwrap();
        program.wait_for("The account looks at /aws/lambda/orders-writer").unwrap();
        program.wait_for("scheduled").unwrap();
    };
    ask(&mut program);
    program.press("esc").unwrap();
    program.wait_for("stopped; what was scanned until then is billed").unwrap();
    shop.wait_for_calls("StopQuery", 1);
    // One that is left alone goes on, and says when it is done.
    ask(&mut program);
    program.press("3").unwrap();
    program.wait_for("the query is done: ").unwrap();
    command(&mut program, "query").unwrap();
    program.wait_for(" · complete ").unwrap();
    // Whoever leaves the program stops what it would be billed for.
    ask(&mut program);
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0);
    shop.wait_for_calls("StopQuery", 2);
}
