//! The live tail over real HTTP, on ministack: the only one of the two that has one.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use watchdeck_domain::ask;
use watchdeck_domain::reading::{LogGroups, TailFrame};
use watchdeck_tests::servers::Kind;

use super::{connected, group, shop};

/// Frames come about every second; so many must be enough.
const FRAMES: usize = 30;

const MORE: &str = "
import time
now = int(time.time() * 1000)
lines = ['INFO fine', 'ERROR while \\x1b[31mwaiting']
client('logs').put_log_events(
    logGroupName='/aws/lambda/orders-writer', logStreamName='2026/11/22/[2]0f1e',
    logEvents=[{'timestamp': now + n, 'message': line} for n, line in enumerate(lines)])
";

#[tokio::test]
async fn a_live_tail_shows_what_is_written_while_it_is_open() {
    let Some(server) = shop(Kind::Ministack) else { return };
    let server = Arc::new(server);
    let source = connected(&server).await.source();
    let groups = ask(&*source, LogGroups { prefix: String::new(), limit: 1 }).await.unwrap();
    let mut tail = source.live_tail(groups, Some("ERROR".into())).await.unwrap();
    let first = tail.next().await.unwrap().unwrap();
    assert!(matches!(&first, TailFrame::Opened { session } if !session.is_empty()), "{first:?}");
    let other = Arc::clone(&server);
    let written = tokio::task::spawn_blocking(move || other.boto3(MORE));
    let mut quiet = 0;
    for _ in 0..FRAMES {
        let frame = tokio::time::timeout(Duration::from_secs(20), tail.next()).await.unwrap();
        let TailFrame::Update { events, sampled } = frame.unwrap().unwrap() else {
            panic!("it ended")
        };
        assert!(!sampled);
        if events.is_empty() {
            quiet += 1;
            continue;
        }
        // The server filtered: the other line does not come.
        assert_eq!(events.len(), 1, "{events:?}");
        assert_eq!(events[0].message, "ERROR while \u{1b}[31mwaiting");
        assert_eq!((events[0].group.clone(), events[0].event_id.clone()), (group(), None));
        assert_eq!(events[0].executed_version(), Some("2"));
        written.await.unwrap().unwrap();
        return;
    }
    panic!("{quiet} empty frames came, and not the event");
}

#[tokio::test]
async fn a_group_that_is_not_there_cannot_be_tailed() {
    let Some(server) = shop(Kind::Ministack) else { return };
    let source = connected(&server).await.source();
    let mut groups = ask(&*source, LogGroups { prefix: String::new(), limit: 1 }).await.unwrap();
    groups[0].arn.push_str("-gone");
    let Err(error) = source.live_tail(groups, None).await else { panic!("it opened") };
    assert_eq!(error.code, "ResourceNotFoundException");
}
