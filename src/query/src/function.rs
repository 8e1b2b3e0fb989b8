//! The functions of the language: what they are called, what they take, what they give.

use std::borrow::Cow;

use crate::number;
use crate::value::Value;

/// The longest text a function makes, in bytes; a query must not turn a line into a gigabyte.
const MAX_TEXT: usize = 1 << 20;

/// A function of a row. Aggregates and the roundings of time are the grammar's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Function {
    Abs,
    Ceil,
    Coalesce,
    Concat,
    Floor,
    FromMillis,
    Greatest,
    IsBlank,
    IsEmpty,
    IsPresent,
    Least,
    Log,
    LeftTrim,
    Now,
    Replace,
    RightTrim,
    SquareRoot,
    StrContains,
    StrLen,
    Substr,
    ToLower,
    ToMillis,
    ToUpper,
    Trim,
}

/// Name, function, the fewest and the most arguments.
const TABLE: [(&str, Function, usize, usize); 24] = [
    ("abs", Function::Abs, 1, 1),
    ("ceil", Function::Ceil, 1, 1),
    ("coalesce", Function::Coalesce, 1, 64),
    ("concat", Function::Concat, 1, 64),
    ("floor", Function::Floor, 1, 1),
    ("fromMillis", Function::FromMillis, 1, 1),
    ("greatest", Function::Greatest, 1, 64),
    ("isblank", Function::IsBlank, 1, 1),
    ("isempty", Function::IsEmpty, 1, 1),
    ("ispresent", Function::IsPresent, 1, 1),
    ("least", Function::Least, 1, 64),
    ("log", Function::Log, 1, 1),
    ("ltrim", Function::LeftTrim, 1, 2),
    ("now", Function::Now, 0, 0),
    ("replace", Function::Replace, 3, 3),
    ("rtrim", Function::RightTrim, 1, 2),
    ("sqrt", Function::SquareRoot, 1, 1),
    ("strcontains", Function::StrContains, 2, 2),
    ("strlen", Function::StrLen, 1, 1),
    ("substr", Function::Substr, 2, 3),
    ("tolower", Function::ToLower, 1, 1),
    ("toMillis", Function::ToMillis, 1, 1),
    ("toupper", Function::ToUpper, 1, 1),
    ("trim", Function::Trim, 1, 2),
];

/// Functions that AWS has and this program has not.
pub(crate) const ELSEWHERE: [&str; 9] = [
    "isvalidip",
    "isvalidipv4",
    "isvalidipv6",
    "isipinsubnet",
    "isipv4insubnet",
    "isipv6insubnet",
    "jsonparse",
    "jsonstringify",
    "unmask",
];

impl Function {
    /// The function of a name, with the fewest and the most arguments it takes.
    pub(crate) fn named(name: &str) -> Option<(Self, usize, usize)> {
        let found = TABLE.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name))?;
        Some((found.1, found.2, found.3))
    }

    /// The name nearest to what was written, for a message.
    pub(crate) fn like(name: &str) -> Option<&'static str> {
        let name = name.to_ascii_lowercase();
        let near = |known: &str| {
            let known = known.to_ascii_lowercase();
            let shared = known.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
            known.contains(&name) || name.contains(&known) || shared >= 4
        };
        TABLE.iter().map(|(known, ..)| *known).find(|known| near(known))
    }

    /// What the function gives. What is not there gives nothing, but where absence is the question.
    pub(crate) fn call<'v>(self, arguments: &[Value<'v>], now: i64) -> Value<'v> {
        let absent = Value::Null;
        let first = arguments.first().unwrap_or(&absent);
        match self {
            Self::Now => Value::Number(number::of_millis(now.div_euclid(1000))),
            Self::IsPresent => Value::truth(!first.is_null()),
            Self::IsEmpty => Value::truth(first.text().is_empty()),
            Self::IsBlank => Value::truth(first.text().trim().is_empty()),
            Self::Coalesce => arguments.iter().find(|a| !a.is_null()).cloned().unwrap_or_default(),
            Self::Concat => concat(arguments),
            Self::Greatest | Self::Least => self.extreme(arguments),
            Self::Abs => numeric(first, f64::abs),
            Self::Ceil => numeric(first, f64::ceil),
            Self::Floor => numeric(first, f64::floor),
            Self::Log => numeric(first, f64::ln),
            Self::SquareRoot => numeric(first, f64::sqrt),
            Self::ToMillis => numeric(first, |millis| millis),
            Self::FromMillis => {
                first.number().map_or(Value::Null, |millis| Value::Time(number::whole(millis)))
            }
            Self::StrLen => texts(arguments, |text, _, _| {
                let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
                Value::Number(number::of_count(length))
            }),
            Self::ToLower => texts(arguments, |text, _, _| made(text.to_lowercase())),
            Self::ToUpper => texts(arguments, |text, _, _| made(text.to_uppercase())),
            Self::StrContains => texts(arguments, |text, part, _| {
                Value::truth(text.contains(part.unwrap_or_default()))
            }),
            Self::Substr => texts(arguments, substr),
            Self::Replace => texts(arguments, replace),
            Self::Trim => texts(arguments, |text, what, _| made(trimmed(text, what, true, true))),
            Self::LeftTrim => {
                texts(arguments, |text, what, _| made(trimmed(text, what, true, false)))
            }
            Self::RightTrim => {
                texts(arguments, |text, what, _| made(trimmed(text, what, false, true)))
            }
        }
    }

    fn extreme<'v>(self, arguments: &[Value<'v>]) -> Value<'v> {
        let there = arguments.iter().filter(|value| !value.is_null());
        let found = if self == Self::Greatest {
            there.max_by(|a, b| a.order(b))
        } else {
            there.min_by(|a, b| a.order(b))
        };
        found.cloned().unwrap_or_default()
    }
}

fn numeric<'v>(of: &Value<'_>, makes: impl Fn(f64) -> f64) -> Value<'v> {
    let result = of.number().map(makes).filter(|number| number.is_finite());
    result.map_or(Value::Null, Value::Number)
}

/// What is made of up to three texts, if all of them are there.
fn texts<'v>(
    arguments: &[Value<'_>],
    makes: impl Fn(&str, Option<&str>, Option<&str>) -> Value<'v>,
) -> Value<'v> {
    if arguments.iter().any(Value::is_null) {
        return Value::Null;
    }
    let [first, second, third] = [0, 1, 2].map(|at| arguments.get(at).map(Value::text));
    makes(&first.unwrap_or_default(), second.as_deref(), third.as_deref())
}

fn made<'v>(text: impl Into<String>) -> Value<'v> {
    let mut text = text.into();
    text.truncate(text.floor_char_boundary(MAX_TEXT));
    Value::Text(Cow::Owned(text))
}

fn concat<'v>(arguments: &[Value<'_>]) -> Value<'v> {
    let mut out = String::new();
    for argument in arguments {
        if out.len() < MAX_TEXT {
            out.push_str(&argument.text());
        }
    }
    made(out)
}

fn substr<'v>(text: &str, from: Option<&str>, length: Option<&str>) -> Value<'v> {
    let Some(from) = from.and_then(number::parse) else { return Value::Null };
    let length = match length.map(number::parse) {
        None => usize::MAX,
        Some(Some(length)) => number::length(length),
        Some(None) => return Value::Null,
    };
    made(text.chars().skip(number::length(from)).take(length).collect::<String>())
}

fn replace<'v>(text: &str, what: Option<&str>, by: Option<&str>) -> Value<'v> {
    let (what, by) = (what.unwrap_or_default(), by.unwrap_or_default());
    if what.is_empty() {
        return made(text);
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(what) {
        out.push_str(before);
        out.push_str(by);
        rest = after;
        if out.len() > MAX_TEXT {
            return made(out);
        }
    }
    out.push_str(rest);
    made(out)
}

/// The text without blanks, or without the characters of `what`, at its ends.
fn trimmed<'t>(text: &'t str, what: Option<&str>, left: bool, right: bool) -> &'t str {
    let goes = |c: char| what.map_or(c.is_whitespace(), |what| what.contains(c));
    let text = if left { text.trim_start_matches(goes) } else { text };
    if right { text.trim_end_matches(goes) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, arguments: &[Value<'_>], wanted: &str) {
        let (function, least, most) = Function::named(name).unwrap();
        assert!((least..=most).contains(&arguments.len()), "{name}");
        assert_eq!(function.call(arguments, 5_000).text(), wanted, "{name}");
    }

    #[test]
    fn functions_give_what_the_documentation_says() {
        let t = |text: &'static str| Value::borrowed(text);
        let n = Value::Number;
        check("abs", &[n(-3.0)], "3");
        check("ceil", &[t("1.2")], "2");
        check("floor", &[n(-1.2)], "-2");
        check("sqrt", &[n(-1.0)], "");
        check("greatest", &[n(9.0), Value::Null, t("10")], "10");
        check("least", &[n(9.0), n(10.0)], "9");
        check("concat", &[t("a"), n(1.0), Value::Null], "a1");
        check("coalesce", &[Value::Null, t("b")], "b");
        check("strlen", &[t("äö")], "2");
        check("toupper", &[t("ab")], "AB");
        check("ToLower", &[t("AB")], "ab");
        check("substr", &[t("xyZfooxyZ"), n(3.0), n(3.0)], "foo");
        check("substr", &[t("äbc"), n(1.0)], "bc");
        check("trim", &[t("xyZfooxyZ"), t("xyZ")], "foo");
        check("ltrim", &[t("  a ")], "a ");
        check("rtrim", &[t("xyZfooxyZ"), t("xyZ")], "xyZfoo");
        check("replace", &[t("foo"), t("o"), t("0")], "f00");
        check("strcontains", &[t("abc"), t("b")], "1");
        check("isblank", &[t("  ")], "1");
        check("isempty", &[Value::Null], "1");
        check("ispresent", &[Value::Null], "0");
        check("now", &[], "5");
        check("toMillis", &[Value::Time(7)], "7");
        check("fromMillis", &[n(0.0)], "1970-01-01 00:00:00.000");
        check("toupper", &[Value::Null], "");
    }

    #[test]
    fn no_function_makes_a_text_without_bounds() {
        let line = "a".repeat(1 << 20);
        let many = [Value::borrowed(&line), Value::borrowed("a"), Value::borrowed(&line)];
        assert_eq!(Function::Replace.call(&many, 0).text().len(), MAX_TEXT);
        assert_eq!(Function::Concat.call(&many, 0).text().len(), MAX_TEXT);
    }
}
