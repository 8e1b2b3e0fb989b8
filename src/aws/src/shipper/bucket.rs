//! Checkpoints as objects of a bucket: one each, never over another, under Object Lock where a context says for how long.
#![expect(clippy::disallowed_types, reason = "the shipper, which only parcels move")]

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::ObjectLockMode;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use watchdeck_domain::{Clock, ReadError, Retention, RetentionMode, Task};
use watchdeck_guard::{Found, Parcel, Piece, Shipper};

use super::{Bound, Deed, drawer};
use crate::gate::{Stamp, Stamper};
use crate::rejection::read_error;

/// No checkpoint is longer: what is was not put there by a journal, and is not read.
const LONGEST: i64 = 4_096;

/// So many are read at once.
const AT_ONCE: usize = 16;

/// Keeps checkpoints in a bucket.
pub(super) struct InBucket {
    pub(super) client: Client,
    pub(super) name: String,
    pub(super) bucket: String,
    /// What each key begins with.
    pub(super) prefix: String,
    pub(super) retention: Option<Retention>,
    pub(super) clock: Arc<dyn Clock>,
}

impl fmt::Debug for InBucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InBucket")
            .field("bucket", &self.bucket)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

impl InBucket {
    fn stamp(&self, deed: Deed) -> Stamper {
        let bound = Bound::Keys { bucket: self.bucket.clone(), prefix: self.prefix.clone() };
        Stamper(Stamp::for_checkpoints(bound, deed))
    }

    async fn ship(&self, parcel: &Parcel) -> Result<(), String> {
        for piece in parcel.pieces() {
            let (drawer, origin, size) = (drawer(parcel.key()), parcel.origin(), piece.size());
            let key = format!("{}{drawer}{origin}/{size:012}.json", self.prefix);
            self.put(&key, piece).await?;
        }
        Ok(())
    }

    /// Puts one where nothing stands. Where its very text stands, an answer was lost, and it is there.
    async fn put(&self, key: &str, piece: &Piece) -> Result<(), String> {
        let until = self.retention.map(|retention| {
            let days = Duration::from_secs(u64::from(retention.days) * 86_400);
            DateTime::from_millis((self.clock.now() + days).as_millis())
        });
        let mode = self.retention.map(|retention| match retention.mode {
            RetentionMode::Governance => ObjectLockMode::Governance,
            RetentionMode::Compliance => ObjectLockMode::Compliance,
        });
        let sent = self
            .client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .if_none_match("*")
            .content_type("application/json")
            .set_object_lock_mode(mode)
            .set_object_lock_retain_until_date(until)
            .body(ByteStream::from(piece.text().as_bytes().to_vec()))
            .customize()
            .interceptor(self.stamp(Deed::Put))
            .send()
            .await;
        let Err(error) = sent else { return Ok(()) };
        let error = read_error("s3:PutObject", &error);
        if error.code != "PreconditionFailed" {
            return Err(error.to_string());
        }
        let there = self.get(key).await.map_err(|error| error.to_string())?;
        if there == piece.text() {
            return Ok(());
        }
        Err(format!("another checkpoint stands at {key}: run `watchdeck audit verify --shipped`"))
    }

    async fn get(&self, key: &str) -> Result<String, ReadError> {
        const CALL: &str = "s3:GetObject";
        let answer = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(key)
            .customize()
            .interceptor(self.stamp(Deed::Get))
            .send()
            .await
            .map_err(|error| read_error(CALL, &error))?;
        let bytes = answer.body.collect().await.map_err(|error| {
            ReadError::new(
                watchdeck_domain::reading::ReadFailure::Unreachable,
                CALL,
                error.to_string(),
            )
        })?;
        Ok(String::from_utf8_lossy(&bytes.into_bytes()).into_owned())
    }

    /// Every key of ours with its length.
    async fn list(&self, prefix: &str) -> Result<Vec<(String, i64)>, ReadError> {
        let (mut keys, mut token) = (Vec::new(), None);
        loop {
            let page = self
                .client
                .list_objects_v2()
                .bucket(&self.bucket)
                .prefix(prefix)
                .set_continuation_token(token.clone())
                .customize()
                .interceptor(self.stamp(Deed::List))
                .send()
                .await
                .map_err(|error| read_error("s3:ListObjectsV2", &error))?;
            let next = page.next_continuation_token().map(str::to_owned);
            let objects = page.contents.unwrap_or_default().into_iter();
            keys.extend(objects.filter_map(|it| Some((it.key?, it.size.unwrap_or_default()))));
            if next.is_none() || next == token {
                return Ok(keys);
            }
            token = next;
        }
    }

    async fn read(&self, key: &str) -> Result<Vec<Found>, String> {
        let prefix = format!("{}{}", self.prefix, drawer(key));
        let keys = self.list(&prefix).await.map_err(|error| error.to_string())?;
        let each = keys.into_iter().map(|(at, length)| async move {
            let text = if length > LONGEST { String::new() } else { self.get(&at).await? };
            Ok::<_, ReadError>(Found { at, text })
        });
        let found = stream::iter(each).buffer_unordered(AT_ONCE).try_collect().await;
        found.map_err(|error| error.to_string())
    }
}

impl Shipper for InBucket {
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
