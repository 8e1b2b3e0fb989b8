//! What a message must hold to be one of those looked for: texts that can be asked of many messages at once.

use regex_syntax::hir::{Class, Hir, HirKind};

use crate::grammar::{Condition, Form, Path, Term, Terms};
use crate::parse::json;
use crate::search::{Search, What};

/// The most texts of one group, and the most groups: more cost what they save.
const MOST: usize = 8;

/// The most texts of a group that are alternatives of a regular expression.
const WIDE: usize = 24;

/// Groups of texts: a message that matches holds one text of each group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    groups: Vec<Vec<Vec<u8>>>,
    decides: bool,
    inverse: bool,
}

impl Demand {
    /// One text that every message looked for holds. Whether one that holds it is looked for must be asked.
    pub fn text(text: &[u8]) -> Option<Self> {
        (!text.is_empty()).then(|| Self {
            groups: vec![vec![text.to_vec()]],
            decides: false,
            inverse: false,
        })
    }

    /// The groups, at least one; no text is empty.
    pub fn groups(&self) -> &[Vec<Vec<u8>>] {
        &self.groups
    }

    /// Whether a message that holds one text of each group matches, without being asked.
    pub fn decides(&self) -> bool {
        self.decides
    }

    /// Whether the search is for messages that do *not* match: then one that lacks a group is looked for, and one that
    /// lacks none is not if the demand decides.
    pub fn inverse(&self) -> bool {
        self.inverse
    }
}

impl Search {
    /// What a message must hold, if anything is known of it.
    pub fn demand(&self) -> Option<Demand> {
        let mut demand = match &self.what {
            What::Pattern(pattern) => match pattern.form() {
                Form::Terms(terms) => of_terms(terms)?,
                Form::Json(pattern) => {
                    let mut groups = of_members(&pattern.condition);
                    // a message with escapes may hold them in disguise
                    for group in &mut groups {
                        group.push(b"\\".to_vec());
                    }
                    Demand { groups, decides: false, inverse: false }
                }
                Form::Columns(_) => return None,
            },
            What::Regex(_, source) => {
                let groups = of_regex(source);
                Demand { groups, decides: false, inverse: false }
            }
        };
        demand.inverse ^= self.inverse;
        (!demand.groups.is_empty()).then_some(demand)
    }
}

fn of_terms(terms: &Terms) -> Option<Demand> {
    let text = |term: &Term| match term {
        Term::Text(finder) if !finder.needle().is_empty() => Some(finder.needle().to_vec()),
        Term::Text(_) | Term::Blank | Term::Regex(_) => None,
    };
    let any = |terms: &[Term]| terms.iter().map(text).collect::<Option<Vec<_>>>();
    let (required, excluded) = (&terms.required, &terms.excluded);
    if required.is_empty() && excluded.is_empty() {
        let texts = any(&terms.optional).filter(|texts| (1..=MOST).contains(&texts.len()))?;
        return Some(Demand { groups: vec![texts], decides: true, inverse: false });
    }
    if required.is_empty() {
        // none of them: the opposite of any of them
        let texts = any(excluded).filter(|texts| texts.len() <= MOST)?;
        return Some(Demand { groups: vec![texts], decides: true, inverse: true });
    }
    let mut groups = Vec::new();
    for term in required {
        match term {
            Term::Regex(rex) => groups.append(&mut of_regex(rex.regex.as_str())),
            Term::Text(_) | Term::Blank => groups.extend(text(term).map(|text| vec![text])),
        }
    }
    let plain = |term: &Term| matches!(term, Term::Text(_) | Term::Blank);
    let decides = excluded.is_empty() && groups.len() <= MOST && required.iter().all(plain);
    groups.truncate(MOST);
    Some(Demand { groups, decides, inverse: false })
}

fn of_members(condition: &Condition<Path>) -> Vec<Vec<Vec<u8>>> {
    match condition {
        Condition::And(parts) => parts.iter().flat_map(of_members).take(MOST).collect(),
        Condition::Or(parts) => {
            one_of(parts.iter().map(|part| best(of_members(part)))).into_iter().collect()
        }
        Condition::Test(path, test) => {
            let texts = json::texts(path, test).into_iter();
            texts.map(|text| vec![text.into_bytes()]).collect()
        }
    }
}

/// What every match of a regular expression holds.
fn of_regex(source: &str) -> Vec<Vec<Vec<u8>>> {
    let mut groups = regex_syntax::parse(source).map(|hir| of_hir(&hir)).unwrap_or_default();
    groups.sort_by_key(|group| std::cmp::Reverse(least(group)));
    groups.truncate(MOST);
    groups
}

fn of_hir(hir: &Hir) -> Vec<Vec<Vec<u8>>> {
    match hir.kind() {
        HirKind::Literal(literal) => vec![vec![literal.0.to_vec()]],
        HirKind::Capture(capture) => of_hir(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => of_hir(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(of_hir).chain(cases(parts)).collect(),
        HirKind::Alternation(parts) => {
            one_of(parts.iter().map(|part| best(of_hir(part)))).into_iter().collect()
        }
        HirKind::Empty | HirKind::Class(_) | HirKind::Look(_) | HirKind::Repetition(_) => {
            Vec::new()
        }
    }
}

/// What letters of either case in a row make, each way to write it: the longest of few ways, the first and the last of them.
fn cases(parts: &[Hir]) -> Vec<Vec<Vec<u8>>> {
    let mut best: Vec<Vec<Vec<u8>>> = Vec::new();
    for at in 0..parts.len() {
        let mut texts = vec![Vec::new()];
        let mut letters = 0;
        for part in parts.iter().skip(at) {
            let Some(ways) = ways(part).filter(|ways| ways.len() * texts.len() <= MOST) else {
                break;
            };
            letters += usize::from(ways.len() > 1);
            let longer = |text: &Vec<u8>| ways.iter().map(|way| [&**text, way].concat()).collect();
            texts = texts.iter().flat_map::<Vec<_>, _>(longer).collect();
        }
        if letters == 0 {
            continue;
        }
        let known = best.first().map_or(1, |texts| least(texts));
        if least(&texts) > known {
            best.clear();
        }
        if least(&texts) >= known.max(2) {
            best.truncate(1);
            best.push(texts);
        }
    }
    best
}

/// The ways to write a letter of either case, or a text of which there is one.
fn ways(part: &Hir) -> Option<Vec<Vec<u8>>> {
    match part.kind() {
        HirKind::Literal(literal) => Some(vec![literal.0.to_vec()]),
        HirKind::Class(Class::Unicode(class)) => {
            let ranges = class.ranges();
            let many = ranges.iter().map(regex_syntax::hir::ClassUnicodeRange::len).sum::<usize>();
            let letters = ranges.iter().flat_map(|range| range.start()..=range.end());
            let ways = letters.map(|letter| letter.to_string().into_bytes());
            // some letters have a third form, such as the long s
            (ranges.len() <= 3 && many <= 3).then(|| ways.collect())
        }
        HirKind::Class(Class::Bytes(_))
        | HirKind::Empty
        | HirKind::Look(_)
        | HirKind::Repetition(_)
        | HirKind::Capture(_)
        | HirKind::Concat(_)
        | HirKind::Alternation(_) => None,
    }
}

/// The group that tells most.
fn best(groups: Vec<Vec<Vec<u8>>>) -> Option<Vec<Vec<u8>>> {
    groups.into_iter().max_by_key(|group| least(group))
}

/// The length of the shortest text of a group.
fn least(group: &[Vec<u8>]) -> usize {
    group.iter().map(Vec::len).min().unwrap_or(0)
}

/// The texts of which one must be there when one of several things holds; nothing if one of these demands nothing.
fn one_of(groups: impl Iterator<Item = Option<Vec<Vec<u8>>>>) -> Option<Vec<Vec<u8>>> {
    let mut all = Vec::new();
    for group in groups {
        all.append(&mut group?);
    }
    (1..=WIDE).contains(&all.len()).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(search: &str, wanted: &str) {
        let told = Search::parse(search).unwrap().demand().map(|demand| {
            let group = |texts: &Vec<Vec<u8>>| {
                let texts: Vec<_> = texts.iter().map(|t| String::from_utf8_lossy(t)).collect();
                texts.join("|")
            };
            let groups: Vec<_> = demand.groups.iter().map(group).collect();
            let marks = [(demand.inverse, "not "), (demand.decides, "just ")];
            let marks = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark);
            marks.collect::<String>() + &groups.join(" & ")
        });
        assert_eq!(told.unwrap_or_default(), wanted, "{search}");
    }

    #[test]
    fn what_must_be_there_is_told_for_every_form_of_search() {
        check("timeout", "just timeout");
        check("!timeout", "not just timeout");
        check("ERROR timeout", "just ERROR & timeout");
        check("ERROR -late", "ERROR");
        check("-a -b", "not just a|b");
        check("?a ?b", "just a|b");
        check("!-a", "just a");
        check("", "");
        check("[a, b]", "");
        check("%a[0-9]bc%", "bc & a");
        check("/order 9+\\d in (ms|s)/", "order  &  in  & 9 & ms|s");
        check("/(?i)ab/", "AB|Ab|aB|ab");
        check("/(?i)late-7/", "ATE-7|ATe-7|AtE-7|Ate-7|aTE-7|aTe-7|atE-7|ate-7 & -7");
        check("/(?i)error/", "ERR|ERr|ErR|Err|eRR|eRr|erR|err & ROR|ROr|RoR|Ror|rOR|rOr|roR|ror");
        check("/(?i)sk/", "");
        check("/(?i)ab|c/", "");
        check("/(?i)(ab|xyz)\\d/", "AB|Ab|aB|ab|XYZ|XYz|XyZ|Xyz|xYZ|xYz|xyZ|xyz");
        check("/a*b?/", "");
        check("/^ab|cd*/", "ab|c");
        check("/(a|b*)c/", "c");
        check("{ $.level = \"ERROR\" && $.n > 5 }", "ERROR|\\ & level|\\ & n|\\");
        check("{ $.a = \"long\" || $.b IS NULL }", "long|b|\\");
        check("{ $.a != 1 || $.b = 2 }", "");
        check("{ $.a NOT EXISTS }", "");
    }

    proptest::proptest! {
        /// A message that matches holds what is demanded, and holds nothing less if that decides.
        #[test]
        fn what_is_demanded_is_held_by_every_match(
            pieces in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 1..7),
            message in "[abAB \n]{0,6}",
        ) {
            for source in [format!("/{}/", pieces.concat()), format!("!/{}/", pieces.concat()), pieces.concat()] {
                let Ok(search) = Search::parse(&source) else { continue };
                let Some(demand) = search.demand() else { continue };
                let text = |text: &Vec<u8>| memchr::memmem::find(message.as_bytes(), text).is_some();
                let holds = demand.groups().iter().all(|group| group.iter().any(text));
                let matches = search.matches(&message) != demand.inverse();
                proptest::prop_assert!(holds || !matches, "{} {:?}", source, demand);
                proptest::prop_assert!(!demand.decides() || matches == holds, "{} {:?}", source, demand);
            }
        }
    }

    const PIECES: [&str; 22] = [
        "a", "b", "ab", " ", "[^a]", "\\s", "\\b", "^", "$", "*", "+", "?", "|", "\\n", "(?s:.*)",
        ".*?", "(a|b)", "-", "{2}", "(?i:b)", "(?i)", "[ab]",
    ];
}
