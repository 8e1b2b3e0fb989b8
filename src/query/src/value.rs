//! What stands in a cell, and how two of them compare.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;

use crate::json::Scalar;
use crate::{number, period};

/// A value of a row.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value<'a> {
    /// Not there.
    #[default]
    Null,
    /// A number. Truth is a number here as it is on AWS: 1 and 0.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// An instant, in milliseconds since 1970.
    Time(i64),
}

/// A value that borrows nothing.
pub type Cell = Value<'static>;

impl<'a> Value<'a> {
    /// A text that is borrowed.
    pub(crate) const fn borrowed(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// A truth value.
    pub(crate) const fn truth(holds: bool) -> Self {
        Self::Number(if holds { 1.0 } else { 0.0 })
    }

    /// What a JSON member holds. Whole numbers too large for a float stay the text they are.
    pub(crate) fn of_scalar(scalar: Scalar<'a>) -> Self {
        match scalar {
            Scalar::Null => Self::Null,
            Scalar::Bool(holds) => Self::truth(holds),
            Scalar::Number(text) => match number::parse(text) {
                Some(number) if text.len() <= 15 => Self::Number(number),
                Some(_) | None => Self::borrowed(text),
            },
            Scalar::Text(text) => Self::Text(text),
        }
    }

    /// The value, borrowing nothing.
    pub fn into_owned(self) -> Cell {
        match self {
            Self::Null => Value::Null,
            Self::Number(number) => Value::Number(number),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Time(millis) => Value::Time(millis),
        }
    }

    /// Whether nothing is there.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The number it is, or looks like; an instant counts in milliseconds.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Null => None,
            Self::Number(number) => Some(*number),
            Self::Text(text) => number::parse(text),
            Self::Time(millis) => Some(number::of_millis(*millis)),
        }
    }

    /// The text it is shown as; nothing is empty.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Number(number) => Cow::Owned(number::shown(*number)),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Time(millis) => Cow::Owned(period::shown(*millis)),
        }
    }

    /// Whether it holds, or `None` where that is unknown.
    pub(crate) fn holds(&self) -> Option<bool> {
        match self {
            Self::Null => None,
            Self::Number(number) => Some(*number != 0.0),
            Self::Text(text) => Some(!text.is_empty() && !text.eq_ignore_ascii_case("false")),
            Self::Time(_) => Some(true),
        }
    }

    /// How two values compare: as numbers where both are, or look like, numbers, else as texts. What is not there
    /// compares with nothing.
    pub(crate) fn compare(&self, other: &Value<'_>) -> Option<Ordering> {
        if self.is_null() || other.is_null() {
            return None;
        }
        match (self.number(), other.number()) {
            (Some(a), Some(b)) => a.partial_cmp(&b),
            (Some(_) | None, _) => Some(self.text().as_ref().cmp(other.text().as_ref())),
        }
    }

    /// The order of `sort`, ascending: what is not there, then texts in natural order, then numbers.
    pub(crate) fn order(&self, other: &Value<'_>) -> Ordering {
        match (self.is_null(), other.is_null()) {
            (true, true) => return Ordering::Equal,
            (true, false) => return Ordering::Less,
            (false, true) => return Ordering::Greater,
            (false, false) => {}
        }
        match (self.number(), other.number()) {
            (Some(a), Some(b)) => {
                a.total_cmp(&b).then_with(|| self.text().as_ref().cmp(other.text().as_ref()))
            }
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (None, None) => natural(&self.text(), &other.text()),
        }
    }

    /// The bytes it keeps beside itself.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Null | Self::Number(_) | Self::Time(_) => 0,
        }
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text())
    }
}

/// Runs of digits by their length, then their value; everything else by its characters.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (Some(x), Some(y)) = (a.chars().next(), b.chars().next()) else {
            return a.len().cmp(&b.len());
        };
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let ((left, rest_of_a), (right, rest_of_b)) = (digits(a), digits(b));
            let order = left.len().cmp(&right.len()).then_with(|| left.cmp(right));
            if order != Ordering::Equal {
                return order;
            }
            (a, b) = (rest_of_a, rest_of_b);
        } else {
            if x != y {
                return x.cmp(&y);
            }
            a = a.get(x.len_utf8()..).unwrap_or("");
            b = b.get(y.len_utf8()..).unwrap_or("");
        }
    }
}

fn digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_order_of_sort_is_one(a in "[0-9a!~. -]{0,6}", b in "[0-9a!~. -]{0,6}", c in "[0-9a!~. -]{0,6}") {
            let (a, b, c) = (text(&a), text(&b), text(&c));
            prop_assert_eq!(a.order(&b), b.order(&a).reverse());
            if a.order(&b).is_le() && b.order(&c).is_le() {
                prop_assert!(a.order(&c).is_le());
            }
        }
    }

    fn text(text: &str) -> Value<'_> {
        Value::borrowed(text)
    }

    #[test]
    fn texts_that_look_like_numbers_compare_as_numbers() {
        assert_eq!(text("10").compare(&text("9")), Some(Ordering::Greater));
        assert_eq!(text("10x").compare(&text("9x")), Some(Ordering::Less));
        assert_eq!(Value::Number(200.0).compare(&text("200.0")), Some(Ordering::Equal));
        assert_eq!(Value::Null.compare(&text("")), None);
        assert_eq!(Value::Time(1).compare(&Value::Number(2.0)), Some(Ordering::Less));
    }

    #[test]
    fn sorting_is_natural_and_numbers_come_last() {
        let mut values = [
            "3",
            "a12345hfh",
            "01",
            "5A",
            "!:",
            "0#",
            "111A",
            "A",
            "2",
            "#",
            "@_",
            "2345_",
            "A9876fghj",
        ];
        values.sort_by(|a, b| text(a).order(&text(b)));
        let wanted = [
            "!:",
            "#",
            "0#",
            "5A",
            "111A",
            "2345_",
            "@_",
            "A",
            "A9876fghj",
            "a12345hfh",
            "01",
            "2",
            "3",
        ];
        assert_eq!(values, wanted);
        assert_eq!(Value::Null.order(&text("")), Ordering::Less);
    }

    #[test]
    fn numbers_too_long_for_a_float_stay_as_they_are() {
        let value = Value::of_scalar(Scalar::Number("12345678901234567890"));
        assert_eq!(value.text(), "12345678901234567890");
        assert_eq!(value.compare(&Value::Number(1.0)), Some(Ordering::Greater));
    }
}
