//! Lines as a table: the values of a line by name, and which names occur in many.

use std::borrow::Cow;
use std::collections::HashMap;

use watchdeck_query::json::{Members, Scalar};

use super::{Kind, recognised};

/// Fields of one line that are told.
pub const MAX_FIELDS: usize = 512;
/// Lines that are looked at for their columns.
const MAX_LINES: usize = 2_000;
/// Names that are ranked.
const MAX_NAMES: usize = 1_000;

/// The fields of a line, in its order. JSON is flattened as they are asked for.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    of: Of<'a>,
    left: usize,
}

#[derive(Clone, Debug)]
enum Of<'a> {
    Json(Members<'a>),
    List(std::vec::IntoIter<(Cow<'a, str>, Scalar<'a>)>),
}

/// The fields of a line with their names; those of nested JSON are joined by dots.
pub fn fields(line: &str) -> Fields<'_> {
    let text = line.trim();
    let of = if text.starts_with('{') {
        Of::Json(Members::of(text))
    } else {
        let (_, sheet) = recognised(text);
        Of::List(sheet.cells.into_iter())
    };
    Fields { of, left: MAX_FIELDS }
}

impl Fields<'_> {
    /// Whether something was passed over so far because it lies too deep.
    pub fn too_deep(&self) -> bool {
        match &self.of {
            Of::Json(members) => members.too_deep(),
            Of::List(_) => false,
        }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (Cow<'a, str>, Scalar<'a>);
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        match &mut self.of {
            Of::Json(members) => members.next().map(|member| (member.path, member.value)),
            Of::List(list) => list.next(),
        }
    }
}

/// The value of a field of a line; a path names members within members.
pub fn value<'a>(line: &'a str, path: &str) -> Option<Scalar<'a>> {
    let text = line.trim();
    if text.starts_with('{') {
        let mut members = Members::of(text);
        while let Some(value) = members.advance() {
            if members.path() == path {
                return Some(value);
            }
        }
        return None;
    }
    let (kind, sheet) = recognised(text);
    match sheet.get(path) {
        None if kind == Kind::Text && path == "message" => Some(Scalar::Text(Cow::Borrowed(text))),
        found => found.cloned(),
    }
}

/// The names of fields, those that occur in most lines first, of equals those that stand further in front.
pub fn columns<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut seen: HashMap<String, Seen> = HashMap::new();
    for (number, line) in lines.into_iter().take(MAX_LINES).enumerate() {
        for (place, (name, _)) in fields(line).enumerate() {
            if let Some(seen) = seen.get_mut(name.as_ref()) {
                // A name that stands twice in a line counts once.
                seen.lines += usize::from(seen.last != number);
                seen.last = number;
                seen.place = seen.place.min(place);
            } else if seen.len() < MAX_NAMES {
                seen.insert(name.into_owned(), Seen { lines: 1, last: number, place });
            }
        }
    }
    let mut ranked: Vec<(String, Seen)> = seen.into_iter().collect();
    ranked.sort_by(|(a, x), (b, y)| {
        y.lines.cmp(&x.lines).then(x.place.cmp(&y.place)).then_with(|| a.cmp(b))
    });
    ranked.into_iter().map(|(name, _)| name).collect()
}

struct Seen {
    lines: usize,
    last: usize,
    place: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_members_are_named_by_their_path() {
        let line = r#"{"level":"INFO","order":{"id":7,"items":[{"sku":"a"},null]},"level":"x"}"#;
        let told: Vec<_> =
            fields(line).map(|(name, value)| format!("{name}={}", value.text())).collect();
        assert_eq!(
            told,
            ["level=INFO", "order.id=7", "order.items.0.sku=a", "order.items.1=", "level=x"]
        );
        assert_eq!(value(line, "order.items.0.sku").unwrap().text(), "a");
        assert_eq!(value(line, "order"), None);
        assert_eq!(value("a plain line", "message").unwrap().text(), "a plain line");
    }

    #[test]
    fn columns_are_ranked_by_how_often_they_occur() {
        let lines = [
            r#"{"b":1,"a":2,"a":3}"#,
            r#"{"b":1,"c":{"d":1}}"#,
            r#"{"a":1,"b":2}"#,
            "level=info msg=x",
        ];
        assert_eq!(columns(lines), ["b", "a", "level", "c.d", "msg"]);
        assert_eq!(columns([]), Vec::<String>::new());
    }

    #[test]
    fn the_report_of_a_function_has_columns_too() {
        let line = "REPORT RequestId: 5f\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 90 MB\t";
        let told: Vec<_> =
            fields(line).map(|(name, value)| format!("{name}={}", value.text())).collect();
        assert_eq!(
            told,
            [
                "type=REPORT",
                "RequestId=5f",
                "Duration=12.34",
                "Billed Duration=13",
                "Memory Size=128",
                "Max Memory Used=90"
            ]
        );
    }
}
