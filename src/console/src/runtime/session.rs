//! The loop: what happened goes through `update`, what it wants is carried out, and the screen is drawn when it changed.

use std::fmt;
use std::future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Sleep;
use watchdeck_domain::Clock;

use super::accounts::Opened;
use super::clock::MachineClock;
use super::effects::Effects;
use super::events::{Events, Happening, Mailbox};
use super::files::FileEffects;
use super::hidden::Hidden;
use super::recording::Recorder;
use super::signals::{self, Signal};
use super::switching::{Arrival, Entered, Switcher, Unreached};
use super::terminal::Screen;
use crate::app::switching::may_arrive;
use crate::app::{self, Effect, Model, Msg, Problem, Switched, Ticket};
use crate::cli::failure::{Failure, FailureKind};
use crate::ui;

/// Frames are at least this far apart; what happens in between is drawn together. A key does not wait for it: whoever
/// pressed it looks at the screen.
const FRAME: Duration = Duration::from_millis(16);

/// Messages taken in at once before the screen and the keyboard have their turn.
const PORTION: usize = 256;

/// A console that runs.
pub struct Session {
    model: Model,
    clock: Arc<dyn Clock>,
    events: Events,
    /// Of the account in front; none while there is none.
    effects: Option<Effects>,
    /// Of the files that are open in its place.
    files: Option<FileEffects>,
    screen: Screen,
    recorder: Option<Recorder>,
    switcher: Switcher,
    hidden: Hidden,
    ending: Option<Ending>,
    /// How many messages were taken in.
    taken: u64,
}

/// Why the loop ends.
#[derive(Debug)]
enum Ending {
    Quit,
    Signalled(u8),
    Lost(String),
}

impl Session {
    /// A console about to run, written down by `recorder` if there is one.
    pub fn new(
        model: Model,
        clock: Arc<dyn Clock>,
        events: Events,
        effects: Option<Effects>,
        screen: Screen,
        recorder: Option<Recorder>,
        switcher: Switcher,
    ) -> Self {
        Self {
            model,
            clock,
            events,
            effects,
            files: None,
            screen,
            recorder,
            switcher,
            hidden: Hidden::default(),
            ending: None,
            taken: 0,
        }
    }

    /// The same, on files in place of an account.
    #[must_use]
    pub fn reading(self, files: FileEffects) -> Self {
        Self { files: Some(files), ..self }
    }

    /// Runs until the operator quits, a signal ends it or the terminal is gone. The terminal is given back on return.
    ///
    /// # Errors
    /// A signal ended it, or the terminal was lost.
    pub async fn run(mut self, first: Vec<Msg>) -> Result<(), Failure> {
        let wishes = app::start(&mut self.model);
        self.carry_out(wishes);
        let (width, height) = self.screen.size();
        self.take(Msg::Resized { width, height });
        for msg in first {
            self.take(msg);
        }

        let (mut changed, mut listened) = (true, false);
        let mut pause: Option<Pin<Box<Sleep>>> = None;
        let ending = loop {
            if let Some(ending) = self.ending.take() {
                break ending;
            }
            if changed && pause.is_none() {
                // A key that answers a question is pressed after its frame: those that wait are given out before it is drawn.
                let question = self.model.plan.is_unseen()
                    && self.model.shell.screen == app::shell::Screen::Plan;
                if question && !listened {
                    self.events.tell_when_no_key_waits();
                    listened = true;
                } else {
                    if let Err(error) = self.screen.draw(|frame| ui::view(&self.model, frame)) {
                        break Ending::Lost(error.to_string());
                    }
                    (changed, listened) = (false, false);
                    pause = Some(Box::pin(tokio::time::sleep(FRAME)));
                }
            }
            let rested = async {
                match &mut pause {
                    Some(pause) => pause.await,
                    None => future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = rested => pause = None,
                happening = self.events.next() => {
                    let tick = matches!(happening, Happening::Msg(Msg::Ticked));
                    let pressed = matches!(happening, Happening::Msg(Msg::Key(_)));
                    let before = (ui::pulse(&self.model), self.taken + 1);
                    self.meet(happening).await;
                    for _ in 1..PORTION {
                        let Some(msg) = self.events.waiting() else { break };
                        self.take(msg);
                    }
                    // A second that brought nothing else and shows nowhere needs no frame.
                    let after = (ui::pulse(&self.model), self.taken);
                    changed |= !(tick && after.0.is_some() && before == after);
                    pause = pause.filter(|_| !pressed);
                }
            }
        };
        let last = app::farewell(&mut self.model);
        self.carry_out(last);
        drop(self.screen);
        self.events.close_inputs();
        if let Some(recorder) = self.recorder.take() {
            recorder.end().await;
        }
        if let Some(files) = self.files.take() {
            files.end().await;
        }
        let ended = match self.effects {
            Some(effects) => effects.end(self.events.end()).await,
            None => true,
        };
        if !ended {
            return Err(Failure::new(
                FailureKind::Failed,
                "the answer to a change that was sent is not known yet",
                "start watchdeck again with --write: it offers to look for the outcome, and repeats nothing blindly",
            ));
        }
        match ending {
            Ending::Quit => Ok(()),
            Ending::Signalled(number) => {
                Err(Failure::new(FailureKind::Signalled(number), String::new(), String::new()))
            }
            Ending::Lost(why) => Err(Failure::new(
                FailureKind::Failed,
                format!("the terminal was lost: {why}"),
                "nothing is lost with it: what was begun stands in the journal",
            )),
        }
    }

    async fn meet(&mut self, happening: Happening) {
        match happening {
            Happening::Msg(msg) => {
                let msg = self.hidden.veil(&self.model, msg);
                let second = matches!(msg, Msg::Ticked);
                // A terminal that was another size for a moment has lost what it showed, and sizes in between may
                // never be told: what is on it is not what was drawn.
                if matches!(msg, Msg::Resized { .. })
                    && let Err(error) = self.screen.forget()
                {
                    self.ending = Some(Ending::Lost(error.to_string()));
                }
                self.take(msg);
                if second && let Some(effects) = &mut self.effects {
                    for told in effects.tick() {
                        self.take(told);
                    }
                }
                if second && let Some(signing) = &self.model.signing {
                    let left = signing.ends.since(MachineClock.now());
                    self.take(Msg::SignInEnds(left.as_secs()));
                }
                if second && let Some(told) = self.recorder.as_mut().and_then(Recorder::tick) {
                    self.take(told);
                }
            }
            Happening::Arrived(arrival) => self.arrive(arrival).await,
            Happening::Signal(Signal::End(number)) => {
                self.ending = Some(Ending::Signalled(number));
            }
            Happening::Signal(Signal::Stop) => self.stop(),
            Happening::Gone(why) => self.ending = Some(Ending::Lost(why)),
        }
    }

    /// Takes in what came beside the queue.
    async fn arrive(&mut self, arrival: Arrival) {
        match arrival {
            Arrival::Settled { ticket, opened } => self.enter(ticket, opened).await,
            Arrival::Found(contexts) => {
                let found = Box::new(contexts.destinations());
                self.take(Msg::Found(found, contexts.problems));
            }
        }
    }

    /// Goes over to another account, unless the switch was given up or this one cannot be left now.
    async fn enter(&mut self, ticket: Ticket, opened: Result<Box<Opened>, Unreached>) {
        let opened = opened.and_then(|opened| {
            may_arrive(&self.model, ticket).map_err(Unreached::Problem)?;
            Ok(opened)
        });
        let opened = match opened {
            Ok(opened) => *opened,
            Err(Unreached::Problem(problem)) => {
                return self.take(Msg::Unswitched { ticket, problem });
            }
            Err(Unreached::SignIn(asked)) => return self.take(Msg::SignInWanted(asked)),
            Err(Unreached::Code { device, refused }) => {
                return self.take(Msg::CodeWanted { ticket: Some(ticket), device, refused });
            }
        };
        let last = app::farewell(&mut self.model);
        self.carry_out(last);
        let (mailbox, queue) = Mailbox::pair();
        self.events.renew(queue);
        self.clock = Arc::clone(&opened.clock);
        let entered = self.switcher.enter(opened, &mut self.effects, mailbox).await;
        let Entered { place, notice } = entered;
        self.take(Msg::Switched(Box::new(Switched { ticket, place, notice })));
    }

    /// Takes one message in.
    fn take(&mut self, msg: Msg) {
        self.taken = self.taken.wrapping_add(1);
        let now = self.clock.now();
        if let Some(recorder) = &mut self.recorder {
            recorder.take_down(&self.model, &msg, now);
        }
        let wishes = app::update(&mut self.model, msg, now);
        self.carry_out(wishes);
    }

    fn carry_out(&mut self, wishes: Vec<Effect>) {
        for wish in wishes {
            match wish {
                Effect::Quit => self.ending = Some(Ending::Quit),
                Effect::Continue => self.events.continue_later(),
                Effect::Copy(lines) => {
                    if let Err(error) = self.screen.copy(&lines) {
                        self.ending = Some(Ending::Lost(error.to_string()));
                    }
                }
                Effect::Switch { ticket, target } => self.switcher.begin(ticket, &target),
                Effect::StopSwitch => self.switcher.stop(),
                Effect::FindDestinations => self.switcher.find(),
                Effect::GiveCode { ticket } => {
                    let code = self.hidden.take();
                    match ticket {
                        Some(ticket) => self.switcher.go_on(ticket, code),
                        None => {
                            if let Some(effects) = &mut self.effects {
                                effects.renew(code);
                            }
                        }
                    }
                }
                Effect::KeepSecret { name, word } => {
                    if let (Some(secret), Some(effects)) = (self.hidden.take(), &self.effects) {
                        effects.keep_secret(name, word, secret);
                    }
                }
                Effect::SetMouse(on) => {
                    if let Err(error) = self.screen.set_mouse(on) {
                        self.ending = Some(Ending::Lost(error.to_string()));
                    }
                }
                wish @ (Effect::Read { .. }
                | Effect::WatchLogs { .. }
                | Effect::OpenPlace { .. }
                | Effect::StopOpening
                | Effect::ClosePlace { .. }
                | Effect::RecallTemplates { .. }
                | Effect::KeepTemplates { .. }
                | Effect::KeepFilter { .. }
                | Effect::RecallNotes
                | Effect::KeepNote(_)
                | Effect::Desk(_)
                | Effect::Renew
                | Effect::StopRenewal
                | Effect::Export { .. }
                | Effect::StopExport
                | Effect::Propose { .. }) => {
                    // Without an account the model wishes nothing of one.
                    if let Some(effects) = &mut self.effects {
                        effects.carry_out(wish);
                    } else if let Some(files) = &mut self.files {
                        files.carry_out(wish);
                    }
                }
            }
        }
    }

    /// Stops the process, as `kill -TSTP` asks, with the terminal given back meanwhile.
    fn stop(&mut self) {
        self.events.close_inputs();
        self.screen.leave();
        if let Err(error) = signals::stop_here() {
            let why = error.to_string();
            self.take(Msg::Failed(Problem::new(
                "terminal.stop",
                "the console could not be stopped",
                why,
                "",
            )));
        }
        match self.screen.come_back() {
            Ok(()) => {
                self.events.open_inputs();
                let (width, height) = self.screen.size();
                self.take(Msg::Resized { width, height });
            }
            Err(error) => self.ending = Some(Ending::Lost(error.to_string())),
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("ending", &self.ending).finish_non_exhaustive()
    }
}
