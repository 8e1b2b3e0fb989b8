//! The gate lets a checkpoint go to its own place, and to no other.

use super::*;
use crate::fake::{self, Fake};
use crate::gate::{Stamp, Stamper};

fn bound() -> (Bound, Bound) {
    let group = Bound::Group("/watchdeck/checkpoints".into());
    let keys = Bound::Keys { bucket: "shop-audit".into(), prefix: "watchdeck/".into() };
    (group, keys)
}

#[tokio::test]
async fn a_stamp_for_checkpoints_opens_its_own_group_and_no_other() {
    let fake = Fake::new(|_| fake::json(200, "{}"));
    let connection = fake::connection(&fake).await;
    let client = Clients::shipping_to_logs(connection.config());
    let stamp = |deed| Stamper(Stamp::for_checkpoints(bound().0, deed));
    let event = || {
        let event = aws_sdk_cloudwatchlogs::types::InputLogEvent::builder();
        event.timestamp(1).message("m").build().unwrap()
    };
    for (group, goes) in [("/watchdeck/checkpoints", true), ("/aws/lambda/orders-writer", false)] {
        let before = fake.seen().len();
        let put = client.put_log_events().log_group_name(group).log_stream_name("s");
        let put = put.log_events(event()).customize().interceptor(stamp(Deed::Write));
        assert_eq!(put.send().await.is_ok(), goes, "{group}");
        let make = client.create_log_group().log_group_name(group);
        let make = make.customize().interceptor(stamp(Deed::MakeGroup));
        assert_eq!(make.send().await.is_ok(), goes, "{group}");
        assert_eq!(fake.seen().len() - before, if goes { 2 } else { 0 }, "{group}");
    }
    // What was stamped for one deed does no other in the same place.
    let other = client.create_log_group().log_group_name("/watchdeck/checkpoints");
    let other = other.customize().interceptor(stamp(Deed::Write));
    assert!(other.send().await.is_err());
}

#[tokio::test]
async fn a_stamp_for_checkpoints_opens_its_own_bucket_and_prefix_and_no_other() {
    let fake = Fake::new(|_| fake::json(200, ""));
    let connection = fake::connection(&fake).await;
    let client = Clients::shipping_to_bucket(connection.config());
    for (bucket, key, goes) in [
        ("shop-audit", "watchdeck/a", true),
        ("shop-audit", "invoices/a", false),
        ("shop-assets", "watchdeck/a", false),
    ] {
        let before = fake.seen().len();
        let put = client.put_object().bucket(bucket).key(key).customize();
        let put = put.interceptor(Stamper(Stamp::for_checkpoints(bound().1, Deed::Put)));
        assert_eq!(put.send().await.is_ok(), goes, "{bucket} {key}");
        assert_eq!(fake.seen().len() - before, usize::from(goes), "{bucket} {key}");
    }
    let list = client.list_objects_v2().bucket("shop-audit").customize();
    let list = list.interceptor(Stamper(Stamp::for_checkpoints(bound().1, Deed::List)));
    assert!(list.send().await.is_err(), "the whole bucket was listed");
}
