//! What a query would be as a command of the AWS CLI, and how much it would scan.

use std::time::Duration;

use watchdeck_domain::log::LogGroup;
use watchdeck_domain::metric::MetricQuery;
use watchdeck_domain::reading::{LogGroups, Metrics};
use watchdeck_domain::{Printable, ReadError, Source, Timestamp, ask};

use super::super::failure::Failure;
use super::super::output;
use super::super::reading::QueryArguments;
use super::amount;

/// What AWS bills for a gigabyte, in the cheapest regions, in thousandths of a dollar.
const MILLS_A_GB: u64 = 5;

/// Prints both. Only what is free, or nearly, is asked for it.
pub(super) async fn explain(
    asked: &QueryArguments,
    source: &dyn Source,
    groups: &[LogGroup],
    (start, end): (Timestamp, Timestamp),
) -> Result<(), Failure> {
    let unknown = |error: ReadError| format!("how much would be scanned is not known: {error}");
    let scanned = |bytes| format!("{} would be scanned, {}", amount(bytes), price(bytes));
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
    let mut words = vec!["aws logs start-query --log-group-names".to_owned()];
    words.extend(groups.iter().map(|group| quoted(group.name.as_str())));
    let seconds = |at: Timestamp| at.as_millis().div_euclid(1000);
    words.push(format!("--start-time {} --end-time {}", seconds(span.0), seconds(span.1)));
    words.push(format!("--query-string {}", quoted(&asked.query)));
    let options = &asked.source;
    let region = options.region.as_ref().map(ToString::to_string);
    for (name, value) in [
        ("--profile", &options.profile),
        ("--region", &region),
        ("--endpoint-url", &options.endpoint_url),
    ] {
        words.extend(value.as_ref().map(|value| format!("{name} {}", quoted(value))));
    }
    words.join(" ")
}

/// A word that a shell takes as it is.
fn quoted(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:#@%+=,".contains(&b);
    if !word.is_empty() && !word.starts_with('#') && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
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
            dimensions: vec![("LogGroupName".to_owned(), group.name.to_string())],
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
        let listed = LogGroups { prefix: group.name.to_string(), limit: 1 };
        let found = ask(source, listed).await?;
        let found = found.iter().find(|found| found.name == group.name);
        sum = sum.saturating_add(found.map_or(0, |found| found.stored_bytes));
    }
    Ok(sum)
}

/// What AWS would bill, to a hundredth of a cent.
fn price(bytes: u64) -> String {
    let parts = bytes.saturating_mul(MILLS_A_GB) / 100_000_000;
    if parts == 0 {
        return "for less than $0.0001".to_owned();
    }
    let (dollars, rest) = (parts / 10_000, parts % 10_000);
    format!("for ${dollars}.{rest:04} at $0.005 a GB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        let check = |word: &str, wanted: &str| assert_eq!(quoted(word), wanted);
        check("/aws/lambda/orders-writer", "/aws/lambda/orders-writer");
        check("filter a = 'b'", r"'filter a = '\''b'\'''");
        check("$(x)", "'$(x)'");
        check("#x", "'#x'");
        check("", "''");
    }

    #[test]
    fn a_gigabyte_costs_half_a_cent() {
        assert_eq!(price(1_000_000_000), "for $0.0050 at $0.005 a GB");
        assert_eq!(price(2_500_000_000_000), "for $12.5000 at $0.005 a GB");
        assert_eq!(price(1_000), "for less than $0.0001");
    }
}
