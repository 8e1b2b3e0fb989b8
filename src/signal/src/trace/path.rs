//! The way of a request: its lines in the order in which things happened, and the time between them.

use std::time::Duration;

use watchdeck_domain::Timestamp;
use watchdeck_domain::log::LogLevel;

use super::{Id, Line};
use crate::reading::{Durations, Kind, LambdaLine, Reading, Verdict};

/// The longest message of a hop, in bytes; the line itself is held elsewhere.
const MAX_SAID: usize = 1024;

/// Where on its way a request is, from the outside in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Station {
    /// CloudFront.
    Distribution,
    /// The web application firewall.
    Firewall,
    /// A load balancer, or a web server.
    Balancer,
    /// API Gateway.
    Api,
    /// The Lambda service.
    Function,
    /// A program.
    Application,
    /// The network below.
    Network,
}

/// A line of the request.
#[derive(Clone, Debug, PartialEq)]
pub struct Hop {
    /// The number under which the line was offered.
    pub number: u64,
    /// Where it was written.
    pub station: Station,
    /// When what it tells of began; an access record is written at the end.
    pub began: Timestamp,
    /// When it was written.
    pub at: Timestamp,
    /// The time since the hop before began; none for the first.
    pub gap: Option<Duration>,
    /// The group it was written to.
    pub group: String,
    /// What wrote it.
    pub kind: Kind,
    /// What it says; hostile like the line.
    pub said: String,
    /// How loud it is.
    pub level: Option<LogLevel>,
    /// The HTTP status it tells.
    pub status: Option<u16>,
    /// The durations it tells.
    pub durations: Durations,
    /// The function version that wrote it.
    pub version: Option<String>,
    /// The type of the error it tells of.
    pub error: Option<String>,
    /// What it says about the health of things.
    pub verdicts: Vec<Verdict>,
}

/// The way of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Its lines, in the order in which things began.
    pub hops: Vec<Hop>,
    /// The ids it went under, that of the beginning first.
    pub ids: Vec<Id>,
    /// Whether lines or ids were left out because there were too many.
    pub cut: bool,
}

impl Station {
    /// What it is called on a screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Distribution => "CloudFront",
            Self::Firewall => "firewall",
            Self::Balancer => "load balancer",
            Self::Api => "API Gateway",
            Self::Function => "Lambda",
            Self::Application => "application",
            Self::Network => "network",
        }
    }
}

impl Hop {
    pub(super) fn of(number: u64, line: &Line<'_>, reading: &Reading<'_>) -> Self {
        let station = match reading.kind {
            Kind::Distribution => Station::Distribution,
            Kind::Firewall => Station::Firewall,
            Kind::Balancer | Kind::Access => Station::Balancer,
            Kind::Api => Station::Api,
            Kind::Lambda(_) => Station::Function,
            Kind::Application(_) | Kind::Pairs | Kind::Text => Station::Application,
            Kind::Flow => Station::Network,
        };
        let said = reading.message.as_ref();
        Self {
            number,
            station,
            began: began(line.at, station, reading),
            at: line.at,
            gap: None,
            group: line.group.to_owned(),
            kind: reading.kind,
            said: said.get(..said.floor_char_boundary(MAX_SAID)).unwrap_or(said).to_owned(),
            level: reading.level,
            status: reading.status,
            durations: reading.durations,
            version: reading.version.as_deref().map(str::to_owned),
            error: reading.error.as_deref().map(str::to_owned),
            verdicts: reading.verdicts.clone(),
        }
    }

    /// Whether it is what an invocation took.
    pub(super) fn is_report(&self) -> bool {
        self.kind == Kind::Lambda(LambdaLine::Report)
    }
}

/// An access record tells of what began as long before it as it took; of what it says about the time itself, only a
/// balancer's is finer than a second.
fn began(at: Timestamp, station: Station, reading: &Reading<'_>) -> Timestamp {
    match station {
        Station::Distribution | Station::Api | Station::Balancer => {
            let own =
                reading.time.filter(|_| reading.kind == Kind::Balancer && reading.time <= Some(at));
            let took = reading.durations.total.filter(|ms| (0.0..1e8).contains(ms)).unwrap_or(0.0);
            own.unwrap_or_else(|| at - Duration::from_secs_f64(took / 1000.0))
        }
        Station::Firewall | Station::Function | Station::Application | Station::Network => at,
    }
}

impl Path {
    pub(super) fn of(ids: Vec<Id>, mut hops: Vec<Hop>, cut: bool) -> Self {
        hops.sort_by_key(|hop| (hop.began, rank(hop), hop.at, hop.number));
        let mut before: Option<Timestamp> = None;
        for hop in &mut hops {
            hop.gap = before.map(|before| hop.began.since(before));
            before = Some(hop.began);
        }
        Self { hops, ids, cut }
    }
}

/// What comes first of what began in the same millisecond: from the outside in, and an invocation ends at its end.
fn rank(hop: &Hop) -> u8 {
    match (hop.station, hop.kind) {
        (Station::Distribution, _) => 0,
        (Station::Firewall, _) => 1,
        (Station::Balancer, _) => 2,
        (Station::Api, _) => 3,
        (_, Kind::Lambda(LambdaLine::End)) => 7,
        (_, Kind::Lambda(LambdaLine::Report)) => 8,
        (Station::Function, _) => 5,
        (Station::Application | Station::Network, _) => 6,
    }
}
