//! How many lines stand in each of the equal parts of a span, and how loud they are.
//!
//! Nothing is counted twice and nothing goes stale: lines stand in the order of their times, so that a part holds as
//! many of them as stand before its end and not before its beginning. That is asked of the store and of the views over
//! it, which are kept up to date as lines arrive, are placed late and are let go; it costs a search an edge.

use std::time::Duration;

use watchdeck_domain::Timestamp;

use super::rows::Rows;
use super::span::Span;

/// The most bars of one histogram.
const MOST: usize = 1_000;

/// Lines by time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    /// Where the first bar begins.
    pub from: Timestamp,
    /// The width of a bar.
    pub width: Duration,
    /// The bars, one after the other.
    pub bars: Vec<Bar>,
}

/// The lines of one part of a span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    /// All of them.
    pub lines: usize,
    /// Those that warn, without the errors.
    pub warnings: usize,
    /// Those that are errors.
    pub errors: usize,
    /// Whether lines may be missing.
    pub gap: bool,
}

impl Histogram {
    /// The lines of a span by time, at most `most` bars of them; `warnings` and `errors` are the rows of views that
    /// admit what is at least so loud. Lines behind `newest` are not counted.
    pub fn of(
        [all, warnings, errors]: [&Rows<'_>; 3],
        span: Span,
        newest: Option<Timestamp>,
        most: usize,
    ) -> Self {
        let width = span.width(most.clamp(1, MOST));
        let from = span.from.floor(width);
        let count = span.to.since(from).as_millis().div_ceil(width.as_millis().max(1));
        let count = usize::try_from(count).unwrap_or(MOST).min(MOST);
        let edge = |nth: usize| {
            let at = (from + width.saturating_mul(u32::try_from(nth).unwrap_or(u32::MAX)))
                .clamp(span.from, span.to);
            newest.map_or(at, |newest| at.min(newest))
        };
        let before = |nth: usize| [all, warnings, errors].map(|rows| rows.lines_before(edge(nth)));
        let mut bars = Vec::with_capacity(count);
        let mut begin = before(0);
        for nth in 0..count {
            let end = before(nth + 1);
            let [lines, loud, errors] =
                [0, 1, 2].map(|of: usize| match (begin.get(of), end.get(of)) {
                    (Some(begin), Some(end)) => end.saturating_sub(*begin),
                    _ => 0,
                });
            let warnings = loud.saturating_sub(errors);
            bars.push(Bar { lines, warnings, errors, gap: false });
            begin = end;
        }
        let mut histogram = Self { from, width, bars };
        for gap in all.gaps() {
            let to = gap.to.unwrap_or(span.to);
            let (first, last) = (histogram.bar_of(gap.from), histogram.bar_of(to));
            let reached = histogram.bars.get_mut(first.unwrap_or(0)..).unwrap_or_default();
            let many =
                last.map_or(usize::MAX, |last| (last + 1).saturating_sub(first.unwrap_or(0)));
            if gap.from < span.to && to >= span.from {
                reached.iter_mut().take(many).for_each(|bar| bar.gap = true);
            }
        }
        histogram
    }

    /// The bar that an instant belongs to.
    pub fn bar_of(&self, at: Timestamp) -> Option<usize> {
        if at < self.from {
            return None;
        }
        let nth = at.since(self.from).as_millis().checked_div(self.width.as_millis())?;
        usize::try_from(nth).ok().filter(|nth| *nth < self.bars.len())
    }

    /// The span of a bar.
    pub fn span_of(&self, bar: usize) -> Span {
        let step = |nth: usize| {
            self.from + self.width.saturating_mul(u32::try_from(nth).unwrap_or(u32::MAX))
        };
        Span { from: step(bar), to: step(bar.saturating_add(1)) }
    }

    /// The nearest bar with lines after or before one.
    pub fn neighbour(&self, bar: usize, forward: bool) -> Option<usize> {
        let full = |at: &usize| self.bars.get(*at).is_some_and(|bar| bar.lines > 0);
        if forward {
            (bar + 1..self.bars.len()).find(full)
        } else {
            (0..bar.min(self.bars.len())).rev().find(full)
        }
    }

    /// The most lines of one bar.
    pub fn most(&self) -> usize {
        self.bars.iter().map(|bar| bar.lines).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use watchdeck_domain::LogGroupName;
    use watchdeck_domain::log::{LogEvent, LogLevel};
    use watchdeck_pattern::Search;

    use super::*;
    use crate::gap::{Gap, GapCause, GapChange, GapId};
    use crate::store::{Filter, LineId, Store, View};

    fn event(at: u64, message: &str) -> LogEvent {
        let at = Timestamp::from_millis(i64::try_from(at).unwrap());
        LogEvent {
            group: LogGroupName::parse("/aws/lambda/orders").unwrap(),
            stream: "s".into(),
            timestamp: at,
            ingested: at,
            message: message.into(),
            event_id: None,
        }
    }

    fn level(search: &str, level: LogLevel) -> View {
        let search = (!search.is_empty()).then(|| Search::parse(search).unwrap());
        View::new(Filter { search, level: Some(level), ..Filter::default() })
    }

    /// Lines that arrive in any order, are placed late and are let go: the bars hold what the store holds.
    #[test]
    fn bars_hold_what_is_held_whatever_came_and_went() {
        let mut evicted = 0;
        for seed in 0..20u64 {
            let mut state = seed;
            let mut draw = |below: u64| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
                (state >> 33) % below
            };
            let mut store = Store::new(9_000);
            let mut views =
                [level("", LogLevel::Trace), level("", LogLevel::Warn), level("", LogLevel::Error)];
            for round in 0..40u64 {
                let words = ["INFO fine", "WARN odd", "ERROR bad", "FATAL dead"];
                let lines = (0..draw(40)).map(|_| {
                    let word = words[usize::try_from(draw(4)).unwrap()];
                    event(round * 1_000 + draw(5_000), word).into()
                });
                store.append(lines.collect());
                for view in &mut views {
                    while !view.advance(&store, 50).done {}
                }
                let Some((first, last)) = store.ends() else { continue };
                let to = last.timestamp + Duration::from_millis(1);
                let span = Span { from: first.timestamp, to };
                let rows = [0, 1, 2].map(|of: usize| views[of].rows(&store));
                let told = Histogram::of([&rows[0], &rows[1], &rows[2]], span, None, 30);
                assert!(told.bars.len() <= 30, "seed {seed}");
                let mut wanted = vec![Bar::default(); told.bars.len()];
                for row in rows[0].iter_from(0) {
                    let line = row.line().unwrap();
                    let bar = &mut wanted[told.bar_of(line.timestamp()).unwrap()];
                    bar.lines += 1;
                    bar.warnings += usize::from(line.level == Some(LogLevel::Warn));
                    bar.errors += usize::from(line.level >= Some(LogLevel::Error));
                }
                assert_eq!(told.bars, wanted, "seed {seed} round {round}");
            }
            evicted += store.evicted();
        }
        assert!(evicted > 0);
    }

    #[test]
    fn a_gap_marks_every_bar_that_it_reaches() {
        let mut store = Store::new(1 << 20);
        store.append((0..10).map(|at| event(at * 1_000, "INFO").into()).collect());
        let view = View::default();
        let at = Timestamp::from_millis;
        let bars = |store: &Store| {
            let rows = view.rows(store);
            let span = Span { from: at(0), to: at(10_000) };
            let told = Histogram::of([&rows, &rows, &rows], span, None, 10);
            told.bars.iter().map(|bar| if bar.gap { '~' } else { '.' }).collect::<String>()
        };
        let gap = |from, to| Gap {
            id: GapId(1),
            group: LogGroupName::parse("/aws/lambda/orders").unwrap(),
            from: at(from),
            to,
            cause: GapCause::Sampled,
        };
        store.change_gap(GapChange::Set(gap(2_500, Some(at(4_100)))));
        assert_eq!(bars(&store), "..~~~.....");
        store.change_gap(GapChange::Set(gap(-500, Some(at(100)))));
        assert_eq!(bars(&store), "~.........");
        store.change_gap(GapChange::Set(gap(8_000, None)));
        assert_eq!(bars(&store), "........~~");
        store.change_gap(GapChange::Set(gap(20_000, None)));
        assert_eq!(bars(&store), "..........");
    }

    #[test]
    fn rows_within_a_span_are_numbered_from_its_beginning() {
        let mut store = Store::new(1 << 20);
        store.append((0..40).map(|at| event(at * 100, "INFO x").into()).collect());
        let mut odd = level("x", LogLevel::Trace);
        while !odd.advance(&store, 7).done {}
        for view in [View::default(), odd] {
            let at = Timestamp::from_millis;
            let rows = view.rows(&store).within(Some(Span { from: at(1_000), to: at(2_000) }));
            assert_eq!((rows.len(), rows.lines()), (10, 10));
            let first = rows.row(0).unwrap();
            assert_eq!(first.line().unwrap().timestamp(), at(1_000));
            assert_eq!(rows.position(first.id()), 0);
            assert_eq!(rows.position(LineId::before(at(9_000))), 10);
            assert_eq!(rows.position(LineId::before(at(0))), 0);
            assert!(rows.row(10).is_none());
            assert_eq!(rows.window(8..20).len(), 2);
        }
    }

    /// What a window tells line by line, `each` tells too, and unpacks nothing for good.
    #[test]
    fn going_through_all_rows_tells_what_windows_tell() {
        let mut store = Store::new(60_000);
        for round in 0..60u64 {
            let late = if round % 7 == 0 { 30 } else { 0 };
            let lines = (0..9).map(|nth| {
                let words = format!(
                    "{} order {round} {nth} {}",
                    ["INFO", "ERROR"][usize::from(nth % 2 == 0)],
                    "x".repeat(90)
                );
                event((round * 10 + nth).saturating_sub(late), &words).into()
            });
            store.append(lines.collect());
        }
        let gap = Gap {
            id: GapId(1),
            group: LogGroupName::parse("/aws/lambda/orders").unwrap(),
            from: Timestamp::from_millis(333),
            to: None,
            cause: GapCause::Sampled,
        };
        store.change_gap(GapChange::Set(gap));
        let mut errors = level("", LogLevel::Error);
        while !errors.advance(&store, 7).done {}
        store.append(Vec::new());
        let at = Timestamp::from_millis;
        for view in [View::default(), errors] {
            for span in [None, Some(Span { from: at(200), to: at(400) })] {
                let rows = view.rows(&store).within(span);
                let before = store.unpacked();
                let mut told = Vec::new();
                rows.each(|row| {
                    told.push(row.line().map(|line| (line.id, line.message.to_owned())));
                    std::ops::ControlFlow::Continue(())
                });
                assert_eq!(store.unpacked(), before);
                let wanted = rows.window(0..rows.len()).into_iter();
                let wanted: Vec<_> = wanted
                    .map(|row| row.line().map(|line| (line.id, line.message.to_owned())))
                    .collect();
                assert_eq!(told, wanted);
                assert_eq!(told.iter().filter(|row| row.is_none()).count(), 1);
                let mut few = 0;
                rows.each(|_| {
                    few += 1;
                    if few == 3 {
                        std::ops::ControlFlow::Break(())
                    } else {
                        std::ops::ControlFlow::Continue(())
                    }
                });
                assert_eq!(few, 3);
            }
        }
    }
}
