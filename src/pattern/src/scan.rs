//! Candidates of a search, found in the text of many messages at once.

use std::fmt;
use std::ops::Range;

use memchr::memmem::Finder;
use regex::bytes::{Regex, RegexBuilder};

use crate::grammar::{Form, Term};
use crate::search::{Search, What};

/// How far members are looked for at first.
const NEAR: usize = 512;

/// Finds the messages that a search may match, in a text of many messages with a line feed behind each: far quicker
/// than asking one message after the other.
#[derive(Clone)]
pub struct Scan {
    how: How,
    decides: bool,
    inverse: bool,
}

#[derive(Clone)]
enum How {
    Text(Box<Finder<'static>>),
    Regex(Regex),
    /// Any of the texts, or a backslash: a message with escapes may hold them in disguise.
    Members(Vec<Finder<'static>>),
}

impl Scan {
    /// Looks for a text that every message looked for holds. Whether one that holds it is looked for must be asked.
    pub fn text(needle: &[u8]) -> Option<Self> {
        let how = How::Text(Box::new(Finder::new(needle).into_owned()));
        (!needle.is_empty()).then_some(Self { how, decides: false, inverse: false })
    }

    /// The next bytes, from one on that begins a message, which a message that matches may hold. No message matches
    /// between there and the message that holds the last of them.
    pub fn find(&self, text: &[u8], from: usize) -> Option<Range<usize>> {
        match &self.how {
            How::Text(finder) => {
                let start = from + finder.find(text.get(from..)?)?;
                Some(start..start + finder.needle().len())
            }
            // a match that runs through several messages begins no later than one within any of them
            How::Regex(regex) => {
                let found = regex.find_at(text, from.min(text.len()))?;
                Some(found.start()..found.start() + 1)
            }
            How::Members(finders) => {
                let rest = text.get(from..)?;
                // near at first, then further and further: what stands far away is not looked for once a message
                let mut near = NEAR;
                while near < rest.len() {
                    if let Some(found) = member(finders, rest, near) {
                        return Some(from + found.start..from + found.end);
                    }
                    near *= 4;
                }
                let found = member(finders, rest, rest.len())?;
                Some(from + found.start..from + found.end)
            }
        }
    }

    /// Whether a message that holds all bytes found matches, without being asked.
    pub fn decides(&self) -> bool {
        self.decides
    }

    /// Whether the search is for messages that do *not* match: then the messages passed over are looked for, and one
    /// that holds all bytes found is not if the scan decides.
    pub fn inverse(&self) -> bool {
        self.inverse
    }

    /// Whether it follows a regular expression, and does not look for texts only.
    pub fn is_regex(&self) -> bool {
        matches!(self.how, How::Regex(_))
    }

    /// A text that every message that matches holds, if one is known.
    pub fn needle(&self) -> Option<&[u8]> {
        match &self.how {
            How::Text(finder) => Some(finder.needle()),
            How::Regex(_) | How::Members(_) => None,
        }
    }
}

impl Search {
    /// How candidates are found in much text; nothing when each message must be asked.
    pub fn scan(&self) -> Option<Scan> {
        let inverse = self.inverse;
        match &self.what {
            What::Pattern(pattern) => match pattern.form() {
                Form::Terms(terms) => {
                    let plain = terms.required.is_empty() && terms.excluded.is_empty();
                    let sought = if plain { &terms.optional } else { &terms.required };
                    if plain && sought.len() > 1 {
                        return None;
                    }
                    let longest =
                        sought.iter().filter_map(finder).max_by_key(|f| f.needle().len())?;
                    let decides = sought.len() == 1 && terms.excluded.is_empty();
                    let how = How::Text(Box::new(longest.clone()));
                    (!longest.needle().is_empty()).then_some(Scan { how, decides, inverse })
                }
                Form::Json(json) => {
                    let how = How::Members(json.needles.clone());
                    (!json.needles.is_empty()).then_some(Scan { how, decides: false, inverse })
                }
                Form::Columns(_) => None,
            },
            What::Regex(regex, source) => {
                // what is bound to the ends of the whole text, or says so itself, is no matter of single messages
                let holds = |marks: &[&str]| marks.iter().any(|mark| source.contains(mark));
                let bound = holds(&["\\A", "\\z"]) || holds(&["(?"]) && holds(&["(?-", "-m", "-u"]);
                if bound || regex.is_match("") {
                    return None;
                }
                let regex = RegexBuilder::new(source)
                    .multi_line(true)
                    // only where it begins matters: it need not be followed to its end
                    .swap_greed(true)
                    .size_limit(1 << 20)
                    .dfa_size_limit(1 << 20)
                    .nest_limit(64)
                    .build()
                    .ok()?;
                Some(Scan { how: How::Regex(regex), decides: false, inverse })
            }
        }
    }
}

/// The first of some texts, or a backslash, that stands within so many bytes.
fn member(finders: &[Finder<'_>], text: &[u8], near: usize) -> Option<Range<usize>> {
    let mut first = memchr::memchr(b'\\', text.get(..near)?).map(|at| at..at + 1);
    for finder in finders {
        let len = finder.needle().len();
        let before = first.as_ref().map_or(near, |first| text.len().min(first.start + len));
        let found = text.get(..before).and_then(|text| finder.find(text));
        first = found.map(|at| at..at + len).or(first);
    }
    first
}

fn finder(term: &Term) -> Option<&Finder<'static>> {
    match term {
        Term::Text(finder) => Some(finder),
        Term::Blank | Term::Regex(_) => None,
    }
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scan").field("decides", &self.decides).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The messages a scan finds, judged as the store judges them.
    fn found(search: &Search, scan: &Scan, messages: &[&str]) -> Vec<usize> {
        let text: String = messages.iter().flat_map(|message| [*message, "\n"]).collect();
        let mut starts = vec![0];
        for message in messages {
            starts.push(starts.last().unwrap() + message.len() + 1);
        }
        let (mut found, mut from) = (Vec::new(), 0);
        while let Some(bytes) = scan.find(text.as_bytes(), from) {
            let at = starts.partition_point(|start| *start < bytes.end) - 1;
            if scan.inverse() {
                let first = starts.partition_point(|start| *start < from);
                found.extend(first..at);
            }
            if search.matches(messages[at]) {
                found.push(at);
            }
            from = starts[at + 1];
        }
        if scan.inverse() {
            found.extend(starts.partition_point(|start| *start < from)..messages.len());
        }
        found
    }

    #[test]
    fn a_scan_misses_no_message_that_matches() {
        let messages = [
            "order 7 written",
            "ERROR timeout",
            "",
            "a",
            "b",
            "ab",
            "xtimeout",
            "timeout after ERROR",
            "é ERROR\nx",
            "x",
            "end",
            "the end",
            "ends",
            "aab",
            "\n",
            "b a b",
            "TIMEOUT",
            r#"{"a":"boom","b":1}"#,
            r#"{"a":"b\u006fom"}"#,
            r#"{"b":2}"#,
            r#"{"c":"x\\"}"#,
            r#"{"a":"boom"}"#,
        ];
        for text in [
            "timeout",
            "!timeout",
            "!/a.*b/",
            "!ERROR timeout",
            "ERROR timeout",
            "ERROR -after",
            "?end",
            "/a.*b/",
            "/^a/",
            "/b$/",
            "/(?i)timeout/",
            "/\\btimeout/",
            "/\\Btimeout/",
            "/[^x]x/",
            "/\\s/",
            "/a\\n?b/",
            "/end\\b/",
            "/a|b/",
            "/x\\b/",
            "/(?s)a.*b/",
            "/\\b/",
        ] {
            let search = Search::parse(text).unwrap();
            let scan = search.scan().unwrap_or_else(|| panic!("{text}"));
            let wanted: Vec<_> =
                (0..messages.len()).filter(|at| search.matches(messages[*at])).collect();
            assert_eq!(found(&search, &scan, &messages), wanted, "{text}");
        }
    }

    #[test]
    fn where_nothing_can_be_scanned_for_each_message_is_asked() {
        for text in [
            "",
            "!?a ?b",
            "?a ?b",
            "-a",
            "/a*/",
            "/\\Aa/",
            "{ $.a NOT EXISTS }",
            "[a, b]",
            "%a%",
            "/$/",
            "/(?-m)^a/",
        ] {
            assert!(Search::parse(text).unwrap().scan().is_none(), "{text}");
        }
        assert!(Search::parse("timeout").unwrap().scan().unwrap().decides());
        assert!(!Search::parse("ERROR timeout").unwrap().scan().unwrap().decides());
        assert_eq!(
            Search::parse("a timeout").unwrap().scan().unwrap().needle(),
            Some(&b"timeout"[..])
        );
    }

    proptest::proptest! {
        #[test]
        fn no_regular_expression_makes_a_scan_miss_a_message(
            pieces in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 1..7),
            messages in proptest::collection::vec("[ab \n]{0,6}", 0..8),
        ) {
            let source = format!("/{}/", pieces.concat());
            let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
            if let Ok(search) = Search::parse(&source)
                && let Some(scan) = search.scan()
            {
                let matching = |at: &usize| search.matches(messages[*at]);
                let wanted: Vec<_> = (0..messages.len()).filter(matching).collect();
                proptest::prop_assert_eq!(found(&search, &scan, &messages), wanted, "{}", source);
            }
        }
    }

    const PIECES: [&str; 17] = [
        "a", "b", ".", " ", "[^a]", "\\s", "\\b", "\\B", "^", "$", "*", "+", "?", "|", "\\n",
        "(?s:.*)", ".*?",
    ];
}
