//! SQS: queues, what they hold, and the tasks that move dead letters.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{ListMessageMoveTasksResultEntry, QueueAttributeName};
use watchdeck_domain::queue::{MoveTask, Queue};
use watchdeck_domain::reading::{MoveTasks, QueueOf};
use watchdeck_domain::{QueueName, ReadError, Timestamp};

use super::{Pages, plain};
use crate::rejection::{malformed, read_error};

const ATTRIBUTES: &str = "sqs:GetQueueAttributes";

/// SQS tells ten tasks at most, and one unless more are asked for.
const MOST_TASKS: i32 = 10;

pub(super) async fn queues(client: &Client) -> Result<Vec<QueueName>, ReadError> {
    const CALL: &str = "sqs:ListQueues";
    let mut names = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .list_queues()
            .max_results(1000)
            .set_next_token(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(CALL, &e))?;
        let found = page.queue_urls().iter().filter_map(|url| url.rsplit('/').next());
        names.extend(found.filter_map(|name| QueueName::parse(name).ok()));
        if !pages.turn(CALL, page.next_token())? {
            return Ok(names);
        }
    }
}

pub(super) async fn queue(client: &Client, ask: QueueOf) -> Result<Queue, ReadError> {
    let url = url(client, &ask.queue).await?;
    let answer = client
        .get_queue_attributes()
        .queue_url(&url)
        .attribute_names(QueueAttributeName::All)
        .send()
        .await
        .map_err(|e| read_error(ATTRIBUTES, &e))?;
    let text = |name: &QueueAttributeName| {
        let held = answer.attributes().and_then(|held| held.get(name));
        held.cloned().unwrap_or_default()
    };
    let number = |name: QueueAttributeName| {
        let text = text(&name);
        text.parse().map_err(|_| malformed(ATTRIBUTES, format!("{name} is `{text}`, no number")))
    };
    Ok(Queue {
        url,
        arn: text(&QueueAttributeName::QueueArn),
        visible: number(QueueAttributeName::ApproximateNumberOfMessages)?,
        hidden: number(QueueAttributeName::ApproximateNumberOfMessagesNotVisible)?,
        delayed: number(QueueAttributeName::ApproximateNumberOfMessagesDelayed)?,
        keeps_s: number(QueueAttributeName::MessageRetentionPeriod)?,
        dead_letters: dead_letters(&text(&QueueAttributeName::RedrivePolicy)),
        name: ask.queue,
    })
}

/// The queue that a redrive policy, a text of JSON, sends dead letters to.
fn dead_letters(policy: &str) -> String {
    let policy: Option<serde_json::Value> = serde_json::from_str(policy).ok();
    let target = policy.as_ref().and_then(|policy| policy.get("deadLetterTargetArn")?.as_str());
    target.unwrap_or_default().to_owned()
}

pub(super) async fn move_tasks(
    client: &Client,
    ask: MoveTasks,
) -> Result<Vec<MoveTask>, ReadError> {
    const CALL: &str = "sqs:ListMessageMoveTasks";
    let url = url(client, &ask.queue).await?;
    let arn = QueueAttributeName::QueueArn;
    let answer = client
        .get_queue_attributes()
        .queue_url(url)
        .attribute_names(arn.clone())
        .send()
        .await
        .map_err(|e| read_error(ATTRIBUTES, &e))?;
    let source = answer.attributes().and_then(|held| held.get(&arn));
    let source = source.ok_or_else(|| malformed(ATTRIBUTES, "a queue without an ARN"))?;
    let answer = client
        .list_message_move_tasks()
        .source_arn(source)
        .max_results(MOST_TASKS)
        .send()
        .await
        .map_err(|e| read_error(CALL, &e))?;
    let mut tasks: Vec<_> = answer.results().iter().map(task).collect();
    tasks.sort_by_key(|task| std::cmp::Reverse(task.started));
    Ok(tasks)
}

fn task(sent: &ListMessageMoveTasksResultEntry) -> MoveTask {
    let positive = |number: i64| u64::try_from(number).unwrap_or_default();
    MoveTask {
        status: plain(sent.status()),
        started: Timestamp::from_millis(sent.started_timestamp()),
        rate: sent.max_number_of_messages_per_second().and_then(|rate| u32::try_from(rate).ok()),
        destination: plain(sent.destination_arn()),
        moved: positive(sent.approximate_number_of_messages_moved()),
        to_move: sent.approximate_number_of_messages_to_move().map(positive),
        failure: plain(sent.failure_reason()),
    }
}

/// The URL by which SQS takes a queue of this account.
async fn url(client: &Client, queue: &QueueName) -> Result<String, ReadError> {
    const CALL: &str = "sqs:GetQueueUrl";
    let answer = client
        .get_queue_url()
        .queue_name(queue.as_str())
        .send()
        .await
        .map_err(|e| read_error(CALL, &e))?;
    super::said(answer.queue_url()).ok_or_else(|| malformed(CALL, "a queue without a URL"))
}
