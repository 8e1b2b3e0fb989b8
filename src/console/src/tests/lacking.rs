//! Stories of answers that are slow, or that do not come: where they belong, and what can be done.

use watchdeck_domain::component::Kind;
use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::{Query, ReadError};

use super::console::Console;
use crate::app::ticket::Pane;
use crate::app::{Effect, Msg};

/// Lets the question of a pane be denied.
fn denied(console: &mut Console, pane: Pane, operation: &str) {
    let ticket = console.model.questions.ask(pane, console.now);
    let error = ReadError::new(ReadFailure::Denied, operation, "not authorized");
    console.hear(Msg::Answered { ticket, answer: Box::new(Err(error)) });
}

#[test]
fn the_map_says_what_of_it_could_not_be_read() {
    let mut console = Console::new().sized(120, 40).press("1");
    denied(&mut console, Pane::MetricNames(Kind::Function), "cloudwatch:ListMetrics");
    console.row("1 of 11 kinds (Lambda function) not answered: access-denied: not authorized");
    denied(&mut console, Pane::Golden, "cloudwatch:GetMetricData");
    console.row("1 of 11 kinds (Lambda function), numbers not answered: access-denied");
}

#[test]
fn lists_say_what_of_them_could_not_be_read() {
    let mut console = Console::new().sized(120, 40).press("7");
    denied(&mut console, Pane::DbClusters, "rds:DescribeDBClusters");
    denied(&mut console, Pane::DbInstances, "rds:DescribeDBInstances");
    console.row("instances and clusters not answered: access-denied: not authorized");
    let mut console = console.press("6");
    denied(&mut console, Pane::Functions, "lambda:ListFunctions");
    console.row("not answered: access-denied: not authorized");
    console.row("orders-writer");
}

#[test]
fn an_empty_list_is_not_called_empty_while_a_part_of_it_was_denied() {
    let mut console = Console::silent().press("7");
    denied(&mut console, Pane::DbClusters, "rds:DescribeDBClusters");
    console.row("rds:DescribeDBClusters was not answered");
}

#[test]
fn what_is_waited_for_is_told_after_a_second_with_how_long() {
    let console = Console::silent().press("6");
    assert!(!console.screen().contains("0:00"), "{}", console.screen());
    let console = console.wait(7);
    console.row("Asking for the functions … 0:07");
    let console = Console::silent_after(Console::new().press("5")).press("ctrl-r").wait(9);
    console.row("asking for the alarms … 0:09");
    console.row("2 of 4 ringing");
}

#[test]
fn what_does_not_come_is_given_up_and_comes_too_late_then() {
    let mut console = Console::silent().press("6").wait(2);
    console.row("esc stop waiting");
    let asked = console.take_left().into_iter().find_map(|effect| {
        let Effect::Read { ticket, query: Query::Functions(_) } = effect else { return None };
        Some(ticket)
    });
    let mut console = console.press("esc");
    console.row("the functions were no longer waited for");
    let answer = super::fixture::answer(
        &Query::Functions(watchdeck_domain::reading::Functions {}),
        console.now,
    );
    console.hear(Msg::Answered { ticket: asked.unwrap(), answer: Box::new(answer) });
    assert!(!console.screen().contains("orders-writer"), "{}", console.screen());
    let console = console.press("ctrl-r").answer();
    console.row("orders-writer");
}
