//! The arguments of the commands that read logs without a screen: `tail` and `query`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use watchdeck_domain::{Region, Timestamp};

use super::arguments::{self, PlaceArguments};
use crate::look::typed;

/// Which account to read.
#[derive(Clone, Debug, Default, Args)]
pub struct SourceArguments {
    /// The AWS profile, from the AWS configuration files
    #[arg(long, value_name = "PROFILE")]
    pub profile: Option<String>,
    /// This context of contexts.toml
    #[arg(long, value_name = "NAME", conflicts_with_all = ["profile", "endpoint_url"])]
    pub context: Option<String>,
    /// The AWS region, such as eu-central-1; otherwise the profile's
    #[arg(long, value_name = "REGION", value_parser = arguments::region)]
    pub region: Option<Region>,
    /// This server instead of AWS, such as one started by `watchdeck sim serve`
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,
}

impl SourceArguments {
    /// The place, as the console would open it to look.
    pub fn place(&self) -> PlaceArguments {
        PlaceArguments {
            profile: self.profile.clone(),
            context: self.context.clone(),
            region: self.region.clone(),
            endpoint_url: self.endpoint_url.clone(),
            ..PlaceArguments::default()
        }
    }
}

/// `watchdeck tail`
#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub struct TailArguments {
    /// The log groups; one that ends in `*` stands for all that begin so, one with `@REGION`, `@CONTEXT` or `@CONTEXT/REGION` is of another place [default: those of the settings, on a simulated account else all]
    #[arg(value_name = "GROUP")]
    pub groups: Vec<String>,
    /// Only lines that match this filter pattern of CloudWatch Logs
    #[arg(long, short = 'e', value_name = "PATTERN")]
    pub filter: Option<String>,
    /// How far back to begin, such as 90s, 5m, 1h or 2d
    #[arg(long, short, value_name = "SPAN", default_value = "5m", value_parser = span)]
    pub since: Duration,
    /// Go on with what comes, until ctrl-c
    #[arg(long, short)]
    pub follow: bool,
    /// Wait until the last seconds are complete too: lines are found some seconds after they were received
    #[arg(long, conflicts_with = "follow")]
    pub settle: bool,
    /// How a line is printed
    #[arg(long, value_name = "FORMAT", default_value = "short")]
    pub format: LineFormat,
    /// Without colours, as NO_COLOR says too
    #[arg(long)]
    pub no_color: bool,
    /// Say nothing about gaps and about how far all is known
    #[arg(long, short)]
    pub quiet: bool,
    /// Which account.
    #[command(flatten)]
    pub source: SourceArguments,
}

/// How a line of a log is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LineFormat {
    /// One line an event: its time, its group where there are several, what it says
    Short,
    /// One JSON object an event
    Json,
    /// The message alone, byte for byte where it does not go to a terminal
    Raw,
}

/// `watchdeck query`
#[derive(Clone, Debug, Args)]
pub struct QueryArguments {
    /// The query, in the language of Logs Insights
    #[arg(value_name = "QUERY")]
    pub query: String,
    /// A log group; one that ends in `*` stands for all that begin so; may be repeated [default: those of the settings, on a simulated account else all]
    #[arg(long = "group", short, value_name = "GROUP")]
    pub groups: Vec<String>,
    /// How far back to begin, such as 90s, 5m, 1h or 2d
    #[arg(long, short, value_name = "SPAN", default_value = "1h", value_parser = span, conflicts_with = "start")]
    pub since: Duration,
    /// When to begin, in UTC, such as 2026-11-22T03:00
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub start: Option<Timestamp>,
    /// When to end [default: now]
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub end: Option<Timestamp>,
    /// How the rows are printed
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub format: RowFormat,
    /// Print the command of the AWS CLI and what would be scanned, and ask nothing
    #[arg(long)]
    pub explain: bool,
    /// Run it here over the lines of this file, packed with gzip or not, `-` for stdin; may be repeated
    #[arg(
        long = "file",
        value_name = "FILE",
        conflicts_with_all = ["groups", "explain", "profile", "context", "region", "endpoint_url"]
    )]
    pub files: Vec<PathBuf>,
    /// Which account.
    #[command(flatten)]
    pub source: SourceArguments,
}

/// How the rows of a query are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    /// Columns, for eyes
    Table,
    /// One JSON object a row
    Json,
    /// Comma-separated values, with a line of names
    Csv,
}

/// A span such as `90s`, `5m`, `1h`, `2d` or `1w`.
pub(super) fn span(text: &str) -> Result<Duration, String> {
    typed::length(text).ok_or_else(|| {
        "write a number and a unit, from 1s to 3650d: 90s, 5m, 1h, 2d or 1w".to_owned()
    })
}

/// An instant: RFC 3339, or in UTC without a zone and with as many parts as there are.
fn instant(text: &str) -> Result<Timestamp, String> {
    let text = text.trim().replacen(' ', "T", 1);
    ["", "Z", ":00Z", "T00:00:00Z"]
        .iter()
        .find_map(|end| Timestamp::parse(&format!("{text}{end}")))
        .ok_or_else(|| "write it in UTC, such as 2026-11-22T03:00, or with a zone".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_parsed_at_the_border() {
        assert_eq!(span("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(span("2d"), Ok(Duration::from_hours(48)));
        for text in ["", "5", "m", "-5m", "0s", "5 m", "5µ", "99999999999999999d"] {
            assert!(span(text).is_err(), "{text}");
        }
    }

    #[test]
    fn instants_are_parsed_at_the_border() {
        let wanted = Timestamp::parse("2026-11-22T03:00:00Z").ok_or_else(String::new);
        for text in ["2026-11-22T03:00", "2026-11-22 03:00:00", "2026-11-22T04:00:00+01:00"] {
            assert_eq!(instant(text), wanted, "{text}");
        }
        assert!(instant("2026-11-22").is_ok());
        for text in ["", "noon", "2026-13-01", "03:00"] {
            assert!(instant(text).is_err(), "{text}");
        }
    }
}
