//! What an alarm compares with, in words: `Sum > 5 in 2 of 3 periods of 60 s`.

use aws_sdk_cloudwatch::types::{MetricAlarm, MetricDataQuery, Statistic};
use watchdeck_domain::metric::MetricName;

use super::super::said;
use super::metrics;

/// The metric an alarm watches; nothing where it watches an expression over several.
pub(super) fn metric(alarm: &MetricAlarm) -> Option<MetricName> {
    if let Some(name) = said(alarm.metric_name()) {
        return Some(metrics::name(alarm.namespace(), Some(&name), alarm.dimensions()));
    }
    let metric = watched(alarm)?.metric_stat()?.metric()?;
    let name = said(metric.metric_name())?;
    Some(metrics::name(metric.namespace(), Some(&name), metric.dimensions()))
}

/// The condition as far as the server tells it.
pub(super) fn words(alarm: &MetricAlarm) -> String {
    [measure(alarm), comparison(alarm), span(alarm)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The query that an alarm on several compares: the one that returns data.
fn watched(alarm: &MetricAlarm) -> Option<&MetricDataQuery> {
    let band = alarm.threshold_metric_id();
    alarm.metrics().iter().find(|query| query.return_data() != Some(false) && query.id() != band)
}

/// The statistic, or the expression in its place.
fn measure(alarm: &MetricAlarm) -> Option<String> {
    said(alarm.statistic().map(Statistic::as_str))
        .or_else(|| said(alarm.extended_statistic()))
        .or_else(|| said(watched(alarm)?.expression()))
        .or_else(|| said(watched(alarm)?.metric_stat()?.stat()))
}

fn comparison(alarm: &MetricAlarm) -> Option<String> {
    let sign = match alarm.comparison_operator()?.as_str() {
        "GreaterThanThreshold" => ">",
        "GreaterThanOrEqualToThreshold" => ">=",
        "LessThanThreshold" => "<",
        "LessThanOrEqualToThreshold" => "<=",
        "GreaterThanUpperThreshold" => return Some("above the expected band".into()),
        "LessThanLowerThreshold" => return Some("below the expected band".into()),
        "LessThanLowerOrGreaterThanUpperThreshold" => {
            return Some("outside the expected band".into());
        }
        "" => return None,
        other => other,
    };
    Some(match alarm.threshold() {
        Some(threshold) => format!("{sign} {threshold}"),
        None => sign.to_owned(),
    })
}

/// How many periods of how many, and how long one is.
fn span(alarm: &MetricAlarm) -> Option<String> {
    let of = alarm.evaluation_periods().filter(|periods| *periods > 0)?;
    let needed = alarm.datapoints_to_alarm().filter(|points| *points > 0).unwrap_or(of);
    let periods = match of {
        1 => "in 1 period".to_owned(),
        _ => format!("in {needed} of {of} periods"),
    };
    let period = alarm.period().or_else(|| {
        let queries = alarm.metrics().iter();
        queries.filter_map(|query| query.period().or_else(|| query.metric_stat()?.period())).max()
    });
    Some(match period.filter(|period| *period > 0) {
        Some(seconds) => format!("{periods} of {seconds} s"),
        None => periods,
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_cloudwatch::types::{ComparisonOperator, Metric, MetricStat};

    use super::*;

    #[test]
    fn a_condition_is_told_as_far_as_the_server_tells_it() {
        let check = |alarm: MetricAlarm, wanted: &str| assert_eq!(words(&alarm), wanted);
        let errors = || {
            MetricAlarm::builder()
                .statistic(Statistic::Sum)
                .comparison_operator(ComparisonOperator::GreaterThanThreshold)
                .threshold(5.0)
        };
        let whole = errors().evaluation_periods(3).datapoints_to_alarm(2).period(60);
        check(whole.build(), "Sum > 5 in 2 of 3 periods of 60 s");
        check(errors().evaluation_periods(1).period(300).build(), "Sum > 5 in 1 period of 300 s");
        check(errors().evaluation_periods(5).build(), "Sum > 5 in 5 of 5 periods");
        let rate = MetricAlarm::builder().extended_statistic("p99").threshold(0.05);
        let rate = rate.comparison_operator("LessThanOrEqualToThreshold".into());
        check(rate.build(), "p99 <= 0.05");
        let strange = MetricAlarm::builder().comparison_operator("SlowerThan".into());
        check(strange.threshold(2.0).evaluation_periods(-1).period(0).build(), "SlowerThan 2");
        check(MetricAlarm::builder().comparison_operator("".into()).build(), "");
        check(MetricAlarm::builder().build(), "");
    }

    #[test]
    fn alarms_on_expressions_and_bands_name_what_they_compare() {
        let metric = Metric::builder().namespace("AWS/Lambda").metric_name("Errors").build();
        let stat = MetricStat::builder().metric(metric).period(60).stat("Sum").build();
        let errors = MetricDataQuery::builder().id("e").metric_stat(stat);
        let rate = MetricDataQuery::builder().id("rate").expression("e / i");
        let alarm = MetricAlarm::builder()
            .metrics(errors.clone().return_data(false).build())
            .metrics(rate.build())
            .comparison_operator(ComparisonOperator::GreaterThanOrEqualToThreshold)
            .threshold(0.1)
            .evaluation_periods(1)
            .build();
        assert_eq!(words(&alarm), "e / i >= 0.1 in 1 period of 60 s");
        assert_eq!(super::metric(&alarm), None);
        let band = MetricDataQuery::builder().id("band").expression("ANOMALY_DETECTION_BAND(e)");
        let alarm = MetricAlarm::builder()
            .metrics(band.build())
            .metrics(errors.build())
            .threshold_metric_id("band")
            .comparison_operator(ComparisonOperator::GreaterThanUpperThreshold)
            .build();
        assert_eq!(words(&alarm), "Sum above the expected band");
        assert_eq!(super::metric(&alarm).unwrap().name, "Errors");
    }
}
