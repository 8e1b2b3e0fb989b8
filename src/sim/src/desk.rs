//! Serving one request: route, signature, input, faults, behaviour, answer, ledger.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, StreamBody};

use crate::account::{Body, Inner, ReplyLost};
use crate::faults::Kind;
use crate::ledger::{Outcome, Served};
use crate::model::{Operation, Protocol};
use crate::wire::call::{ApiError, Call, Caller, Reply};
use crate::wire::common::Common;
use crate::wire::route::{Incoming, Route, route};
use crate::wire::sigv4::{Keys, Signature};
use crate::wire::stream::{EventBody, Mood};
use crate::wire::value::Value;
use crate::wire::{BodyError, answer, audit, refusal, request, validate};
use crate::world::names::HOME_REGION;

/// A call whose reply was lost, to be executed later.
#[derive(Debug)]
pub(crate) struct Late {
    pub(crate) due_ms: i64,
    pub(crate) call: Call,
}

/// Serves one request.
pub(crate) async fn serve(account: &Arc<Inner>, request: Request<Bytes>) -> Response<Body> {
    let mut visit = Visit::new(account, request);
    let done = visit.run();
    match done.wait {
        Wait::No => {}
        Wait::Until(due_ms) => account.until(due_ms).await,
        Wait::For(real) => tokio::time::sleep(real).await,
    }
    done.answer
}

/// A served request and what to wait for before it is handed back.
struct Done {
    answer: Response<Body>,
    wait: Wait,
}

#[derive(Clone, Copy)]
enum Wait {
    No,
    Until(i64),
    For(Duration),
}

/// One request on its way through.
struct Visit<'a> {
    account: &'a Arc<Inner>,
    incoming: Incoming,
    served: Served,
}

impl<'a> Visit<'a> {
    fn new(account: &'a Arc<Inner>, request: Request<Bytes>) -> Self {
        let id = account.ids.lock().unwrap_or_else(PoisonError::into_inner).u128(..);
        let request_id = uuid::Builder::from_random_bytes(id.to_be_bytes()).into_uuid().to_string();
        let served = Served {
            number: 0,
            at_ms: 0,
            service: String::new(),
            operation: String::new(),
            protocol: None,
            input: Value::empty(),
            access_key: String::new(),
            region: String::new(),
            request_id,
            status: 0,
            outcome: Outcome::Answered,
            violations: Vec::new(),
            strays: Vec::new(),
        };
        Self { account, incoming: Incoming::new(request), served }
    }

    fn run(&mut self) -> Done {
        self.served.at_ms = self.account.world().now();
        let signature = Signature::read(&self.incoming);
        let known = signature.as_ref().ok().and_then(Option::as_ref);
        if let Some(region) = known.map(|known| known.region.clone())
            && self.unreachable(&region)
        {
            return self.drop_silently(region);
        }
        let Some(route) = route(&self.incoming, known) else { return self.nobody(&signature) };
        route.entry.name.clone_into(&mut self.served.service);
        route.asked.clone_into(&mut self.served.operation);
        self.served.protocol = Some(route.protocol);
        let admitted = signature.and_then(|signature| self.admit(&route, signature));
        match admitted.and_then(|(caller, region)| self.read(&route, caller, region)) {
            Ok((operation, call)) => self.execute(&route, operation, call),
            Err(common) => {
                let error =
                    common.error(Some(route.entry.service()), route.protocol, route.operation);
                self.refuse(&route, &error)
            }
        }
    }

    /// Believes a signature, or says why not.
    fn admit(
        &mut self,
        route: &Route,
        signature: Option<Signature>,
    ) -> Result<(Caller, String), Common> {
        if signature.is_none() && route.operation.is_some_and(|operation| operation.open) {
            return Ok((Caller::nobody(), HOME_REGION.to_owned()));
        }
        let signature = signature.ok_or(Common::MissingToken)?;
        self.served.access_key.clone_from(&signature.access_key);
        self.served.region.clone_from(&signature.region);
        let world = self.account.world();
        let principal = world.secret_of(&signature.access_key).ok_or(Common::UnknownKey)?;
        let now_ms = world.now();
        drop(world);
        let keys = Keys {
            access_key: &principal.access_key,
            secret: &principal.secret,
            token: principal.session_token.as_deref(),
        };
        signature.verify(&self.incoming, &keys, self.account.wall.now_ms())?;
        if principal.expires_ms.is_some_and(|expires| expires <= now_ms) {
            return Err(Common::ExpiredToken);
        }
        if signature.service != route.entry.signing_name {
            return Err(Common::Signature(format!(
                "Credential should be scoped to correct service: '{}'. ",
                route.entry.signing_name
            )));
        }
        Ok((principal.caller, signature.region))
    }

    fn read(
        &mut self,
        route: &Route,
        caller: Caller,
        region: String,
    ) -> Result<(&'static Operation, Call), Common> {
        let service = route.entry.service();
        let operation = route.operation.ok_or_else(|| {
            Common::UnknownOperation(match route.protocol {
                Protocol::Query => format!(
                    "Could not find operation {} for version {}",
                    route.asked, service.meta.api_version
                ),
                Protocol::Ec2 => {
                    format!("The action {} is not valid for this web service.", route.asked)
                }
                Protocol::Json | Protocol::RestJson | Protocol::RestXml | Protocol::Cbor => {
                    format!(
                        "`{}` is no operation of {} that the simulated account knows",
                        route.asked, service.name
                    )
                }
            })
        })?;
        let input = request::decode(&self.incoming, route, operation, &mut self.served.strays);
        let input = input.map_err(|malformed| Common::Malformed(malformed.to_string()))?;
        self.served.input = input.clone();
        let call = Call {
            service: service.name.to_owned(),
            operation: operation.name.clone(),
            input,
            caller,
            region,
            request_id: self.served.request_id.clone(),
            user_agent: self.incoming.header("user-agent").to_owned(),
        };
        Ok((operation, call))
    }

    fn execute(&mut self, route: &Route, operation: &'static Operation, call: Call) -> Done {
        let service = route.entry.service();
        let breaches = operation
            .input
            .map(|id| validate::breaches(service, id, &call.input))
            .unwrap_or_default();
        if !breaches.is_empty() {
            let (code, message) = validate::refusal(service, route.protocol, operation, &breaches);
            return self.refuse(route, &ApiError::new(code, message));
        }
        let fault = self.account.faults.strike(service.name, &operation.name);
        let common = |common: &Common| common.error(Some(service), route.protocol, Some(operation));
        let mut wait = Wait::No;
        match fault {
            Some(Kind::Throttle) => return self.refuse(route, &common(&Common::Throttled)),
            Some(Kind::ExpiredToken) => return self.refuse(route, &common(&Common::ExpiredToken)),
            Some(Kind::ErrorBefore) => return self.refuse(route, &common(&Common::Internal)),
            Some(Kind::Deny) => {
                let message = format!(
                    "User: {} is not authorized to perform: {}:{} because of a fault of the simulated account",
                    call.caller.arn, service.meta.signing_name, operation.name
                );
                let error = common(&Common::Denied(message));
                let outcome = Err(error.clone());
                self.account.world().record_call(&call, &outcome);
                return self.refuse(route, &error);
            }
            Some(Kind::LateExecution(seconds)) => {
                let due_ms = self.served.at_ms + milliseconds(seconds);
                self.account
                    .late
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(Late { due_ms, call });
                return self.lose(Outcome::Postponed);
            }
            Some(Kind::Slow(seconds)) => {
                wait = Wait::Until(self.served.at_ms + milliseconds(seconds));
            }
            Some(Kind::Stall(seconds)) => wait = Wait::For(Duration::from_secs_f64(seconds)),
            Some(
                Kind::LostReply
                | Kind::Torn
                | Kind::Mangled
                | Kind::Silent
                | Kind::ErrorAfter
                | Kind::Turns(_)
                | Kind::Lost,
            )
            | None => {}
        }
        let outcome = {
            let mut world = self.account.world();
            world.turn = if let Some(Kind::Turns(turn)) = fault { Some(turn) } else { None };
            world.perform(&call)
        };
        let Some(outcome) = outcome else {
            let message = format!(
                "the simulated account does not serve {}:{}; its model is known, its behaviour is not built yet",
                service.name, operation.name
            );
            let done = self.refuse(route, &common(&Common::UnknownOperation(message)));
            return done;
        };
        match fault {
            Some(Kind::LostReply) => return self.lose(Outcome::ReplyLost),
            Some(Kind::ErrorAfter) => return self.refuse(route, &common(&Common::Internal)),
            _ => {}
        }
        let mut done = match outcome {
            Ok(Reply::Output(output)) => self.answer(route, operation, &output, fault),
            Ok(Reply::Stream(events)) => {
                let mood = match fault {
                    Some(Kind::Torn) => Mood::Torn,
                    Some(Kind::Silent) => Mood::Silent,
                    _ => Mood::Sound,
                };
                self.stream(route, operation, events, mood)
            }
            Err(error) => self.refuse(route, &error),
        };
        done.wait = wait;
        done
    }

    fn answer(
        &mut self,
        route: &Route,
        operation: &Operation,
        output: &Value,
        fault: Option<Kind>,
    ) -> Done {
        let service = route.entry.service();
        if let Some(id) = operation.output {
            self.served.violations = audit::violations(service, id, output);
            if let Some(first) = self.served.violations.first() {
                tracing::warn!(service = service.name, operation = operation.name, %first, "an answer breaks its model");
            }
        }
        let answer =
            answer::encode(service, route.protocol, operation, output, &self.served.request_id);
        self.note(answer.status().as_u16(), Outcome::Answered);
        let answer = answer.map(|bytes| match fault {
            Some(Kind::Torn) => half(&bytes),
            Some(Kind::Mangled) => full(mangled(&bytes)),
            _ => full(bytes),
        });
        Done { answer, wait: Wait::No }
    }

    fn stream(
        &mut self,
        route: &Route,
        operation: &'static Operation,
        events: tokio::sync::mpsc::Receiver<crate::wire::call::StreamEvent>,
        mood: Mood,
    ) -> Done {
        let service = route.entry.service();
        let members = service
            .event_stream(operation)
            .and_then(|member| service.shape(member.shape).structure());
        let Some(members) = members else {
            tracing::error!(
                service = service.name,
                operation = operation.name,
                "a stream where the model has none"
            );
            let error = Common::Internal.error(Some(service), route.protocol, Some(operation));
            return self.refuse(route, &error);
        };
        let mut answer = Response::new(EventBody::new(service, members, events, mood).boxed());
        answer::name(&mut answer, service, route.protocol, &self.served.request_id);
        let content_type = http::HeaderValue::from_static("application/vnd.amazon.eventstream");
        answer.headers_mut().insert(http::header::CONTENT_TYPE, content_type);
        self.note(200, Outcome::Answered);
        Done { answer, wait: Wait::No }
    }

    fn refuse(&mut self, route: &Route, error: &ApiError) -> Done {
        let service = route.entry.service();
        let method = &self.incoming.method;
        let answer =
            refusal::encode(service, route.protocol, method, error, &self.served.request_id);
        self.note(answer.status().as_u16(), Outcome::Refused(error.code.clone()));
        Done { answer: answer.map(full), wait: Wait::No }
    }

    /// Whether nothing answers in a region. The global services live in that which their calls are signed for.
    fn unreachable(&self, region: &str) -> bool {
        self.account.faults.lost().iter().any(|lost| lost == region)
            || self.account.world().lost(region)
    }

    /// A request to a region that is lost: nobody takes it.
    fn drop_silently(&mut self, region: String) -> Done {
        self.served.region = region;
        self.served.operation = format!("{} {}", self.incoming.method, self.incoming.path);
        self.broken(Outcome::Unreachable, "nothing answers in this region: it is lost")
    }

    fn lose(&mut self, outcome: Outcome) -> Done {
        let why = "the connection broke before the reply arrived (fault of the simulated account)";
        self.broken(outcome, why)
    }

    fn broken(&mut self, outcome: Outcome, why: &'static str) -> Done {
        self.note(0, outcome);
        let error = BodyError::from(why);
        let broken = futures_util::stream::iter([Err::<http_body::Frame<Bytes>, _>(error)]);
        let mut answer = Response::new(BodyExt::boxed(StreamBody::new(broken)));
        answer.extensions_mut().insert(ReplyLost);
        Done { answer, wait: Wait::No }
    }

    /// A request that belongs to no service.
    fn nobody(&mut self, signature: &Result<Option<Signature>, Common>) -> Done {
        let (status, error) = match signature {
            Err(common) => (400, common.error(None, Protocol::RestJson, None)),
            Ok(None) => (403, Common::MissingToken.error(None, Protocol::RestJson, None)),
            Ok(Some(signature)) => {
                let message =
                    format!("the simulated account has no service `{}`", signature.service);
                (404, Common::UnknownOperation(message).error(None, Protocol::RestJson, None))
            }
        };
        let answer = refusal::nobody(status, &error.code, &error.message, &self.served.request_id);
        self.served.operation = format!("{} {}", self.incoming.method, self.incoming.path);
        self.note(status, Outcome::Refused(error.code));
        Done { answer: answer.map(full), wait: Wait::No }
    }

    fn note(&mut self, status: u16, outcome: Outcome) {
        self.served.status = status;
        self.served.outcome = outcome;
        self.account.ledger.write(self.served.clone());
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the seconds of a fault are few")]
fn milliseconds(seconds: f64) -> i64 {
    (seconds * 1000.0) as i64
}

fn full(bytes: Bytes) -> Body {
    Full::new(bytes).map_err(|never| match never {}).boxed()
}

/// The body with a byte that is no UTF-8 in place of a letter: of a log line, if it holds one, else of its last text.
fn mangled(bytes: &Bytes) -> Bytes {
    const LINE: &[u8] = b"\"message\":\"";
    let mut bytes = bytes.to_vec();
    if let Some(line) = bytes.windows(LINE.len()).rposition(|window| window == LINE)
        && let Some(letter) = bytes.get_mut(line + LINE.len())
    {
        *letter = 0xff;
        return bytes.into();
    }
    let ends = |window: &[u8]| matches!(window, [letter, b'"', b',' | b'}' | b']'] | [letter, b'<', b'/'] if letter.is_ascii_alphabetic());
    let last = bytes.windows(3).rposition(ends);
    if let Some(letter) = last.and_then(|at| bytes.get_mut(at)) {
        *letter = 0xff;
    }
    bytes.into()
}

fn half(bytes: &Bytes) -> Body {
    let error =
        BodyError::from("the connection was cut in the middle of the body (fault torn-stream)");
    let frames = [Ok(http_body::Frame::data(bytes.slice(..bytes.len() / 2))), Err(error)];
    BodyExt::boxed(StreamBody::new(futures_util::stream::iter(frames)))
}
