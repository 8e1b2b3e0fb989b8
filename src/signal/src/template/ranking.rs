//! A ranking under way: templates judged in portions, so that thousands of them hold nobody up.

use watchdeck_domain::{Printable, Timestamp};

use super::miner::Miner;
use super::row::{Row, Windows};
use super::standing::{Counted, Spans, Standing};
use super::tally::TemplateId;

/// A ranking of the templates of one miner at an instant. Lines may be taken meanwhile.
#[derive(Clone, Debug)]
pub struct Ranking {
    spans: Spans,
    /// How often the miner had let templates go: their places are others since.
    let_gos: u64,
    /// What was found of the first templates, by their places.
    judged: Vec<(usize, Counted, Standing)>,
}

/// How many templates stand out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outstanding {
    /// Never seen before the recent window.
    pub new: usize,
    /// More frequent than before, beyond chance.
    pub surging: usize,
}

impl Miner {
    /// Begins a ranking. Go on with it by [`Miner::judge_some`], then take it by [`Miner::told`].
    pub fn rank(&self, now: Timestamp, windows: Windows) -> Ranking {
        let spans = Spans::at(now, windows, self.since, self.heard);
        Ranking { spans, let_gos: self.let_gos, judged: Vec::new() }
    }

    /// Judges at most so many templates more; says whether all are.
    pub fn judge_some(&self, ranking: &mut Ranking, budget: usize) -> bool {
        if ranking.let_gos != self.let_gos {
            ranking.let_gos = self.let_gos;
            ranking.judged.clear();
        }
        let from = ranking.judged.len();
        let spans = &ranking.spans;
        let more = self.templates.iter().enumerate().skip(from).take(budget);
        let more = more.map(|(at, template)| {
            let (counted, standing) = self.judge(&template.tally, spans);
            (at, counted, standing)
        });
        ranking.judged.extend(more);
        ranking.judged.len() >= self.templates.len()
    }

    /// At most `most` of the templates judged, those that matter first: new ones, surging ones, those gone quiet, then
    /// the others, in each kind the loudest first. What is no longer told apart comes last.
    pub fn told(&self, mut ranking: Ranking, most: usize) -> Vec<Row> {
        let weight = |standing: &Standing| match standing {
            Standing::New => (0, 0.0),
            Standing::Surging(evidence) => (1, -evidence.ratio),
            Standing::Quiet(evidence) => (2, evidence.chance),
            Standing::Steady | Standing::Unjudged => (3, 0.0),
        };
        let of = |at: usize| {
            let held = self.templates.get(at)?;
            Some((held.tally.level, held.tally.lines, held.id))
        };
        ranking.judged.sort_by(|(left, a, to), (right, b, from)| {
            let ((kind, left_weight), (other, right_weight)) = (weight(to), weight(from));
            let (left, right) = (of(*left), of(*right));
            kind.cmp(&other)
                .then(right.map(|(level, ..)| level).cmp(&left.map(|(level, ..)| level)))
                .then(left_weight.total_cmp(&right_weight))
                .then(b.recent.cmp(&a.recent))
                .then(right.map(|(_, lines, _)| lines).cmp(&left.map(|(_, lines, _)| lines)))
                .then(left.map(|(.., id)| id).cmp(&right.map(|(.., id)| id)))
        });
        let judged = ranking.judged.into_iter().take(most);
        let told = judged.filter_map(|(at, counted, standing)| {
            let template = self.templates.get(at)?;
            let (wording, keys) = (template.wording(), template.keys.clone());
            Some(Row::new(template.id, wording, keys, &template.tally, counted, standing))
        });
        let rest = self.rest.as_ref().map(|rest| {
            let (counted, _) = self.judge(rest, &ranking.spans);
            let wording = Printable::new("(templates no longer told apart)");
            Row::new(TemplateId::REST, wording, Vec::new(), rest, counted, Standing::Unjudged)
        });
        told.chain(rest).collect()
    }
}

impl Ranking {
    /// How many of the templates judged stand out.
    pub fn outstanding(&self) -> Outstanding {
        let count = |is: fn(&Standing) -> bool| {
            self.judged.iter().filter(|(_, _, standing)| is(standing)).count()
        };
        Outstanding {
            new: count(|standing| matches!(standing, Standing::New)),
            surging: count(|standing| matches!(standing, Standing::Surging(_))),
        }
    }
}
