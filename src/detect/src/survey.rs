//! Records asked one after the other, and what fired on them: kept by what it tells, in whatever order they come.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::alert::{Alert, alerts};
use crate::detector::{Detector, Malformed, Rules};
use crate::envelope;
use crate::rule::OriginKind;
use crate::witness::Witness;

/// Times that a rule fired of which the record is kept; more are counted.
const KEPT: usize = 20_000;

/// Records below which a rule that fires on all or none is no news.
const ENOUGH: u64 = 100;

/// One time that a rule fired.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The place of the rule.
    pub rule: usize,
    /// What the records of its window share, else the principal.
    pub group: Arc<str>,
    /// What the record tells.
    pub witness: Arc<Witness>,
}

/// Everything that was seen so far.
#[derive(Debug)]
pub struct Survey {
    detector: Detector,
    hits: Vec<Hit>,
    /// How often each rule fired.
    fired: Vec<u64>,
    /// Events that were seen with their rule, so that one that is read twice counts once.
    seen: HashSet<(usize, String)>,
    records: u64,
    malformed: BTreeMap<Malformed, u64>,
    unkept: u64,
}

/// What is odd about a rule, by what it did on the records that were seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The place of the rule.
    pub rule: usize,
    /// What is odd.
    pub what: String,
}

impl Survey {
    /// A survey by these rules, before the first record.
    pub fn new(rules: Arc<Rules>) -> Self {
        let fired = vec![0; rules.all().len()];
        Self {
            detector: Detector::new(rules),
            hits: Vec::new(),
            fired,
            seen: HashSet::new(),
            records: 0,
            malformed: BTreeMap::new(),
            unkept: 0,
        }
    }

    /// Takes a record in, and tells how many rules fired on it.
    ///
    /// # Errors
    /// What makes it no record; it is counted, and the next may come.
    pub fn take(&mut self, record: &str) -> Result<usize, Malformed> {
        let asked = self.detector.ask(record).map(<[usize]>::to_vec);
        let fired = match asked {
            Ok(fired) => fired,
            Err(Malformed::NoName) if let Some(inner) = envelope::opened(record) => {
                return self.take(&inner);
            }
            Err(malformed) => {
                *self.malformed.entry(malformed).or_default() += 1;
                return Err(malformed);
            }
        };
        self.records += 1;
        if fired.is_empty() {
            return Ok(0);
        }
        let witness = Arc::new(self.detector.witness(record));
        let principal: Arc<str> = witness.principal.as_str().into();
        for rule in &fired {
            if !witness.id.is_empty() && !self.seen.insert((*rule, witness.id.clone())) {
                continue;
            }
            let Some(count) = self.fired.get_mut(*rule) else { continue };
            *count += 1;
            if *count > KEPT as u64 {
                self.unkept += 1;
                continue;
            }
            let group = match self.detector.group(record, *rule) {
                Some(shared) => shared.into(),
                None => Arc::clone(&principal),
            };
            self.hits.push(Hit { rule: *rule, group, witness: Arc::clone(&witness) });
        }
        Ok(fired.len())
    }

    /// The rules.
    pub fn rules(&self) -> &Arc<Rules> {
        self.detector.rules()
    }

    /// What has come of it, the earliest first.
    pub fn alerts(&self) -> Vec<Alert> {
        alerts(self.rules(), &self.hits)
    }

    /// How often the rule at a place fired.
    pub fn fired(&self, rule: usize) -> u64 {
        self.fired.get(rule).copied().unwrap_or_default()
    }

    /// How many records there were.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// What was no record, by why.
    pub fn malformed(&self) -> &BTreeMap<Malformed, u64> {
        &self.malformed
    }

    /// How many times a rule fired that were counted and not kept.
    pub fn unkept(&self) -> u64 {
        self.unkept
    }

    /// Rules that fire on everything, and rules of the operator that fire on nothing.
    pub fn warnings(&self) -> Vec<Warning> {
        if self.records < ENOUGH {
            return Vec::new();
        }
        let rules = self.rules().all().iter().zip(&self.fired).enumerate();
        let odd = rules.filter_map(|(at, (rule, fired))| {
            let what = match fired {
                0 if rule.origin.kind == OriginKind::Own => {
                    format!("it matches none of the last {} records", self.records)
                }
                all if *all >= self.records => {
                    format!("it matches every one of the last {} records", self.records)
                }
                _ => return None,
            };
            Some(Warning { rule: at, what })
        });
        odd.collect()
    }
}
