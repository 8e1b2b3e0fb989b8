//! Names of what brings the shop to where it runs: pipelines and their stages, deployments, distributions; and
//! of the trails that watch it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{IdError, check_plain};

id!(
    /// The name of a pipeline of CodePipeline: 1 to 100 characters of `[A-Za-z0-9.@_-]`.
    PipelineName, "the name of a pipeline",
    |t| check_plain(t, 100, b".@_-")
);

id!(
    /// The name of a stage of a pipeline, such as `Deploy`.
    StageName, "the name of a stage",
    |t| check_plain(t, 100, b".@_-")
);

id!(
    /// The id of an execution of a pipeline: a UUID in small letters.
    ExecutionId, "the id of an execution",
    |t| {
        let parts: Vec<usize> = t.split('-').map(str::len).collect();
        let hex = t.bytes().all(|b| b == b'-' || matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if hex && parts == [8, 4, 4, 4, 12] { Ok(()) } else { Err("it must be a UUID in small letters") }
    }
);

impl ExecutionId {
    /// The beginning, by which people tell executions apart.
    pub fn short(&self) -> &str {
        self.0.get(..8).unwrap_or(&self.0)
    }
}

id!(
    /// The id of a deployment of CodeDeploy, such as `d-ABCDEF123`.
    DeploymentId, "the id of a deployment",
    |t| {
        let rest = t.strip_prefix("d-").ok_or("it must begin with `d-`")?;
        check_plain(rest, 30, b"")
    }
);

id!(
    /// The id of a distribution of CloudFront, such as `EDFDVBD632BHDS5`.
    DistributionId, "the id of a distribution",
    |t| {
        check_plain(t, 32, b"")?;
        if t.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()) { Ok(()) } else { Err("it is of capitals and digits") }
    }
);

id!(
    /// The name of a trail of CloudTrail, 3 to 128 characters.
    TrailName, "the name of a trail",
    |t| {
        if t.len() < 3 { return Err("it is too short"); }
        check_plain(t, 128, b"._-")
    }
);
