//! The one place that a call about checkpoints may be about: the gate looks at what is about to be sent.

use aws_sdk_cloudwatchlogs::operation::create_log_group::CreateLogGroupInput;
use aws_sdk_cloudwatchlogs::operation::create_log_stream::CreateLogStreamInput;
use aws_sdk_cloudwatchlogs::operation::put_log_events::PutLogEventsInput;
use aws_sdk_s3::operation::get_object::GetObjectInput;
use aws_sdk_s3::operation::list_objects_v2::ListObjectsV2Input;
use aws_sdk_s3::operation::put_object::PutObjectInput;
use aws_smithy_runtime_api::client::interceptors::context::Input;

/// A log group, or a bucket and what keys begin with in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// This group.
    Group(String),
    /// Keys of this bucket that begin so.
    Keys {
        /// The bucket.
        bucket: String,
        /// What they begin with.
        prefix: String,
    },
}

impl Bound {
    /// Whether what is about to be sent is about that place. What is of no kind known here is not.
    pub(crate) fn holds(&self, input: &Input) -> bool {
        match self {
            Self::Group(group) => group_of(input) == Some(group),
            Self::Keys { bucket, prefix } => {
                let Some((of, key)) = key_of(input) else { return false };
                of == bucket && key.starts_with(prefix.as_str())
            }
        }
    }
}

fn group_of(input: &Input) -> Option<&str> {
    if let Some(input) = input.downcast_ref::<PutLogEventsInput>() {
        return input.log_group_name();
    }
    if let Some(input) = input.downcast_ref::<CreateLogStreamInput>() {
        return input.log_group_name();
    }
    input.downcast_ref::<CreateLogGroupInput>().and_then(CreateLogGroupInput::log_group_name)
}

/// The bucket, and the key or what listed keys begin with.
fn key_of(input: &Input) -> Option<(&str, &str)> {
    if let Some(input) = input.downcast_ref::<PutObjectInput>() {
        return Some((input.bucket()?, input.key()?));
    }
    if let Some(input) = input.downcast_ref::<GetObjectInput>() {
        return Some((input.bucket()?, input.key()?));
    }
    let input = input.downcast_ref::<ListObjectsV2Input>()?;
    Some((input.bucket()?, input.prefix()?))
}
