//! Terms anywhere in the text.

use crate::grammar::{Term, Terms};

pub(super) fn matches(terms: &Terms, message: &str) -> bool {
    let present = |term: &Term| match term {
        Term::Blank => true,
        Term::Text(finder) => finder.find(message.as_bytes()).is_some(),
        Term::Regex(rex) => rex.regex.is_match(message),
    };
    if terms.required.is_empty() && terms.excluded.is_empty() {
        return terms.optional.is_empty() || terms.optional.iter().any(present);
    }
    // AWS: optional terms beside any other kind are ignored
    terms.required.iter().all(present) && !terms.excluded.iter().any(present)
}
