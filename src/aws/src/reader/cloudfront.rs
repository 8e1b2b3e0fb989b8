//! CloudFront: distributions, and what was taken out of their caches.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_cloudfront::Client;
use aws_sdk_cloudfront::types::Invalidation as Sent;
use watchdeck_domain::edge::{Distribution, Invalidation};
use watchdeck_domain::reading::{DistributionOf, InvalidationBy};
use watchdeck_domain::{DistributionId, ReadError};

use super::{Pages, instant};
use crate::rejection::{malformed, read_error};

const LIST: &str = "cloudfront:ListDistributions";
const ONE: &str = "cloudfront:GetDistribution";
const INVALIDATIONS: &str = "cloudfront:ListInvalidations";
const INVALIDATION: &str = "cloudfront:GetInvalidation";

pub(super) async fn distributions(client: &Client) -> Result<Vec<Distribution>, ReadError> {
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .list_distributions()
            .set_marker(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(LIST, &e))?;
        let Some(list) = page.distribution_list() else { return Ok(found) };
        for one in list.items() {
            found.push(Distribution {
                id: id(LIST, one.id())?,
                arn: one.arn().to_owned(),
                domain: one.domain_name().to_owned(),
                aliases: one.aliases().map(|it| it.items().to_vec()).unwrap_or_default(),
                status: one.status().to_owned(),
                enabled: one.enabled(),
                invalidating: None,
            });
        }
        if !list.is_truncated() || !pages.turn(LIST, list.next_marker())? {
            return Ok(found);
        }
    }
}

pub(super) async fn distribution(
    client: &Client,
    ask: DistributionOf,
) -> Result<Distribution, ReadError> {
    let answer = client
        .get_distribution()
        .id(ask.distribution.as_str())
        .send()
        .await
        .map_err(|e| read_error(ONE, &e))?;
    let sent = answer.distribution();
    let sent = sent.ok_or_else(|| malformed(ONE, "an answer without a distribution"))?;
    let config = sent.distribution_config();
    let aliases = config.and_then(|config| config.aliases()).map(|it| it.items().to_vec());
    Ok(Distribution {
        id: id(ONE, sent.id())?,
        arn: sent.arn().to_owned(),
        domain: sent.domain_name().to_owned(),
        aliases: aliases.unwrap_or_default(),
        status: sent.status().to_owned(),
        enabled: config.is_some_and(aws_sdk_cloudfront::types::DistributionConfig::enabled),
        invalidating: Some(super::count(Some(sent.in_progress_invalidation_batches()))),
    })
}

/// Looks through what is not older than asked for, the newest first: a list tells no references, so each is looked at.
pub(super) async fn invalidation(
    client: &Client,
    ask: InvalidationBy,
) -> Result<Option<Invalidation>, ReadError> {
    let mut pages = Pages::default();
    loop {
        let page = client
            .list_invalidations()
            .distribution_id(ask.distribution.as_str())
            .set_marker(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(INVALIDATIONS, &e))?;
        let Some(list) = page.invalidation_list() else { return Ok(None) };
        for one in list.items() {
            if instant(Some(one.create_time())).is_some_and(|at| at < ask.since) {
                return Ok(None);
            }
            let answer = client
                .get_invalidation()
                .distribution_id(ask.distribution.as_str())
                .id(one.id())
                .send()
                .await
                .map_err(|e| read_error(INVALIDATION, &e))?;
            let found = answer.invalidation().map(told);
            if let Some(found) = found.filter(|found| found.reference == ask.reference) {
                return Ok(Some(found));
            }
        }
        if !list.is_truncated() || !pages.turn(INVALIDATIONS, list.next_marker())? {
            return Ok(None);
        }
    }
}

fn told(sent: &Sent) -> Invalidation {
    let batch = sent.invalidation_batch();
    let paths = batch.and_then(|batch| batch.paths()).map(|paths| paths.items().to_vec());
    Invalidation {
        id: sent.id().to_owned(),
        status: sent.status().to_owned(),
        created: instant(Some(sent.create_time())),
        paths: paths.unwrap_or_default(),
        reference: batch.map(|batch| batch.caller_reference().to_owned()).unwrap_or_default(),
    }
}

fn id(call: &str, text: &str) -> Result<DistributionId, ReadError> {
    DistributionId::parse(text).map_err(|error| malformed(call, error.to_string()))
}
