//! The shell around the screens: which view is in front, what lies over it, what is being typed.

use serde::{Deserialize, Serialize};
use watchdeck_domain::component::ComponentId;
use watchdeck_domain::{FunctionName, Printable};

use super::command::Context;
use super::cursor::Cursor;
use super::details::Subject;
use super::line::{History, Line};
use super::palette::Palette;
use super::screens::form::Form;
use super::screens::groups::Picker;
use super::screens::targets::Targets;
use super::sheet::Sheet;
pub use super::typing::{Purpose, Typing};
use crate::keymap::key::Chord;

/// A screen. Where it needs a subject, it names it, so that going back leads to the same subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Screen {
    /// The architecture as a map.
    Overview,
    /// One component of it.
    Component(ComponentId),
    /// The log lines of the watched groups.
    Logs,
    /// What they have in common, and what of it is new.
    Templates,
    /// The request that is followed.
    Request,
    /// What came of a query over the lines held.
    Query,
    /// CloudTrail, live.
    Trail,
    /// The security findings.
    Findings,
    /// The CloudWatch alarms.
    Alarms,
    /// The Lambda functions.
    Functions,
    /// One Lambda function.
    Function(FunctionName),
    /// The databases.
    Databases,
    /// The reporting copies of databases.
    Reports,
    /// Two regions side by side.
    Recovery,
    /// The runbooks.
    Runbooks,
    /// The plan that waits for its answer.
    Plan,
    /// The run looked at last.
    Run,
    /// The journal.
    Journal,
    /// The problems of the console.
    Problems,
}

impl Screen {
    /// The context of its keys.
    pub fn context(&self) -> Context {
        match self {
            Self::Overview => Context::Overview,
            Self::Component(_) => Context::Component,
            Self::Logs => Context::Logs,
            Self::Templates => Context::Templates,
            Self::Request => Context::Request,
            Self::Query => Context::Query,
            Self::Trail => Context::Trail,
            Self::Findings => Context::Findings,
            Self::Alarms => Context::Alarms,
            Self::Functions => Context::Functions,
            Self::Function(_) => Context::Function,
            Self::Databases => Context::Databases,
            Self::Reports => Context::Reports,
            Self::Recovery => Context::Recovery,
            Self::Runbooks => Context::Runbooks,
            Self::Plan => Context::Plan,
            Self::Run => Context::Run,
            Self::Journal => Context::Journal,
            Self::Problems => Context::Problems,
        }
    }

    /// Its breadcrumbs, outermost first.
    pub fn crumbs(&self) -> Vec<String> {
        match self {
            Self::Overview => vec!["Overview".into()],
            Self::Component(id) => vec!["Overview".into(), id.short().to_owned()],
            Self::Logs => vec!["Logs".into()],
            Self::Templates => vec!["Logs".into(), "Templates".into()],
            Self::Request => vec!["Logs".into(), "Request".into()],
            Self::Query => vec!["Logs".into(), "Query".into()],
            Self::Trail => vec!["Trail".into()],
            Self::Findings => vec!["Findings".into()],
            Self::Alarms => vec!["Alarms".into()],
            Self::Functions => vec!["Functions".into()],
            Self::Function(name) => vec!["Functions".into(), name.to_string()],
            Self::Databases => vec!["Databases".into()],
            Self::Reports => vec!["Databases".into(), "Reports".into()],
            Self::Recovery => vec!["Recovery".into()],
            Self::Runbooks => vec!["Runbooks".into()],
            Self::Plan => vec!["Plan".into()],
            Self::Run => vec!["Run".into()],
            Self::Journal => vec!["Journal".into()],
            Self::Problems => vec!["Problems".into()],
        }
    }

    /// The same in another account: what is about a thing of this one leads to where such things are listed.
    #[must_use]
    pub fn beyond_accounts(&self) -> Self {
        match self {
            Self::Component(_) | Self::Function(_) | Self::Run => {
                self.parent().unwrap_or(Self::Overview)
            }
            Self::Plan => Self::Overview,
            Self::Request | Self::Query => Self::Logs,
            Self::Overview
            | Self::Logs
            | Self::Templates
            | Self::Trail
            | Self::Findings
            | Self::Alarms
            | Self::Functions
            | Self::Databases
            | Self::Reports
            | Self::Recovery
            | Self::Runbooks
            | Self::Journal
            | Self::Problems => self.clone(),
        }
    }

    /// The screen one level up; nothing at the top.
    pub fn parent(&self) -> Option<Self> {
        match self {
            Self::Component(_) => Some(Self::Overview),
            Self::Function(_) => Some(Self::Functions),
            Self::Run => Some(Self::Journal),
            Self::Reports => Some(Self::Databases),
            Self::Templates | Self::Request | Self::Query => Some(Self::Logs),
            Self::Overview
            | Self::Logs
            | Self::Trail
            | Self::Findings
            | Self::Alarms
            | Self::Functions
            | Self::Databases
            | Self::Recovery
            | Self::Runbooks
            | Self::Plan
            | Self::Journal
            | Self::Problems => None,
        }
    }
}

/// What lies over the screen.
#[derive(Clone, Debug, Serialize)]
pub enum Overlay {
    /// The keys and commands of the view below.
    Help {
        /// The first line shown.
        top: usize,
        /// What lay over the screen when the help was opened: the help is about it, and closing leads back to it.
        under: Option<Box<Overlay>>,
    },
    /// Everything that can be gone to.
    Palette(Box<Palette>),
    /// The choice of log groups.
    Groups(Picker),
    /// The bookmarks on log lines: which one is chosen.
    Bookmarks(Cursor),
    /// The choice of a version to roll back to.
    Targets(Targets),
    /// What a runbook wants to know.
    Form(Form),
    /// What the cursor was on, as data.
    Record {
        /// The data.
        sheet: Sheet,
        /// The first line of it shown.
        top: usize,
        /// What it was opened over: closing leads back to it.
        under: Option<Box<Overlay>>,
    },
    /// What the cursor was on, told in lines.
    Detail {
        /// What it is.
        subject: Subject,
        /// The first line of it shown.
        top: usize,
    },
    /// The line under the cursor of the logs, whole.
    Line {
        /// The first line of it shown.
        top: usize,
    },
}

impl Overlay {
    /// The context of its keys.
    pub fn context(&self) -> Context {
        match self {
            Self::Help { .. } => Context::Help,
            Self::Palette(_) => Context::Input,
            Self::Groups(_) => Context::Groups,
            Self::Bookmarks(_) => Context::Bookmarks,
            Self::Targets(_) => Context::Targets,
            Self::Form(_) => Context::Form,
            Self::Record { .. } => Context::Record,
            Self::Detail { .. } => Context::Detail,
            Self::Line { .. } => Context::Line,
        }
    }

    /// Its name, for people.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Help { .. } => "Help",
            Self::Palette(_) => "Go to",
            Self::Groups(_) => "Log groups",
            Self::Bookmarks(_) => "Bookmarks",
            Self::Targets(_) => "Roll back to",
            Self::Form(_) => "Runbook",
            Self::Record { .. } => "Record",
            Self::Detail { .. } => "Detail",
            Self::Line { .. } => "Line",
        }
    }
}

/// A short message at the foot of the screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Flash {
    /// The text.
    pub text: Printable,
    /// How it is meant.
    pub tone: Tone,
    /// Ticks until it goes.
    pub ticks: u8,
}

/// How a text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Tone {
    /// For information.
    Plain,
    /// It went well.
    Good,
    /// It did not work, and why.
    Bad,
}

/// Which view is in front, how one came there, and what lies over it.
#[derive(Clone, Debug, Serialize)]
pub struct Shell {
    /// The screen in front.
    pub screen: Screen,
    /// Screens before it, newest last.
    pub past: Vec<Screen>,
    /// Screens one came back from, nearest last.
    pub future: Vec<Screen>,
    /// What lies over the screen.
    pub overlay: Option<Overlay>,
    /// The text being typed.
    pub typing: Option<Typing>,
    /// The keys of a sequence that is not complete.
    pub pressed: Vec<Chord>,
    /// The message at the foot.
    pub flash: Option<Flash>,
    /// Commands typed before.
    pub commands: History,
    /// Filters typed before.
    pub filters: History,
    /// Whether quitting was asked for while a run is under way.
    pub leaving: bool,
}

/// The most screens remembered.
const MOST: usize = 50;

impl Default for Shell {
    fn default() -> Self {
        Self {
            screen: Screen::Overview,
            past: Vec::new(),
            future: Vec::new(),
            overlay: None,
            typing: None,
            pressed: Vec::new(),
            flash: None,
            commands: History::default(),
            filters: History::default(),
            leaving: false,
        }
    }
}

impl Shell {
    /// The contexts of the keys, the innermost first.
    pub fn contexts(&self) -> Vec<Context> {
        if self.typing.is_some() {
            return vec![Context::Input];
        }
        let inner = self.overlay.as_ref().map_or_else(|| self.screen.context(), Overlay::context);
        vec![inner, Context::Anywhere]
    }

    /// Whether a secret is being typed.
    pub fn asks_secret(&self) -> bool {
        self.typing.as_ref().is_some_and(|typing| typing.purpose.is_secret())
    }

    /// The contexts of the view under a text being typed.
    pub fn view_contexts(&self) -> Vec<Context> {
        let inner = self.overlay.as_ref().map_or_else(|| self.screen.context(), Overlay::context);
        vec![inner, Context::Anywhere]
    }

    /// What lies over the screen below the help.
    pub fn beneath_help(&self) -> Option<&Overlay> {
        match &self.overlay {
            Some(Overlay::Help { under, .. }) => under.as_deref(),
            other => other.as_ref(),
        }
    }

    /// Opens the help about what is in front.
    pub fn open_help(&mut self) {
        let under = self.overlay.take().map(Box::new);
        self.overlay = Some(Overlay::Help { top: 0, under });
    }

    /// Closes what lies over the screen; help and record give back what they were opened over. Says whether anything did.
    pub fn close_overlay(&mut self) -> bool {
        match self.overlay.take() {
            Some(Overlay::Help { under, .. } | Overlay::Record { under, .. }) => {
                self.overlay = under.map(|under| *under);
            }
            Some(
                Overlay::Palette(_)
                | Overlay::Groups(_)
                | Overlay::Bookmarks(_)
                | Overlay::Targets(_)
                | Overlay::Form(_)
                | Overlay::Detail { .. }
                | Overlay::Line { .. },
            ) => {}
            None => return false,
        }
        true
    }

    /// Brings a screen to the front.
    pub fn show(&mut self, screen: Screen) {
        self.overlay = None;
        self.typing = None;
        if screen != self.screen {
            let before = std::mem::replace(&mut self.screen, screen);
            self.past.push(before);
            self.future.clear();
            if self.past.len() > MOST {
                self.past.remove(0);
            }
        }
    }

    /// Goes back to the screen before. Says whether there was one.
    pub fn earlier(&mut self) -> bool {
        let Some(screen) = self.past.pop() else { return false };
        self.overlay = None;
        self.future.push(std::mem::replace(&mut self.screen, screen));
        true
    }

    /// Goes forward again. Says whether there was something.
    pub fn later(&mut self) -> bool {
        let Some(screen) = self.future.pop() else { return false };
        self.overlay = None;
        self.past.push(std::mem::replace(&mut self.screen, screen));
        true
    }

    /// Begins to type.
    pub fn type_in(&mut self, purpose: Purpose, text: &str) {
        self.typing = Some(Typing { purpose, line: Line::new(text), wrong: None, chosen: None });
    }

    /// Says something at the foot of the screen, for a few seconds.
    pub fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.flash = Some(Flash { text: Printable::new(text), tone, ticks: 8 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_are_gone_back_and_forward_through() {
        let mut shell = Shell::default();
        shell.show(Screen::Functions);
        shell.show(Screen::Functions);
        shell.show(Screen::Journal);
        assert!(shell.earlier());
        assert_eq!(shell.screen, Screen::Functions);
        assert!(shell.later());
        assert_eq!(shell.screen, Screen::Journal);
        assert!(!shell.later());
        assert!(shell.earlier() && shell.earlier() && !shell.earlier());
        assert_eq!(shell.screen, Screen::Overview);
    }
}
