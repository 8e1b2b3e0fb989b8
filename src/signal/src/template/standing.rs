//! Whether a template is new, surging, steady or gone quiet: the rates of two windows, compared exactly.

use std::ops::Range;
use std::time::Duration;

use watchdeck_domain::Timestamp;

use super::counts::minute;

/// The windows that are compared, in whole minutes: the recent one ends now, the baseline where the recent begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Windows {
    /// What counts as usual; six hours at most are told apart.
    pub baseline: Duration,
    /// What is compared with it.
    pub recent: Duration,
}

impl Default for Windows {
    /// Five minutes, compared with the half hour before.
    fn default() -> Self {
        Self { baseline: Duration::from_mins(30), recent: Duration::from_mins(5) }
    }
}

/// How a template stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing {
    /// It was never seen before the recent window.
    New,
    /// It comes more often than in the baseline, beyond chance.
    Surging(Evidence),
    /// Nothing speaks for a change.
    Steady,
    /// It comes less often than in the baseline, or no more, beyond chance.
    Quiet(Evidence),
    /// There is nothing to compare with: no line of this session was written before the recent window.
    Unjudged,
}

/// What speaks for a change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evidence {
    /// How many times the rate of the baseline the recent rate is. A baseline without lines counts as one with one:
    /// the ratio is the least it can be.
    pub ratio: f64,
    /// How likely so large a difference is if the rate did not change: exact, one-sided, for lines that come
    /// independently of each other.
    pub chance: f64,
}

/// The rate must have changed so many times over.
const LEAST: f64 = 2.0;
/// The chance, over all templates looked at together, of calling a change what is none.
const RISK: f64 = 0.01;

/// The two windows as minutes, clipped to what was observed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spans {
    pub(super) baseline: Range<i64>,
    pub(super) recent: Range<i64>,
    /// How much of the recent window has passed, in milliseconds: its last minute is under way.
    passed: i64,
    /// Whether anything is known from before the recent window, of this session or an earlier one.
    knows: bool,
}

impl Spans {
    /// The spans of two windows at an instant, when lines are known from `since` on, and were counted without a break
    /// from `heard` on.
    pub(super) fn at(
        now: Timestamp,
        windows: Windows,
        since: Option<Timestamp>,
        heard: Option<Timestamp>,
    ) -> Self {
        let minutes =
            |window: Duration| i64::try_from(window.as_secs() / 60).unwrap_or(i64::MAX).max(1);
        let end = minute(now).saturating_add(1);
        let start = end.saturating_sub(minutes(windows.recent));
        let from = start.saturating_sub(minutes(windows.baseline));
        // the minute of the first line was seen in part: it is no whole minute of a baseline
        let whole = |from: Timestamp| minute(from).saturating_add(1);
        let counted = heard.map_or(start, whole);
        let knows = since.is_some_and(|since| whole(since) < start);
        let passed = now.as_millis().saturating_sub(start.saturating_mul(60_000)).max(1);
        Self { baseline: from.max(counted).min(start)..start, recent: start..end, passed, knows }
    }

    /// How a template stands that was seen first at an instant and came so often in the windows, among so many others.
    pub(super) fn judge(&self, first: Timestamp, counted: Counted, templates: usize) -> Standing {
        if self.knows && minute(first) >= self.recent.start {
            return Standing::New;
        }
        if self.baseline.is_empty() {
            return Standing::Unjudged;
        }
        let length = float(self.baseline.end.abs_diff(self.baseline.start)) * 60_000.0;
        let passed = float(self.passed.unsigned_abs());
        let ratio = (float(counted.recent) / passed) / (float(counted.baseline.max(1)) / length);
        let share = passed / (passed + length);
        let all = counted.recent + counted.baseline;
        let risk = RISK / float(templates.max(1) as u64);
        let more = Evidence { ratio, chance: at_least(counted.recent, all, share) };
        let fewer = Evidence { ratio, chance: at_least(counted.baseline, all, 1.0 - share) };
        if ratio >= LEAST && more.chance <= risk {
            Standing::Surging(more)
        } else if ratio <= 1.0 / LEAST && fewer.chance <= risk {
            Standing::Quiet(fewer)
        } else {
            Standing::Steady
        }
    }
}

/// How many lines came in each window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    pub(super) recent: u64,
    pub(super) baseline: u64,
}

/// The chance that at least `least` of `all` lines fall into a share of the time, if each falls independently: given
/// their sum, two Poisson counts of equal rate are binomial.
fn at_least(least: u64, all: u64, share: f64) -> f64 {
    if least == 0 {
        return 1.0;
    }
    // the upper tail of the binomial is the incomplete beta function
    beta(float(least), float(all - least) + 1.0, share).clamp(0.0, 1.0)
}

/// The regularised incomplete beta function.
fn beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    let front = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p();
    if x < (a + 1.0) / (a + b + 2.0) {
        front.exp() * fraction(a, b, x) / a
    } else {
        1.0 - front.exp() * fraction(b, a, 1.0 - x) / b
    }
}

/// The continued fraction of the incomplete beta function, by Lentz's method.
#[expect(clippy::many_single_char_names, reason = "named as in the literature")]
fn fraction(a: f64, b: f64, x: f64) -> f64 {
    let nonzero = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0));
    let mut all = d;
    for step in 1..2_000_u32 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for term in [even, odd] {
            d = 1.0 / nonzero(1.0 + term * d);
            c = nonzero(1.0 + term / c);
            change = d * c;
            all *= change;
        }
        if (change - 1.0).abs() < 1e-14 {
            break;
        }
    }
    all
}

/// The logarithm of the gamma function of a number of at least one, by Stirling's series, shifted to where it is exact.
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut shift) = (x, 0.0);
    while x < 16.0 {
        shift += x.ln();
        x += 1.0;
    }
    let square = 1.0 / (x * x);
    let series =
        (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series - shift
}

#[expect(clippy::cast_precision_loss, reason = "counts and spans stay far below 2^53")]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same by adding up every term.
    fn summed(least: u64, all: u64, share: f64) -> f64 {
        let term = |k: u64| {
            let ways: f64 = (0..k).map(|i| float(all - i) / float(k - i)).product();
            ways * share.powi(i32::try_from(k).unwrap())
                * (1.0 - share).powi(i32::try_from(all - k).unwrap())
        };
        (least..=all).map(term).sum()
    }

    #[test]
    fn the_chance_is_the_sum_of_its_terms() {
        for all in [1, 2, 7, 40, 200] {
            for share in [0.01, 1.0 / 7.0, 0.5, 0.9] {
                for least in 0..=all {
                    let (exact, got) = (summed(least, all, share), at_least(least, all, share));
                    let close = (exact - got).abs() <= 1e-12 + exact * 1e-9;
                    assert!(close, "{least} of {all} at {share}: {got} for {exact}");
                }
            }
        }
    }

    #[test]
    fn many_lines_are_no_burden() {
        assert!(at_least(501_000, 1_000_000, 0.5) > 0.02);
        assert!(at_least(505_000, 1_000_000, 0.5) < 1e-20);
        assert!(at_least(10_000_000, 10_000_000, 0.1) < 1e-300);
    }

    fn judged(first: i64, recent: u64, baseline: u64) -> Standing {
        let at = |minute: i64| Timestamp::from_millis(minute * 60_000);
        let spans = Spans::at(at(100), Windows::default(), Some(at(0)), Some(at(0)));
        assert_eq!((spans.baseline.clone(), spans.recent.clone()), (66..96, 96..101));
        spans.judge(at(first), Counted { recent, baseline }, 100)
    }

    #[test]
    fn a_template_stands_as_its_rates_say() {
        assert_eq!(judged(96, 1, 0), Standing::New);
        assert_eq!(judged(95, 1, 1), Standing::Steady);
        assert_eq!(judged(5, 40, 300), Standing::Steady);
        assert!(
            matches!(judged(5, 20, 3), Standing::Surging(Evidence { ratio, chance }) if ratio > 40.0 && chance < 1e-9)
        );
        assert!(
            matches!(judged(5, 0, 300), Standing::Quiet(Evidence { ratio, .. }) if ratio == 0.0)
        );
        assert_eq!(judged(5, 0, 20), Standing::Steady, "so few may fail to come by chance");
        assert_eq!(judged(5, 12_000, 60_000), Standing::Steady, "half as many again is no surge");
    }

    #[test]
    fn nothing_is_new_where_nothing_was_known_before() {
        let at = Timestamp::from_millis(100 * 60_000);
        for since in [None, Some(at), Some(at - Duration::from_mins(5))] {
            let spans = Spans::at(at, Windows::default(), since, since);
            let standing = spans.judge(at, Counted { recent: 9, baseline: 0 }, 1);
            assert_eq!(standing, Standing::Unjudged, "{since:?}");
        }
    }
}
