//! A filter over many lines of a segment at once: levels by their column, text by whole blocks.

use std::ops::Range;
use std::sync::OnceLock;

use watchdeck_domain::log::LogLevel;
use watchdeck_pattern::{Scan, Search};

use super::filter::Filter;
use super::line::{Line, LineId, Loudness};
use super::segment::Segment;
use crate::template::Shape;

/// What judging takes beside filter and lines: made once, used for every block. It belongs to one filter.
#[derive(Clone, Debug, Default)]
pub(super) struct Sieve {
    /// How candidates are found in a block; made when first needed.
    scan: OnceLock<Option<Scan>>,
    /// Room for one block, unpacked.
    room: Vec<u8>,
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
        let place = |at: &usize| line(segment, *at).map(Line::place);
        if !segment.in_order {
            wanted.sort_by_key(place);
        }
        let scan = self.scan.get_or_init(|| scan_of(filter));
        let mut found = Vec::new();
        let same = |left: &usize, right: &usize| {
            place(left).map(|place| place.block) == place(right).map(|place| place.block)
        };
        for lines in wanted.chunk_by(same) {
            let Some(block) = lines.first().and_then(place).map(|place| place.block) else {
                continue;
            };
            let absent = |scan: &&Scan| {
                scan.needle().is_some_and(|needle| !segment.text().may_hold(block, needle))
            };
            if let Some(scan) = scan.as_ref().filter(absent)
                && (!scan.inverse() || filter.template.is_none())
            {
                found.extend(if scan.inverse() { lines } else { &[] });
                continue;
            }
            let text = segment.text().block(block, &mut self.room);
            let judged = Block { segment, filter, lines, text };
            match scan {
                Some(scan) => judged.scanned(scan, &mut found),
                None => found.extend(lines.iter().filter(|at| judged.admits(**at))),
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
    text: &'b [u8],
}

impl Block<'_> {
    /// Adds the lines that a scan finds and the filter admits; of an inverse search those that it passes, too.
    fn scanned(&self, scan: &Scan, found: &mut Vec<usize>) {
        let decides = scan.decides() && self.filter.template.is_none();
        let pass = |lines: &[usize], found: &mut Vec<usize>| {
            if scan.inverse() {
                let asked = self.filter.template.is_some();
                found.extend(lines.iter().filter(|at| !asked || self.admits(**at)));
            }
        };
        let mut lines = self.lines;
        while let Some((first, _)) = lines.split_first()
            && let Some(begin) = self.extent(*first).map(|extent| extent.start)
            && let Some(bytes) = scan.find(self.text, begin)
        {
            // lines that are not wanted stand between, and what was found may be in one of them
            let ends_before = |at: &usize| self.extent(*at).is_some_and(|e| e.end < bytes.end);
            let (passed, rest) = lines.split_at(lines.partition_point(ends_before));
            pass(passed, found);
            lines = rest;
            let Some((candidate, rest)) = lines.split_first() else { break };
            let Some(extent) = self.extent(*candidate) else { break };
            if bytes.end <= extent.start {
                continue;
            }
            let within = extent.start <= bytes.start && bytes.end <= extent.end;
            if if within && decides { !scan.inverse() } else { self.admits(*candidate) } {
                found.push(*candidate);
            }
            lines = rest;
        }
        pass(lines, found);
    }

    /// Where the message of a line stands in the block.
    fn extent(&self, at: usize) -> Option<Range<usize>> {
        let line = line(self.segment, at)?;
        let start = line.place().start as usize;
        Some(start..start + line.len as usize)
    }

    /// Whether the filter admits the text of a line.
    fn admits(&self, at: usize) -> bool {
        let text = self.extent(at).and_then(|extent| self.text.get(extent));
        let Some(message) = text.and_then(|text| std::str::from_utf8(text).ok()) else {
            return false;
        };
        self.segment.told(at, message).is_some_and(|line| self.filter.admits(&line))
    }
}

fn line(segment: &Segment, at: usize) -> Option<&Line> {
    segment.lines().get(at)
}

fn scan_of(filter: &Filter) -> Option<Scan> {
    let search = filter.search.as_ref().and_then(Search::scan);
    search.or_else(|| filter.template.as_ref().and_then(Shape::needle).and_then(Scan::text))
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
