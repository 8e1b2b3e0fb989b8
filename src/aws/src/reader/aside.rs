//! Aside: takes a list or a record out of an answer before the SDK reads it, and keeps it as it came.
//!
//! For lists of a type that the SDK knows too well: its reader of a Security Hub finding has a place for the details of
//! a hundred kinds of resources, and without optimisation needs more than 8 MB of stack for them, where a thread has 2. And for
//! what is sent back whole: the SDK drops the members that it does not know.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeDeserializationInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use bytes::Bytes;
use http_body::{Body, Frame};
use serde_json::Value;

/// An interceptor for one request, whose clones share what they keep.
#[derive(Clone, Debug)]
pub(super) struct Aside {
    list: &'static str,
    /// Whether it is a record, and not a list of them.
    one: bool,
    kept: Arc<Mutex<Vec<Value>>>,
}

impl Aside {
    /// Takes the list of that name out of a JSON answer.
    pub(super) fn list(list: &'static str) -> Self {
        Self { list, one: false, kept: Arc::default() }
    }

    /// Takes the record of that name out of a JSON answer.
    pub(super) fn record(record: &'static str) -> Self {
        Self { list: record, one: true, kept: Arc::default() }
    }

    /// What the list held.
    pub(super) fn kept(self) -> Vec<Value> {
        std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The answer with the list empty. What is no such answer stays as it is: the SDK says what is wrong with it.
    fn take(&self, bytes: Vec<u8>) -> Bytes {
        let Ok(Value::Object(mut answer)) = serde_json::from_slice(&bytes) else {
            return bytes.into();
        };
        let list = if self.one {
            let Some(record) = answer.remove(self.list) else { return bytes.into() };
            vec![record]
        } else {
            let Some(Value::Array(list)) = answer.get_mut(self.list) else { return bytes.into() };
            std::mem::take(list)
        };
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = list;
        Value::Object(answer).to_string().into()
    }
}

#[dyn_dispatch_hint]
impl Intercept for Aside {
    fn name(&self) -> &'static str {
        "watchdeck aside"
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let answer = context.response_mut();
        if answer.status().is_success() {
            let body = std::mem::replace(answer.body_mut(), SdkBody::taken());
            let gathered = Gathered { body, bytes: Vec::new(), over: false, aside: self.clone() };
            *answer.body_mut() = SdkBody::from_body_1_x(gathered);
        }
        Ok(())
    }
}

/// A body that is given out once it is whole.
struct Gathered {
    body: SdkBody,
    bytes: Vec<u8>,
    over: bool,
    aside: Aside,
}

impl Body for Gathered {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        while !self.over {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.bytes.extend_from_slice(&data);
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    self.over = true;
                    let bytes = std::mem::take(&mut self.bytes);
                    return Poll::Ready(Some(Ok(Frame::data(self.aside.take(bytes)))));
                }
            }
        }
        Poll::Ready(None)
    }
}
