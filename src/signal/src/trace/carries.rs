//! Lines that hold any of some ids, found fast.

use memchr::memmem::Finder;

use super::Id;

/// Some ids, ready to be looked for.
#[derive(Clone, Debug, Default)]
pub struct Carries {
    finders: Vec<Finder<'static>>,
}

impl Carries {
    /// Looks for these ids, in every form in which lines write them.
    pub fn any_of<'i>(ids: impl IntoIterator<Item = &'i Id>) -> Self {
        let mut carries = Self::default();
        for id in ids {
            carries.add(id);
        }
        carries
    }

    /// Looks for one more.
    pub fn add(&mut self, id: &Id) {
        self.finders.extend(id.forms().iter().map(|form| Finder::new(form).into_owned()));
    }

    /// Whether a line holds any of them.
    pub fn matches(&self, line: &str) -> bool {
        self.finders.iter().any(|finder| finder.find(line.as_bytes()).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_found_in_both_of_its_forms() {
        let id = Id::parse("1-69212345-0123456789abcdef01234567").unwrap();
        let carries = Carries::any_of([&id]);
        assert!(carries.matches("x Root=1-69212345-0123456789abcdef01234567;"));
        assert!(carries.matches("00-692123450123456789abcdef01234567-00f067aa0ba902b7-01"));
        assert!(!carries.matches("1-69212345-0123456789abcdef01234568"));
        assert!(!Carries::default().matches("anything"));
    }
}
