//! How the desk ships the journal's checkpoints: beside everything else, in order, and again until they are there.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use watchdeck_domain::{Task, Timestamp};

use super::{Desk, Event};
use crate::draft::Note;
use crate::realm::Realm;
use crate::shipping::{Shipper, Unshipped, again_after};

/// After so many failures in a row they are told: one alone is a throttle or a lost connection.
const TOLD_AFTER: u32 = 2;

/// A desk that closes waits no longer for the last ones: what is not there then is shipped at the next start.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// What came of shipping.
pub(super) struct Arrival {
    size: u64,
    result: Result<(), String>,
}

/// What is known of the place that checkpoints are shipped to.
pub(super) struct Shipping {
    shipper: Arc<dyn Shipper>,
    /// How many rows the newest one speaks about that is there.
    shipped: u64,
    failures: u32,
    /// Since when it fails, and why.
    trouble: Option<(Timestamp, String)>,
    /// The end of the pause after a failure.
    again: Option<Task<'static, ()>>,
    /// One at a time, so that their order is kept.
    under_way: FuturesUnordered<Task<'static, Arrival>>,
}

impl Shipping {
    fn is_told(&self) -> bool {
        self.failures >= TOLD_AFTER
    }
}

/// Waits for what came of shipping, or for the end of a pause, whichever is next. Where nothing is shipped it never ends.
pub(super) async fn next(shipping: &mut Option<Shipping>) -> Option<Arrival> {
    let Some(shipping) = shipping else { return std::future::pending().await };
    if let Some(arrival) = shipping.under_way.next().await {
        return Some(arrival);
    }
    match &mut shipping.again {
        Some(again) => again.await,
        None => std::future::pending().await,
    }
    shipping.again = None;
    None
}

impl<R: Realm> Desk<R> {
    /// Looks what is to be shipped, from the start on.
    pub(super) fn open_shipping(&mut self) {
        let Some(shipper) = self.ceremony.shipper.clone() else { return };
        let there = match self.journal.shipped(&shipper.name()) {
            Ok(size) => size,
            Err(error) => {
                tracing::warn!(%error, "what was shipped cannot be told; it begins anew");
                0
            }
        };
        self.shipping = Some(Shipping {
            shipper,
            shipped: there,
            failures: 0,
            trouble: None,
            again: None,
            under_way: FuturesUnordered::new(),
        });
    }

    /// Ships what is signed and not there yet, unless that is under way or a pause is kept.
    pub(super) fn begin_shipping(&mut self) {
        let Some(shipping) = &mut self.shipping else { return };
        let is_idle = shipping.under_way.is_empty() && shipping.again.is_none();
        if !is_idle || self.journal.signed() <= shipping.shipped {
            return;
        }
        let parcel = match self.journal.parcel(shipping.shipped) {
            Ok(Some(parcel)) => parcel,
            Ok(None) => return,
            Err(error) => {
                let arrival = Arrival { size: 0, result: Err(error.to_string()) };
                return self.arrived(arrival);
            }
        };
        let shipper = Arc::clone(&shipping.shipper);
        shipping.under_way.push(Box::pin(async move {
            let result = shipper.ship(&parcel).await;
            Arrival { size: parcel.size(), result }
        }));
    }

    pub(super) fn arrived(&mut self, arrival: Arrival) {
        let now = self.clock.now();
        let Some(shipping) = &mut self.shipping else { return };
        let store = shipping.shipper.name();
        match arrival.result {
            Ok(()) => {
                if let Err(error) = self.journal.mark_shipped(&store, arrival.size) {
                    tracing::warn!(%error, "that checkpoints were shipped could not be marked; the next start ships them again");
                }
                let was_told = shipping.is_told();
                (shipping.shipped, shipping.failures) = (arrival.size, 0);
                shipping.trouble = None;
                if was_told {
                    self.tell(Event::Shipped { store, size: arrival.size });
                }
            }
            Err(why) => {
                tracing::warn!(%store, %why, "checkpoints were not shipped");
                shipping.failures = shipping.failures.saturating_add(1);
                let (clock, pause) = (Arc::clone(&self.clock), again_after(shipping.failures));
                shipping.again = Some(Box::pin(async move { clock.sleep(pause).await }));
                let before = shipping.trouble.take();
                let since = before.as_ref().map_or(now, |(since, _)| *since);
                let is_news = before.is_none_or(|(_, before)| before != why);
                shipping.trouble = Some((since, why));
                if shipping.failures == TOLD_AFTER || (shipping.is_told() && is_news) {
                    self.tell_unshipped();
                }
            }
        }
    }

    fn tell_unshipped(&self) {
        if let Some(unshipped) = self.unshipped() {
            self.tell(Event::Unshipped(unshipped));
        }
    }

    /// The checkpoints that are not shipped, where that is more than a moment's trouble.
    fn unshipped(&self) -> Option<Unshipped> {
        let shipping = self.shipping.as_ref().filter(|shipping| shipping.is_told())?;
        let (since, why) = shipping.trouble.clone()?;
        let (store, shipped) = (shipping.shipper.name(), shipping.shipped);
        let rows = self.journal.size().saturating_sub(shipped);
        Some(Unshipped { store, shipped, rows, since, why })
    }

    /// What the operator should read before they answer. It bars nothing: a place for checkpoints that is down must not keep
    /// an incident from being ended.
    pub(super) fn note_of_shipping(&self) -> Option<Note> {
        let lines = vec![
            self.unshipped()?.told(),
            "What is done now is written down here, and nobody else holds a word of it yet.".into(),
        ];
        Some(Note { title: "THE JOURNAL IS NOT WITNESSED".into(), lines })
    }

    /// Ships the last ones, for a moment.
    pub(super) async fn close_shipping(&mut self) {
        let clock = Arc::clone(&self.clock);
        let mut over = clock.sleep(LAST_WAIT);
        loop {
            self.begin_shipping();
            let Some(shipping) = &mut self.shipping else { return };
            if shipping.under_way.is_empty() {
                return;
            }
            tokio::select! {
                arrival = shipping.under_way.next() => match arrival {
                    Some(arrival) => self.arrived(arrival),
                    None => return,
                },
                () = &mut over => return,
            }
        }
    }
}
