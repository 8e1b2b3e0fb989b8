//! A query that the account runs: what it is about, how far it is, and what it has cost.

use std::time::Duration;

use serde::Serialize;
use watchdeck_domain::insights::{InsightsAnswer, InsightsId, InsightsStatus, Scanned};
use watchdeck_domain::log::LogGroup;
use watchdeck_domain::reading::{InsightsResults, InsightsStart};
use watchdeck_domain::{LogGroupName, Region, Timestamp};

use crate::app::Problem;

/// The most groups of one query.
pub const GROUPS: usize = 50;
/// The most rows that AWS gives.
pub const GIVEN: usize = 10_000;
/// So many questions in a row may fail in a way that passes.
const MOST_FAILED: u32 = 5;
/// So many answers come as fast as seconds pass; later ones half as fast.
const EAGER: u32 = 10;

/// A query on its way through the account.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inquiry {
    /// Its number: answers about another are not its own.
    pub number: u64,
    /// The groups.
    pub groups: Vec<LogGroupName>,
    /// From and to, both included.
    pub span: (Timestamp, Timestamp),
    /// Whether it is about the time before now, so that it is about a later time when it is asked again.
    pub slides: bool,
    /// When it was asked.
    pub began: Timestamp,
    /// When it was over.
    pub ended: Option<Timestamp>,
    /// How far it is.
    pub stage: Stage,
    /// What was scanned so far.
    pub scanned: Scanned,
    /// What its groups hold, of whatever time, in bytes.
    pub stored: u64,
    answers: u32,
    failed: u32,
    rests: bool,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Stage {
    /// It was sent, and has no id yet.
    Starting,
    /// It runs, or waits for its turn.
    Under(InsightsId, InsightsStatus),
    /// Nothing more comes.
    Over(InsightsStatus),
    /// It could not be begun, or was lost sight of.
    Failed(Problem),
}

impl Inquiry {
    /// One that is to be sent now.
    pub fn new(
        groups: &[LogGroup],
        span: (Timestamp, Timestamp),
        slides: bool,
        now: Timestamp,
    ) -> Self {
        let stored = groups.iter().map(|group| group.stored_bytes).sum();
        Self {
            number: 0,
            groups: groups.iter().map(|group| group.name.clone()).collect(),
            span,
            slides,
            began: now,
            ended: None,
            stage: Stage::Starting,
            scanned: Scanned::default(),
            stored,
            answers: 0,
            failed: 0,
            rests: false,
        }
    }

    /// The same, to be asked under another number.
    #[must_use]
    pub fn anew(self, number: u64, now: Timestamp) -> Self {
        Self {
            number,
            began: now,
            ended: None,
            stage: Stage::Starting,
            scanned: Scanned::default(),
            answers: 0,
            failed: 0,
            rests: false,
            ..self
        }
    }

    /// The question that begins it.
    pub fn start(&self, query: &str) -> InsightsStart {
        let (start, end) = self.span;
        InsightsStart {
            groups: self.groups.clone(),
            start,
            end,
            query: query.to_owned(),
            limit: None,
        }
    }

    /// The region that it runs in, where the place in front is in that one.
    pub fn region<'a>(&'a self, front: &'a Region) -> &'a Region {
        let place = self.groups.first().and_then(|group| group.place());
        place.map_or(front, |place| &place.region)
    }

    /// Whether more may come.
    pub fn is_under_way(&self) -> bool {
        matches!(self.stage, Stage::Starting | Stage::Under(..))
    }

    /// How long it has taken.
    pub fn taken(&self, now: Timestamp) -> Duration {
        self.ended.unwrap_or(now).since(self.began)
    }

    /// The question how far it is, if it is to be put again; once a second this is asked.
    pub fn question(&mut self) -> Option<InsightsResults> {
        let Stage::Under(id, _) = &self.stage else { return None };
        self.rests = !self.rests && self.answers >= EAGER;
        (!self.rests).then(|| InsightsResults { id: id.clone() })
    }

    /// It has an id now.
    pub fn begun(&mut self, id: InsightsId) {
        self.stage = Stage::Under(id, InsightsStatus::Scheduled);
    }

    /// Takes in how far it is.
    pub fn take(&mut self, answer: &InsightsAnswer, now: Timestamp) {
        let Stage::Under(_, status) = &mut self.stage else { return };
        self.answers = self.answers.saturating_add(1);
        self.failed = 0;
        self.scanned = answer.scanned;
        *status = answer.status.clone();
        if answer.status.is_over() {
            self.end(Stage::Over(answer.status.clone()), now);
        }
    }

    /// Takes in that there was no answer. Says whether that is the end of it: what passes is asked again, and so is what
    /// new credentials will answer.
    pub fn miss(&mut self, problem: Problem, now: Timestamp) -> bool {
        let passes = match problem.code.as_str() {
            "read.credentials-expired" => return false,
            "read.throttled"
            | "read.unreachable"
            | "read.timed-out"
            | "read.answer-not-understood"
            | "read.service-failure" => self.failed < MOST_FAILED,
            _ => false,
        };
        self.failed = self.failed.saturating_add(1);
        if !passes {
            self.end(Stage::Failed(problem), now);
        }
        !passes
    }

    /// Waits for it no longer. Gives its id, if it has one: the account is to stop it too.
    pub fn stop(&mut self, now: Timestamp) -> Option<InsightsId> {
        let id = match &self.stage {
            Stage::Under(id, _) => Some(id.clone()),
            Stage::Starting => None,
            Stage::Over(_) | Stage::Failed(_) => return None,
        };
        self.end(Stage::Over(InsightsStatus::Cancelled), now);
        id
    }

    /// It could not be begun, or was lost sight of.
    pub fn fail(&mut self, problem: Problem, now: Timestamp) {
        self.end(Stage::Failed(problem), now);
    }

    fn end(&mut self, stage: Stage, now: Timestamp) {
        (self.stage, self.ended) = (stage, Some(now));
    }
}
