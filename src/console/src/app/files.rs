//! Files in place of an account: what the console begins with then, and what it does not do without one.

use serde::{Deserialize, Serialize};
use watchdeck_domain::LogGroupName;
use watchdeck_domain::log::LogGroup;

use super::command::Command;
use super::place::Link;
use super::shell::Tone;
use super::tail::Flow;
use super::{Effect, Model};

/// How far files are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intake {
    /// Bytes read; of packed files as they are packed.
    pub bytes: u64,
    /// Bytes there are; nothing while a pipe has not said.
    pub of: Option<u64>,
    /// Lines read.
    pub lines: u64,
    /// How it stands.
    pub stage: Stage,
}

/// How the reading of files stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// There is more to read.
    #[default]
    Reading,
    /// All that is written is read, and what is written from now on will be.
    Following,
    /// All was read.
    Whole,
}

impl Intake {
    /// How much of it is read, in percent; nothing where that cannot be told.
    pub fn share(&self) -> Option<u64> {
        let of = self.of.filter(|of| *of > 0)?;
        Some(self.bytes.saturating_mul(100).checked_div(of)?.min(100))
    }
}

/// Whether files are open, and no account.
pub fn open(model: &Model) -> bool {
    model.place.link == Link::Offline
}

/// Begins to read the files.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    let group = |name: &String| LogGroup {
        name: LogGroupName::nearest(name),
        arn: String::new(),
        stored_bytes: 0,
    };
    let groups: Vec<LogGroup> = model.groups.iter().map(group).collect();
    let now = model.now;
    model.logs.groups.take(Ok(groups.clone()), now);
    model.logs.offered = true;
    let effects = model.watch(groups);
    if !model.wishes.newest {
        model.logs.rest_at_first();
    }
    effects
}

/// Whether a command does something where files are open: what belongs to an account does not.
pub(super) fn allow(model: &Model, command: Command) -> Result<(), &'static str> {
    if leave_out(model, command) {
        return Err("files are open, and no account: start watchdeck without `open` for this");
    }
    Ok(())
}

/// Whether a command is left out where commands are shown: it means an account, and there will be none.
pub fn leave_out(model: &Model, command: Command) -> bool {
    open(model) && of_an_account(command)
}

/// Files were read to their end: what did not fit is told, and how more would.
pub(super) fn stood(model: &mut Model, before: &Flow) {
    let stage = |flow: &Flow| match flow {
        Flow::Read(intake) => intake.stage,
        Flow::Idle | Flow::Opening | Flow::Pushed | Flow::Swept(_) => Stage::Reading,
    };
    let store = model.logs.store();
    let gone = store.evicted();
    if gone == 0
        || stage(before) != Stage::Reading
        || stage(&model.logs.standing.flow) == Stage::Reading
    {
        return;
    }
    let (lines, were) = if gone == 1 { ("line", "was") } else { ("lines", "were") };
    let room = store.limit() >> 20;
    let more = room.saturating_mul(4);
    let said = format!(
        "{gone} older {lines} {were} let go to stay within {room} MiB: `--set store_mb={more}` holds more"
    );
    model.shell.say(Tone::Bad, said);
}

/// Whether a command means an account, and nothing without one.
fn of_an_account(command: Command) -> bool {
    matches!(
        command,
        Command::PickGroups
            | Command::MarkGroup
            | Command::WatchMarked
            | Command::OpenPlace
            | Command::LeavePlace
            | Command::NarrowLogs
            | Command::RunInsights
            | Command::RunElsewhere
            | Command::CopyCommand
            | Command::ShowOverview
            | Command::ShowTrail
            | Command::ShowFindings
            | Command::ShowAlarms
            | Command::ShowFunctions
            | Command::ShowFunction
            | Command::ShowDatabases
            | Command::ShowReports
            | Command::MakeReport
            | Command::ExtendReport
            | Command::EndReport
            | Command::ShowRunbooks
            | Command::ShowPlan
            | Command::ShowRun
            | Command::ShowJournal
            | Command::ShowItsLogs
            | Command::ShowItsChanges
            | Command::ShowItsComponent
            | Command::ProposeRollback
            | Command::ChooseTarget
            | Command::ProposeRunbook
            | Command::FillForm
            | Command::SetWorkflow
            | Command::ArchiveFindings
            | Command::FillField
            | Command::Arm
            | Command::SwitchContext
            | Command::SwitchProfile
            | Command::SwitchRole
            | Command::SwitchRegion
    )
}
