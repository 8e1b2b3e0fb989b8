//! Checkpoints in a log group or in a bucket: put there for a parcel of the guard, and read back.

use std::sync::Arc;

use aws_types::SdkConfig;
use watchdeck_domain::{CheckpointStore, Clock, Retention};
use watchdeck_guard::Shipper;

use crate::clients::Clients;
use bucket::InBucket;
use logs::InLogs;

mod bucket; // an object each
mod logs; // an event each

mod bound; // the one place that a call may be about

pub(crate) use bound::Bound;

/// How much of the key that signed stands in the name of a stream, or in that of an object: enough that no two are the same.
const KEY_SHOWN: usize = 16;

/// One deed in a place for checkpoints, and the call that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deed {
    /// Makes the log group.
    MakeGroup,
    /// Makes a stream in it.
    MakeStream,
    /// Writes events to the stream.
    Write,
    /// Puts an object into the bucket.
    Put,
    /// Lists the objects that are ours.
    List,
    /// Reads one of them.
    Get,
}

impl Deed {
    /// The service and the operation, as the SDK names them.
    pub(crate) fn call(self) -> (&'static str, &'static str) {
        match self {
            Self::MakeGroup => ("CloudWatch Logs", "CreateLogGroup"),
            Self::MakeStream => ("CloudWatch Logs", "CreateLogStream"),
            Self::Write => ("CloudWatch Logs", "PutLogEvents"),
            Self::Put => ("S3", "PutObject"),
            Self::List => ("S3", "ListObjectsV2"),
            Self::Get => ("S3", "GetObject"),
        }
    }
}

/// What ships to a place. `clock` is the account's: events and retention are dated by it.
pub(crate) fn shipper(
    config: &SdkConfig,
    store: &CheckpointStore,
    retention: Option<Retention>,
    clock: Arc<dyn Clock>,
) -> Arc<dyn Shipper> {
    let name = store.to_string();
    match store {
        CheckpointStore::Logs { group } => {
            let group = group.as_str().to_owned();
            Arc::new(InLogs { client: Clients::shipping_to_logs(config), name, group, clock })
        }
        CheckpointStore::Bucket { bucket, prefix } => Arc::new(InBucket {
            client: Clients::shipping_to_bucket(config),
            name,
            bucket: bucket.as_str().to_owned(),
            prefix: prefix.clone(),
            retention,
            clock,
        }),
    }
}

/// What everything of this key begins with.
fn drawer(key: &str) -> String {
    format!("{}/", key.get(..KEY_SHOWN).unwrap_or(key))
}

#[cfg(test)]
mod tests;
