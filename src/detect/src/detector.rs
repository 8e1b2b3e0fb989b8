//! Rules, compiled once, and the records they are asked of.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::condition::{Condition, Known, Verdict};
use crate::index::Index;
use crate::layout::{Layout, Slot, Way};
use crate::rule::{LooksFor, Rule};
use crate::scan::Kind;
use crate::witness::{Sight, Witness, text, way};

/// Pairs of service and call whose rules are remembered, at most: there are some thousands, and hostile records invent more.
const REMEMBERED: usize = 8_192;

/// Rules that belong together, ready to be asked.
#[derive(Debug)]
pub struct Rules {
    all: Vec<Rule>,
    conditions: Vec<Condition>,
    /// Where the value stands that the records of a window share.
    groups: Vec<Option<Slot>>,
    layout: Layout,
    sight: Sight,
    /// The members at the top by which most rules are ruled out.
    telling: [usize; 2],
}

/// Asks rules of one record after the other.
#[derive(Debug)]
pub struct Detector {
    rules: Arc<Rules>,
    index: Index,
    /// The rules that can fire for a call of a service.
    remembered: HashMap<Box<[u8]>, Box<[usize]>>,
    key: Vec<u8>,
    fired: Vec<usize>,
}

/// A text that is no record of CloudTrail, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
pub enum Malformed {
    /// It is no JSON object, or is cut off.
    #[error("it is no whole JSON object")]
    NoObject,
    /// It names no call.
    #[error("it has no eventName")]
    NoName,
    /// It says not when.
    #[error("it has no eventTime that can be read")]
    NoTime,
}

impl Rules {
    /// These rules. Of two with one id the later stands, in the place of the earlier.
    pub fn new(given: Vec<Rule>) -> Self {
        let mut rules: Vec<Rule> = Vec::with_capacity(given.len());
        let mut places: HashMap<String, usize> = HashMap::new();
        for rule in given {
            if let Some(earlier) = places.get(&rule.id).and_then(|at| rules.get_mut(*at)) {
                *earlier = rule;
            } else {
                places.insert(rule.id.clone(), rules.len());
                rules.push(rule);
            }
        }
        let mut layout = Layout::default();
        let sight = Sight::new(&mut layout);
        let conditions = rules
            .iter()
            .map(|rule| match &rule.looks_for {
                LooksFor::Pattern(pattern) => Condition::of_pattern(pattern, &mut layout),
                LooksFor::Sigma(tree) => Condition::of_sigma(tree, &mut layout),
            })
            .collect();
        let groups = rules
            .iter()
            .map(|rule| Some(layout.slot(&way(&rule.window.as_ref()?.by), Way::Strict)))
            .collect();
        let telling = [sight.name.top, sight.source.top];
        Self { all: rules, conditions, groups, layout, sight, telling }
    }

    /// All of them, in order.
    pub fn all(&self) -> &[Rule] {
        &self.all
    }

    /// The rule at a place that a detector told.
    pub fn get(&self, at: usize) -> Option<&Rule> {
        self.all.get(at)
    }

    /// The rule of this id.
    pub fn find(&self, id: &str) -> Option<&Rule> {
        self.all.iter().find(|rule| rule.id == id)
    }
}

impl Detector {
    /// A detector for these rules.
    pub fn new(rules: Arc<Rules>) -> Self {
        Self {
            rules,
            index: Index::default(),
            remembered: HashMap::new(),
            key: Vec::new(),
            fired: Vec::new(),
        }
    }

    /// Its rules.
    pub fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    /// The rules whose condition a record meets, by their places.
    ///
    /// # Errors
    /// What makes it no record.
    pub fn ask(&mut self, record: &str) -> Result<&[usize], Malformed> {
        let rules = Arc::clone(&self.rules);
        let (layout, sight) = (&rules.layout, &rules.sight);
        self.index.take(layout, record).map_err(|_odd| Malformed::NoObject)?;
        self.key.clear();
        let mut plain = true;
        for slot in [sight.source, sight.name] {
            match self.index.get(layout, record, slot) {
                [span] if span.kind == Kind::Text => {
                    self.key.extend_from_slice(span.raw(record).as_bytes());
                }
                [] if slot == sight.name => return Err(Malformed::NoName),
                _ => plain = false,
            }
            self.key.push(0);
        }
        let mut known = Known { layout, index: &mut self.index, record };
        let holds = |at: &usize, known: &mut Known<'_>| {
            rules.conditions.get(*at).is_some_and(|condition| condition.holds(known))
        };
        self.fired.clear();
        match self.remembered.get(self.key.as_slice()) {
            Some(candidates) if plain => {
                self.fired.extend(candidates.iter().filter(|at| holds(at, &mut known)));
            }
            _ => {
                let candidates = rules.candidates(&mut known);
                self.fired.extend(candidates.iter().filter(|at| holds(at, &mut known)));
                if plain && self.remembered.len() < REMEMBERED {
                    self.remembered.insert(self.key.as_slice().into(), candidates);
                }
            }
        }
        if !self.fired.is_empty() && sight.time(&mut known).is_none() {
            return Err(Malformed::NoTime);
        }
        Ok(&self.fired)
    }

    /// What the record that was asked last tells, for an alert.
    pub fn witness(&mut self, record: &str) -> Witness {
        let rules = Arc::clone(&self.rules);
        rules.sight.witness(&mut Known { layout: &rules.layout, index: &mut self.index, record })
    }

    /// The value that the records of a rule's window share, of the record that was asked last; nothing where the rule has no
    /// window.
    pub fn group(&mut self, record: &str, rule: usize) -> Option<String> {
        let rules = Arc::clone(&self.rules);
        let slot = (*rules.groups.get(rule)?)?;
        let mut known = Known { layout: &rules.layout, index: &mut self.index, record };
        Some(text(&mut known, slot))
    }
}

impl Rules {
    /// The rules that can fire for a record of this call and service.
    fn candidates(&self, known: &mut Known<'_>) -> Box<[usize]> {
        let may = |condition: &Condition, known: &mut Known<'_>| {
            condition.foreseen(&self.telling, known) != Verdict::No
        };
        let all = self.conditions.iter().enumerate();
        all.filter(|(_, condition)| may(condition, known)).map(|(at, _)| at).collect()
    }
}

impl fmt::Display for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rules", self.all.len())
    }
}
