//! What a database costs, by a table of list prices with its date. It informs, and stops nothing.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Of what and when the prices are: on demand, one zone, without a licence.
pub const PRICED: &str = "list prices of us-east-1, 2025; other regions are up to a third dearer";

/// USD an hour of the size `large`, by the family of the class.
const LARGE: [(&str, f64); 14] = [
    ("t3", 0.145),
    ("t4g", 0.129),
    ("m5", 0.178),
    ("m6g", 0.159),
    ("m6i", 0.178),
    ("m7g", 0.168),
    ("m7i", 0.187),
    ("r5", 0.25),
    ("r6g", 0.225),
    ("r6i", 0.25),
    ("r7g", 0.239),
    ("r7i", 0.263),
    ("x2g", 0.377),
    ("r8g", 0.239),
];

/// How many of `large` a size is.
const SIZES: [(&str, f64); 11] = [
    ("micro", 0.125),
    ("small", 0.25),
    ("medium", 0.5),
    ("large", 1.0),
    ("xlarge", 2.0),
    ("2xlarge", 4.0),
    ("4xlarge", 8.0),
    ("8xlarge", 16.0),
    ("12xlarge", 24.0),
    ("16xlarge", 32.0),
    ("24xlarge", 48.0),
];

/// Aurora takes so much more for the same class.
const AURORA: f64 = 1.16;

/// USD a month of a gigabyte, and of a secret; a month is 730 hours, as AWS bills.
const GIGABYTE: f64 = 0.115;
const SECRET: f64 = 0.40;
const MONTH_H: f64 = 730.0;

/// What a database costs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// USD an hour; nothing where its class is in no table.
    pub hourly: Option<f64>,
}

impl Cost {
    /// Of an instance of this class and storage.
    pub fn of(class: &str, engine: &str, storage_gb: u32, secret: bool) -> Self {
        let mut parts = class.trim_start_matches("db.").split('.');
        let (family, size) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let find = |table: &[(&str, f64)], name: &str| {
            table.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
        };
        let hour = find(&LARGE, family).zip(find(&SIZES, size)).map(|(one, many)| one * many);
        let by_engine = if engine.starts_with("aurora") { AURORA } else { 1.0 };
        let month = f64::from(storage_gb) * GIGABYTE + if secret { SECRET } else { 0.0 };
        Self { hourly: hour.map(|hour| hour * by_engine + month / MONTH_H) }
    }

    /// USD for so long.
    pub fn over(self, span: Duration) -> Option<f64> {
        self.hourly.map(|hourly| hourly * span.as_secs_f64() / 3_600.0)
    }

    /// In words, for so long: `about 4.20 USD (0.18 an hour)`.
    pub fn told(self, span: Duration) -> String {
        match self.over(span).zip(self.hourly) {
            Some((all, hourly)) => format!("about {all:.2} USD ({hourly:.2} an hour)"),
            None => "not known: its class is in no table of this program".into(),
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.hourly {
            Some(hourly) => write!(f, "{hourly:.2} USD/h"),
            None => f.write_str("not known"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_is_class_storage_and_secret_and_says_so_where_it_is_not_known() {
        let day = Duration::from_hours(24);
        let plain = Cost::of("db.m6g.large", "postgres", 100, true);
        assert_eq!(plain.told(day), "about 4.21 USD (0.18 an hour)");
        assert_eq!(Cost::of("db.t4g.medium", "postgres", 20, false).to_string(), "0.07 USD/h");
        let odd = Cost::of("db.q9.huge", "postgres", 100, false);
        assert!(odd.told(day).starts_with("not known"), "{odd}");
    }
}
