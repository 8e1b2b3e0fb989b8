//! Functions, their versions and aliases, and the event source that feeds the worker.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ids::{hex, mix, mix_text, uuid};
use super::names::{ALIAS, APIS, HOME_REGION, QUEUE, arn};
use super::story::Character;

/// How long an update of `$LATEST` is in progress.
const UPDATING_MS: i64 = 2_000;
/// How long a published version is pending.
const PENDING_MS: i64 = 2_000;
/// How long it takes until an event source mapping has come on or gone off.
const SWITCHING_MS: i64 = 8_000;
/// How long it takes until provisioned concurrency starts to move, and until it has moved.
const PROVISION_MS: (i64, i64) = (60_000, 180_000);

/// The functions of a region.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    map: BTreeMap<String, Function>,
    pub(crate) mappings: Vec<Mapping>,
    revisions: u64,
}

/// A function.
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) latest: Version,
    pub(crate) versions: BTreeMap<u32, Version>,
    pub(crate) next: u32,
    pub(crate) aliases: BTreeMap<String, Alias>,
    pub(crate) reserved: Option<i64>,
    pub(crate) provisioned: BTreeMap<String, Provisioned>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) callers: Vec<Permission>,
}

/// A version, or the unpublished `$LATEST`.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) number: Option<u32>,
    pub(crate) description: String,
    pub(crate) code_sha: String,
    pub(crate) config_sha: String,
    pub(crate) code_size: i64,
    pub(crate) runtime: String,
    pub(crate) handler: String,
    pub(crate) role: String,
    pub(crate) dead_letters: Option<String>,
    pub(crate) memory: i64,
    pub(crate) timeout: i64,
    pub(crate) environment: BTreeMap<String, String>,
    pub(crate) modified_ms: i64,
    pub(crate) settled_ms: i64,
    pub(crate) revision: String,
    pub(crate) character: Arc<Character>,
}

/// An alias.
#[derive(Clone, Debug)]
pub(crate) struct Alias {
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) version: String,
    pub(crate) weights: BTreeMap<String, f64>,
    pub(crate) revision: String,
    /// While provisioned concurrency moves, the version it moves from and when it began.
    pub(crate) moving: Option<(String, i64)>,
}

/// Provisioned concurrency of a version or alias.
#[derive(Clone, Debug)]
pub(crate) struct Provisioned {
    pub(crate) requested: i64,
    pub(crate) since_ms: i64,
    pub(crate) modified_ms: i64,
}

/// Who may invoke the function, through which qualifier.
#[derive(Clone, Debug)]
pub(crate) struct Permission {
    pub(crate) qualifier: Option<String>,
    pub(crate) sid: String,
    pub(crate) service: String,
    pub(crate) source: String,
}

/// An event source mapping.
#[derive(Clone, Debug)]
pub(crate) struct Mapping {
    pub(crate) uuid: String,
    pub(crate) function: String,
    pub(crate) source: String,
    pub(crate) batch: i64,
    pub(crate) window_s: i64,
    pub(crate) enabled: bool,
    pub(crate) changed_ms: i64,
    pub(crate) changed_by_user: bool,
}

impl Mapping {
    /// When it was changed, or its state changed last.
    pub(crate) fn modified_ms(&self, now_ms: i64) -> i64 {
        if self.is_settling(now_ms) { self.changed_ms } else { self.changed_ms + SWITCHING_MS }
    }

    fn is_settling(&self, now_ms: i64) -> bool {
        now_ms - self.changed_ms < SWITCHING_MS
    }

    /// Its state: a change takes some seconds.
    pub(crate) fn state(&self, now_ms: i64) -> &'static str {
        match (self.enabled, self.is_settling(now_ms)) {
            (true, true) => "Enabling",
            (true, false) => "Enabled",
            (false, true) => "Disabling",
            (false, false) => "Disabled",
        }
    }

    /// Whether it reads from its source.
    pub(crate) fn is_polling(&self, now_ms: i64) -> bool {
        matches!(self.state(now_ms), "Enabled" | "Disabling")
    }
}

impl Version {
    /// `41`, or `$LATEST`.
    pub(crate) fn label(&self) -> String {
        self.number.map_or_else(|| "$LATEST".to_owned(), |number| number.to_string())
    }

    /// Whether an update is still in progress, or a new version still pending.
    pub(crate) fn is_settling(&self, now_ms: i64) -> bool {
        now_ms < self.settled_ms
    }
}

impl Provisioned {
    /// How much is allocated, and whether that is all.
    pub(crate) fn allocated(&self, now_ms: i64) -> (i64, &'static str) {
        if now_ms - self.since_ms >= PROVISION_MS.1 {
            (self.requested, "READY")
        } else if now_ms - self.since_ms >= PROVISION_MS.0 {
            (self.requested / 2, "IN_PROGRESS")
        } else {
            (0, "IN_PROGRESS")
        }
    }
}

impl Alias {
    /// The weights as they are now: with those that remain while provisioned concurrency moves.
    pub(crate) fn weights_now(&self, now_ms: i64) -> BTreeMap<String, f64> {
        let mut weights = self.weights.clone();
        if let Some((from, since)) = &self.moving {
            let left = match now_ms - since {
                passed if passed < PROVISION_MS.0 => 1.0,
                passed if passed < midway(PROVISION_MS) => 0.5,
                _ => 0.1,
            };
            weights.insert(from.clone(), left);
        }
        weights
    }

    /// The version that serves a request for which this number between 0 and 1 was drawn.
    pub(crate) fn pick(&self, drawn: f64, now_ms: i64) -> String {
        if self.weights.is_empty() && self.moving.is_none() {
            return self.version.clone();
        }
        let mut passed = 0.0;
        for (version, weight) in self.weights_now(now_ms) {
            passed += weight;
            if drawn < passed {
                return version;
            }
        }
        self.version.clone()
    }
}

fn midway((a, b): (i64, i64)) -> i64 {
    i64::midpoint(a, b)
}

impl Function {
    /// A version by its label.
    pub(crate) fn version(&self, label: &str) -> Option<&Version> {
        if label == "$LATEST" {
            return Some(&self.latest);
        }
        self.versions.get(&label.parse().ok()?)
    }

    /// A version by a qualifier: a label, an alias, or nothing for `$LATEST`.
    pub(crate) fn qualified(&self, qualifier: Option<&str>) -> Option<&Version> {
        match qualifier {
            None => Some(&self.latest),
            Some(qualifier) => match self.aliases.get(qualifier) {
                Some(alias) => self.version(&alias.version),
                None => self.version(qualifier),
            },
        }
    }

    /// The ARN, with a qualifier if there is one.
    pub(crate) fn arn(&self, region: &str, qualifier: Option<&str>) -> String {
        let resource = match qualifier {
            Some(qualifier) => format!("function:{}:{qualifier}", self.name),
            None => format!("function:{}", self.name),
        };
        arn("lambda", region, &resource)
    }
}

impl Functions {
    /// The functions of the shop.
    pub(crate) fn shop(seed: u64, now_ms: i64) -> Self {
        const DAY: i64 = 86_400_000;
        let mut functions = Self::default();
        for (name, current, kept, memory, timeout, duration_ms, error_rate, code_size) in [
            ("orders-reader", 58_u32, 5_u32, 512, 10, 34.0, 0.0015, 1_483_220),
            ("orders-writer", 41, 6, 512, 15, 72.0, 0.002, 1_902_541),
            ("orders-worker", 23, 4, 1024, 60, 180.0, 0.004, 1_377_090),
            ("checkout-notify", 12, 4, 256, 30, 110.0, 0.003, 842_310),
            ("report-builder", 9, 3, 2048, 300, 620.0, 0.001, 3_210_774),
            ("secret-rotation", 2, 2, 128, 30, 900.0, 0.0, 96_120),
        ] {
            let character = Arc::new(Character { error_rate, duration_ms, ..Character::default() });
            let mut versions = BTreeMap::new();
            for (age, number) in (current - kept + 1..=current).rev().enumerate() {
                let age = super::measure::count(age);
                // Whole seconds: Lambda's LastModified of a published version has no more.
                let modified =
                    now_ms - (age * 6 + 1) * DAY - 7_383_000 - i64::from(number) * 60_000;
                let modified = modified.div_euclid(1000) * 1000;
                versions.insert(
                    number,
                    version(seed, name, number, (memory, timeout, code_size), &character, modified),
                );
            }
            let mut latest = versions.get(&current).cloned().unwrap_or_else(|| {
                version(seed, name, 0, (memory, timeout, 0), &character, now_ms)
            });
            latest.number = None;
            latest.revision = uuid(mix_text(mix(seed, 71), name));
            let alias = Alias {
                name: ALIAS.to_owned(),
                description: "what every caller uses".to_owned(),
                version: current.to_string(),
                weights: BTreeMap::new(),
                revision: uuid(mix_text(mix(seed, 72), name)),
                moving: None,
            };
            functions.map.insert(
                name.to_owned(),
                Function {
                    name: name.to_owned(),
                    latest,
                    versions,
                    next: current + 1,
                    aliases: BTreeMap::from([(ALIAS.to_owned(), alias)]),
                    reserved: None,
                    provisioned: BTreeMap::new(),
                    tags: BTreeMap::from([
                        ("app".to_owned(), "shop".to_owned()),
                        ("environment".to_owned(), "production".to_owned()),
                    ]),
                    callers: callers(name),
                },
            );
        }
        functions.mappings.push(Mapping {
            uuid: uuid(mix(seed, 73)),
            function: "orders-worker".to_owned(),
            source: arn("sqs", HOME_REGION, QUEUE),
            batch: 10,
            window_s: 1,
            enabled: true,
            changed_ms: now_ms - 41 * DAY,
            changed_by_user: false,
        });
        functions
    }

    /// A fresh revision id.
    pub(crate) fn revision(&mut self, seed: u64) -> String {
        self.revisions += 1;
        uuid(mix(mix(seed, 0xAE51), self.revisions))
    }

    /// A function by name.
    pub(crate) fn get(&self, name: &str) -> Option<&Function> {
        self.map.get(name)
    }

    /// A function by name, to be changed.
    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Function> {
        self.map.get_mut(name)
    }

    /// Adds a function.
    pub(crate) fn add(&mut self, function: Function) {
        self.map.insert(function.name.clone(), function);
    }

    /// Every function, by name.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Function> {
        self.map.values()
    }

    /// Moves aliases whose provisioned concurrency is moving; each step renews the revision.
    pub(crate) fn advance(&mut self, seed: u64, now_ms: i64) {
        let mut renewed = Vec::new();
        for function in self.map.values_mut() {
            for alias in function.aliases.values_mut() {
                let Some((_, since)) = &alias.moving else { continue };
                let passed = now_ms - since;
                let steps = [PROVISION_MS.0, midway(PROVISION_MS), PROVISION_MS.1];
                if steps.iter().any(|&step| passed >= step && passed - 1000 < step) {
                    renewed.push((function.name.clone(), alias.name.clone()));
                }
                if passed >= PROVISION_MS.1 {
                    alias.moving = None;
                }
            }
        }
        for (function, alias) in renewed {
            let revision = self.revision(seed);
            if let Some(alias) = self.map.get_mut(&function).and_then(|f| f.aliases.get_mut(&alias))
            {
                alias.revision = revision;
            }
        }
    }
}

/// When an update of `$LATEST` that begins now has settled.
pub(crate) fn updated_by(now_ms: i64) -> i64 {
    now_ms + UPDATING_MS
}

/// When a version published now is active.
pub(crate) fn active_by(now_ms: i64) -> i64 {
    now_ms + PENDING_MS
}

/// A SHA-256 in base64, of code that exists only as a key.
pub(crate) fn sha(key: u64) -> String {
    use base64::Engine as _;
    let bytes: Vec<u8> = (0..4).flat_map(|n| mix(key, n).to_be_bytes()).collect();
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn version(
    seed: u64,
    name: &str,
    number: u32,
    (memory, timeout, code_size): (i64, i64, i64),
    character: &Arc<Character>,
    modified_ms: i64,
) -> Version {
    let key = mix(mix_text(seed, name), u64::from(number));
    let release = match name {
        "orders-writer" => format!("release 7.{}.0", number.saturating_sub(38)),
        "orders-reader" => format!("release 7.{}.1", number.saturating_sub(55)),
        _ => format!("release 2.{number}.0"),
    };
    Version {
        number: Some(number),
        description: release,
        code_sha: sha(key),
        config_sha: hex(mix_text(seed, name), 64),
        code_size: code_size + i64::from(number) * 137,
        runtime: "nodejs22.x".to_owned(),
        handler: "index.handler".to_owned(),
        role: format!("arn:aws:iam::{}:role/orders-lambda", super::names::ACCOUNT),
        dead_letters: None,
        memory,
        timeout,
        environment: BTreeMap::from([
            ("STAGE".to_owned(), super::names::STAGE.to_owned()),
            ("TABLE".to_owned(), "sessions".to_owned()),
            ("SECRET_ID".to_owned(), "orders/db".to_owned()),
        ]),
        modified_ms,
        settled_ms: modified_ms,
        revision: uuid(mix(key, 74)),
        character: Arc::clone(character),
    }
}

fn callers(name: &str) -> Vec<Permission> {
    let from = |sid: &str, service: &str, source: String| Permission {
        qualifier: Some(ALIAS.to_owned()),
        sid: sid.to_owned(),
        service: service.to_owned(),
        source,
    };
    let api = |wanted: &str| {
        let (_, id) = APIS.iter().find(|(name, _)| *name == wanted).copied().unwrap_or_default();
        arn("execute-api", HOME_REGION, &format!("{id}/*/*/*"))
    };
    match name {
        "orders-reader" => vec![from("api", "apigateway.amazonaws.com", api("orders-read"))],
        "orders-writer" => vec![from("api", "apigateway.amazonaws.com", api("orders-write"))],
        "checkout-notify" => vec![from(
            "orders-stored",
            "events.amazonaws.com",
            arn("events", HOME_REGION, "rule/orders-stored"),
        )],
        "report-builder" => vec![from(
            "schedule",
            "events.amazonaws.com",
            arn("events", HOME_REGION, "rule/report-schedule"),
        )],
        _ => Vec::new(), // orders-worker pulls from its queue, with its own role
    }
}
