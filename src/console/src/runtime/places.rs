//! One source over several places: a question about a log group goes to the place that its name knows, any other to the
//! account in front.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use watchdeck_domain::insights::InsightsId;
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::{LiveTail, ReadFailure};
use watchdeck_domain::{Answer, LogGroupName, Query, ReadError, Scope, Source, Task};

/// Who answers for which place. A clone is another handle to the same.
#[derive(Clone)]
pub struct Places {
    front: Arc<dyn Source>,
    beside: Arc<Mutex<BTreeMap<Scope, Arc<dyn Source>>>>,
    /// Where queries run that do not run in front, by their ids: whatever is asked about one goes there.
    queries: Arc<Mutex<VecDeque<(InsightsId, Scope)>>>,
}

/// The most queries that are remembered.
const QUERIES: usize = 100;

impl Places {
    /// The account in front alone.
    pub fn of(front: Arc<dyn Source>) -> Self {
        Self { front, beside: Arc::default(), queries: Arc::default() }
    }

    /// From here on this one answers for a place.
    pub fn open(&self, place: Scope, source: Arc<dyn Source>) {
        self.beside().insert(place, source);
    }

    /// Nobody answers for a place any more.
    pub fn close(&self, place: &Scope) {
        self.beside().remove(place);
    }

    fn beside(&self) -> MutexGuard<'_, BTreeMap<Scope, Arc<dyn Source>>> {
        self.beside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queries(&self) -> MutexGuard<'_, VecDeque<(InsightsId, Scope)>> {
        self.queries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The place that a question is about, where it is another than the one in front.
    fn place_of(&self, query: &Query) -> Option<Scope> {
        let of = |group: &LogGroupName| group.place().map(|place| Scope::clone(place));
        let began = |id: &InsightsId| {
            let queries = self.queries();
            queries.iter().find(|(known, _)| known == id).map(|(_, place)| place.clone())
        };
        if let Query::LogPage(page) = query {
            return of(&page.group);
        }
        if let Query::InsightsStart(start) = query {
            return start.groups.first().and_then(of);
        }
        if let Query::InsightsResults(asked) = query {
            return began(&asked.id);
        }
        if let Query::InsightsStop(asked) = query {
            return began(&asked.id);
        }
        None
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
        let place = self.place_of(&query);
        let source = self.source(place.as_ref(), query.name());
        Box::pin(async move {
            let answer = source?.read(query).await;
            if let (Ok(Answer::InsightsStart(id)), Some(place)) = (&answer, place) {
                let mut queries = self.queries();
                queries.push_back((id.clone(), place));
                let over = queries.len().saturating_sub(QUERIES);
                queries.drain(..over);
            }
            answer
        })
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
    use watchdeck_domain::reading::{InsightsResults, InsightsStart};
    use watchdeck_domain::reading::{LogPage, LogPageAnswer};
    use watchdeck_domain::{AccountId, Region, Timestamp, ask};

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

    /// A source that begins queries, and tells nothing more of them than its name.
    struct Beginning(&'static str);

    impl Source for Beginning {
        fn read(&self, query: Query) -> Task<'_, Result<Answer, ReadError>> {
            let name = query.name();
            let answer = if let Query::InsightsStart(_) = query {
                Ok(Answer::InsightsStart(InsightsId(self.0.into())))
            } else {
                Err(ReadError::new(ReadFailure::Unsupported, name, self.0))
            };
            Box::pin(async move { answer })
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

    #[tokio::test]
    async fn whatever_is_asked_about_a_query_goes_where_it_runs() {
        let scope = Arc::new(Scope {
            account: AccountId::parse("123456784021").unwrap(),
            region: Region::parse("us-east-1").unwrap(),
        });
        let places = Places::of(Arc::new(Beginning("front")));
        places.open(Scope::clone(&scope), Arc::new(Beginning("east")));
        for (place, wanted) in [(None, "front"), (Some(&scope), "east")] {
            let start = InsightsStart {
                groups: vec![LogGroupName::parse("/g").unwrap().at(place)],
                start: Timestamp::default(),
                end: Timestamp::default(),
                query: "fields a".into(),
                limit: None,
            };
            let id = ask(&places, start).await.unwrap();
            assert_eq!(id.0, wanted);
            let told = ask(&places, InsightsResults { id }).await.unwrap_err();
            assert_eq!(told.message, wanted);
        }
    }
}
