//! Log groups of two regions, and of another context, in one stream of the real program.

use watchdeck_tests::pty::Program;

use super::account::Shop;
use super::switching::home;
use super::{command, start_at, watch};

/// The regions in which an operation was called.
fn regions(shop: &Shop, operation: &str) -> Vec<String> {
    let mut regions: Vec<String> =
        shop.account.served_of(operation).into_iter().map(|served| served.region).collect();
    regions.sort();
    regions.dedup();
    regions
}

#[test]
fn two_regions_are_tailed_in_one_stream_until_one_is_let_go() {
    let shop = Shop::in_real_time();
    let home = shop.home();
    let mut program = start_at(&home, &shop.url(), &[]).unwrap();
    watch(&mut program).unwrap();
    command(&mut program, "tail eu-west-1 /aws/lambda/orders-reader").unwrap();
    program.wait_for("eu-west orders-r").unwrap();
    let both =
        |screen: &str| screen.contains("eu-central order") && screen.contains("(eu-central ");
    program.wait_until("lines of both regions, and both watermarks", both).unwrap();
    for operation in ["FilterLogEvents", "StartLiveTail", "DescribeLogGroups"] {
        assert_eq!(regions(&shop, operation), ["eu-central-1", "eu-west-1"], "{operation}");
    }
    command(&mut program, "untail eu-west-1").unwrap();
    let alone = |screen: &str| screen.contains("complete up to") && !screen.contains("eu-west");
    program.wait_until("the other region gone", alone).unwrap();
    command(&mut program, "tail eu-central-1").unwrap();
    program.wait_for("Log groups: 1 of at most 10 marked").unwrap();
}

#[test]
fn a_context_is_tailed_beside_the_account_in_front_and_never_changed() {
    let (front, other) = (Shop::in_real_time(), Shop::in_real_time());
    let home = home(&[("alpha", &front, ""), ("beta", &other, "environment = \"staging\"")]);
    let mut program = Program::start(&home, &["--context", "alpha"]).unwrap();
    program.wait_for("EDGE").unwrap();
    command(&mut program, "tail gamma").unwrap();
    program.wait_for("`gamma` is neither a region nor a context").unwrap();
    command(&mut program, "tail beta").unwrap();
    // Both shops are one account in one region: there is nothing beside it.
    program.wait_for("beta is not tailed: beta is the place in front").unwrap();
    command(&mut program, "tail beta/eu-west-1 /aws/lambda/orders-reader").unwrap();
    program.wait_for("START RequestId").unwrap();
    assert_eq!(regions(&other, "FilterLogEvents"), ["eu-west-1"]);
    assert!(front.account.served_of("FilterLogEvents").is_empty(), "it was asked of the wrong one");
}
