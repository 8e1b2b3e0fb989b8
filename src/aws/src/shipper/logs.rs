//! Checkpoints as events of a log group: a stream for each key and day, made when it is not there.
#![expect(clippy::disallowed_types, reason = "the shipper, which only parcels move")]

use std::fmt;
use std::sync::Arc;

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::error::BuildError;
use aws_sdk_cloudwatchlogs::types::InputLogEvent;
use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::{Clock, ReadError, Task};
use watchdeck_guard::{Found, Parcel, Shipper};

use super::{Bound, Deed, drawer};
use crate::gate::{Stamp, Stamper};
use crate::rejection::read_error;

/// So often a stream that is not there is made before it is given up: it and its group.
const MAKINGS: usize = 2;

/// Keeps checkpoints in a log group.
pub(super) struct InLogs {
    pub(super) client: Client,
    pub(super) name: String,
    pub(super) group: String,
    pub(super) clock: Arc<dyn Clock>,
}

impl fmt::Debug for InLogs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InLogs").field("group", &self.group).finish_non_exhaustive()
    }
}

impl InLogs {
    fn stamp(&self, deed: Deed) -> Stamper {
        Stamper(Stamp::for_checkpoints(Bound::Group(self.group.clone()), deed))
    }

    async fn ship(&self, parcel: &Parcel) -> Result<(), String> {
        let now = self.clock.now();
        let stream = format!("{}{}", drawer(parcel.key()), now.date());
        // By the time of shipping: events that are too old are not taken, and checkpoints may have waited for weeks.
        let at = now.as_millis();
        let event = |text: &str| InputLogEvent::builder().timestamp(at).message(text).build();
        let events = parcel.pieces().iter().map(|piece| event(piece.text()));
        let events: Result<Vec<_>, BuildError> = events.collect();
        let events = events.map_err(|error| error.to_string())?;
        for _ in 0..MAKINGS {
            match self.write(&stream, events.clone()).await {
                Err(error) if is_missing(&error) => self.make(&stream).await?,
                written => return written.map_err(|error| error.to_string()),
            }
        }
        self.write(&stream, events).await.map_err(|error| error.to_string())
    }

    async fn write(&self, stream: &str, events: Vec<InputLogEvent>) -> Result<(), ReadError> {
        const CALL: &str = "logs:PutLogEvents";
        let answer = self
            .client
            .put_log_events()
            .log_group_name(&self.group)
            .log_stream_name(stream)
            .set_log_events(Some(events))
            .customize()
            .interceptor(self.stamp(Deed::Write))
            .send()
            .await
            .map_err(|error| read_error(CALL, &error))?;
        if answer.rejected_log_events_info().is_none() {
            return Ok(());
        }
        let why = "events of this time are not taken there: is the clock right?";
        Err(ReadError::new(ReadFailure::Refused, CALL, why))
    }

    /// Makes the stream, and the group where that is missing too. What somebody else has made meanwhile is there.
    async fn make(&self, stream: &str) -> Result<(), String> {
        let made = self.make_stream(stream).await;
        let Err(error) = made else { return Ok(()) };
        if !is_missing(&error) {
            return Err(error.to_string());
        }
        self.make_group().await.map_err(|error| error.to_string())?;
        self.make_stream(stream).await.map_err(|error| error.to_string())
    }

    async fn make_stream(&self, stream: &str) -> Result<(), ReadError> {
        let made = self
            .client
            .create_log_stream()
            .log_group_name(&self.group)
            .log_stream_name(stream)
            .customize()
            .interceptor(self.stamp(Deed::MakeStream))
            .send()
            .await;
        unless_there(made.map(drop).map_err(|error| read_error("logs:CreateLogStream", &error)))
    }

    async fn make_group(&self) -> Result<(), ReadError> {
        let made = self
            .client
            .create_log_group()
            .log_group_name(&self.group)
            .customize()
            .interceptor(self.stamp(Deed::MakeGroup))
            .send()
            .await;
        unless_there(made.map(drop).map_err(|error| read_error("logs:CreateLogGroup", &error)))
    }

    async fn read(&self, key: &str) -> Result<Vec<Found>, String> {
        let (mut found, mut token) = (Vec::new(), None);
        loop {
            let page = self
                .client
                .filter_log_events()
                .log_group_name(&self.group)
                .log_stream_name_prefix(drawer(key))
                .set_next_token(token.clone())
                .send()
                .await;
            let page = match page.map_err(|error| read_error("logs:FilterLogEvents", &error)) {
                Ok(page) => page,
                // Nothing was ever shipped there.
                Err(error) if is_missing(&error) => return Ok(found),
                Err(error) => return Err(error.to_string()),
            };
            let next = page.next_token().map(str::to_owned);
            found.extend(page.events.unwrap_or_default().into_iter().map(|event| Found {
                at: event.log_stream_name.unwrap_or_default(),
                text: event.message.unwrap_or_default(),
            }));
            // A page may be empty and not the last one; one that leads to itself is.
            if next.is_none() || next == token {
                return Ok(found);
            }
            token = next;
        }
    }
}

fn is_missing(error: &ReadError) -> bool {
    error.code == "ResourceNotFoundException"
}

fn unless_there(made: Result<(), ReadError>) -> Result<(), ReadError> {
    match made {
        Err(error) if error.code == "ResourceAlreadyExistsException" => Ok(()),
        made => made,
    }
}

impl Shipper for InLogs {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn ship<'a>(&'a self, parcel: &'a Parcel) -> Task<'a, Result<(), String>> {
        Box::pin(self.ship(parcel))
    }

    fn read<'a>(&'a self, key: &'a str) -> Task<'a, Result<Vec<Found>, String>> {
        Box::pin(self.read(key))
    }
}
