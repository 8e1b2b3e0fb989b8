//! One source over several places: a question about a log group goes to the place that its name knows, any other to the
//! account in front.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::{LiveTail, ReadFailure};
use watchdeck_domain::{Answer, Query, ReadError, Scope, Source, Task};

/// Who answers for which place. A clone is another handle to the same.
#[derive(Clone)]
pub struct Places {
    front: Arc<dyn Source>,
    beside: Arc<Mutex<BTreeMap<Scope, Arc<dyn Source>>>>,
}

impl Places {
    /// The account in front alone.
    pub fn of(front: Arc<dyn Source>) -> Self {
        Self { front, beside: Arc::default() }
    }

    /// From here on this one answers for a place.
    pub fn open(&self, place: Scope, source: Arc<dyn Source>) {
        self.beside().insert(place, source);
    }

    /// Nobody answers for a place any more.
    pub fn close(&self, place: &Scope) {
        self.beside().remove(place);
    }

    fn beside(&self) -> std::sync::MutexGuard<'_, BTreeMap<Scope, Arc<dyn Source>>> {
        self.beside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn source(&self, place: Option<&Scope>, call: &str) -> Result<Arc<dyn Source>, ReadError> {
        let Some(place) = place else { return Ok(Arc::clone(&self.front)) };
        self.beside().get(place).cloned().ok_or_else(|| {
            let why = format!("{place} is not open any more");
            ReadError::new(ReadFailure::Unreachable, call, why)
        })
    }
}

impl Source for Places {
    fn read(&self, query: Query) -> Task<'_, Result<Answer, ReadError>> {
        let group = if let Query::LogPage(page) = &query { Some(&page.group) } else { None };
        let place = group.and_then(|group| group.place()).map(Arc::as_ref);
        let source = self.source(place, query.name());
        Box::pin(async move { source?.read(query).await })
    }

    fn live_tail(
        &self,
        groups: Vec<LogGroup>,
        pattern: Option<String>,
    ) -> Task<'_, Result<LiveTail, ReadError>> {
        let place = groups.first().and_then(|group| group.name.place()).map(Arc::as_ref);
        let source = self.source(place, "logs:StartLiveTail");
        Box::pin(async move { source?.live_tail(groups, pattern).await })
    }
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Places").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use watchdeck_domain::reading::{LogPage, LogPageAnswer};
    use watchdeck_domain::{AccountId, LogGroupName, Region, Timestamp, ask};

    use super::*;

    /// A source that fails with its name.
    struct Named(&'static str);

    impl Source for Named {
        fn read(&self, query: Query) -> Task<'_, Result<Answer, ReadError>> {
            let error = ReadError::new(ReadFailure::Unsupported, query.name(), self.0);
            Box::pin(async move { Err(error) })
        }

        fn live_tail(
            &self,
            _: Vec<LogGroup>,
            _: Option<String>,
        ) -> Task<'_, Result<LiveTail, ReadError>> {
            let error = ReadError::new(ReadFailure::Unsupported, "live", self.0);
            Box::pin(async move { Err(error) })
        }
    }

    async fn answers(places: &Places, place: Option<&Arc<Scope>>) -> (String, String) {
        let name = LogGroupName::parse("/g").unwrap().at(place);
        let (start, end) = (Timestamp::default(), Timestamp::default());
        let page = LogPage { group: name.clone(), start, end, pattern: None, next: None };
        let read: Result<LogPageAnswer, ReadError> = ask(places, page).await;
        let group = LogGroup { name, arn: String::new(), stored_bytes: 0 };
        let live = places.live_tail(vec![group], None).await;
        (read.unwrap_err().message, live.err().map(|error| error.message).unwrap_or_default())
    }

    #[tokio::test]
    async fn a_question_goes_to_the_place_of_its_group_and_to_no_other() {
        let scope = Arc::new(Scope {
            account: AccountId::parse("123456784021").unwrap(),
            region: Region::parse("us-east-1").unwrap(),
        });
        let places = Places::of(Arc::new(Named("front")));
        let (closed, _) = answers(&places, Some(&scope)).await;
        assert!(closed.contains("123456784021/us-east-1 is not open"), "{closed}");
        places.open(Scope::clone(&scope), Arc::new(Named("east")));
        let both = |name: &str| (name.to_owned(), name.to_owned());
        assert_eq!(answers(&places, Some(&scope)).await, both("east"));
        assert_eq!(answers(&places, None).await, both("front"));
        places.close(&scope);
        assert!(answers(&places, Some(&scope)).await.1.contains("is not open"));
    }
}
