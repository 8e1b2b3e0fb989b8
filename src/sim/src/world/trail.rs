//! CloudTrail: who did what, delivered late.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Value as Json, json};

use super::action::{event_name, is_read, source};
use super::ids::{mix, uuid};
use super::measure::iso_seconds;
use super::names::ACCOUNT;
use super::principal::{Principal, role_id};
use crate::wire::value::Value;

/// Events kept; older ones are forgotten, as after ninety days.
const KEPT: usize = 50_000;

/// The trail and its event history.
#[derive(Debug)]
pub(crate) struct Trail {
    seed: u64,
    delay_ms: (i64, i64),
    recorded: u64,
    pending: Vec<TrailEvent>,
    events: VecDeque<TrailEvent>,
    /// Lookups of the current second, by region.
    pub(crate) lookups: BTreeMap<String, (i64, u32)>,
    pub(crate) logging: bool,
    pub(crate) logging_since_ms: i64,
    pub(crate) stopped_ms: Option<i64>,
    pub(crate) delivered_ms: Option<i64>,
    pub(crate) selectors: Vec<Value>,
    pub(crate) settings: BTreeMap<String, Value>,
}

/// A delivered event.
#[derive(Clone, Debug)]
pub(crate) struct TrailEvent {
    pub(crate) at: i64,
    pub(crate) deliver_at: i64,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) region: String,
    pub(crate) username: String,
    pub(crate) access_key: String,
    pub(crate) read_only: bool,
    pub(crate) resources: Vec<(String, String)>,
    pub(crate) record: String,
}

/// What happened, before it is written up.
#[derive(Debug)]
pub(crate) struct Deed<'a> {
    pub(crate) at: i64,
    pub(crate) service: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) region: &'a str,
    pub(crate) principal: &'a Principal,
    pub(crate) source_ip: &'a str,
    pub(crate) user_agent: &'a str,
    pub(crate) request_id: &'a str,
    pub(crate) request: Json,
    pub(crate) response: Json,
    pub(crate) error: Option<(String, String)>,
}

impl Trail {
    /// An empty trail that delivers after a delay between these bounds.
    pub(crate) fn new(seed: u64, delay_ms: (i64, i64), now_ms: i64) -> Self {
        Self {
            seed,
            delay_ms,
            recorded: 0,
            pending: Vec::new(),
            events: VecDeque::new(),
            lookups: BTreeMap::new(),
            logging: true,
            logging_since_ms: now_ms - 300 * 86_400_000,
            stopped_ms: None,
            delivered_ms: None,
            selectors: vec![
                Value::empty()
                    .with("ReadWriteType", "All")
                    .with("IncludeManagementEvents", true)
                    .with("DataResources", Vec::new())
                    .with("ExcludeManagementEventSources", Vec::new()),
            ],
            settings: BTreeMap::new(),
        }
    }

    /// Writes up a deed, to be delivered after its delay.
    pub(crate) fn record(&mut self, deed: &Deed<'_>) {
        self.recorded += 1;
        let key = mix(mix(self.seed, 0x7241), self.recorded);
        let (least, most) = self.delay_ms;
        let span = u64::try_from(most - least).unwrap_or(0) + 1;
        let delay = least + i64::try_from(mix(key, 1) % span).unwrap_or(0);
        self.pending.push(deed.event(key, deed.at + delay));
    }

    /// Adds an event that was delivered long ago.
    pub(crate) fn recall(&mut self, deed: &Deed<'_>) {
        self.recorded += 1;
        let event = deed.event(mix(mix(self.seed, 0x7241), self.recorded), deed.at + 90_000);
        self.insert(event);
    }

    /// Delivers what is due; gives back what goes to the trail's log group.
    pub(crate) fn deliver(&mut self, now_ms: i64) -> Vec<(i64, String)> {
        let (mut due, rest): (Vec<_>, Vec<_>) =
            self.pending.drain(..).partition(|event| event.deliver_at <= now_ms);
        self.pending = rest;
        due.sort_by_key(|event| (event.deliver_at, event.at));
        let mut lines = Vec::new();
        for event in due {
            if self.logging {
                self.delivered_ms = Some(now_ms);
                lines.push((event.at, event.record.clone()));
            }
            self.insert(event);
        }
        lines
    }

    /// The delivered events, newest first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &TrailEvent> {
        self.events.iter().rev()
    }

    fn insert(&mut self, event: TrailEvent) {
        let at = self.events.partition_point(|before| before.at <= event.at);
        self.events.insert(at, event);
        if self.events.len() > KEPT {
            self.events.pop_front();
        }
    }
}

impl Deed<'_> {
    fn event(&self, key: u64, deliver_at: i64) -> TrailEvent {
        let id = uuid(key);
        let name = event_name(self.service, self.operation);
        let read_only = is_read(self.operation);
        let region = if matches!(self.service, "iam" | "cloudfront" | "route53" | "organizations") {
            "us-east-1" // where global services leave their events
        } else {
            self.region
        };
        let mut record = json!({
            "eventVersion": "1.11",
            "userIdentity": identity(self.principal),
            "eventTime": iso_seconds(self.at),
            "eventSource": source(self.service),
            "eventName": name,
            "awsRegion": region,
            "sourceIPAddress": self.source_ip,
            "userAgent": self.user_agent,
            "requestParameters": self.request,
            "responseElements": self.response,
            "requestID": self.request_id,
            "eventID": id,
            "readOnly": read_only,
            "eventType": "AwsApiCall",
            "managementEvent": true,
            "recipientAccountId": ACCOUNT,
            "eventCategory": "Management",
            "tlsDetails": {
                "tlsVersion": "TLSv1.3",
                "cipherSuite": "TLS_AES_128_GCM_SHA256",
                "clientProvidedHostHeader": format!("{}.{region}.amazonaws.com", self.service),
            },
        });
        if let (Some((code, message)), Some(members)) = (&self.error, record.as_object_mut()) {
            members.insert("errorCode".to_owned(), code.as_str().into());
            members.insert("errorMessage".to_owned(), message.as_str().into());
        }
        TrailEvent {
            at: self.at,
            deliver_at,
            id,
            source: source(self.service),
            region: region.to_owned(),
            username: username(self.principal),
            access_key: self.principal.access_key.clone(),
            read_only,
            resources: self.resources(),
            record: record.to_string(),
            name,
        }
    }

    fn resources(&self) -> Vec<(String, String)> {
        let named =
            |member: &str| self.request.get(member).and_then(Json::as_str).map(str::to_owned);
        let rows: &[(&str, &str)] = match self.service {
            "lambda" => {
                &[("functionName", "AWS::Lambda::Function"), ("name", "AWS::Lambda::Alias")]
            }
            "iam" => &[
                ("userName", "AWS::IAM::User"),
                ("roleName", "AWS::IAM::Role"),
                ("policyArn", "AWS::IAM::Policy"),
            ],
            "sts" => &[("roleArn", "AWS::IAM::Role")],
            "cloudwatch" => &[("alarmName", "AWS::CloudWatch::Alarm")],
            "logs" => &[("logGroupName", "AWS::Logs::LogGroup")],
            "cloudtrail" => &[("name", "AWS::CloudTrail::Trail")],
            "secretsmanager" => &[("secretId", "AWS::SecretsManager::Secret")],
            "rds" => &[
                ("dBClusterIdentifier", "AWS::RDS::DBCluster"),
                ("dBInstanceIdentifier", "AWS::RDS::DBInstance"),
            ],
            _ => &[],
        };
        rows.iter()
            .filter_map(|(member, kind)| Some(((*kind).to_owned(), named(member)?)))
            .collect()
    }
}

fn username(principal: &Principal) -> String {
    principal.caller.arn.rsplit('/').next().unwrap_or_default().to_owned()
}

fn identity(principal: &Principal) -> Json {
    let caller = &principal.caller;
    let mut identity = json!({
        "type": if principal.role.is_some() { "AssumedRole" } else { "IAMUser" },
        "principalId": caller.user_id,
        "arn": caller.arn,
        "accountId": caller.account,
        "accessKeyId": principal.access_key,
    });
    let Some(members) = identity.as_object_mut() else { return identity };
    match &principal.role {
        Some(role) => {
            members.insert(
                "sessionContext".to_owned(),
                json!({
                    "sessionIssuer": {
                        "type": "Role",
                        "principalId": role_id(role),
                        "arn": format!("arn:aws:iam::{ACCOUNT}:role/{role}"),
                        "accountId": ACCOUNT,
                        "userName": role,
                    },
                    "attributes": {
                        "creationDate": iso_seconds(principal.since_ms),
                        "mfaAuthenticated": "true",
                    },
                }),
            );
        }
        None => {
            members.insert("userName".to_owned(), username(principal).into());
        }
    }
    identity
}

/// A value as CloudTrail shows it: members in lower camel case, secrets and blobs left out.
pub(crate) fn shown(value: &Value) -> Json {
    match value {
        Value::Bool(b) => (*b).into(),
        Value::Int(n) => (*n).into(),
        Value::Float(x) => (*x).into(),
        Value::Text(text) => text.as_str().into(),
        Value::Blob(_) => Json::Null,
        Value::Time(ms) => iso_seconds(*ms).into(),
        Value::List(items) => items.iter().map(shown).collect(),
        Value::Map(members) => {
            let mut out = Map::new();
            for (name, value) in members {
                let mut letters = name.chars();
                let name: String = letters
                    .next()
                    .into_iter()
                    .flat_map(char::to_lowercase)
                    .chain(letters)
                    .collect();
                match name.as_str() {
                    "secretAccessKey" | "secretString" | "payload" | "zipFile" => {}
                    "environment" => {
                        out.insert(name, json!({}));
                    }
                    _ => {
                        out.insert(name, shown(value));
                    }
                }
            }
            out.into()
        }
    }
}
