//! Another region than the one that a source reads: the same questions, put to that one.

use serde::{Deserialize, Serialize};

use super::{Answer, LiveTail, Query, ReadError, Source, Task};
use crate::Region;
use crate::log::LogGroup;

/// A question to another region of the account.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// The region.
    pub region: Region,
    /// What is asked there.
    #[serde(rename = "what")]
    pub query: Box<Query>,
}

impl Query {
    /// This question, put to a region.
    #[must_use]
    pub fn put_to(self, region: &Region) -> Self {
        if let Self::Elsewhere(there) = self {
            return there.query.put_to(region);
        }
        Self::Elsewhere(Elsewhere { region: region.clone(), query: Box::new(self) })
    }
}

/// A source from afar: puts every question to a region of it.
#[derive(Clone, Copy)]
pub struct Afar<'a> {
    /// Who can ask there.
    pub source: &'a dyn Source,
    /// The region.
    pub region: &'a Region,
}

impl Source for Afar<'_> {
    fn read(&self, query: Query) -> Task<'_, Result<Answer, ReadError>> {
        self.source.read(query.put_to(self.region))
    }

    fn live_tail(
        &self,
        groups: Vec<LogGroup>,
        pattern: Option<String>,
    ) -> Task<'_, Result<LiveTail, ReadError>> {
        self.source.live_tail(groups, pattern)
    }
}

impl std::fmt::Debug for Afar<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Afar").field("region", self.region).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::{Question as _, Queues};

    #[test]
    fn a_question_to_elsewhere_goes_to_the_last_region_named() {
        let region = |name: &str| Region::parse(name).unwrap();
        let asked = Queues {}.into_query().put_to(&region("eu-west-1"));
        let asked = asked.put_to(&region("eu-central-1"));
        let text = serde_json::to_string(&asked).unwrap();
        assert_eq!(
            text,
            r#"{"query":"elsewhere","region":"eu-central-1","what":{"query":"queues"}}"#
        );
        assert_eq!(serde_json::from_str::<Query>(&text).unwrap(), asked);
        assert_eq!(asked.name(), "sqs:ListQueues");
    }
}
