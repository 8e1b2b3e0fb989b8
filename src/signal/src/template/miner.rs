//! The miner: takes lines one by one, knows their templates, and tells which of them matter now.

use watchdeck_domain::{Printable, Timestamp};

use super::row::{Row, Windows};
use super::shape::Shape;
use super::standing::{Counted, Spans, Standing};
use super::subject::{self, Subject};
use super::tally::{Tally, Template, TemplateId};
use super::tree::Tree;
use super::words::Words;
use crate::store::{LineId, LineRef, Progress, Store};

/// The most keys that are kept to be shown. All of them tell templates apart.
const KEYS: usize = 32;
/// The most bytes of a word that are kept to be shown.
const LETTERS: usize = 120;

/// Templates of lines, with what is counted of each. Its size depends on the bound it was given, not on the lines taken.
#[derive(Clone, Debug)]
pub struct Miner {
    pub(super) templates: Vec<Template>,
    /// What belonged to templates that were let go.
    pub(super) rest: Option<Tally>,
    /// When the earliest line taken was written, in whatever session.
    pub(super) since: Option<Timestamp>,
    /// When the earliest line of this session was written: what came between two sessions nobody counted.
    pub(super) heard: Option<Timestamp>,
    /// Up to when an earlier session counted.
    pub(super) counted_to: Option<Timestamp>,
    /// How often templates were let go.
    pub(super) let_gos: u64,
    most: usize,
    tree: Tree,
    words: Words,
    taken: u64,
    missed: u64,
    /// All lines with a smaller number are taken, or gone.
    below: u64,
    round: Option<Round>,
}

/// A round takes the lines with numbers from `Miner::below` to `target`, in their order.
#[derive(Clone, Copy, Debug)]
struct Round {
    target: u64,
    /// The last line taken.
    behind: Option<LineId>,
    taken: u64,
}

impl Miner {
    /// A miner that tells at most so many templates apart. When there are more, those that were not seen for the
    /// longest go into the rest.
    pub fn new(most: usize) -> Self {
        Self {
            templates: Vec::new(),
            rest: None,
            since: None,
            heard: None,
            counted_to: None,
            let_gos: 0,
            most: most.max(8),
            tree: Tree::default(),
            words: Words::default(),
            taken: 0,
            missed: 0,
            below: 0,
            round: None,
        }
    }

    pub(super) fn of(most: usize, templates: Vec<Template>) -> Self {
        Self { tree: Tree::of(&templates), templates, ..Self::new(most) }
    }

    /// How many templates are told apart.
    pub fn len(&self) -> usize {
        self.templates.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.templates.is_empty()
    }

    /// How many lines were taken in this session.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// How many lines of the store were let go before they were taken: the screen says so.
    pub fn missed(&self) -> u64 {
        self.missed
    }

    /// Takes a line, and says which template it belongs to.
    pub fn take(&mut self, line: &LineRef<'_>) -> TemplateId {
        let subject = Subject::of(line);
        self.words.read(&subject.parts);
        let masked = self.words.masked(subject.frame);
        let at = if let Some(at) = self.tree.known(masked) {
            at
        } else {
            let hashes = self.words.hashes();
            let at = match self.tree.similar(&self.templates, subject.frame, hashes) {
                Some(at) => {
                    if let Some(template) = self.templates.get_mut(at) {
                        template.grow(hashes);
                    }
                    at
                }
                None => self.bear(line, &subject, masked),
            };
            self.tree.learn(masked, at, &self.templates);
            at
        };
        self.taken += 1;
        let at_time = line.timestamp();
        let earliest = |known: Option<Timestamp>| known.map_or(at_time, |known| known.min(at_time));
        (self.since, self.heard) = (Some(earliest(self.since)), Some(earliest(self.heard)));
        let counted = self.counted_to.is_some_and(|to| at_time <= to);
        let Some(template) = self.templates.get_mut(at) else { return TemplateId::REST };
        template.tally.count(line, counted);
        template.id
    }

    /// Takes at most `budget` lines of a store that were not taken yet. A miner belongs to the one store it is advanced
    /// over.
    pub fn advance(&mut self, store: &Store, budget: usize) -> Progress {
        let mut left = budget.max(1);
        while left > 0 && (self.round.is_some() || self.below < store.next_number()) {
            let begun = Round { target: store.next_number(), behind: None, taken: 0 };
            let mut round = self.round.take().unwrap_or(begun);
            let mut lines = store.lines_numbered(self.below..round.target, round.behind);
            while left > 0
                && let Some(line) = lines.next()
            {
                self.take(&line);
                left -= 1;
                round.taken += 1;
                round.behind = Some(line.id);
            }
            if left == 0 {
                self.round = Some(round);
            } else {
                self.missed += (round.target - self.below).saturating_sub(round.taken);
                self.below = round.target;
            }
        }
        let under_way = self.round.map_or(0, |round| round.taken);
        let open = store.next_number().saturating_sub(self.below + under_way);
        let open = usize::try_from(open).unwrap_or(usize::MAX).min(store.len());
        let done = self.round.is_none() && self.below >= store.next_number();
        Progress { scanned: store.len() - open, total: store.len(), done }
    }

    /// How a template stands at an instant; nothing if it is not known.
    pub fn standing(&self, id: TemplateId, now: Timestamp, windows: Windows) -> Option<Standing> {
        let spans = Spans::at(now, windows, self.since, self.heard);
        let template = self.find(id)?;
        Some(self.judge(&template.tally, &spans).1)
    }

    /// The ranking of this instant, of at most `most` templates. All templates are looked at, which takes milliseconds
    /// when they are thousands: where nothing may wait, go by [`Miner::rank`].
    pub fn ranked(&self, now: Timestamp, windows: Windows, most: usize) -> Vec<Row> {
        let mut ranking = self.rank(now, windows);
        self.judge_some(&mut ranking, usize::MAX);
        self.told(ranking, most)
    }

    /// What tells the lines of a template from others; nothing for the rest, or when the template is not known.
    pub fn shape(&self, id: TemplateId) -> Option<Shape> {
        self.find(id).map(Shape::of)
    }

    fn find(&self, id: TemplateId) -> Option<&Template> {
        self.tree.known(id.0).and_then(|at| self.templates.get(at)).filter(|held| held.id == id)
    }

    pub(super) fn judge(&self, tally: &Tally, spans: &Spans) -> (Counted, Standing) {
        let counted = Counted {
            recent: tally.counts.within(&spans.recent),
            baseline: tally.counts.within(&spans.baseline),
        };
        (counted, spans.judge(tally.first, counted, self.templates.len()))
    }

    /// A new template, born of a line. Returns its place.
    fn bear(&mut self, line: &LineRef<'_>, subject: &Subject<'_>, masked: u64) -> usize {
        while self.templates.len() >= self.most {
            self.let_go();
        }
        let texts = self.words.texts(&subject.parts);
        let template = Template {
            id: TemplateId(masked.max(1)),
            frame: subject.frame,
            hashes: self.words.hashes().to_vec(),
            texts: texts.into_iter().map(|text| text.map(shown)).collect(),
            keys: subject::keys(line).into_iter().take(KEYS).map(shown).collect(),
            tally: Tally::new(line.timestamp()),
        };
        let at = self.templates.len();
        self.tree.plant(at, &template);
        self.templates.push(template);
        at
    }

    /// Puts the eighth of the templates that was not seen for the longest into the rest.
    fn let_go(&mut self) {
        let mut seen: Vec<_> =
            self.templates.iter().map(|held| (held.tally.last, held.id)).collect();
        seen.sort_unstable();
        let Some(limit) = seen.get(seen.len() / 8).copied() else { return };
        self.let_gos += 1;
        let rest = &mut self.rest;
        self.templates.retain(|held| {
            let stays = (held.tally.last, held.id) >= limit;
            if !stays {
                let all = rest.get_or_insert_with(|| Tally::new(held.tally.first));
                all.join(&held.tally);
            }
            stays
        });
        self.tree = Tree::of(&self.templates);
    }
}

/// The beginning of a word, as it is shown: templates are as bounded in size as in number.
fn shown(word: &str) -> Printable {
    Printable::new(word.get(..word.floor_char_boundary(LETTERS)).unwrap_or_default())
}

impl Default for Miner {
    /// Tells 4,096 templates apart.
    fn default() -> Self {
        Self::new(4096)
    }
}
