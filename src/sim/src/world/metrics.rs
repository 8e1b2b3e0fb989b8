//! Metrics: one bucket a minute a series, from which every statistic is answered.

use std::collections::{BTreeMap, VecDeque};

use super::measure::{float, length, small};

/// Minutes kept of a series.
const KEPT: usize = 3 * 24 * 60;
/// Samples kept of a minute, for percentiles.
const SAMPLES: usize = 200;
/// A minute.
pub(crate) const MINUTE: i64 = 60_000;

/// All metrics of a region.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    series: Vec<Series>,
    index: BTreeMap<Key, usize>,
}

/// What names a series; the dimensions are sorted by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) dimensions: Vec<(String, String)>,
}

/// One metric with its minutes, oldest first.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) key: Key,
    pub(crate) unit: String,
    minutes: VecDeque<Bucket>,
}

/// One minute of a series.
#[derive(Clone, Debug)]
struct Bucket {
    minute: i64,
    count: f64,
    sum: f64,
    min: f64,
    max: f64,
    samples: Vec<f32>,
}

/// A series one writes to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meter(usize);

/// A summary of several values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Summary {
    pub(crate) count: f64,
    pub(crate) sum: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

/// A statistic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stat {
    Sum,
    Average,
    Minimum,
    Maximum,
    SampleCount,
    Percentile(f64),
}

impl Stat {
    /// Parses `Sum`, `p99`, `p99.9`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "Sum" => Self::Sum,
            "Average" => Self::Average,
            "Minimum" => Self::Minimum,
            "Maximum" => Self::Maximum,
            "SampleCount" => Self::SampleCount,
            other => {
                let number: f64 = other.strip_prefix('p')?.parse().ok()?;
                if !(0.0..=100.0).contains(&number) {
                    return None;
                }
                Self::Percentile(number)
            }
        })
    }
}

impl Key {
    pub(crate) fn new<'a>(
        namespace: &str,
        name: &str,
        dimensions: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut dimensions: Vec<_> =
            dimensions.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
        dimensions.sort();
        Self { namespace: namespace.to_owned(), name: name.to_owned(), dimensions }
    }
}

impl Metrics {
    /// The series of these names, made if it is new.
    pub(crate) fn meter(
        &mut self,
        namespace: &str,
        name: &str,
        unit: &str,
        dimensions: &[(&str, &str)],
    ) -> Meter {
        self.meter_of(Key::new(namespace, name, dimensions.iter().copied()), unit)
    }

    /// The series of a key, made if it is new.
    pub(crate) fn meter_of(&mut self, key: Key, unit: &str) -> Meter {
        if let Some(&at) = self.index.get(&key) {
            return Meter(at);
        }
        self.index.insert(key.clone(), self.series.len());
        self.series.push(Series { key, unit: unit.to_owned(), minutes: VecDeque::new() });
        Meter(self.series.len() - 1)
    }

    /// Records one value.
    pub(crate) fn record(&mut self, meter: Meter, at_ms: i64, value: f64) {
        let summary = Summary { count: 1.0, sum: value, min: value, max: value };
        self.record_all(meter, at_ms, summary);
    }

    /// Records several values at once; their mean stands for them in percentiles.
    pub(crate) fn record_all(&mut self, meter: Meter, at_ms: i64, values: Summary) {
        let Some(series) = self.series.get_mut(meter.0) else { return };
        let sampled = series.unit != "Count" && values.count > 0.0;
        let Some(bucket) = series.bucket(at_ms) else { return };
        bucket.count += values.count;
        bucket.sum += values.sum;
        bucket.min = bucket.min.min(values.min);
        bucket.max = bucket.max.max(values.max);
        if sampled && bucket.samples.len() < SAMPLES {
            bucket.samples.push(small(values.sum / values.count));
        }
    }

    /// The series of a key.
    pub(crate) fn find(&self, key: &Key) -> Option<&Series> {
        self.index.get(key).and_then(|&at| self.series.get(at))
    }

    /// Every series, ordered by key.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Series> {
        self.index.values().filter_map(|&at| self.series.get(at))
    }
}

impl Series {
    fn bucket(&mut self, at_ms: i64) -> Option<&mut Bucket> {
        let minute = at_ms.div_euclid(MINUTE) * MINUTE;
        // Nearly all that is recorded is of the newest minute or the one before.
        let newest = self.minutes.len().saturating_sub(1);
        let near = [newest, newest.saturating_sub(1)].into_iter();
        let mut near = near.filter(|at| self.minutes.get(*at).is_some_and(|b| b.minute == minute));
        let search = || self.minutes.partition_point(|bucket| bucket.minute < minute);
        let at = near.next().unwrap_or_else(search);
        if self.minutes.get(at).is_none_or(|bucket| bucket.minute != minute) {
            self.minutes.insert(at, Bucket::new(minute));
        }
        let mut at = at;
        if self.minutes.len() > KEPT {
            self.minutes.pop_front();
            at = at.saturating_sub(1);
        }
        self.minutes.get_mut(at)
    }

    /// The newest minute with data.
    pub(crate) fn newest(&self) -> Option<i64> {
        self.minutes.back().map(|bucket| bucket.minute)
    }

    /// A statistic by period from `start` (inclusive) to `end` (exclusive), oldest first; periods without data are
    /// absent. The period is a whole number of minutes.
    pub(crate) fn points(
        &self,
        start: i64,
        end: i64,
        period: i64,
        statistic: Stat,
    ) -> Vec<(i64, f64)> {
        let mut points = Vec::new();
        let mut open: Option<Bucket> = None;
        let from = self.minutes.partition_point(|before| before.minute < start);
        for bucket in self.minutes.iter().skip(from).take_while(|bucket| bucket.minute < end) {
            let slot = start + (bucket.minute - start).div_euclid(period) * period;
            match &mut open {
                Some(current) if current.minute == slot => current.add(bucket),
                _ => {
                    points.extend(open.take().map(|done| (done.minute, done.value(statistic))));
                    let mut first = Bucket::new(slot);
                    first.add(bucket);
                    open = Some(first);
                }
            }
        }
        points.extend(open.map(|done| (done.minute, done.value(statistic))));
        points
    }
}

impl Bucket {
    fn new(minute: i64) -> Self {
        Self {
            minute,
            count: 0.0,
            sum: 0.0,
            min: f64::INFINITY,
            max: f64::NEG_INFINITY,
            samples: Vec::new(),
        }
    }

    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.samples.extend(&other.samples);
    }

    fn value(&self, stat: Stat) -> f64 {
        match stat {
            Stat::Sum => self.sum,
            Stat::SampleCount => self.count,
            Stat::Average if self.count == 0.0 => 0.0,
            Stat::Average => self.sum / self.count,
            Stat::Minimum => self.min,
            Stat::Maximum => self.max,
            Stat::Percentile(percent) => {
                let mut samples = self.samples.clone();
                samples.sort_by(f32::total_cmp);
                let last = float(super::measure::count(samples.len().saturating_sub(1)));
                let at = length(super::measure::whole(percent / 100.0 * last));
                // A counter keeps no samples: each of its values is its mean.
                samples.get(at).map_or(self.sum / self.count.max(1.0), |&sample| f64::from(sample))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_are_answered_by_period() {
        let mut metrics = Metrics::default();
        let meter = metrics.meter("N", "Duration", "Milliseconds", &[("b", "2"), ("a", "1")]);
        for (at, value) in [(0, 10.0), (59_999, 30.0), (60_000, 5.0), (240_000, 1.0)] {
            metrics.record(meter, at, value);
        }
        let series = metrics.find(&Key::new("N", "Duration", [("a", "1"), ("b", "2")])).unwrap();
        assert_eq!(series.points(0, 120_000, MINUTE, Stat::Sum), [(0, 40.0), (60_000, 5.0)]);
        assert_eq!(series.points(0, 300_000, 300_000, Stat::SampleCount), [(0, 4.0)]);
        assert_eq!(series.points(0, 60_000, MINUTE, Stat::Percentile(100.0)), [(0, 30.0)]);
        assert_eq!(series.points(60_000, 180_000, 120_000, Stat::Minimum), [(60_000, 5.0)]);
        assert_eq!(series.newest(), Some(240_000));
    }

    #[test]
    fn statistics_are_named_as_aws_names_them() {
        assert_eq!(Stat::parse("p99.9"), Some(Stat::Percentile(99.9)));
        assert_eq!(Stat::parse("p101"), None);
        assert_eq!(Stat::parse("sum"), None);
    }
}
