//! Names derived from a run: within the rules of RDS identifiers, and the same for the same run.

use watchdeck_domain::{DatabaseName, RunId};

/// The most characters of an RDS identifier.
const LONGEST: usize = 63;

/// The digits of the run that a name ends in. The last ones are drawn at random; the first tell the time.
const RUN_DIGITS: usize = 6;

/// Why no name can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no name can be made of `{parts}`: {why}")]
pub struct NameError {
    /// What it was to be made of.
    pub parts: String,
    /// Why not.
    pub why: String,
}

/// The name of what a run makes: `rpt-orders-db-20261121-f00d42`. The source's part is shortened where all of it would be
/// too long: the run's digits are what tells it from others.
///
/// # Errors
/// The parts do not come to an identifier.
pub fn derived(prefix: &str, source: &str, day: &str, run: &RunId) -> Result<String, NameError> {
    let digits = run.as_str();
    let tail = digits.get(digits.len().saturating_sub(RUN_DIGITS)..).unwrap_or(digits);
    let fixed = prefix.len() + day.len() + tail.len() + 3;
    let room = LONGEST.saturating_sub(fixed);
    // AWS keeps identifiers in small letters, and two hyphens in a row are refused: joints are cleaned.
    let source: String = source.to_ascii_lowercase().chars().take(room).collect();
    let parts = [prefix, source.trim_matches('-'), day, tail];
    let name = parts
        .iter()
        .map(|part| part.trim_matches('-'))
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-")
        .to_ascii_lowercase();
    match identifier_fault(&name) {
        None => Ok(name),
        Some(why) => Err(NameError { parts: parts.join("-"), why }),
    }
}

/// Why a text is no RDS identifier.
pub(crate) fn identifier_fault(text: &str) -> Option<String> {
    DatabaseName::parse(text).err().map(|error| error.why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn make(source: &str) -> Result<String, NameError> {
        derived("rpt", source, "20261121", &RunId::from_bits(0x00f0_0d42))
    }

    #[test]
    fn pw11_identifiers_keep_the_rules_of_rds() {
        for good in ["a", "a1-b2", &"a".repeat(63)] {
            assert_eq!(identifier_fault(good), None, "{good}");
        }
        for bad in ["", &"a".repeat(64), "1a", "a--b", "a-", "a_b", "ä", "-a"] {
            assert!(identifier_fault(bad).is_some(), "{bad}");
        }
        assert_eq!(make("Orders-DB").unwrap(), "rpt-orders-db-20261121-f00d42");
        assert_eq!(make(&"x".repeat(63)).unwrap().len(), 63);
    }

    #[test]
    fn pw12_no_joint_makes_two_hyphens() {
        assert_eq!(make("orders-").unwrap(), "rpt-orders-20261121-f00d42");
        assert_eq!(
            make(&format!("{}-{}", "x".repeat(42), "y".repeat(20))).unwrap().matches("--").count(),
            0
        );
        assert!(make("a--b").unwrap_err().why.contains("two hyphens"));
    }

    #[test]
    fn the_same_run_gives_the_same_name_and_another_run_another() {
        assert_eq!(make("orders"), make("orders"));
        let other = derived("rpt", "orders", "20261121", &RunId::from_bits(1)).unwrap();
        assert_ne!(make("orders").unwrap(), other);
    }
}
