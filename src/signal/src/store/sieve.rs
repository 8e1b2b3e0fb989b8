//! A filter over many lines of a segment at once: levels by their column, text by whole blocks.

use std::ops::Range;
use std::sync::OnceLock;

use watchdeck_domain::log::LogLevel;
use watchdeck_pattern::{Demand, Scan, Search};

use super::filter::Filter;
use super::line::{Line, LineId, Loudness};
use super::packed::{Messages, Plans, Reaches, Room, Sifted, Verdict};
use super::segment::Segment;
use crate::template::Shape;

/// What judging takes beside filter and lines: made once, used for every block. It belongs to one filter.
#[derive(Clone, Debug, Default)]
pub(super) struct Sieve {
    /// How lines are found; made when first needed.
    means: OnceLock<Means>,
    /// Whether most lines of a block held what is demanded, and few of them matched.
    barren: bool,
    /// What was learnt of the members of lines.
    plans: Plans,
    /// What was learnt of an expression of which nothing can be demanded.
    reaches: Reaches,
    /// Room for one block, unpacked.
    room: Room,
}

/// How the lines of a filter are found in much text.
#[derive(Clone, Debug)]
struct Means {
    /// What a message must hold, asked of packed blocks.
    demand: Option<Demand>,
    /// The members of a JSON object that a search looks at, if it is one for them only.
    members: Option<Vec<String>>,
    /// Candidates in text that is not packed, and where nothing can be demanded.
    scan: Option<Scan>,
}

impl Sieve {
    /// The ids of the lines of a range that a filter admits, of those with numbers of another range; in order.
    pub(super) fn admitted(
        &mut self,
        segment: &Segment,
        filter: &Filter,
        range: Range<usize>,
        numbers: &Range<u64>,
    ) -> Vec<LineId> {
        let mut wanted = loud(segment, filter.level, range);
        if numbers.start > 0 || numbers.end < segment.next_number {
            wanted.retain(|at| line(segment, *at).is_some_and(|l| numbers.contains(&l.number())));
        }
        if filter.groups.is_some() {
            wanted.retain(|at| {
                let told = segment.told(*at, "");
                told.is_some_and(|line| filter.admits_group(line.group()))
            });
        }
        if filter.search.as_ref().is_some_and(|search| !search.is_all())
            || filter.template.is_some()
        {
            wanted = self.read(segment, filter, wanted);
        }
        wanted.into_iter().filter_map(|at| line(segment, at)).map(Line::id).collect()
    }

    /// Of the wanted lines those whose text the filter admits.
    fn read(&mut self, segment: &Segment, filter: &Filter, mut wanted: Vec<usize>) -> Vec<usize> {
        // texts that came in the order of the lines bear their numbers
        let text = |at: &usize| {
            if segment.in_order {
                u16::try_from(*at).ok()
            } else {
                line(segment, *at).map(|line| line.text)
            }
        };
        if !segment.in_order {
            wanted.sort_by_key(text);
        }
        let Means { demand, members, scan } = self.means.get_or_init(|| Means::of(filter));
        let nothing = demand.is_none() && members.is_none();
        let follows = nothing && self.reaches.begin(filter.search.as_ref());
        let mut found = Vec::new();
        let mut rest = wanted.as_slice();
        while let Some(first) = rest.first()
            && let Some(block) = text(first).and_then(|text| segment.text().block(text))
        {
            let within = |at: &usize| text(at).is_some_and(|t| usize::from(t) < block.numbers.end);
            let (lines, behind) = rest.split_at(rest.partition_point(within).max(1));
            rest = behind;
            let base = block.numbers.start;
            let judged = Block { segment, filter, lines, base };
            let sifted = block.packed().and_then(|packed| {
                if nothing {
                    let sifted = follows.then(|| packed.sift_by(&mut self.reaches));
                    return sifted.filter(|sifted| sifted.reads() < block.numbers.len());
                }
                let names: Vec<&str> = members.iter().flatten().map(String::as_str).collect();
                let members = filter.search.as_ref().filter(|_| members.is_some());
                let members = members.map(|search| (search, &*names));
                Some(packed.sift(demand.as_ref(), members, &mut self.plans))
            });
            if let Some(sifted) = sifted {
                let regex = scan.as_ref().filter(|scan| scan.is_regex());
                let half = block.numbers.len() / 2;
                let most = regex.is_some() && lines.len() > half && sifted.reads() > half;
                let before = found.len();
                match regex.filter(|_| most && self.barren) {
                    // in one go, where hardly one after the other would stop the reading
                    Some(regex) => {
                        judged.scanned(regex, block.messages(&mut self.room), &mut found);
                    }
                    None => judged.sifted(sifted, demand.as_ref(), &mut self.room, &mut found),
                }
                if most {
                    let found = found.len() - before;
                    let inverse = regex.is_some_and(Scan::inverse);
                    let matches = if inverse { lines.len() - found } else { found };
                    self.barren = matches < half;
                }
                continue;
            }
            let messages = block.messages(&mut self.room);
            match scan {
                Some(scan) => judged.scanned(scan, messages, &mut found),
                None => found.extend(lines.iter().filter(|at| judged.admits(messages, **at))),
            }
        }
        if !segment.in_order {
            found.sort_unstable();
        }
        found
    }
}

/// Wanted lines of one block, in the order of their text.
struct Block<'b> {
    segment: &'b Segment,
    filter: &'b Filter,
    lines: &'b [usize],
    /// The number of the first message of the block.
    base: usize,
}

impl Block<'_> {
    /// Adds the lines that the filter admits, of which few are read: those that hold what is demanded, or that do not.
    fn sifted(
        &self,
        mut sifted: Sifted<'_>,
        demand: Option<&Demand>,
        room: &mut Room,
        found: &mut Vec<usize>,
    ) {
        let inverse = match demand {
            Some(demand) => demand.inverse(),
            None => self.filter.search.as_ref().is_some_and(Search::is_inverse),
        };
        let alone = self.filter.template.is_none();
        let (passes, decides) = (inverse && alone, alone && sifted.decides());
        if sifted.is_empty() && (passes || !inverse) {
            found.extend(if passes { self.lines } else { &[] });
            return;
        }
        if decides
            && !inverse
            && let Some(first) = self.first_of_a_row()
            && let Some(marks) = self.nth(first).and_then(|nth| sifted.marked()?.get(nth..))
        {
            marked(marks.get(..self.lines.len()).unwrap_or(marks), first, found);
            return;
        }
        let mut lines = self.lines;
        while let Some((at, rest)) = lines.split_first() {
            lines = rest;
            let Some(nth) = self.nth(*at) else { continue };
            if !inverse
                && let Some(next) = sifted.skip(nth)
                && next > nth
            {
                lines = rest.split_at(rest.partition_point(|at| self.nth(*at) < Some(next))).1;
                continue;
            }
            let (verdict, place) = sifted.ask(nth);
            let admitted = match verdict {
                Verdict::Lacks if !inverse => false,
                Verdict::Lacks if passes => true,
                Verdict::Holds if decides => !inverse,
                Verdict::Lacks | Verdict::Holds | Verdict::Open => {
                    self.admits_text(*at, sifted.read(place, room))
                }
            };
            if admitted {
                found.push(*at);
            }
        }
    }

    /// Adds the lines that a scan finds and the filter admits; of an inverse search those that it passes, too.
    fn scanned(&self, scan: &Scan, messages: Messages<'_>, found: &mut Vec<usize>) {
        let extent = |at: usize| self.nth(at).and_then(|nth| messages.extent(nth));
        let decides = scan.decides() && self.filter.template.is_none();
        let pass = |lines: &[usize], found: &mut Vec<usize>| {
            if scan.inverse() {
                let asked = self.filter.template.is_some();
                found.extend(lines.iter().filter(|at| !asked || self.admits(messages, **at)));
            }
        };
        let mut lines = self.lines;
        while let Some((first, _)) = lines.split_first()
            && let Some(begin) = extent(*first).map(|extent| extent.start)
            && let Some(bytes) = scan.find(messages.text, begin)
        {
            // lines that are not wanted stand between, and what was found may be in one of them
            let ends_before = |at: &usize| extent(*at).is_some_and(|e| e.end < bytes.end);
            let (passed, rest) = lines.split_at(lines.partition_point(ends_before));
            pass(passed, found);
            lines = rest;
            let Some((candidate, rest)) = lines.split_first() else { break };
            let Some(extent) = extent(*candidate) else { break };
            if bytes.end <= extent.start {
                continue;
            }
            let within = extent.start <= bytes.start && bytes.end <= extent.end;
            let told = within && decides;
            if if told { !scan.inverse() } else { self.admits(messages, *candidate) } {
                found.push(*candidate);
            }
            lines = rest;
        }
        pass(lines, found);
    }

    /// The first line, where each of the others stands next to the one before, in the text too.
    fn first_of_a_row(&self) -> Option<usize> {
        let (first, last) = (*self.lines.first()?, *self.lines.last()?);
        (self.segment.in_order && last - first + 1 == self.lines.len()).then_some(first)
    }

    /// The number of the message of a line in the block.
    fn nth(&self, at: usize) -> Option<usize> {
        let text =
            if self.segment.in_order { at } else { usize::from(line(self.segment, at)?.text) };
        text.checked_sub(self.base)
    }

    /// Whether the filter admits a line.
    fn admits(&self, messages: Messages<'_>, at: usize) -> bool {
        let extent = self.nth(at).and_then(|nth| messages.extent(nth));
        extent
            .and_then(|extent| messages.text.get(extent))
            .is_some_and(|text| self.admits_text(at, text))
    }

    fn admits_text(&self, at: usize, text: &[u8]) -> bool {
        let Ok(message) = std::str::from_utf8(text) else { return false };
        self.segment.told(at, message).is_some_and(|line| self.filter.admits(&line))
    }
}

fn line(segment: &Segment, at: usize) -> Option<&Line> {
    segment.lines().get(at)
}

impl Means {
    fn of(filter: &Filter) -> Self {
        let needle = || filter.template.as_ref().and_then(Shape::needle);
        let search = filter.search.as_ref();
        let scan = search.and_then(Search::scan).or_else(|| needle().and_then(Scan::text));
        let demand = search.and_then(Search::demand).or_else(|| needle().and_then(Demand::text));
        let members = search.and_then(Search::members);
        let members = members.map(|names| names.into_iter().map(str::to_owned).collect());
        Self { demand, members, scan }
    }
}

/// The lines of a range that are loud enough.
fn loud(segment: &Segment, least: Option<LogLevel>, range: Range<usize>) -> Vec<usize> {
    let Some(least) = least.filter(|level| *level > LogLevel::Trace) else {
        return range.collect();
    };
    let mut found = Vec::new();
    let column: &[Loudness] = segment.loudness().get(range.clone()).unwrap_or_default();
    let mut at = range.start;
    for few in column.chunks(32) {
        // most often none is: that is told for all of them at once
        if few.iter().fold(false, |any, loudness| any | loudness.reaches(least)) {
            let loud = few.iter().enumerate().filter(|(_, loudness)| loudness.reaches(least));
            found.extend(loud.map(|(nth, _)| at + nth));
        }
        at += few.len();
    }
    found
}

/// Adds the numbers of what is marked, counted from a first one.
fn marked(marks: &[bool], first: usize, found: &mut Vec<usize>) {
    let mut at = first;
    for few in marks.chunks(32) {
        if few.iter().fold(false, |any, mark| any | mark) {
            let marked = few.iter().enumerate().filter(|(_, mark)| **mark);
            found.extend(marked.map(|(nth, _)| at + nth));
        }
        at += few.len();
    }
}
