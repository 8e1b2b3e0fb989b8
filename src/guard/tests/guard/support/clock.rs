//! A clock that stands still until everybody waits, and then jumps to the next one who does.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use watchdeck_domain::{Clock, Task, Timestamp};

#[derive(Default)]
struct State {
    now: Timestamp,
    sleepers: Vec<(Timestamp, Waker)>,
}

/// Virtual time.
#[derive(Clone, Default)]
pub(crate) struct Jumping(Arc<Mutex<State>>);

impl Jumping {
    pub(crate) fn at(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(State { now, sleepers: vec![] })))
    }

    pub(crate) fn set(&self, now: Timestamp) {
        let mut state = self.0.lock().unwrap();
        state.now = now;
        let (due, later) = state.sleepers.drain(..).partition(|(at, _)| *at <= now);
        state.sleepers = later;
        let due: Vec<(Timestamp, Waker)> = due;
        drop(state);
        for (_, waker) in due {
            waker.wake();
        }
    }

    /// Jumps to the earliest sleeper before `horizon`. Says whether there was one.
    pub(crate) fn jump(&self, horizon: Timestamp) -> bool {
        let next = self.0.lock().unwrap().sleepers.iter().map(|(at, _)| *at).min();
        match next.filter(|next| *next <= horizon) {
            Some(next) => {
                let now = self.now();
                self.set(next.max(now));
                true
            }
            None => false,
        }
    }
}

impl Clock for Jumping {
    fn now(&self) -> Timestamp {
        self.0.lock().unwrap().now
    }

    fn sleep(&self, span: Duration) -> Task<'_, ()> {
        let until = self.now() + span;
        let clock = self.clone();
        Box::pin(std::future::poll_fn(move |context| {
            let mut state = clock.0.lock().unwrap();
            if state.now >= until {
                return Poll::Ready(());
            }
            state.sleepers.push((until, context.waker().clone()));
            Poll::Pending
        }))
    }
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Polls a future by hand. Time jumps when nothing else can happen.
pub(crate) struct Driver {
    flag: Arc<Flag>,
}

impl Driver {
    pub(crate) fn new() -> Self {
        Self { flag: Arc::new(Flag(AtomicBool::new(true))) }
    }

    /// Polls until `done` says so, the future ends, or nothing happens before `horizon`. Gives the output if it ended.
    pub(crate) fn drive<T>(
        &self,
        mut future: Pin<&mut (dyn Future<Output = T> + '_)>,
        clock: &Jumping,
        horizon: Timestamp,
        mut done: impl FnMut() -> bool,
    ) -> Option<T> {
        let waker = Waker::from(Arc::clone(&self.flag));
        let mut context = Context::from_waker(&waker);
        self.flag.0.store(true, Ordering::SeqCst);
        loop {
            if self.flag.0.swap(false, Ordering::SeqCst) {
                if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
                    return Some(output);
                }
                if done() {
                    return None;
                }
            } else if !clock.jump(horizon) {
                return None;
            }
        }
    }
}

/// Runs a future to its end, time jumping whenever it waits.
pub(crate) fn run<T>(clock: &Jumping, future: impl Future<Output = T>) -> T {
    let mut future = Box::pin(future);
    let horizon = clock.now() + Duration::from_hours(24);
    Driver::new().drive(future.as_mut(), clock, horizon, || false).expect("it waits for nothing")
}
