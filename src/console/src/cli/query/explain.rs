//! What a query would be as a command of the AWS CLI, and how much it would scan.

use std::time::Duration;

use watchdeck_domain::log::LogGroup;
use watchdeck_domain::metric::MetricQuery;
use watchdeck_domain::reading::{LogGroups, Metrics};
use watchdeck_domain::{Printable, ReadError, Source, Timestamp, ask};

use super::super::failure::Failure;
use super::super::output;
use super::super::reading::QueryArguments;
use crate::app::aws_cli;
use crate::app::bill::{amount, price};

/// Prints both. Only what is free, or nearly, is asked for it.
pub(super) async fn explain(
    asked: &QueryArguments,
    source: &dyn Source,
    groups: &[LogGroup],
    (start, end): (Timestamp, Timestamp),
) -> Result<(), Failure> {
    let unknown = |error: ReadError| format!("how much would be scanned is not known: {error}");
    let scanned = |bytes| format!("{} would be scanned, for {}", amount(bytes), price(bytes));
    let estimate = match received(source, groups, (start, end)).await {
        Ok(Some(bytes)) => format!("about {}", scanned(bytes)),
        Ok(None) => match stored(source, groups).await {
            Ok(bytes) => format!("at most {}", scanned(bytes)),
            Err(error) => unknown(error),
        },
        Err(error) => unknown(error),
    };
    let estimate = Printable::new(estimate);
    let text = format!("{}\n# {estimate}\n", command(asked, groups, (start, end)));
    output::say(&text)
}

/// The command, ready for a shell.
fn command(asked: &QueryArguments, groups: &[LogGroup], span: (Timestamp, Timestamp)) -> String {
    let options = &asked.source;
    let region = options.region.as_ref().map(ToString::to_string);
    let options = [
        ("--profile", options.profile.as_deref()),
        ("--region", region.as_deref()),
        ("--endpoint-url", options.endpoint_url.as_deref()),
    ];
    aws_cli::start_query(
        groups.iter().map(|group| group.name.as_str()),
        span,
        &asked.query,
        &options,
    )
}

/// The bytes that the groups received in a span, as CloudWatch has counted them; nothing where it has not.
async fn received(
    source: &dyn Source,
    groups: &[LogGroup],
    (start, end): (Timestamp, Timestamp),
) -> Result<Option<u64>, ReadError> {
    // Points of an hour are kept the longest, and 1,440 of them are 60 days.
    let hour = Duration::from_hours(1);
    let minute = Duration::from_mins(1);
    let step = if end.since(start) > Duration::from_hours(24) { hour } else { minute };
    let period_s = u32::try_from(step.as_secs()).unwrap_or(60);
    let series = groups
        .iter()
        .zip(0..)
        .map(|(group, nth)| MetricQuery {
            id: format!("g{nth}"),
            namespace: "AWS/Logs".to_owned(),
            metric: "IncomingBytes".to_owned(),
            dimensions: vec![("LogGroupName".to_owned(), group.name.as_str().to_owned())],
            statistic: "Sum".to_owned(),
        })
        .collect();
    let asked = Metrics { series, start: start.floor(step), end: end + step, period_s };
    let series = ask(source, asked).await?;
    let sum: f64 = series.iter().map(watchdeck_domain::metric::Series::sum).sum();
    let known = series.iter().any(|series| !series.points.is_empty());
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates, which is what is wanted of a count"
    )]
    Ok(known.then_some(sum.max(0.0) as u64))
}

/// The bytes that the groups hold, of whatever time.
async fn stored(source: &dyn Source, groups: &[LogGroup]) -> Result<u64, ReadError> {
    let mut sum: u64 = 0;
    for group in groups {
        let listed = LogGroups { prefix: group.name.as_str().to_owned(), limit: 1 };
        let found = ask(source, listed).await?;
        let found = found.iter().find(|found| found.name == group.name);
        sum = sum.saturating_add(found.map_or(0, |found| found.stored_bytes));
    }
    Ok(sum)
}
