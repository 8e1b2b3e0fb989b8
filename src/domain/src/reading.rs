//! The reading port: questions and answers as data, and the trait that answers them.
//!
//! A [`Query`] is what travels through effects, recordings and tests; a type that implements [`Question`]
//! is the same thing with its answer's type attached, for code that asks directly through [`ask`].

use std::future::Future;
use std::pin::Pin;

mod elsewhere; // any question, put to another region
mod failure; // why a question got no answer
mod page; // answers that are one page of many
mod tail; // what a live tail brings

pub use elsewhere::{Afar, Elsewhere};
pub use failure::{READ_LIMIT, ReadError, ReadFailure};
pub use page::{FindingsAnswer, LogPageAnswer, TrailAnswer};
pub use tail::{LiveTail, TailFrame};

use crate::log::LogGroup;

/// A boxed future that may move between threads.
pub type Task<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Answers questions about an account. Reading only: nothing behind it can change AWS.
pub trait Source: Send + Sync {
    /// Answers one question. Multi-page answers are paged to the end unless the query itself is one page.
    fn read(&self, query: Query) -> Task<'_, Result<Answer, ReadError>>;

    /// Opens a live tail over at most ten log groups. Frames arrive until the stream ends or the receiver is dropped.
    fn live_tail(
        &self,
        groups: Vec<LogGroup>,
        pattern: Option<String>,
    ) -> Task<'_, Result<LiveTail, ReadError>>;
}

/// Asks a typed question.
///
/// # Errors
/// What the source says, or [`ReadFailure::Malformed`] if it answered another question.
pub async fn ask<Q: Question>(source: &dyn Source, question: Q) -> Result<Q::Answer, ReadError> {
    let query = question.into_query();
    let asked = query.name();
    let answer = source.read(query).await?;
    Q::from_answer(answer).ok_or_else(|| {
        ReadError::new(ReadFailure::Malformed, asked, "the answer belongs to another question")
    })
}

/// A question whose answer's type is known.
pub trait Question: Send + 'static {
    /// What a right answer holds.
    type Answer: Send;
    /// The question as data.
    fn into_query(self) -> Query;
    /// Takes the answer out, if it is one to this question.
    fn from_answer(answer: Answer) -> Option<Self::Answer>;
}

macro_rules! questions {
    ($( $(#[$doc:meta])* $name:ident { $( $(#[$fdoc:meta])* $field:ident : $type:ty ),* } -> $answer:ty, $call:literal; )*) => {
        /// A question as data. One variant a kind; the answer comes back under the same name.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "query", rename_all = "kebab-case")]
        pub enum Query {
            $( $(#[$doc])* $name($name), )*
            /// Any of them, put to another region. The answer is that of the question itself.
            Elsewhere(Elsewhere),
        }

        /// An answer as data, under the name of its question.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "answer", content = "value", rename_all = "kebab-case")]
        pub enum Answer { $( #[doc = concat!("To [`", stringify!($name), "`].")] $name($answer), )* }

        impl Query {
            /// The API operation behind the question, for messages: `lambda:GetAlias`.
            pub fn name(&self) -> &'static str {
                match self {
                    $( Self::$name(_) => $call, )*
                    Self::Elsewhere(there) => there.query.name(),
                }
            }
        }

        $(
            $(#[$doc])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            pub struct $name { $( $(#[$fdoc])* pub $field: $type, )* }

            impl Question for $name {
                type Answer = $answer;
                fn into_query(self) -> Query { Query::$name(self) }
                fn from_answer(answer: Answer) -> Option<$answer> {
                    match answer { Answer::$name(value) => Some(value), _ => None }
                }
            }
        )*
    };
}

mod questions; // every question there is, with its members and its answer

pub use questions::*;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AliasName, FunctionName};

    #[test]
    fn a_query_survives_the_journey_through_json() {
        let query = AliasOf {
            function: FunctionName::parse("orders-writer").unwrap(),
            alias: AliasName::parse("live").unwrap(),
        }
        .into_query();
        let text = serde_json::to_string(&query).unwrap();
        assert_eq!(text, r#"{"query":"alias-of","function":"orders-writer","alias":"live"}"#);
        assert_eq!(serde_json::from_str::<Query>(&text).unwrap(), query);
        assert_eq!(query.name(), "lambda:GetAlias");
    }

    #[test]
    fn an_answer_to_another_question_is_no_answer() {
        assert_eq!(WhoAmI::from_answer(Answer::Functions(vec![])), None);
    }
}
