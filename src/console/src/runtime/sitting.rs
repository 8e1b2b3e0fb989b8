//! A desk without a screen: requests go in, what it tells comes out, and leaving it sends nothing more.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use watchdeck_guard::{Desk, Event, Parts, Realm, Request};

use super::accounts::Opened;
use super::arming::{self, Equipped};
use super::desk::{self, GRACE};
use super::state::StateFolder;
use crate::cli::failure::Failure;
use crate::config::Settings;

/// Somebody at a desk.
#[derive(Debug)]
pub struct Sitting {
    /// None once they have left.
    requests: Option<mpsc::UnboundedSender<Request>>,
    events: mpsc::UnboundedReceiver<Event>,
    task: JoinHandle<()>,
}

impl Sitting {
    /// Opens the desk of the realm that the account belongs to, with its journal.
    ///
    /// # Errors
    /// The journal cannot be kept.
    pub fn open(
        opened: &Opened,
        state: &StateFolder,
        settings: &Settings,
    ) -> Result<Self, Failure> {
        Ok(match arming::equip(opened, state, arming::armed_for(settings))? {
            Equipped::Sim(parts) => Self::at(parts),
            Equipped::Live(parts) => Self::at(parts),
        })
    }

    fn at<R: Realm>(parts: Parts<R>) -> Self {
        let (told, events) = mpsc::unbounded_channel();
        let (requests, asked) = mpsc::unbounded_channel();
        let switch = parts.ceremony.switch.clone();
        tokio::spawn(desk::watch(switch, requests.downgrade()));
        let task = tokio::spawn(Desk::new(parts, told).run(asked));
        Self { requests: Some(requests), events, task }
    }

    /// Hands a request in. Who has left asks nothing any more.
    pub fn ask(&self, request: Request) {
        if let Some(requests) = &self.requests {
            // A desk that is gone tells nothing any more, which is what is waited for next.
            drop(requests.send(request));
        }
    }

    /// What it tells next; nothing once it is closed. Safe to drop half-way.
    pub async fn hear(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// Leaves: from here on nothing more is sent. What is on its way is waited for and written down.
    pub fn leave(&mut self) {
        self.requests = None;
    }

    /// Leaves, and waits until the desk has come to rest. False when that took longer than any call may.
    pub async fn end(&mut self) -> bool {
        self.leave();
        tokio::time::timeout(GRACE, &mut self.task).await.is_ok()
    }

    /// The longest that a call may keep a desk from closing.
    pub const fn grace() -> Duration {
        GRACE
    }
}
