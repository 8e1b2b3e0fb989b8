//! The live tail, watched for silence: no time limit of the SDK notices a stream that says nothing.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::config::StalledStreamProtectionConfig;
use aws_sdk_cloudwatchlogs::error::SdkError;
use aws_sdk_cloudwatchlogs::operation::start_live_tail::StartLiveTailOutput;
use aws_sdk_cloudwatchlogs::types::error::StartLiveTailResponseStreamError;
use aws_sdk_cloudwatchlogs::types::{
    LiveTailSessionLogEvent, LiveTailSessionMetadata, LiveTailSessionUpdate,
    StartLiveTailResponseStream,
};
use aws_smithy_types::error::metadata::ProvideErrorMetadata as _;
use watchdeck_domain::log::{LogEvent, LogGroup};
use watchdeck_domain::reading::{LiveTail, ReadFailure, TailFrame};
use watchdeck_domain::{Clock, LogGroupName, ReadError, Timestamp};

use super::{plain, said};
use crate::rejection::{chain, read_error};
use crate::timing;

const CALL: &str = "logs:StartLiveTail";

/// CloudWatch Logs sends a frame about every second, whether anything happened or not.
const SILENCE_LIMIT: Duration = Duration::from_secs(5);

pub(super) async fn open(
    client: &Client,
    clock: Option<Arc<dyn Clock>>,
    groups: Vec<LogGroup>,
    pattern: Option<String>,
) -> Result<LiveTail, ReadError> {
    if groups.is_empty() || groups.len() > 10 {
        let why = format!("a live tail takes 1 to 10 log groups, not {}", groups.len());
        return Err(ReadError::new(ReadFailure::Refused, CALL, why));
    }
    // The watchdog below takes its place: the SDK's protection does not see a stream fall silent.
    let unstalled = aws_sdk_cloudwatchlogs::config::Builder::new()
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    let answer = client
        .start_live_tail()
        .set_log_group_identifiers(Some(groups.iter().map(identifier).collect()))
        .set_log_event_filter_pattern(pattern.filter(|pattern| !pattern.is_empty()))
        .customize()
        .config_override(unstalled)
        .send()
        .await
        .map_err(|e| read_error(CALL, &e))?;
    let session = Session { answer, groups, clock, over: false };
    Ok(Box::pin(futures_util::stream::unfold(session, |mut session| async {
        let frame = session.next().await?;
        Some((frame, session))
    })))
}

/// By ARN; by name where a server gave none.
fn identifier(group: &LogGroup) -> String {
    if group.arn.is_empty() { group.name.as_str().to_owned() } else { group.arn.clone() }
}

struct Session {
    answer: StartLiveTailOutput,
    groups: Vec<LogGroup>,
    clock: Option<Arc<dyn Clock>>,
    over: bool,
}

impl Session {
    async fn next(&mut self) -> Option<Result<TailFrame, ReadError>> {
        if self.over {
            return None;
        }
        let frame = loop {
            let received = tokio::select! {
                biased;
                received = self.answer.response_stream.recv() => received,
                () = timing::sleep(self.clock.as_ref(), SILENCE_LIMIT) => {
                    let why = format!("no frame for {} s; the stream is dead", SILENCE_LIMIT.as_secs());
                    break Err(ReadError::new(ReadFailure::TimedOut, CALL, why));
                }
            };
            match received {
                Ok(Some(StartLiveTailResponseStream::SessionStart(start))) => {
                    break Ok(TailFrame::Opened { session: plain(start.session_id()) });
                }
                Ok(Some(StartLiveTailResponseStream::SessionUpdate(update))) => {
                    break Ok(self.update(&update));
                }
                // A kind of frame newer than this build: it proves life, and says nothing we know.
                Ok(Some(_)) => {}
                Ok(None) => {
                    break Ok(TailFrame::Ended { why: "the server closed the stream".into() });
                }
                Err(error) => break ended(&error),
            }
        };
        self.over = !matches!(frame, Ok(TailFrame::Opened { .. } | TailFrame::Update { .. }));
        Some(frame)
    }

    fn update(&self, update: &LiveTailSessionUpdate) -> TailFrame {
        let sampled = update.session_metadata().is_some_and(LiveTailSessionMetadata::sampled);
        let events =
            update.session_results().iter().filter_map(|event| self.event(event)).collect();
        TailFrame::Update { events, sampled }
    }

    fn event(&self, event: &LiveTailSessionLogEvent) -> Option<LogEvent> {
        let Some(group) = self.group_of(event.log_group_identifier().unwrap_or_default()) else {
            tracing::warn!(
                group = event.log_group_identifier(),
                "an event of no known group is left out"
            );
            return None;
        };
        let timestamp = Timestamp::from_millis(event.timestamp().unwrap_or_default());
        Some(LogEvent {
            group,
            stream: plain(event.log_stream_name()),
            timestamp,
            ingested: event.ingestion_time().map_or(timestamp, Timestamp::from_millis),
            message: plain(event.message()),
            event_id: None,
        })
    }

    /// Frames name a group `account:name`; some servers send the ARN or the bare name, with one group none.
    fn group_of(&self, identifier: &str) -> Option<LogGroupName> {
        let bare = identifier.strip_suffix(":*").unwrap_or(identifier);
        let name = bare.rsplit_once(':').map_or(bare, |(_, name)| name);
        let known = self.groups.iter().find(|group| group.name.as_str() == name);
        match (known, self.groups.as_slice()) {
            (Some(group), _) => Some(group.name.clone()),
            (None, [only]) if identifier.is_empty() => Some(only.name.clone()),
            (None, all) => {
                let place = all.first().and_then(|group| group.name.place());
                LogGroupName::parse(name).ok().map(|name| name.at(place))
            }
        }
    }
}

/// How an error in the stream ends it: the service's own time-out is an orderly end, the rest is not.
fn ended<R: std::fmt::Debug + Send + Sync + 'static>(
    error: &SdkError<StartLiveTailResponseStreamError, R>,
) -> Result<TailFrame, ReadError> {
    let Some(served) = error.as_service_error() else {
        let why = format!("the stream broke: {}", chain(error));
        return Err(ReadError::new(ReadFailure::Unreachable, CALL, why));
    };
    let message = said(served.message());
    if served.is_session_timeout_exception() {
        let why = message.unwrap_or_else(|| "the session reached its three hours".into());
        return Ok(TailFrame::Ended { why });
    }
    let why = message.unwrap_or_else(|| chain(served));
    let mut read = ReadError::new(ReadFailure::Fault, CALL, why);
    read.code = plain(served.code());
    Err(read)
}
