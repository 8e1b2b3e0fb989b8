//! Random valid values of a shape, for tests.

use std::collections::BTreeMap;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::value::Value;
use crate::model::{Kind, Service, Shape, ShapeId};

/// Values that often mean something to the fixture.
const WORDS: [&str; 22] = [
    "orders-writer",
    "live",
    "41",
    "/aws/lambda/orders-writer",
    "arn:aws:lambda:eu-central-1:123456784021:function:orders-writer",
    "arn:aws:logs:eu-central-1:123456784021:log-group:/aws/lambda/orders-writer",
    "123456784021",
    "eu-central-1",
    "orders-db",
    "2026-11-22T06:00:00Z",
    "0b7c1f5e-6a3d-4c7e-9a53-1f0a7c9b2d11",
    "sg-0123456789abcdef0",
    "i-0123456789abcdef0",
    "arn:aws:iam::123456784021:role/oncall-write",
    "{\"Version\":\"2012-10-17\",\"Statement\":[]}",
    "name with spaces & <signs> \"quoted\"",
    "größe/ünïcode",
    "a",
    "true",
    "shop.example",
    "4f3c2b1a4f3c2b1a4f3c2b1a4f3c2b1a",
    "AWS/Lambda",
];

/// Draws values from one seed.
#[derive(Debug)]
pub(crate) struct Sampler {
    rng: fastrand::Rng,
    runner: TestRunner,
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "bounds of the models are small, and tests may fail on others"
)]
impl Sampler {
    pub(crate) fn new(seed: u64) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        Self {
            rng: fastrand::Rng::with_seed(seed),
            runner: TestRunner::new_with_rng(Config::default(), rng),
        }
    }

    /// A value of a shape, or nothing where none can be found. `fill` is how likely an optional member stands.
    pub(crate) fn value(
        &mut self,
        service: &Service,
        id: ShapeId,
        fill: f64,
        depth: u32,
    ) -> Option<Value> {
        let shape = service.shape(id);
        let bound = |number: &Option<serde_json::Number>, or: f64| {
            number.as_ref().and_then(serde_json::Number::as_f64).unwrap_or(or)
        };
        let (min, max) = (bound(&shape.bounds.min, 0.0), bound(&shape.bounds.max, f64::MAX));
        Some(match &shape.kind {
            Kind::Structure(structure) => {
                let mut members = BTreeMap::new();
                for member in &structure.members {
                    let wanted = member.required || (depth < 6 && self.rng.f64() < fill);
                    if !wanted || (structure.union && !members.is_empty()) {
                        continue;
                    }
                    match self.value(service, member.shape, fill * 0.8, depth + 1) {
                        Some(value) => {
                            members.insert(member.name.clone(), value);
                        }
                        None if member.required => return None,
                        None => {}
                    }
                }
                if structure.union && members.is_empty() {
                    return None;
                }
                Value::Map(members)
            }
            Kind::List { item, .. } => {
                let most = max.min(min.max(if depth < 5 { 3.0 } else { 0.0 }));
                let count = self.rng.usize(min as usize..=most as usize);
                let items = (0..count)
                    .map(|_| self.value(service, *item, fill, depth + 1))
                    .collect::<Option<Vec<_>>>()?;
                Value::List(items)
            }
            Kind::Map { key, value, .. } => {
                let count = self.rng.usize(min as usize..=(min.max(max.min(2.0)) as usize));
                let mut entries = BTreeMap::new();
                for _ in 0..count {
                    let Value::Text(key) = self.value(service, *key, fill, depth + 1)? else {
                        return None;
                    };
                    entries.insert(key, self.value(service, *value, fill, depth + 1)?);
                }
                Value::Map(entries)
            }
            Kind::Text { values } if values.is_empty() => {
                Value::Text(self.text(shape, min as usize, max)?)
            }
            Kind::Text { values } => Value::Text(values[self.rng.usize(..values.len())].clone()),
            Kind::Integer => {
                let (low, high) = (min.max(-1.0e9) as i64, max.min(2.0e9) as i64);
                let high = if self.rng.bool() { high.min(low + 60) } else { high };
                Value::Int(self.rng.i64(low..=high))
            }
            Kind::Float => {
                Value::Float((min.max(-1000.0) + f64::from(self.rng.u16(..)) / 8.0).min(max))
            }
            Kind::Boolean => Value::Bool(self.rng.bool()),
            Kind::Blob => Value::Blob(b"{\"a\": 1}\xff"[..8 + self.rng.usize(..2)].to_vec().into()),
            Kind::Timestamp(_) => {
                Value::Time(1_780_000_000_000 + self.rng.i64(0..5_000_000) * 1000)
            }
        })
    }

    fn text(&mut self, shape: &Shape, min: usize, max: f64) -> Option<String> {
        let fits = |text: &str| {
            let length = text.chars().count();
            let long = length >= min && (length as f64) <= max;
            long && shape.bounds.pattern.as_ref().is_none_or(|pattern| pattern.allows(text))
        };
        let fitting: Vec<&str> = WORDS.iter().copied().filter(|word| fits(word)).collect();
        if !fitting.is_empty() {
            return Some(fitting[self.rng.usize(..fitting.len())].to_owned());
        }
        let longer = "a".repeat(min.max(1));
        if fits(&longer) {
            return Some(longer);
        }
        let source = &shape.bounds.pattern.as_ref()?.source;
        let strategy =
            proptest::string::string_regex(source.trim_start_matches('^').trim_end_matches('$'))
                .ok()?;
        (0..20).find_map(|_| {
            let text = strategy.new_tree(&mut self.runner).ok()?.current();
            fits(&text).then_some(text)
        })
    }
}
