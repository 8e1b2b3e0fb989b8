//! What a run may cost. An estimate informs and stops nothing: where no price is known, that is said.

use std::fmt;

/// CloudWatch bills GetMetricData by the metric: 0.01 USD a thousand, in most regions.
const USD_PER_METRIC: f64 = 0.01 / 1_000.0;

/// What something may cost.
#[derive(Clone, Debug, PartialEq)]
pub enum Estimate {
    /// At most about so many USD.
    AtMost(f64),
    /// Nothing is known.
    Unknown(String),
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(0.0) => f.write_str("nothing that AWS bills"),
            Self::AtMost(usd) if *usd < 0.01 => f.write_str("less than 0.01 USD"),
            Self::AtMost(usd) => write!(f, "about {usd:.2} USD at most"),
            Self::Unknown(why) => write!(f, "not known: {why}"),
        }
    }
}

/// What reading so many metrics may cost. Changes to configuration and the other reads are not billed.
pub fn metric_reads(metrics: u64) -> Estimate {
    match u32::try_from(metrics) {
        Ok(metrics) => Estimate::AtMost(f64::from(metrics) * USD_PER_METRIC),
        Err(_) => Estimate::Unknown("it reads more metrics than can be counted".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estimate_is_a_word_and_never_a_refusal() {
        assert_eq!(metric_reads(0).to_string(), "nothing that AWS bills");
        assert_eq!(metric_reads(100).to_string(), "less than 0.01 USD");
        assert_eq!(metric_reads(150_000).to_string(), "about 1.50 USD at most");
        assert!(metric_reads(u64::MAX).to_string().starts_with("not known"));
    }
}
