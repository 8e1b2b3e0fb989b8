//! Numbers out of text and into it, in one place and on purpose.

/// The longest text that is taken for a number; a log line may hold a million digits.
const LONGEST: usize = 40;

/// The number a text looks like: decimal, with sign, fraction and exponent. Words such as `inf` are none.
pub(crate) fn parse(text: &str) -> Option<f64> {
    let text = text.trim_matches([' ', '\t']);
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    let plain = |b: u8| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-');
    if !text.bytes().all(plain) {
        return None;
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A count as a number; counts are far below 2^53.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(crate) const fn of_count(count: u64) -> f64 {
    count as f64
}

/// Milliseconds as a number.
#[expect(clippy::cast_precision_loss, reason = "2^53 milliseconds are 285,000 years")]
pub(crate) const fn of_millis(millis: i64) -> f64 {
    millis as f64
}

/// The whole part of a number; what no `i64` holds becomes its nearest.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, which is what is wanted")]
pub(crate) const fn whole(number: f64) -> i64 {
    number as i64
}

/// A number as a count of characters or rows; below zero is none.
pub(crate) fn length(number: f64) -> usize {
    usize::try_from(whole(number)).unwrap_or(0)
}

/// A number as it is shown: whole ones without a point, others with at most four digits behind it.
pub(crate) fn shown(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned(); // and never `-0`
    }
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    if number.abs() >= 1e15 || number.abs() < 1e-4 {
        return format!("{number:e}").to_uppercase();
    }
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_number_is_one() {
        assert_eq!(parse(" -1.5e3 "), Some(-1500.0));
        for text in ["", "inf", "NaN", "0x1f", "1 2", "1,000", "1e999", "e", "."] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"9".repeat(1 << 20)), None);
    }

    #[test]
    fn numbers_are_shown_short() {
        let check = |number: f64, wanted: &str| assert_eq!(shown(number), wanted);
        check(200.0, "200");
        check(-0.0, "0");
        check(-10.0, "-10");
        check(1.0 / 3.0, "0.3333");
        check(2.5, "2.5");
        check(1e20, "1E20");
        check(0.000_01, "1E-5");
    }
}
