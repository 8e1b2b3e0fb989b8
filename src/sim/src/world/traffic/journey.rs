//! One request's way through the architecture: the facts from which every trace of it is written.

use std::sync::Arc;

use crate::world::ids::{hex, mix, uuid};
use crate::world::names::APIS;
use crate::world::story::{Attack, Character};

/// The functions that serve requests.
pub(crate) const FUNCTIONS: [&str; 5] =
    ["orders-reader", "orders-writer", "orders-worker", "checkout-notify", "report-builder"];

/// The way a request takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// `orders-read` to `orders-reader`.
    Read,
    /// `orders-write` to `orders-writer`.
    Write,
    /// `orders-async` into the queue.
    Enqueue,
    /// From the queue to `orders-worker`.
    Work,
    /// The load balancer to the shop's pages.
    Page,
    /// The event of a stored order to `checkout-notify`.
    Notify,
    /// The schedule to `report-builder`.
    Report,
}

impl Route {
    /// The function that serves it, by its index in [`FUNCTIONS`].
    pub(crate) const fn function(self) -> Option<usize> {
        match self {
            Self::Read => Some(0),
            Self::Write => Some(1),
            Self::Work => Some(2),
            Self::Notify => Some(3),
            Self::Report => Some(4),
            Self::Enqueue | Self::Page => None,
        }
    }

    /// The REST API it enters through, by its index in [`APIS`].
    pub(crate) const fn api(self) -> Option<usize> {
        match self {
            Self::Read => Some(0),
            Self::Write => Some(1),
            Self::Enqueue => Some(2),
            Self::Work | Self::Page | Self::Notify | Self::Report => None,
        }
    }
}

/// How the request fared.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// As it should.
    Done,
    /// What it asked for is not there.
    NotFound,
    /// The function failed.
    Failed(Arc<Character>),
    /// The function had no concurrency left.
    Throttled,
    /// The stage let no more through.
    Limited,
    /// What stands before the code failed by itself: a mapping of the API, or a container.
    Broken,
    /// The firewall stopped it: the attack, the rule's index and the try's index.
    Blocked(Arc<Attack>, usize, usize),
    /// An attack's request that no rule matched: the try's index.
    Slipped(Arc<Attack>, usize),
}

/// Where a request comes from.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) ip: String,
    pub(crate) country: String,
    pub(crate) agent: &'static str,
}

/// What the function did for it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Execution {
    pub(crate) start: i64,
    /// The version; 0 is `$LATEST`.
    pub(crate) version: u32,
    pub(crate) duration_ms: f64,
    pub(crate) cold_ms: Option<f64>,
    pub(crate) memory: i64,
    pub(crate) used: i64,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Journey {
    pub(crate) at: i64,
    pub(crate) key: u64,
    pub(crate) trace: u64,
    pub(crate) trace_at: i64,
    pub(crate) route: Route,
    pub(crate) client: Client,
    pub(crate) outcome: Outcome,
    pub(crate) execution: Execution,
}

impl Journey {
    /// The id of the Lambda invocation.
    pub(crate) fn invocation(&self) -> String {
        uuid(mix(self.key, 21))
    }

    /// The id the API gives the request.
    pub(crate) fn request(&self) -> String {
        uuid(mix(self.key, 22))
    }

    /// The trace id, which holds its own time: `1-<8 hex of seconds>-<24 hex>`.
    pub(crate) fn trace_id(&self) -> String {
        format!("1-{:08x}-{}", self.trace_at / 1000, hex(self.trace, 24))
    }

    /// The number of the order it is about.
    pub(crate) fn order(&self) -> String {
        format!("ord-{:07}", 4_000_000 + mix(self.trace, 23) % 900_000)
    }

    /// The HTTP status the client sees.
    pub(crate) fn status(&self) -> u16 {
        match &self.outcome {
            Outcome::Done => match self.route {
                Route::Write => 201,
                Route::Enqueue => 202,
                Route::Read | Route::Work | Route::Page | Route::Notify | Route::Report => 200,
            },
            Outcome::NotFound => 404,
            Outcome::Failed(_) => 502,
            Outcome::Throttled | Outcome::Broken => 500,
            Outcome::Limited => 429,
            Outcome::Blocked(..) => 403,
            Outcome::Slipped(..) => 400,
        }
    }

    /// Whether the function failed.
    pub(crate) fn failed(&self) -> bool {
        matches!(self.outcome, Outcome::Failed(_))
    }

    /// Whether it never reached a function.
    pub(crate) fn refused(&self) -> bool {
        match self.outcome {
            Outcome::Blocked(..) | Outcome::Slipped(..) | Outcome::Limited | Outcome::Broken => {
                true
            }
            Outcome::Done | Outcome::NotFound | Outcome::Failed(_) | Outcome::Throttled => false,
        }
    }

    /// When the answer leaves what served it.
    pub(crate) fn end(&self) -> i64 {
        let took = self.execution.duration_ms + self.execution.cold_ms.unwrap_or(0.0);
        self.execution.start + crate::world::measure::whole(took)
    }

    /// The method and path.
    pub(crate) fn line(&self) -> (&'static str, String) {
        if let Outcome::Blocked(attack, _, chosen) | Outcome::Slipped(attack, chosen) =
            &self.outcome
        {
            return ("GET", attack.tries.get(*chosen).cloned().unwrap_or_default());
        }
        match self.route {
            Route::Read => ("GET", format!("/prod/orders/{}", self.order())),
            Route::Write => ("POST", "/prod/orders".to_owned()),
            Route::Enqueue => ("POST", "/prod/orders/batch".to_owned()),
            Route::Page => match mix(self.key, 24) % 4 {
                0 => ("GET", "/".to_owned()),
                1 => ("GET", format!("/products/{}", 100 + mix(self.key, 25) % 400)),
                2 => ("GET", "/search?q=lamp".to_owned()),
                _ => ("GET", "/cart".to_owned()),
            },
            Route::Work | Route::Notify | Route::Report => ("", String::new()),
        }
    }

    /// The host it asked for.
    pub(crate) fn host(&self) -> &'static str {
        if self.route == Route::Page { "www.shop.example" } else { "api.shop.example" }
    }

    /// The name and id of the REST API, if it entered through one.
    pub(crate) fn api(&self) -> Option<(&'static str, &'static str)> {
        self.route.api().and_then(|at| APIS.get(at)).copied()
    }
}
