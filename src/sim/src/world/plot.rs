//! The story as cues: what is done to the account, by whom, at which moment.

use std::collections::VecDeque;
use std::sync::Arc;

use super::World;
use super::database::Databases;
use super::fixture::value;
use super::ids::{mix, uuid};
use super::names::{HOME_REGION, TRAIL};
use super::story::{
    Canary, Character, Deploy, Event, KeyCall, Release, ReportCopy, Story, StoryCall, When,
    WriterLoss,
};
use super::trail::Deed;
use crate::wire::call::{Call, Reply};
use crate::wire::value::Value;

const PIPELINE_AGENT: &str = "aws-cli/2.22.12 md/awscrt#0.23.4 ua/2.0 os/linux#6.1 md/arch#x86_64 lang/python#3.12 md/prompt#off md/command#lambda exec-env/AWS_ECS_FARGATE";

/// What is still to come, in order.
#[derive(Debug, Default)]
pub(crate) struct Plot {
    cues: VecDeque<(i64, Cue)>,
    /// When the change calendar is closed, each span half-open.
    freezes: Vec<(i64, i64)>,
}

#[derive(Clone, Debug)]
enum Cue {
    Code { deploy: Box<Deploy> },
    Publish { deploy: Box<Deploy> },
    Point { principal: String, function: String, alias: String, version: Option<u32> },
    StopTrail { principal: String },
    Shift { canary: Box<Canary> },
    Shifted { canary: Box<Canary> },
    Release { release: Box<Release> },
    Call(Box<StoryCall>),
    Copy(Box<ReportCopy>),
    Lose { region: String, until: i64 },
    Sicken { loss: Box<WriterLoss> },
    Key { principal: String, source_ip: String, user_agent: String, call: Box<KeyCall> },
}

impl Plot {
    /// The cues of a story; attacks and loads go to the traffic at once.
    pub(crate) fn of(
        story: &Story,
        seed: u64,
        start_ms: i64,
        (traffic, databases): (&mut super::traffic::Traffic, &mut Databases),
    ) -> Self {
        let (mut cues, mut freezes) = (Vec::new(), Vec::new());
        for (index, event) in (0u64..).zip(&story.events) {
            let moment = |when: When| {
                let span = u64::from(when.within_s) + 1;
                let chosen = mix(mix(seed, 0x9107), index) % span;
                start_ms + (i64::from(when.after_s) + i64::try_from(chosen).unwrap_or(0)) * 1000
            };
            match event {
                Event::Deploy(deploy) => {
                    let (at, step) = (moment(deploy.when), i64::from(deploy.step_s) * 1000);
                    let deploy = Box::new(deploy.clone());
                    cues.push((at, Cue::Code { deploy: deploy.clone() }));
                    cues.push((at + step, Cue::Publish { deploy: deploy.clone() }));
                    if let Some(alias) = deploy.alias.clone() {
                        let (principal, function) = (deploy.principal, deploy.function);
                        let point = Cue::Point { principal, function, alias, version: None };
                        cues.push((at + 2 * step, point));
                    }
                }
                Event::MoveAlias(event) => cues.push((
                    moment(event.when),
                    Cue::Point {
                        principal: event.principal.clone(),
                        function: event.function.clone(),
                        alias: event.alias.clone(),
                        version: Some(event.version),
                    },
                )),
                Event::StopTrail(event) => {
                    let principal = event.principal.clone();
                    cues.push((moment(event.when), Cue::StopTrail { principal }));
                }
                Event::Canary(event) => {
                    let deploy = Box::new(event.deploy.clone());
                    let (at, step) = (moment(deploy.when), i64::from(deploy.step_s) * 1000);
                    let canary = Box::new(event.clone());
                    cues.push((at, Cue::Code { deploy: deploy.clone() }));
                    cues.push((at + step, Cue::Publish { deploy }));
                    cues.push((at + 2 * step, Cue::Shift { canary: canary.clone() }));
                    let ends = at + 2 * step + i64::from(event.lasts_s) * 1000;
                    cues.push((ends, Cue::Shifted { canary }));
                }
                Event::Release(event) => {
                    let release = Box::new(event.clone());
                    cues.push((moment(event.when), Cue::Release { release }));
                }
                Event::Call(call) => {
                    cues.push((moment(call.when), Cue::Call(Box::new(call.clone()))));
                }
                Event::ReportCopy(copy) => {
                    cues.push((moment(copy.when), Cue::Copy(Box::new(copy.clone()))));
                }
                Event::KeyUse(event) => {
                    let mut at = moment(event.when);
                    for call in &event.calls {
                        at += i64::from(call.after_s) * 1000;
                        let cue = Cue::Key {
                            principal: event.principal.clone(),
                            source_ip: event.source_ip.clone(),
                            user_agent: event.user_agent.clone(),
                            call: Box::new(call.clone()),
                        };
                        cues.push((at, cue));
                    }
                }
                Event::Attack(attack) => traffic.attack(moment(attack.when), attack.clone()),
                Event::RegionLoss(loss) => {
                    let (from, region) = (moment(loss.when), loss.region.clone());
                    let until = from + i64::from(loss.lasts_s) * 1000;
                    cues.push((from, Cue::Lose { region, until }));
                }
                Event::WriterLoss(loss) => {
                    let loss = Box::new(loss.clone());
                    cues.push((moment(loss.when), Cue::Sicken { loss }));
                }
                Event::ReplicationStall(stall) => {
                    let from = moment(stall.when);
                    databases.stall(from, from + i64::from(stall.lasts_s) * 1000);
                }
                Event::FencingFails => databases.unfenced = true,
                Event::Freeze(freeze) => {
                    let from = moment(freeze.when);
                    freezes.push((from, from + i64::from(freeze.lasts_s) * 1000));
                }
                Event::Load(load) => {
                    let from = moment(load.when);
                    traffic.load(from, from + i64::from(load.lasts_s) * 1000, load.factor);
                }
            }
        }
        cues.sort_by_key(|(at, _)| *at);
        Self { cues: cues.into(), freezes }
    }

    /// Puts a cue among those that are still to come.
    fn put(&mut self, at: i64, cue: Cue) {
        let place = self.cues.partition_point(|(other, _)| *other <= at);
        self.cues.insert(place, (at, cue));
    }

    fn due(&mut self, now_ms: i64) -> Option<Cue> {
        if self.cues.front()?.0 > now_ms {
            return None;
        }
        self.cues.pop_front().map(|(_, cue)| cue)
    }
}

impl World {
    /// When the change calendar is closed, in milliseconds: from, and the first instant after.
    pub(crate) fn freezes(&self) -> &[(i64, i64)] {
        &self.plot.freezes
    }

    /// Plays every cue that is due.
    pub(super) fn play(&mut self) {
        while let Some(cue) = self.plot.due(self.now_ms) {
            match cue {
                Cue::Code { deploy } => {
                    let zip = Value::Blob(deploy.description.clone().into_bytes().into());
                    let input =
                        Value::empty().with("FunctionName", &deploy.function).with("ZipFile", zip);
                    self.act(&deploy.principal, "lambda", "UpdateFunctionCode", input);
                    self.characterise(&deploy.function, &deploy.code);
                }
                Cue::Publish { deploy } => {
                    let input = Value::empty()
                        .with("FunctionName", &deploy.function)
                        .with("Description", &deploy.description);
                    self.act(&deploy.principal, "lambda", "PublishVersion", input);
                }
                Cue::Point { principal, function, alias, version } => {
                    let newest = self
                        .home
                        .lambda
                        .get(&function)
                        .and_then(|function| function.versions.keys().next_back().copied());
                    let Some(version) = version.or(newest) else { continue };
                    let input = pointed(&function, &alias, version, Value::empty());
                    self.act(&principal, "lambda", "UpdateAlias", input);
                }
                Cue::StopTrail { principal } => {
                    let input = Value::empty().with("Name", TRAIL);
                    self.act(&principal, "cloudtrail", "StopLogging", input);
                }
                Cue::Shift { canary } => self.shift(&canary),
                Cue::Shifted { canary } => self.shifted(&canary),
                Cue::Release { release } => self.release(&release),
                Cue::Call(call) => {
                    let input = value(toml::Value::Table(call.input), self.now_ms);
                    self.act(&call.principal, &call.service, &call.operation, input);
                }
                Cue::Lose { region, until } => self.databases.lose(&region, until),
                Cue::Sicken { loss } => self.databases.sicken(&loss.instance, &loss.code),
                Cue::Copy(copy) => crate::services::stand_copy(self, &copy),
                Cue::Key { principal, source_ip, user_agent, call } => {
                    self.use_key(&principal, &source_ip, &user_agent, &call);
                }
            }
        }
    }

    /// A principal of the story makes a call, as it would over the wire.
    pub(super) fn act(&mut self, principal: &str, service: &str, operation: &str, input: Value) {
        let Some(principal) = self.principals.named(principal) else { return };
        let caller = principal.caller.clone();
        let call = Call {
            service: service.to_owned(),
            operation: operation.to_owned(),
            input,
            caller,
            region: HOME_REGION.to_owned(),
            request_id: self.fresh_id(),
            user_agent: PIPELINE_AGENT.to_owned(),
        };
        match self.perform(&call) {
            Some(Ok(Reply::Output(_) | Reply::Stream(_))) => {}
            Some(Err(error)) => {
                tracing::warn!(operation, %error.code, %error.message, "the story's call was refused");
            }
            None => tracing::warn!(operation, "the story's call is not served"),
        }
    }

    /// The code that `$LATEST` holds from now on behaves like this.
    fn characterise(&mut self, function: &str, character: &Character) {
        if let Some(function) = self.home.lambda.get_mut(function) {
            function.latest.character = Arc::new(character.clone());
        }
    }

    fn use_key(&mut self, principal: &str, source_ip: &str, user_agent: &str, call: &KeyCall) {
        let Some(principal) = self.principals.named(principal).cloned() else { return };
        if !self.signs(&principal.access_key) {
            return;
        }
        let action = format!("{}:{}", call.service, call.name);
        let denied = action != "sts:GetCallerIdentity" && self.denies(&principal, &action);
        let json = |value: &Option<toml::Value>| {
            value.as_ref().and_then(|value| serde_json::to_value(value).ok()).unwrap_or_default()
        };
        let code = call.error.clone().or_else(|| denied.then(|| "AccessDenied".to_owned()));
        let error = code.map(|code| {
            let message = format!(
                "User: {} is not authorized to perform: {}:{}",
                principal.caller.arn, call.service, call.name
            );
            (code, message)
        });
        let request_id = self.fresh_id();
        self.trail.record(&Deed {
            at: self.now_ms,
            service: &call.service,
            operation: &call.name,
            region: call.region.as_deref().unwrap_or(HOME_REGION),
            principal: &principal,
            source_ip,
            user_agent,
            request_id: &request_id,
            request: json(&call.request),
            response: if denied { serde_json::Value::Null } else { json(&call.response) },
            error,
        });
    }

    /// What a deployment does to an alias in the end, or on its way back.
    pub(crate) fn point_later(&mut self, at: i64, function: &str, alias: &str, version: u32) {
        let principal = "ci-deploy".to_owned();
        let (function, alias) = (function.to_owned(), alias.to_owned());
        self.plot.put(at, Cue::Point { principal, function, alias, version: Some(version) });
    }

    /// An id no other call has.
    pub(crate) fn fresh_id(&mut self) -> String {
        self.drawn += 1;
        uuid(mix(mix(self.seed, 0x1D5), self.drawn))
    }
}

/// An alias at a version, all weights as given.
pub(super) fn pointed(function: &str, alias: &str, version: u32, weights: Value) -> Value {
    Value::empty()
        .with("FunctionName", function)
        .with("Name", alias)
        .with("FunctionVersion", version.to_string())
        .with("RoutingConfig", Value::empty().with("AdditionalVersionWeights", weights))
}
