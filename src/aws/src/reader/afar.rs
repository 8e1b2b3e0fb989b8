//! Other regions of the same account: clients with the same credentials, made when one is first asked for.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use aws_types::SdkConfig;
use watchdeck_domain::Region;

use crate::clients::Clients;
use crate::skew::SkewWatch;

/// The clients of other regions. A clone shares them.
#[derive(Clone)]
pub(super) struct Afar {
    config: SdkConfig,
    time: SkewWatch,
    made: Arc<Mutex<BTreeMap<Region, Clients>>>,
}

impl Afar {
    pub(super) fn new(config: SdkConfig, time: SkewWatch) -> Self {
        Self { config, time, made: Arc::default() }
    }

    /// The clients of a region.
    pub(super) fn clients(&self, region: &Region) -> Clients {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let clients_there = || {
            let there = aws_config::Region::new(region.as_str().to_owned());
            let config = self.config.to_builder().region(there).build();
            Clients::watched(&config, &self.time)
        };
        made.entry(region.clone()).or_insert_with(clients_there).clone()
    }
}

impl fmt::Debug for Afar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Afar")
    }
}
