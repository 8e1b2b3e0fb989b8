//! SQS: moves dead letters back, and purges queues.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_sqs::Client;
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::{PurgeQueue, RedriveMessages};
use watchdeck_guard::{Doubt, Realm, Receipt, Unserved, Warrant};

use super::send::{request, send, silent};

pub(super) async fn redrive<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    redrive: RedriveMessages,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    // No destination: each message goes back to the queue that it came from.
    let call = client
        .start_message_move_task()
        .source_arn(redrive.queue_arn(warrant.scope()))
        .max_number_of_messages_per_second(i32::try_from(redrive.rate).unwrap_or(i32::MAX));
    let answer = send!(aws_sdk_sqs, call, session, warrant);
    if answer.task_handle().is_some_and(|handle| !handle.is_empty()) {
        return Ok(warrant.landed(request(answer.request_id()), None));
    }
    Err(warrant.unsettled(Doubt::Garbled("asked to move messages, answered no task".into())))
}

pub(super) async fn purge<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    purge: PurgeQueue,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let call = client.purge_queue().queue_url(purge.url);
    let answer = send!(aws_sdk_sqs, call, session, warrant);
    silent(warrant, answer.request_id())
}
