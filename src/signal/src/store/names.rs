//! Group and stream names, each held once however many lines bear it.

use std::collections::BTreeMap;
use std::sync::Arc;

use watchdeck_domain::LogGroupName;

/// A stream of a group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamName {
    /// The group.
    pub group: LogGroupName,
    /// The stream within the group.
    pub stream: String,
}

impl StreamName {
    pub(super) fn is(&self, group: &LogGroupName, stream: &str) -> bool {
        self.stream == stream && self.group == *group
    }
}

/// The names that lines bear at present.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(BTreeMap<LogGroupName, BTreeMap<String, Arc<StreamName>>>);

impl Names {
    /// The one holder of a name, if it is known.
    pub(super) fn known(&self, group: &LogGroupName, stream: &str) -> Option<Arc<StreamName>> {
        self.0.get(group)?.get(stream).cloned()
    }

    /// Makes a name known.
    pub(super) fn learn(&mut self, group: &LogGroupName, stream: &str) -> Arc<StreamName> {
        let name = Arc::new(StreamName { group: group.clone(), stream: stream.into() });
        self.0.entry(group.clone()).or_default().insert(stream.into(), Arc::clone(&name));
        name
    }

    /// Forgets the names that no line bears any more.
    pub(super) fn forget_unused(&mut self) {
        for streams in self.0.values_mut() {
            streams.retain(|_, name| Arc::strong_count(name) > 1);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.0.values().map(BTreeMap::len).sum()
    }
}
