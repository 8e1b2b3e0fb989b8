//! Boto3 against the simulated account: every answer is walked along botocore's own shapes.

use std::path::Path;

use serde_json::Value;

use super::Desk;

#[test]
fn every_served_operation_answers_as_botocore_says() {
    let Some(desk) = Desk::open() else { return };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The account lives fast while it is walked, so that its quotas (two LookupEvents a second) are not in the way.
    let entered = desk.runtime.enter();
    let pace = watchdeck_sim::clock::pace(desk.account(), 30.0);
    drop(entered);
    let output = desk
        .program("python")
        .arg(root.join("python/walk_shapes.py"))
        .arg(root.join("../src/sim/models"))
        .output()
        .unwrap();
    pace.abort();
    let said = String::from_utf8_lossy(&output.stdout);
    let report: Value = serde_json::from_str(&said).unwrap_or_else(|_| {
        panic!("no report: {said} {}", String::from_utf8_lossy(&output.stderr))
    });
    let answered = report["answered"].as_object().map_or(0, serde_json::Map::len);
    let served = watchdeck_sim::services::served().count();
    println!("refused, each with an error of its model: {:#}", report["refused"]);
    println!("{answered} of {served} served operations answered; pages: {}", report["pages"]);
    assert_eq!(
        report["violations"].as_array().map(Vec::len),
        Some(0),
        "{:#}",
        report["violations"]
    );
    assert!(
        answered * 10 >= served * 8,
        "only {answered} of {served} answered: {:#}",
        report["refused"]
    );
    desk.close();
}
