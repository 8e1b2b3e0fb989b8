//! JSON patterns: `{ $.path = value && .. }`.

use memchr::memmem::Finder;

use super::cursor::Cursor;
use super::{condition, value};
use crate::error::PatternError;
use crate::grammar::{Condition, Json, Path, Segment, Test, Value};
use crate::members;

pub(super) fn parse(cursor: &mut Cursor<'_>) -> Result<Json, PatternError> {
    cursor.next();
    let condition = condition::parse(cursor, &comparison, 0)?;
    if !cursor.take("}") {
        return Err(cursor.error_here(
            format!("expected `&&`, `||` or `}}`, found {}", cursor.found()),
            "join comparisons with `&&` or `||`; quote values that hold blanks",
        ));
    }
    cursor.skip_blanks();
    if cursor.peek().is_some() {
        return Err(cursor.error_here(
            format!("{} follows the closing brace", cursor.found()),
            "a JSON pattern stands alone; join conditions inside the braces",
        ));
    }
    let texts = needles(&condition).map(|needles| needles.texts).unwrap_or_default();
    let needles = texts.into_iter().map(|text| Finder::new(&text).into_owned()).collect();
    let names = members::names(&condition);
    Ok(Json { condition, needles, names })
}

fn comparison(cursor: &mut Cursor<'_>) -> Result<(Path, Test), PatternError> {
    let path = path(cursor)?;
    cursor.skip_blanks();
    let start = cursor.at();
    let test = if cursor.take_word("IS") {
        cursor.skip_blanks();
        if cursor.take_word("NULL") {
            Test::IsNull
        } else if cursor.take_word("TRUE") {
            Test::IsBool(true)
        } else if cursor.take_word("FALSE") {
            Test::IsBool(false)
        } else if cursor.take_word("NOT") {
            return Err(cursor.error(start, "`IS NOT` is not supported", POSTFIX));
        } else {
            return Err(cursor.error_here(
                format!("expected `NULL`, `TRUE` or `FALSE`, found {}", cursor.found()),
                POSTFIX,
            ));
        }
    } else if cursor.take_word("NOT") {
        cursor.skip_blanks();
        if !cursor.take_word("EXISTS") {
            return Err(
                cursor.error_here(format!("expected `EXISTS`, found {}", cursor.found()), POSTFIX)
            );
        }
        Test::Absent
    } else if cursor.take_word("EXISTS") {
        return Err(cursor.error(
            start,
            "`EXISTS` is not supported",
            "write `= *` for a member with a value",
        ));
    } else {
        value::comparison(cursor, |c| matches!(c, ')' | '(' | '}'))?
    };
    Ok((path, test))
}

const POSTFIX: &str = "use `IS NULL`, `IS TRUE`, `IS FALSE`, `NOT EXISTS`, or `!=`";
const SELECTOR: &str =
    "a selector is written `$.user.id`, `$.items[0]`, `$.items[*]` or `$.['a.b']`";

fn path(cursor: &mut Cursor<'_>) -> Result<Path, PatternError> {
    let start = cursor.at();
    if !cursor.take("$") {
        return Err(
            cursor.error_here(format!("expected a selector, found {}", cursor.found()), SELECTOR)
        );
    }
    let mut segments = Vec::new();
    let mut wildcards = 0;
    loop {
        let here = cursor.at();
        let segment = if cursor.take(".") {
            match cursor.peek() {
                Some('[') => continue,
                Some('*') => {
                    cursor.next();
                    Segment::Every
                }
                Some(_) | None => Segment::Member(member(cursor)?),
            }
        } else if cursor.take("[") {
            bracket(cursor)?
        } else {
            break;
        };
        if segment == Segment::Every {
            wildcards += 1;
            if wildcards > 1 {
                return Err(cursor.error(
                    here,
                    "a selector has at most one `*`",
                    "name the other member or index",
                ));
            }
            cursor.count_wildcard(here)?;
        }
        segments.push(segment);
    }
    if segments.is_empty() {
        return Err(cursor.error(start, "the selector selects nothing", SELECTOR));
    }
    Ok(Path(segments))
}

fn member(cursor: &mut Cursor<'_>) -> Result<String, PatternError> {
    let name = cursor.take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if name.is_empty() {
        return Err(cursor
            .error_here(format!("expected a member's name, found {}", cursor.found()), SELECTOR));
    }
    Ok(name)
}

fn bracket(cursor: &mut Cursor<'_>) -> Result<Segment, PatternError> {
    cursor.skip_blanks();
    let start = cursor.at();
    let segment = match cursor.peek() {
        Some('*') => {
            cursor.next();
            Segment::Every
        }
        Some(quote @ ('\'' | '"')) => {
            cursor.next();
            let name = cursor.take_while(|c| c != quote);
            if cursor.next().is_none() || name.is_empty() {
                return Err(cursor.error(start, "the member's name is not quoted right", SELECTOR));
            }
            Segment::Member(name)
        }
        Some(_) | None => {
            let digits = cursor.take_while(|c| c.is_ascii_digit());
            let index = digits.parse().map_err(|_| {
                cursor.error(start, "expected an index, a quoted name or `*`", SELECTOR)
            })?;
            Segment::Index(index)
        }
    };
    cursor.skip_blanks();
    if cursor.take("]") {
        return Ok(segment);
    }
    Err(cursor.error_here(format!("expected `]`, found {}", cursor.found()), SELECTOR))
}

/// Texts of which one must stand in a message that satisfies a condition.
struct Needles {
    texts: Vec<String>,
    /// Whether all are values: names of members stand in most lines of a log, values in few.
    values: bool,
}

/// The needles that spare most, or nothing if none are known.
fn needles(condition: &Condition<Path>) -> Option<Needles> {
    match condition {
        Condition::And(parts) => parts.iter().filter_map(needles).max_by_key(|needles| {
            (needles.values, needles.texts.iter().map(String::len).min().unwrap_or(0))
        }),
        Condition::Or(parts) => {
            let mut all = Needles { texts: Vec::new(), values: true };
            for part in parts {
                let part = needles(part)?;
                all.texts.extend(part.texts);
                all.values &= part.values;
            }
            // a long list of searches costs what it saves
            (all.texts.len() <= 4).then_some(all)
        }
        Condition::Test(path, test) => needle(path, test),
    }
}

fn needle(path: &Path, test: &Test) -> Option<Needles> {
    let (value, name) = looked_for(path, test);
    let found = value.or(name)?;
    Some(Needles { texts: vec![found.to_owned()], values: value.is_some() })
}

/// Texts that all stand in a message of which a test holds, if no member is written with escapes.
pub(crate) fn texts(path: &Path, test: &Test) -> Vec<String> {
    let (value, name) = looked_for(path, test);
    value.into_iter().chain(name).map(str::to_owned).collect()
}

/// The value and the name that a message must hold, as far as they can be searched for in the raw text.
fn looked_for<'p>(path: &'p Path, test: &'p Test) -> (Option<&'p str>, Option<&'p str>) {
    let name = path.0.iter().rev().find_map(|segment| match segment {
        Segment::Member(name) => Some(name.as_str()),
        Segment::Index(_) | Segment::Every => None,
    });
    let value = match test {
        Test::Unequal(_) | Test::Absent => return (None, None),
        Test::Equal(Value::Text { glob, number: None }) => Some(glob.longest_run()),
        Test::Equal(_) | Test::Order(..) | Test::IsNull | Test::IsBool(_) => None,
    };
    // what JSON may or must escape cannot be searched for in the raw text
    let special = |c: char| c.is_control() || matches!(c, '"' | '\\');
    let usable = |run: &&str| !run.is_empty() && !run.contains(special);
    // a number may be written otherwise than it compares: 1e2 is 100
    let wordy =
        |run: &&str| run.len() > 2 && run.contains(|c: char| !"0123456789+-.eE".contains(c));
    (value.filter(wordy).filter(usable), name.filter(usable))
}
