//! What the lines held have in common: which templates are new, surging or gone quiet.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde_json::json;
use watchdeck_domain::{LogGroupName, Printable, Timestamp};
use watchdeck_signal::store::{LineId, Store};
use watchdeck_signal::template::{
    Miner, Ranking, Row, Saved, Shape, Standing, TemplateId, Windows,
};

use super::list::{Item, Listed, Record, Rows};
use crate::app::listing::Listing;
use crate::app::ticket::Ticket;

/// Lines mined in one step, and templates judged in one: few enough that no key waits.
const LINES: usize = 2_000;
const JUDGED: usize = 512;
/// Templates told apart.
const MOST: usize = 4_096;
/// Templates that get a row.
const ROWS: usize = 500;
/// Characters of an example.
const EXAMPLE: usize = 400;
/// Ticks that what earlier sessions knew is waited for.
const PATIENCE: u8 = 5;
/// Ticks between two times that what is known is kept.
const KEPT: u8 = 60;

/// The templates of the lines of one choice of groups.
#[derive(Clone, Serialize)]
pub struct Templates {
    /// How many were never seen before the last minutes.
    pub new: usize,
    /// How many come more often than before.
    pub surging: usize,
    /// The tail whose lines are mined.
    tail: Option<Ticket>,
    /// The groups of which what is known is kept, in order of name.
    groups: Vec<LogGroupName>,
    /// Ticks left to wait for what earlier sessions knew; no line is taken before.
    patience: u8,
    /// Ticks since what is known was kept last.
    unkept: u8,
    /// How many lines were taken when it was.
    kept: u64,
    listing: Listing,
    #[serde(skip)]
    miner: Miner,
    #[serde(skip)]
    ranking: Option<Ranking>,
    #[serde(skip)]
    rows: Option<Vec<Told>>,
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Templates")
            .field("templates", &self.miner.len())
            .field("new", &self.new)
            .field("surging", &self.surging)
            .finish_non_exhaustive()
    }
}

/// A template in a row.
#[derive(Clone, Debug)]
pub struct Told {
    /// What is known of it.
    pub row: Row,
    /// What its lines have in common: their words, or where they have none, their members.
    pub pattern: Printable,
    /// The newest of its lines, if it is still held.
    pub example: Option<Example>,
    key: String,
}

/// A line of a template.
#[derive(Clone, Debug)]
pub struct Example {
    /// When it was written.
    pub at: Timestamp,
    /// The group it was written to.
    pub group: LogGroupName,
    /// Its beginning.
    pub text: Printable,
}

impl Default for Templates {
    fn default() -> Self {
        Self {
            new: 0,
            surging: 0,
            tail: None,
            groups: Vec::new(),
            patience: 0,
            unkept: 0,
            kept: 0,
            listing: Listing::default(),
            miner: Miner::new(MOST),
            ranking: None,
            rows: None,
        }
    }
}

impl Templates {
    /// Begins anew for the lines of a tail. What earlier sessions knew of these groups is waited for; of none, where nothing
    /// is to be kept.
    pub fn watch(&mut self, mut groups: Vec<LogGroupName>, tail: Ticket) {
        groups.sort();
        *self = Self {
            patience: if groups.is_empty() { 0 } else { PATIENCE },
            groups,
            tail: Some(tail),
            listing: std::mem::take(&mut self.listing),
            ..Self::default()
        };
        self.arrange();
    }

    /// The groups of which what is known is kept, in order of name.
    pub fn groups(&self) -> &[LogGroupName] {
        &self.groups
    }

    /// Takes in what earlier sessions knew, if it is of this choice of groups and came in time.
    pub fn recall(&mut self, tail: Ticket, saved: Option<Saved>) {
        if self.tail != Some(tail) || self.patience == 0 {
            return;
        }
        self.patience = 0;
        // Whoever read it has looked at its version.
        if let Some(miner) = saved.and_then(|saved| Miner::load(saved, MOST).ok()) {
            self.miner = miner;
        }
    }

    /// Takes some more lines, and judges some more templates. Says whether there is still more.
    pub fn advance(&mut self, store: &Store) -> bool {
        if self.patience > 0 || self.tail.is_none() {
            return false;
        }
        let mined = self.miner.advance(store, LINES).done;
        let Some(mut ranking) = self.ranking.take() else { return !mined };
        if self.miner.judge_some(&mut ranking, JUDGED) {
            self.tell(ranking, store);
            return !mined;
        }
        self.ranking = Some(ranking);
        true
    }

    /// A second has passed. Says whether work is left.
    pub fn tick(&mut self, store: &Store, now: Timestamp) -> bool {
        self.patience = self.patience.saturating_sub(1);
        self.unkept = self.unkept.saturating_add(1);
        self.rank(store, now)
    }

    /// Begins to rank, unless that is under way. Says whether work is left.
    pub fn rank(&mut self, store: &Store, now: Timestamp) -> bool {
        if self.ranking.is_none() && self.patience == 0 {
            self.ranking = Some(self.miner.rank(now, Windows::default()));
        }
        self.advance(store)
    }

    /// What is to be kept now, with its groups: once a minute, or when it is the last time, and if lines came since.
    pub fn keep(&mut self, last: bool) -> Option<(Vec<LogGroupName>, Saved)> {
        let due = last || self.unkept >= KEPT;
        if !due || self.groups.is_empty() || self.miner.taken() == self.kept {
            return None;
        }
        (self.unkept, self.kept) = (0, self.miner.taken());
        Some((self.groups.clone(), self.miner.save()))
    }

    /// How many templates are told apart; nothing before lines were ranked.
    pub fn count(&self) -> Option<usize> {
        self.rows.as_ref().map(|_| self.miner.len())
    }

    /// Lines that were let go before they were taken.
    pub fn missed(&self) -> u64 {
        self.miner.missed()
    }

    /// The condition that tells the lines of the chosen template, with its words.
    pub fn condition(&self) -> Option<(Shape, Printable)> {
        let told = self.chosen()?;
        Some((self.miner.shape(told.row.id)?, told.pattern.clone()))
    }

    /// The form that a template has now, if it is another than this.
    pub fn grown(&self, shape: &Shape) -> Option<Shape> {
        self.miner.shape(shape.id()).filter(|now| now != shape)
    }

    /// Puts a ranking into rows.
    fn tell(&mut self, ranking: Ranking, store: &Store) {
        let outstanding = ranking.outstanding();
        (self.new, self.surging) = (outstanding.new, outstanding.surging);
        let rows = self.miner.told(ranking, ROWS);
        self.renew(|templates| templates.put(rows, store));
    }

    /// Gives each template its row. An example is looked up once: older lines are packed, and to unpack hundreds of them takes
    /// its time.
    fn put(&mut self, rows: Vec<Row>, store: &Store) {
        let before = self.rows.take().unwrap_or_default().into_iter();
        let mut before: BTreeMap<TemplateId, Told> =
            before.map(|told| (told.row.id, told)).collect();
        let told = rows.into_iter().map(|row| {
            let known = before.remove(&row.id);
            let example = match known {
                Some(told) if told.row.newest == row.newest => told.example,
                Some(_) | None => row.newest.and_then(|id| Example::of(store, id)),
            };
            Told { pattern: pattern(&row), key: row.id.to_string(), example, row }
        });
        self.rows = Some(told.collect());
    }
}

impl Listed for Templates {
    fn listing(&self) -> &Listing {
        &self.listing
    }

    fn listing_mut(&mut self) -> &mut Listing {
        &mut self.listing
    }
}

impl Rows for Templates {
    type Item<'a> = &'a Told;

    fn all(&self) -> impl Iterator<Item = &Told> {
        self.rows.as_deref().unwrap_or_default().iter()
    }
}

impl Item for &Told {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.key)
    }

    fn text(&self) -> String {
        let level = self.row.level.map(|level| format!("{level:?}")).unwrap_or_default();
        let example = self.example.as_ref().map_or("", |example| example.text.as_str());
        format!("{} {level} {} {example}", word(&self.row.standing), self.pattern)
    }

    fn copied(&self) -> String {
        self.pattern.to_string()
    }

    fn record(&self) -> Option<Record> {
        let row = &self.row;
        let value = json!({
            "template": self.key,
            "pattern": row.wording,
            "keys": row.keys,
            "level": row.level,
            "standing": word(&row.standing),
            "lines": row.lines,
            "recent": row.recent,
            "baseline": row.baseline,
            "first": row.first.to_string(),
            "last": row.last.to_string(),
            "example": self.example.as_ref().map(|example| &example.text),
        });
        Some(Record { title: self.pattern.clone(), value })
    }
}

impl Example {
    /// The line of that id, if it is held.
    fn of(store: &Store, id: LineId) -> Option<Self> {
        let line = store.find(id)?;
        let (at, group) = (line.timestamp(), line.group().clone());
        Some(Self { at, group, text: line.printable(EXAMPLE) })
    }
}

/// What the lines of a template have in common.
fn pattern(row: &Row) -> Printable {
    if !row.wording.as_str().is_empty() || row.keys.is_empty() {
        return row.wording.clone();
    }
    let keys: Vec<&str> = row.keys.iter().map(Printable::as_str).collect();
    Printable::new(format!("{{ {} }}", keys.join(" ")))
}

/// How a template stands, in a word.
pub fn word(standing: &Standing) -> &'static str {
    match standing {
        Standing::New => "new",
        Standing::Surging(_) => "surging",
        Standing::Steady => "steady",
        Standing::Quiet(_) => "quiet",
        Standing::Unjudged => "not judged",
    }
}
