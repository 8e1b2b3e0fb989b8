//! Text with `*` wildcards.

use memchr::memmem;

/// Text in which every `*` stands for any run of characters, also none.
pub(crate) struct Glob {
    /// The literal runs between the stars; one run means there is no star.
    runs: Vec<String>,
}

impl Glob {
    /// Takes the runs of text that stood between stars.
    pub(crate) fn new(runs: Vec<String>) -> Self {
        Self { runs }
    }

    /// Whether the whole text matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let [first, middle @ .., last] = self.runs.as_slice() else {
            return self.runs.first().map_or("", String::as_str) == text;
        };
        let Some(rest) = text.strip_prefix(first.as_str()) else { return false };
        let Some(mut rest) = rest.strip_suffix(last.as_str()) else { return false };
        for run in middle {
            let Some(at) = memmem::find(rest.as_bytes(), run.as_bytes()) else { return false };
            rest = rest.get(at + run.len()..).unwrap_or("");
        }
        true
    }

    /// The longest literal run: it stands in every text that matches.
    pub(crate) fn longest_run(&self) -> &str {
        self.runs.iter().max_by_key(|run| run.len()).map_or("", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_run() {
        let check = |glob: &str, text: &str, wanted: bool| {
            let glob_made = Glob::new(glob.split('*').map(String::from).collect());
            assert_eq!(glob_made.matches(text), wanted, "{glob} on {text}");
        };
        check("404", "404", true);
        check("404", "4044", false);
        check("4*", "404", true);
        check("4*", "504", false);
        check("*.html*", "GET /index.html HTTP/1.0", true);
        check("*", "", true);
        check("a*a", "a", false);
        check("a*a", "aa", true);
        check("a*b*c", "a-c-b-c", true);
        check("a*b*c", "a-c-b", false);
        check("", "", true);
        check("", "x", false);
    }
}
