//! Changes of reporting copies: what is sent, and which answers prove that it was done.

use std::sync::Arc;

use watchdeck_domain::change::{DropCopy, ExtendCopy, ProtectCopy};
use watchdeck_domain::{Change, DatabaseName, RunId, Timestamp};
use watchdeck_guard::{Doubt, Ended};

use super::WRITE_LIMIT;
use super::tests::{Came, marked, setting, walk_with, writer};
use crate::fake::{self, Fake, Seen};
use crate::wire::WireBody;

/// A copy that is there, as DescribeDBInstances answers it.
const THERE: &str = "<DescribeDBInstancesResponse><DescribeDBInstancesResult><DBInstances><DBInstance>\
    <DBInstanceIdentifier>rpt-ledger</DBInstanceIdentifier><DBInstanceStatus>available</DBInstanceStatus>\
    <DeletionProtection>true</DeletionProtection><TagList>\
    <Tag><Key>ops:purpose</Key><Value>reporting</Value></Tag>\
    <Tag><Key>ops:run</Key><Value>r-00000000000000000000000000000007</Value></Tag>\
    <Tag><Key>ops:expires-at</Key><Value>2026-11-23T06:00:00.000Z</Value></Tag>\
    </TagList></DBInstance></DBInstances></DescribeDBInstancesResult></DescribeDBInstancesResponse>";

fn xml(status: u16, body: &str) -> http::Response<WireBody> {
    marked(fake::whole(status, "text/xml", body.to_owned()))
}

fn copy() -> DatabaseName {
    DatabaseName::parse("rpt-ledger").unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

/// Serves a change: how the call was answered, and what was sent.
async fn serve(
    (change, back): (Change, Change),
    answer: fn() -> http::Response<WireBody>,
) -> (Came, Vec<Seen>) {
    let reads = |seen: &Seen| seen.has("Action=DescribeDBInstances");
    let fake: Arc<Fake> =
        Fake::new(move |seen| if reads(seen) { xml(200, THERE) } else { answer() });
    let connection = fake::connection(&fake).await;
    let draft = setting(change, back);
    let (_, came) = walk_with(&draft, &fake, &writer(&connection, None, WRITE_LIMIT)).await;
    (came, fake.seen().into_iter().filter(|seen| !reads(seen)).collect())
}

fn extended() -> (Change, Change) {
    let (expires, before) = (at("2026-11-25T06:00:00Z"), at("2026-11-23T06:00:00Z"));
    let change = ExtendCopy { copy: copy(), expires, before };
    let back = ExtendCopy { copy: copy(), expires: before, before: expires };
    (change.into(), back.into())
}

fn sent(seen: &[Seen]) -> String {
    seen[0].text()
}

#[tokio::test]
async fn an_end_is_a_tag_of_the_copy_and_an_empty_answer_counts_by_its_request_id() {
    let answer = || xml(200, "<AddTagsToResourceResponse/>");
    let (came, seen) = serve(extended(), answer).await;
    assert!(matches!(came, Came::Landed(_)));
    let text = sent(&seen);
    assert!(text.contains("Action=AddTagsToResource"), "{text}");
    assert!(text.contains("rpt-ledger") && text.contains("ops%3Aexpires-at"), "{text}");
    assert!(text.contains("2026-11-25T06%3A00%3A00.000Z"), "{text}");
}

#[tokio::test]
async fn a_protection_is_switched_at_once_and_an_answer_without_the_instance_proves_nothing() {
    let switch = |protected| ProtectCopy { copy: copy(), protected, before: !protected };
    let change = || (switch(false).into(), switch(true).into());
    let answer = || {
        xml(200, "<ModifyDBInstanceResponse><ModifyDBInstanceResult/></ModifyDBInstanceResponse>")
    };
    let (came, seen) = serve(change(), answer).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))));
    let text = sent(&seen);
    assert!(text.contains("DeletionProtection=false") && text.contains("ApplyImmediately=true"));
}

#[tokio::test]
async fn a_copy_is_deleted_with_its_backups_and_a_no_of_aws_is_a_no() {
    let made_by = RunId::from_bits(7);
    let drop = DropCopy { copy: copy(), snapshot: None, made_by, created: None };
    let refuses = || {
        let why = "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidParameterCombination</Code>\
            <Message>Cannot delete protected DB Instance</Message></Error></ErrorResponse>";
        xml(400, why)
    };
    let (came, seen) = serve((drop.clone().into(), drop.into()), refuses).await;
    assert!(matches!(came, Came::Stopped(Ended::Rejected, _)));
    let text = sent(&seen);
    assert!(
        text.contains("SkipFinalSnapshot=true") && text.contains("DeleteAutomatedBackups=true")
    );
}
