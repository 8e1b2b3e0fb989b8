//! CloudFront: takes paths out of caches.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::types::{InvalidationBatch, Paths};
use aws_types::request_id::RequestId as _;
use watchdeck_domain::change::Invalidate;
use watchdeck_guard::{Doubt, Realm, Receipt, Unserved, Warrant};

use super::send::{request, send};

pub(super) async fn invalidate<R: Realm>(
    client: &Client,
    session: Option<Credentials>,
    change: Invalidate,
    warrant: Warrant<R>,
) -> Result<Receipt, Unserved> {
    let quantity = i32::try_from(change.paths.len()).unwrap_or(i32::MAX);
    let paths = Paths::builder().quantity(quantity).set_items(Some(change.paths)).build();
    let batch = paths.and_then(|paths| {
        InvalidationBatch::builder().paths(paths).caller_reference(&change.reference).build()
    });
    let batch = match batch {
        Ok(batch) => batch,
        Err(error) => return Err(warrant.refused("NotSent", error.to_string(), None)),
    };
    let call = client
        .create_invalidation()
        .distribution_id(change.distribution.as_str())
        .invalidation_batch(batch);
    let answer = send!(aws_sdk_cloudfront, call, session, warrant);
    let made = answer.invalidation().and_then(|made| made.invalidation_batch());
    let reference = made.map_or("none", InvalidationBatch::caller_reference);
    if reference == change.reference {
        return Ok(warrant.landed(request(answer.request_id()), None));
    }
    let why = format!("asked under {}, answered under {reference}", change.reference);
    Err(warrant.unsettled(Doubt::Garbled(why)))
}
