//! One queue: keys, answers, batches, guard events, ticks and signals reach the loop through here, in one order.

use std::future;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::{Interval, MissedTickBehavior};

use super::signals::{Signal, Signals};
use super::switching::{Arrival, Arrivals};
use super::terminal::input::Inputs;
use crate::app::Msg;

/// Messages that may wait. A full queue makes its senders wait: nothing is dropped here.
const QUEUE: usize = 1024;

/// How often time passes for `update`, in real time.
const TICK: Duration = Duration::from_secs(1);

/// Where tasks put what they have to say.
#[derive(Clone, Debug)]
pub struct Mailbox(mpsc::Sender<Msg>);

impl Mailbox {
    /// Puts a message into the queue, waiting while it is full. Once the loop has ended nobody reads it any more.
    pub async fn post(&self, msg: Msg) {
        if self.0.send(msg).await.is_err() {
            tracing::debug!("a message came after the end");
        }
    }

    /// Puts a message into the queue if there is room; else gives it back. Once the loop has ended there is always room.
    pub fn offer(&self, msg: Msg) -> Result<(), Msg> {
        match self.0.try_send(msg) {
            Ok(()) | Err(TrySendError::Closed(_)) => Ok(()),
            Err(TrySendError::Full(msg)) => Err(msg),
        }
    }

    /// A mailbox and the end that reads it.
    pub fn pair() -> (Self, mpsc::Receiver<Msg>) {
        let (send, receive) = mpsc::channel(QUEUE);
        (Self(send), receive)
    }
}

/// What the loop may meet next.
#[derive(Debug)]
pub enum Happening {
    /// A message for `update`.
    Msg(Msg),
    /// A switch has come to something.
    Arrived(Arrival),
    /// A signal from outside.
    Signal(Signal),
    /// The terminal is gone, or cannot be read, for this reason.
    Gone(String),
}

/// Everything that can happen, in one order.
#[derive(Debug)]
pub struct Events {
    inputs: Option<Inputs>,
    queue: mpsc::Receiver<Msg>,
    feed: Option<mpsc::Receiver<Msg>>,
    arrivals: Arrivals,
    signals: Signals,
    ticks: Interval,
    continuing: bool,
    /// Whether it is to be told that no key waits.
    listening: bool,
}

impl Events {
    /// Listens to the terminal, the queue and the signals.
    pub fn new(
        inputs: Inputs,
        queue: mpsc::Receiver<Msg>,
        arrivals: Arrivals,
        signals: Signals,
    ) -> Self {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            inputs: Some(inputs),
            queue,
            feed: None,
            arrivals,
            signals,
            ticks,
            continuing: false,
            listening: false,
        }
    }

    /// Listens to what files bring as well: a message at a time, so that the screen and the keyboard have their turn between
    /// two portions.
    #[must_use]
    pub fn fed_by(self, feed: mpsc::Receiver<Msg>) -> Self {
        Self { feed: Some(feed), ..self }
    }

    /// Listens to another queue. What waits in the old one, and what is still put into it, is never read.
    pub fn renew(&mut self, queue: mpsc::Receiver<Msg>) {
        self.queue = queue;
        (self.continuing, self.listening) = (false, false);
    }

    /// Sees to it that [`Msg::Continued`] comes once nothing else waits.
    pub fn continue_later(&mut self) {
        self.continuing = true;
    }

    /// Sees to it that [`Msg::QuestionSeen`] comes once every key that waits has been given out. Before anything but keys
    /// and signals: an account that is busy must not keep a question from being answered.
    pub fn tell_when_no_key_waits(&mut self) {
        self.listening = true;
    }

    /// Stops reading the terminal, so that another program can.
    pub fn close_inputs(&mut self) {
        self.inputs = None;
    }

    /// Reads the terminal again.
    pub fn open_inputs(&mut self) {
        self.inputs = Some(Inputs::new());
    }

    /// Completes when a signal asks the program to end. Messages are let go meanwhile: the loop is over.
    pub async fn end(&mut self) {
        loop {
            if let Happening::Signal(Signal::End(_)) = self.next().await {
                return;
            }
        }
    }

    /// A message that waits already, without asking the terminal. Not by polling [`Events::next`] with a waker of its own:
    /// the terminal's reader keeps the first waker it sees, and the loop would sleep through the next key.
    pub fn waiting(&mut self) -> Option<Msg> {
        self.queue.try_recv().ok()
    }

    /// The next thing that happens. Keys come first: they are few, and somebody waits for them. Safe to drop half-way.
    pub async fn next(&mut self) -> Happening {
        let inputs = async {
            match &mut self.inputs {
                Some(inputs) => inputs.next().await,
                None => future::pending().await,
            }
        };
        let fed = async {
            match &mut self.feed {
                Some(feed) => feed.recv().await,
                None => future::pending().await,
            }
        };
        tokio::select! {
            biased;
            signal = self.signals.next() => Happening::Signal(signal),
            input = inputs => match input {
                Some(Ok(msg)) => Happening::Msg(msg),
                Some(Err(error)) => Happening::Gone(error.to_string()),
                None => Happening::Gone("it was closed".to_owned()),
            },
            () = future::ready(()), if self.listening => {
                self.listening = false;
                Happening::Msg(Msg::QuestionSeen)
            }
            _ = self.ticks.tick() => Happening::Msg(Msg::Ticked),
            Some(arrival) = self.arrivals.recv() => Happening::Arrived(arrival),
            Some(msg) = self.queue.recv() => Happening::Msg(msg),
            Some(msg) = fed => Happening::Msg(msg),
            () = future::ready(()), if self.continuing => {
                self.continuing = false;
                Happening::Msg(Msg::Continued)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_waits_in_an_old_queue_is_never_read() {
        let (old, queue) = Mailbox::pair();
        let (_arrivals, arriving) = mpsc::channel(1);
        let mut events = Events {
            inputs: None,
            queue,
            feed: None,
            arrivals: arriving,
            signals: Signals::listen().unwrap(),
            ticks: tokio::time::interval(TICK),
            continuing: true,
            listening: false,
        };
        old.post(Msg::Noted("waits".into())).await;
        let (new, queue) = Mailbox::pair();
        events.renew(queue);
        // What comes later goes nowhere, and nobody is kept waiting.
        for _ in 0..2 * QUEUE {
            old.post(Msg::Noted("late".into())).await;
        }
        assert_eq!(events.waiting(), None);
        new.post(Msg::Noted("new".into())).await;
        assert_eq!(events.waiting(), Some(Msg::Noted("new".into())));
    }
}
