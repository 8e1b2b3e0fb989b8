//! Tickets: an answer is taken only while its question is still the newest of its pane.

use serde::{Deserialize, Serialize};
use watchdeck_domain::component::Kind;
use watchdeck_domain::{FunctionName, LogGroupName, PipelineName, Timestamp, UserName};

use super::screens::recovery::{Side, Topic};
use super::screens::stock::Shelf;

/// The number of a question. Never used twice in one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ticket(pub u64);

/// Who asked: a pane has at most one question open, and the newest wins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Pane {
    /// The header: who are we?
    Identity,
    /// The header: what is the account called?
    Alias,
    /// Which metrics a kind of component writes.
    MetricNames(Kind),
    /// The golden numbers of all components.
    Golden,
    /// The alarms.
    Alarms,
    /// How an alarm changed.
    AlarmHistory(String),
    /// The security findings.
    Findings,
    /// The database instances.
    DbInstances,
    /// The database clusters.
    DbClusters,
    /// The global databases.
    GlobalDatabases,
    /// The reporting copies of databases.
    Reports,
    /// One topic of one of the two regions that stand side by side.
    Recovery(Side, Topic),
    /// What CloudTrail tells of late.
    Trail,
    /// The log groups to choose from.
    LogGroups,
    /// The lines of the request that is followed, in one group.
    Request(LogGroupName),
    /// The id of the query of that number.
    InsightsStart(u64),
    /// How far the query of that number is.
    InsightsResults(u64),
    /// Whether the query of that id was stopped.
    InsightsStop(String),
    /// The list of functions.
    Functions,
    /// A function's versions.
    Versions(FunctionName),
    /// A function's aliases.
    Aliases(FunctionName),
    /// The queues and streams that call a function.
    Sources(FunctionName),
    /// A function's calls and errors by executed version.
    Calls(FunctionName),
    /// When a function's aliases moved.
    Moves(FunctionName),
    /// What the fields of a form are chosen from.
    Stock(Shelf),
    /// The users and roles.
    Principals,
    /// The access keys of a user.
    AccessKeys(UserName),
    /// The trails.
    Trails,
    /// The stages of a pipeline.
    Stages(PipelineName),
    /// The executions of a pipeline.
    Executions(PipelineName),
}

/// A question under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// Its ticket.
    pub ticket: Ticket,
    /// Since when.
    pub since: Timestamp,
}

/// All questions under way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Questions {
    last: u64,
    /// At most one a pane.
    open: Vec<(Pane, Open)>,
    /// Answers that came too late and were dropped.
    pub stale: u64,
}

impl Questions {
    /// Opens a question for `pane`. An older one of that pane is forgotten: its answer will be stale.
    pub fn ask(&mut self, pane: Pane, now: Timestamp) -> Ticket {
        let ticket = self.draw();
        self.open.retain(|(other, _)| *other != pane);
        self.open.push((pane, Open { ticket, since: now }));
        ticket
    }

    /// Draws a ticket for something that is not a question.
    pub fn draw(&mut self) -> Ticket {
        self.last = self.last.saturating_add(1);
        Ticket(self.last)
    }

    /// Waits no longer for the answer that `pane` asked for: it will be stale.
    pub fn forget(&mut self, pane: &Pane) {
        self.open.retain(|(other, _)| other != pane);
    }

    /// Closes the question of `ticket` and says whose it was; nothing when it is stale.
    pub fn settle(&mut self, ticket: Ticket) -> Option<Pane> {
        let Some(at) = self.open.iter().position(|(_, open)| open.ticket == ticket) else {
            self.stale = self.stale.saturating_add(1);
            return None;
        };
        let (pane, _) = self.open.remove(at);
        Some(pane)
    }

    /// The questions of another account: none yet, and no ticket is drawn twice.
    #[must_use]
    pub fn renewed(self) -> Self {
        Self { open: Vec::new(), ..self }
    }

    /// Whether no question is under way.
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// The question that `pane` waits for.
    pub fn of(&self, pane: &Pane) -> Option<&Open> {
        self.open.iter().find(|(other, _)| other == pane).map(|(_, open)| open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_answer_never_overwrites_a_newer_one() {
        let mut questions = Questions::default();
        let older = questions.ask(Pane::Functions, Timestamp::default());
        let newer = questions.ask(Pane::Functions, Timestamp::default());
        assert_eq!(questions.settle(older), None);
        assert_eq!(questions.settle(newer), Some(Pane::Functions));
        assert_eq!(questions.settle(newer), None);
        assert_eq!(questions.stale, 2);
    }
}
