//! Lines of one stream in one text: how a file is handed over without a value of its own for each line.

use serde::{Deserialize, Serialize};
use watchdeck_domain::{LogGroupName, Timestamp};

use crate::store::{Appended, Store, StreamName, Written};

/// Lines of one log group, in the order of their file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leaf {
    group: LogGroupName,
    text: String,
    lines: Vec<Mark>,
}

/// When a line was written, and where it ends in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    time: Timestamp,
    end: usize,
}

impl Leaf {
    /// One without a line yet.
    pub fn new(group: LogGroupName) -> Self {
        Self { group, text: String::new(), lines: Vec::new() }
    }

    /// The group of its lines.
    pub fn group(&self) -> &LogGroupName {
        &self.group
    }

    /// Adds a line.
    pub fn push(&mut self, time: Timestamp, message: &str) {
        self.text.push_str(message);
        self.lines.push(Mark { time, end: self.text.len() });
    }

    /// How many lines it holds.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The bytes of its text.
    pub fn size(&self) -> usize {
        self.text.len()
    }

    /// Its lines, each with its time.
    pub fn lines(&self) -> impl Iterator<Item = (Timestamp, &str)> {
        let mut start = 0;
        self.lines.iter().map(move |mark| {
            let text = self.text.get(start..mark.end).unwrap_or_default();
            start = mark.end;
            (mark.time, text)
        })
    }

    /// Puts its lines into a store, each where it belongs.
    pub fn load(&self, store: &mut Store) -> Appended {
        let written = |(time, message)| Written { timestamp: time, ingested: time, message };
        let lines: Vec<_> = self.lines().map(written).collect();
        // A file has no streams.
        let name = StreamName { group: self.group.clone(), stream: String::new() };
        store.load(&name, &lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaf_gives_the_lines_that_it_was_given() {
        let mut leaf = Leaf::new(LogGroupName::nearest("a.log"));
        let lines = [(1, "one"), (3, ""), (2, "zwölf")];
        for (time, text) in lines {
            leaf.push(Timestamp::from_millis(time), text);
        }
        let given: Vec<_> = leaf.lines().map(|(time, text)| (time.as_millis(), text)).collect();
        assert_eq!(given, lines);
        assert_eq!((leaf.len(), leaf.size()), (3, 9));
        let mut store = Store::default();
        assert_eq!(leaf.load(&mut store).lines, 3);
        let held: Vec<_> = store.numbered(0..3).iter().map(|line| line.message).collect();
        assert_eq!(held, ["one", "zwölf", ""]);
    }
}
