//! Metric series, as CloudWatch GetMetricData answers them.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// What names a metric.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MetricName {
    /// The namespace, such as `AWS/Lambda`.
    pub namespace: String,
    /// The metric, such as `Errors`.
    pub name: String,
    /// Dimension names and values; case-sensitive.
    pub dimensions: Vec<(String, String)>,
}

impl MetricName {
    /// The value of a dimension.
    pub fn dimension(&self, name: &str) -> Option<&str> {
        self.dimensions.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// One series asked for. `id` comes back with the answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MetricQuery {
    /// A caller's name for the series: a lower-case letter, then `[a-z0-9_]`, 255 at most.
    pub id: String,
    /// The namespace, such as `AWS/Lambda`.
    pub namespace: String,
    /// The metric, such as `Errors`.
    pub metric: String,
    /// Dimension names and values; case-sensitive.
    pub dimensions: Vec<(String, String)>,
    /// `Sum`, `Average`, `p99`, ...
    pub statistic: String,
}

/// The answer to one [`MetricQuery`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// The id asked under.
    pub id: String,
    /// Points in order of time. A missing point is missing, not zero.
    pub points: Vec<(Timestamp, f64)>,
    /// Whether CloudWatch says more is to come (`PartialData`).
    pub partial: bool,
}

impl Series {
    /// The sum of all points.
    pub fn sum(&self) -> f64 {
        self.points.iter().map(|(_, value)| value).sum()
    }
}
