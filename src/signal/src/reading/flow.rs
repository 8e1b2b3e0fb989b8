//! Records of VPC flow logs: the 14 words of version 2, and those that later versions add behind them.

use std::borrow::Cow;

use watchdeck_domain::log::LogLevel;

use super::sheet::Sheet;
use super::{Reading, Verdict, moment, split};

const NAMES: [&str; 29] = [
    "version",
    "account-id",
    "interface-id",
    "srcaddr",
    "dstaddr",
    "srcport",
    "dstport",
    "protocol",
    "packets",
    "bytes",
    "start",
    "end",
    "action",
    "log-status",
    "vpc-id",
    "subnet-id",
    "instance-id",
    "tcp-flags",
    "type",
    "pkt-srcaddr",
    "pkt-dstaddr",
    "region",
    "az-id",
    "sublocation-type",
    "sublocation-id",
    "pkt-src-aws-service",
    "pkt-dst-aws-service",
    "flow-direction",
    "traffic-path",
];

/// The words of a record, if it is one.
pub(super) fn sheet(line: &str) -> Option<Sheet<'_>> {
    let (version, rest) = split::prefix(line, 64).split_once(' ')?;
    if !matches!(version.parse(), Ok(2..=9_u8)) || !rest.contains(" eni-") {
        return None;
    }
    let words = split::words(line);
    let status = *words.get(13)?;
    matches!(status, "OK" | "NODATA" | "SKIPDATA").then(|| Sheet::of_words(&NAMES, words))
}

/// Reads a record.
pub(super) fn read<'a>(reading: &mut Reading<'a>, sheet: &Sheet<'a>) {
    reading.time = moment::first(sheet, &["start"]);
    let text = |name| sheet.text(name).unwrap_or(Cow::Borrowed("-"));
    let rejected = text("action") == "REJECT";
    reading.level = Some(if rejected { LogLevel::Warn } else { LogLevel::Info });
    if rejected {
        reading.verdicts.push(Verdict::Rejected);
    }
    if text("log-status") == "SKIPDATA" {
        reading.verdicts.push(Verdict::LostLogs { records: None });
    }
    reading.message = Cow::Owned(match sheet.text("srcaddr") {
        None => format!("{} on {}", text("log-status"), text("interface-id")),
        Some(from) => format!(
            "{} {from}:{} to {}:{} {} bytes",
            text("action"),
            text("srcport"),
            text("dstaddr"),
            text("dstport"),
            text("bytes")
        ),
    });
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Reading, Verdict, value};

    #[test]
    fn versions_two_to_five_are_read() {
        let two = "2 111122223333 eni-0a1b2c3d4e5f60718 198.51.100.7 10.0.10.21 51000 22 6 3 180 1795316645 1795316705 REJECT OK";
        let five = format!(
            "{} vpc-0a1b2c3d subnet-0a1b2c3d i-0a1b2c3d 2 IPv4 198.51.100.7 10.0.10.21 eu-central-1 euc1-az1 - - - - ingress 1",
            two.replacen('2', "5", 1)
        );
        for line in [two, &five] {
            let reading = Reading::of(line, "");
            assert_eq!(reading.kind, Kind::Flow);
            assert_eq!(reading.verdicts, [Verdict::Rejected]);
            assert_eq!(reading.message, "REJECT 198.51.100.7:51000 to 10.0.10.21:22 180 bytes");
            assert_eq!(reading.time.unwrap().to_string(), "2026-11-22T03:04:05.000Z");
        }
        assert_eq!(value(&five, "flow-direction").unwrap().text(), "ingress");
    }

    #[test]
    fn skipped_data_is_lost_data() {
        let line =
            "2 111122223333 eni-0a1b2c3d4e5f60718 - - - - - - - 1795316645 1795316705 - SKIPDATA";
        let reading = Reading::of(line, "");
        assert_eq!(reading.verdicts, [Verdict::LostLogs { records: None }]);
        assert_eq!(reading.message, "SKIPDATA on eni-0a1b2c3d4e5f60718");
    }
}
