//! Log groups, their streams and events, and who is listening to them.

pub(crate) mod inquiry; // the queries that were asked
pub(crate) mod tail; // the sessions that listen

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use watchdeck_pattern::Pattern;

use self::inquiry::Inquiries;
use self::tail::Tail;
use super::metrics::{Key, Metrics};
use super::traffic::journey::Journey;
use super::traffic::lines::{self, Line};

/// Events kept of a group; older ones expire.
const KEPT: usize = 250_000;

/// All log groups of a region.
#[derive(Debug, Default)]
pub(crate) struct Logs {
    groups: Vec<Group>,
    by_name: BTreeMap<String, usize>,
    next_seq: u64,
    tails: Vec<Tail>,
    pub(crate) inquiries: Inquiries,
    measured: Vec<(Key, String, i64, f64)>,
}

/// A log group.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) created_ms: i64,
    pub(crate) retention_days: Option<i64>,
    pub(crate) class: String,
    pub(crate) bytes: i64,
    pub(crate) filters: Vec<MetricFilter>,
    streams: Vec<Stream>,
    by_stream: BTreeMap<String, usize>,
    entries: VecDeque<Entry>,
}

/// A log stream.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) name: String,
    pub(crate) created_ms: i64,
    pub(crate) first_ms: Option<i64>,
    pub(crate) last_ms: Option<i64>,
    pub(crate) ingested_ms: Option<i64>,
}

/// A log event, as facts; its text is made when somebody reads it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) at: i64,
    pub(crate) ingested: i64,
    pub(crate) seq: u64,
    pub(crate) stream: usize,
    pub(crate) body: Body,
}

/// Where the text of an event comes from.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    /// Somebody wrote it.
    Text(Arc<str>),
    /// A request left it on its way.
    Trace(Arc<Journey>, Line),
}

/// A metric made of matching events.
#[derive(Clone, Debug)]
pub(crate) struct MetricFilter {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) pattern: Pattern,
    pub(crate) created_ms: i64,
    pub(crate) namespace: String,
    pub(crate) metric: String,
    pub(crate) value: String,
    pub(crate) unit: Option<String>,
    pub(crate) default: Option<f64>,
}

/// A group and a stream one writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) group: usize,
    pub(crate) stream: usize,
}

impl Entry {
    /// The text of the event.
    pub(crate) fn message(&self) -> String {
        match &self.body {
            Body::Text(text) => text.to_string(),
            Body::Trace(journey, line) => lines::write(journey, *line),
        }
    }

    /// The id under which FilterLogEvents shows the event, the same each time.
    pub(crate) fn id(&self) -> String {
        format!("39{:015}{:039}", self.at, self.seq)
    }
}

impl Logs {
    /// Makes a group, unless it is there; says whether it was made.
    pub(crate) fn create_group(&mut self, name: &str, now_ms: i64) -> bool {
        if self.by_name.contains_key(name) {
            return false;
        }
        self.by_name.insert(name.to_owned(), self.groups.len());
        self.groups.push(Group {
            name: name.to_owned(),
            created_ms: now_ms,
            retention_days: None,
            class: "STANDARD".to_owned(),
            bytes: 0,
            filters: Vec::new(),
            streams: Vec::new(),
            by_stream: BTreeMap::new(),
            entries: VecDeque::new(),
        });
        true
    }

    /// The group and stream of these names, made if they are new.
    pub(crate) fn place(&mut self, group: &str, stream: &str, now_ms: i64) -> Place {
        self.create_group(group, now_ms);
        let at = self.by_name.get(group).copied().unwrap_or(0);
        let stream = self.groups.get_mut(at).map_or(0, |group| group.open(stream, now_ms));
        Place { group: at, stream }
    }

    /// A group by name.
    pub(crate) fn group(&self, name: &str) -> Option<&Group> {
        self.by_name.get(name).and_then(|&at| self.groups.get(at))
    }

    /// A group by name, to be changed.
    pub(crate) fn group_mut(&mut self, name: &str) -> Option<&mut Group> {
        let at = *self.by_name.get(name)?;
        self.groups.get_mut(at)
    }

    /// Every group, by name.
    pub(crate) fn groups(&self) -> impl Iterator<Item = &Group> {
        self.by_name.values().filter_map(|&at| self.groups.get(at))
    }

    /// Writes an event: places it by its time, offers it to every listener and metric filter.
    pub(crate) fn put(&mut self, place: Place, at: i64, ingested: i64, body: Body) {
        let Some(group) = self.groups.get_mut(place.group) else { return };
        let seq = self.next_seq;
        self.next_seq += 1;
        let entry = Entry { at, ingested, seq, stream: place.stream, body };
        let stream = group.streams.get(place.stream).map_or("", |stream| stream.name.as_str());
        let heard = self.tails.iter().any(|tail| tail.wants(place.group, stream));
        if heard || !group.filters.is_empty() {
            let message = entry.message();
            for tail in self.tails.iter_mut().filter(|tail| tail.wants(place.group, stream)) {
                tail.offer(&group.name, stream, at, ingested, &message);
            }
            for filter in &group.filters {
                if filter.pattern.matches(&message)
                    && let Some(value) = filter.value_in(&message)
                {
                    let key = Key::new(&filter.namespace, &filter.metric, []);
                    let unit = filter.unit.clone().unwrap_or_else(|| "None".to_owned());
                    self.measured.push((key, unit, at, value));
                }
            }
        }
        group.insert(entry);
    }

    /// Lets a session listen from now on.
    pub(crate) fn listen(&mut self, tail: Tail) {
        self.tails.push(tail);
    }

    /// How many sessions listen.
    pub(crate) fn listeners(&mut self) -> usize {
        self.tails.retain(Tail::is_open);
        self.tails.len()
    }

    /// The index by which a tail knows a group.
    pub(crate) fn index_of(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// Ends a virtual second: every listener gets its update, and the metric filters their metrics.
    pub(crate) fn close_second(&mut self, now_ms: i64, metrics: &mut Metrics) {
        for tail in &mut self.tails {
            tail.close_second(now_ms);
        }
        for (key, unit, at, value) in self.measured.drain(..) {
            let meter = metrics.meter_of(key, &unit);
            metrics.record(meter, at, value);
        }
    }

    /// Sends what listeners have room for, and forgets those that left.
    pub(crate) fn flush(&mut self) {
        self.tails.retain_mut(Tail::flush);
    }
}

impl Group {
    /// The index of a stream, made if it is new.
    pub(crate) fn open(&mut self, name: &str, now_ms: i64) -> usize {
        if let Some(&at) = self.by_stream.get(name) {
            return at;
        }
        self.by_stream.insert(name.to_owned(), self.streams.len());
        self.streams.push(Stream {
            name: name.to_owned(),
            created_ms: now_ms,
            first_ms: None,
            last_ms: None,
            ingested_ms: None,
        });
        self.streams.len() - 1
    }

    /// A stream by name, with its index.
    pub(crate) fn stream(&self, name: &str) -> Option<(usize, &Stream)> {
        let at = *self.by_stream.get(name)?;
        self.streams.get(at).map(|stream| (at, stream))
    }

    /// Every stream, by name.
    pub(crate) fn streams(&self) -> impl Iterator<Item = &Stream> {
        self.by_stream.values().filter_map(|&at| self.streams.get(at))
    }

    /// The name of a stream by index.
    pub(crate) fn stream_name(&self, at: usize) -> &str {
        self.streams.get(at).map_or("", |stream| stream.name.as_str())
    }

    /// The events in the order of their times, those of equal times in the order of their arrival.
    pub(crate) fn entries(&self) -> &VecDeque<Entry> {
        &self.entries
    }

    /// The index of the first event at or after a time and number.
    pub(crate) fn first_at(&self, at: i64, seq: u64) -> usize {
        self.entries.partition_point(|entry| (entry.at, entry.seq) < (at, seq))
    }

    fn insert(&mut self, entry: Entry) {
        if let Some(stream) = self.streams.get_mut(entry.stream) {
            stream.first_ms = Some(stream.first_ms.map_or(entry.at, |at| at.min(entry.at)));
            stream.last_ms = Some(stream.last_ms.map_or(entry.at, |at| at.max(entry.at)));
            stream.ingested_ms = Some(entry.ingested);
        }
        self.bytes += match &entry.body {
            Body::Text(text) => super::measure::count(text.len() + 26),
            Body::Trace(..) => 240, // the mean length of a trace line
        };
        let mut at = self.entries.len();
        while at > 0 && self.entries.get(at - 1).is_some_and(|before| before.at > entry.at) {
            at -= 1;
        }
        self.entries.insert(at, entry);
        if self.entries.len() > KEPT {
            self.entries.pop_front();
        }
    }
}

impl MetricFilter {
    /// The value a matching event gives: a number, or a field of a JSON event.
    fn value_in(&self, message: &str) -> Option<f64> {
        let Some(path) = self.value.strip_prefix("$.") else { return self.value.parse().ok() };
        let json: serde_json::Value = serde_json::from_str(message).ok()?;
        path.split('.').try_fold(&json, |json, part| json.get(part))?.as_f64()
    }
}
