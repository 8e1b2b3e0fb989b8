//! CloudWatch metrics: their names and their series.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{
    Dimension, Metric, MetricDataQuery, MetricStat, RecentlyActive, ScanBy, StatusCode,
};
use watchdeck_domain::metric::{MetricName, MetricQuery, Series};
use watchdeck_domain::reading::{MetricNames, Metrics, ReadFailure};
use watchdeck_domain::{ReadError, Timestamp};

use super::super::{Pages, plain};
use crate::rejection::{malformed, read_error};

const CALL: &str = "cloudwatch:GetMetricData";
const LIST: &str = "cloudwatch:ListMetrics";

/// GetMetricData takes at most so many queries a call.
const QUERIES_A_CALL: usize = 500;

/// The names, in order: the server has none.
pub(in super::super) async fn names(
    client: &Client,
    ask: MetricNames,
) -> Result<Vec<MetricName>, ReadError> {
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .list_metrics()
            .namespace(&ask.namespace)
            .recently_active(RecentlyActive::Pt3H)
            .set_next_token(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(LIST, &e))?;
        found.extend(
            page.metrics()
                .iter()
                .map(|one| name(one.namespace(), one.metric_name(), one.dimensions())),
        );
        if !pages.turn(LIST, page.next_token())? {
            break;
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// What names a metric, wherever it stands.
pub(super) fn name(
    namespace: Option<&str>,
    name: Option<&str>,
    dimensions: &[Dimension],
) -> MetricName {
    let dimensions = dimensions.iter().map(|one| (plain(one.name()), plain(one.value())));
    MetricName { namespace: plain(namespace), name: plain(name), dimensions: dimensions.collect() }
}

pub(in super::super) async fn series(
    client: &Client,
    ask: Metrics,
) -> Result<Vec<Series>, ReadError> {
    let mut found: BTreeMap<String, Series> = BTreeMap::new();
    for some in ask.series.chunks(QUERIES_A_CALL) {
        let queries: Vec<MetricDataQuery> =
            some.iter().map(|one| query(one, ask.period_s)).collect();
        let mut pages = Pages::default();
        loop {
            let page = client
                .get_metric_data()
                .set_metric_data_queries(Some(queries.clone()))
                .start_time(DateTime::from_millis(ask.start.as_millis()))
                .end_time(DateTime::from_millis(ask.end.as_millis()))
                .scan_by(ScanBy::TimestampAscending)
                .set_next_token(pages.token.clone())
                .send()
                .await
                .map_err(|e| read_error(CALL, &e))?;
            for result in page.metric_data_results() {
                gather(&mut found, result)?;
            }
            if !pages.turn(CALL, page.next_token())? {
                break;
            }
        }
    }
    // In the order asked; a series of which nothing is known has no points.
    Ok(ask
        .series
        .into_iter()
        .map(|query| match found.remove(&query.id) {
            Some(mut series) => {
                series.points.sort_by_key(|(at, _)| *at);
                series
            }
            None => Series { id: query.id, points: Vec::new(), partial: false },
        })
        .collect())
}

fn gather(
    found: &mut BTreeMap<String, Series>,
    result: &aws_sdk_cloudwatch::types::MetricDataResult,
) -> Result<(), ReadError> {
    let id = plain(result.id());
    let status = result.status_code().map(StatusCode::as_str);
    if status == Some("Forbidden") {
        let why = format!("series {id} may not be read");
        return Err(ReadError::new(ReadFailure::Denied, CALL, why));
    }
    let (times, values) = (result.timestamps(), result.values());
    if times.len() != values.len() {
        let why = format!("series {id} has {} times and {} values", times.len(), values.len());
        return Err(malformed(CALL, why));
    }
    let series = found.entry(id.clone()).or_insert_with(|| Series {
        id,
        points: Vec::new(),
        partial: false,
    });
    series.partial = matches!(status, Some("PartialData" | "InternalError"));
    for (at, value) in times.iter().zip(values) {
        let at = at.to_millis().map_err(|e| malformed(CALL, e.to_string()))?;
        series.points.push((Timestamp::from_millis(at), *value));
    }
    Ok(())
}

fn query(query: &MetricQuery, period_s: u32) -> MetricDataQuery {
    let dimensions = query
        .dimensions
        .iter()
        .map(|(name, value)| Dimension::builder().name(name).value(value).build())
        .collect();
    let metric = Metric::builder()
        .namespace(&query.namespace)
        .metric_name(&query.metric)
        .set_dimensions(Some(dimensions))
        .build();
    let stat = MetricStat::builder()
        .metric(metric)
        .set_period(i32::try_from(period_s).ok())
        .stat(&query.statistic)
        .build();
    MetricDataQuery::builder().id(&query.id).metric_stat(stat).return_data(true).build()
}
