//! Forms of pipelines, deployments, caches and alarms: what their fields are chosen from.

use super::console::Console;

#[test]
fn the_only_pipeline_is_filled_in_and_its_stages_are_chosen_from() {
    let console = Console::armed().press(": run space cp.freeze enter");
    console.row("orders-deploy");
    let console = console.press("right right right");
    console.row("Deploy");
}

#[test]
fn executions_are_chosen_from_and_no_rollback_is_among_them() {
    let console = Console::armed().press(": run space cp.rollback-stage space stage=Deploy enter");
    let console = console.press("right");
    console.row("00000000-0000-4000-8000-000000000003");
    let console = console.press("right");
    console.row("00000000-0000-4000-8000-000000000001");
}

#[test]
fn alarms_are_chosen_from() {
    let console = Console::armed().press(": run space cw.mute-alarms enter right");
    console.row("orders-down");
}
