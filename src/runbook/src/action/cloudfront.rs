//! The edge: paths are taken out of its caches.

use std::time::Duration;

use serde::Deserialize;
use watchdeck_domain::DistributionId;
use watchdeck_domain::change::Invalidate;
use watchdeck_domain::reading::DistributionOf;

use super::{Action, Ground, Made, Members, Token, must};
use crate::compile::CompileError;

/// The clock of AWS may be so far behind.
const SKEW: Duration = Duration::from_mins(5);

/// `CreateInvalidation`, under the reference of the run. Nothing leads back.
pub(super) static INVALIDATE: Action = Action {
    name: "invalidate",
    operation: "cloudfront:CreateInvalidation",
    members: &[
        must("distribution", "DistributionId"),
        must("token", "InvalidationBatch"),
        must("paths", "InvalidationBatch"),
    ],
    lock: None,
    compile: |members, ground| Box::pin(invalidate(members, ground)),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct InvalidateWith {
    distribution: DistributionId,
    token: Token,
    /// With blanks between them.
    paths: String,
}

async fn invalidate(members: Members, ground: Ground<'_>) -> Result<Made, CompileError> {
    let InvalidateWith { distribution, token: Token::OfTheRun, paths } = members.read()?;
    let there = ground.look(DistributionOf { distribution: distribution.clone() }).await?;
    let mut paths: Vec<String> = paths.split_whitespace().map(str::to_owned).collect();
    paths.sort();
    paths.dedup();
    let change = Invalidate {
        distribution,
        name: there.name().to_owned(),
        arn: there.arn,
        paths,
        reference: Invalidate::reference_of(ground.run),
        since: ground.place.now - SKEW,
    };
    Ok((change.into(), None))
}
