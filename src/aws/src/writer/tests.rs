//! Warrants from the whole road, served by servers that answer well, badly, or not at all.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use watchdeck_domain::change::PointAlias;
use watchdeck_domain::{
    AliasName, Arn, Change, Clock, Environment, FunctionName, Region, Reversal, RevisionId, RunId,
    Scope, Task, Timestamp, Version,
};
use watchdeck_guard::run::Landing;
use watchdeck_guard::{
    Ceremony, Doubt, Draft, Ended, Journal, Judge, JudgeError, KillSwitch, Next, OnError, Operator,
    Origin, Plan, PlanId, Risk, Run, Sim, Step, Verdict,
};

use super::*;
use crate::Armed;
use crate::fake::{self, Fake, Seen, Then};
use crate::wire::WireBody;

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        NOW
    }
    fn sleep(&self, _: Duration) -> Task<'_, ()> {
        Box::pin(std::future::pending())
    }
}

struct Yes;

impl Judge for Yes {
    fn judge(&self, _: &str, _: &serde_json::Value) -> Result<Verdict, JudgeError> {
        Ok(Verdict::True)
    }
}

pub(super) fn scope() -> Scope {
    let account = fake::ACCOUNT.parse().unwrap();
    Scope { account, region: Region::parse("eu-central-1").unwrap() }
}

fn point(version: &str, revision: &str, description: String) -> Change {
    Change::PointAlias(PointAlias {
        function: FunctionName::parse("orders-writer").unwrap(),
        alias: AliasName::parse("live").unwrap(),
        version: Version::parse(version).unwrap(),
        weights: BTreeMap::new(),
        description,
        revision: RevisionId::parse(revision).unwrap(),
    })
}

pub(super) fn draft() -> Draft {
    let id = PlanId::draw(NOW);
    let mark = format!("rolled back by {}", id.run());
    Draft {
        title: "roll orders-writer:live back to 41".into(),
        runbook: Origin {
            id: "test".into(),
            version: 1,
            sha256: String::new(),
            text: String::new(),
        },
        params: BTreeMap::new(),
        scope: scope(),
        first: Step {
            id: "point".into(),
            title: "point".into(),
            change: point("41", "rev-42", mark.clone()),
            reversal: Reversal::By(Box::new(point("42", "rev-42", mark))),
            settle_ms: 60_000,
            rest_s: None,
            probe: None,
            pause: None,
            no_return: false,
            on_error: OnError::Stop,
        },
        rest: vec![],
        facts: vec![],
        pins: vec![],
        checks: vec![],
        waits: vec![],
        verifications: vec![],
        risk: Risk::R2,
        ttl_s: 300,
        phrase: "{target} to {to} in {account}".into(),
        notes: vec![],
        others: None,
        undoes: None,
        id,
    }
}

/// What came of a run.
pub(super) enum Came {
    Landed(Vec<Landing>),
    Stopped(Ended, String),
    Adrift(Doubt),
}

/// Walks the whole road with one writer, and tells what came of it and under which run.
async fn walk(fake: &Arc<Fake>, writer: &dyn Writer<Sim>) -> (RunId, Came) {
    walk_with(&draft(), fake, writer).await
}

pub(super) async fn walk_with(
    draft: &Draft,
    fake: &Arc<Fake>,
    writer: &dyn Writer<Sim>,
) -> (RunId, Came) {
    let ceremony = Arc::new(Ceremony::bare(Environment::Sandbox));
    Box::pin(walk_by(draft, fake, writer, &ceremony)).await
}

async fn walk_by(
    draft: &Draft,
    fake: &Arc<Fake>,
    writer: &dyn Writer<Sim>,
    ceremony: &Arc<Ceremony>,
) -> (RunId, Came) {
    let Armed::Sim(hands) = fake::connection(fake).await.arm() else { panic!("not in process") };
    let reader = &*hands.reader;
    let plan =
        Plan::<_, Sim>::propose(draft.clone()).check(reader, &Yes, ceremony, NOW).await.unwrap();
    let challenge = plan.challenge();
    let phrase = challenge.question().phrase.clone();
    let operator = Operator { name: "tester".into() };
    let plan = challenge.answer(&phrase, &operator, NOW).map_err(|(_, refusal)| refusal).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut journal = Journal::open(&folder.path().join("journal"), NOW).unwrap();
    let run = Run::open(plan);
    let id = run.id().clone();
    let run = run.verify(reader, &Yes, NOW).await.map_err(|(_, refusal)| refusal).unwrap();
    let run = run.record(&mut journal, NOW).map_err(|(_, error)| error).unwrap();
    let came = match run.act(writer, &mut journal, &Still).await {
        Ok(Next::Settled(settled)) => Came::Landed(settled.landed().to_vec()),
        Ok(Next::Stopped(_, stop)) => Came::Stopped(stop.ended(), stop.to_string()),
        Ok(Next::More(_) | Next::Passed(..) | Next::Left(_)) => panic!("there is one step"),
        Err(adrift) => Came::Adrift(adrift.doubt().clone()),
    };
    (id, came)
}

pub(super) fn writer(
    fake: &crate::Connection,
    role: Option<&str>,
    limit: Duration,
) -> Writing<Sim> {
    let role = role.map(|role| Arn::parse(role).unwrap());
    Writing::new(fake.config(), scope(), role, limit, Arc::default())
}

async fn plainly(fake: &Arc<Fake>) -> (RunId, Came) {
    let connection = fake::connection(fake).await;
    walk(fake, &writer(&connection, None, WRITE_LIMIT)).await
}

/// Answers reads of the alias, and changes of it as `update` does.
fn lambda(update: impl Fn(&Seen) -> http::Response<WireBody> + Send + Sync + 'static) -> Arc<Fake> {
    Fake::new(move |seen| if seen.method == "GET" { alias("42", "rev-42") } else { update(seen) })
}

fn alias(version: &str, revision: &str) -> http::Response<WireBody> {
    let body = format!(
        r#"{{"AliasArn":"arn:a","Name":"live","FunctionVersion":"{version}","Description":"","RevisionId":"{revision}"}}"#
    );
    marked(fake::json(200, body))
}

/// As AWS marks what it answers.
pub(super) fn marked(mut answer: http::Response<WireBody>) -> http::Response<WireBody> {
    answer.headers_mut().insert("x-amzn-requestid", "req-1".parse().unwrap());
    answer
}

fn changes(fake: &Fake) -> Vec<Seen> {
    fake.seen().into_iter().filter(|seen| seen.method == "PUT").collect()
}

#[tokio::test]
async fn an_alias_is_pointed_with_lock_weights_and_the_name_of_the_run() {
    let fake = lambda(|_| alias("41", "rev-43"));
    let (run, came) = plainly(&fake).await;
    let Came::Landed(landed) = came else { panic!("it did not land") };
    assert_eq!(landed[0].revision.as_ref().unwrap().as_str(), "rev-43");
    assert_eq!(landed[0].request_id.as_ref().unwrap().as_str(), "req-1");
    let sent = &changes(&fake)[0];
    let arn = "arn%3Aaws%3Alambda%3Aeu-central-1%3A123456784021%3Afunction%3Aorders-writer";
    assert_eq!(sent.path, format!("/2015-03-31/functions/{arn}/aliases/live"));
    let body: serde_json::Value = serde_json::from_str(&sent.text()).unwrap();
    let wanted = serde_json::json!({
        "FunctionVersion": "41",
        "Description": format!("rolled back by {run}"),
        "RoutingConfig": {"AdditionalVersionWeights": {}},
        "RevisionId": "rev-42",
    });
    assert_eq!(body, wanted);
    assert!(sent.agent.contains(&format!("app/watchdeck-{run}")), "{}", sent.agent);
}

/// A writer during whose work the kill switch is pulled.
struct Pulling<'a>(&'a dyn Writer<Sim>, KillSwitch);

impl Writer<Sim> for Pulling<'_> {
    fn serve(&self, warrant: Warrant<Sim>) -> Task<'_, Result<Receipt, Unserved>> {
        self.1.hold();
        self.0.serve(warrant)
    }
}

#[tokio::test]
async fn gd09_a_call_on_its_way_does_not_reach_the_wire_once_the_switch_is_pulled() {
    let fake = lambda(|_| alias("41", "rev-43"));
    let connection = fake::connection(&fake).await;
    let ceremony = Arc::new(Ceremony::bare(Environment::Sandbox));
    let writer = writer(&connection, None, WRITE_LIMIT);
    let pulling = Pulling(&writer, ceremony.switch.clone());
    let (_, came) = walk_by(&draft(), &fake, &pulling, &ceremony).await;
    let Came::Stopped(Ended::Rejected, why) = came else { panic!("it was not sent") };
    assert!(why.starts_with("NotSent"), "{why}");
    assert!(changes(&fake).is_empty());
}

#[tokio::test]
async fn a_definite_no_is_a_refusal_and_is_not_repeated() {
    let no = [
        (412, "PreconditionFailedException"),
        (409, "ResourceConflictException"),
        (404, "ResourceNotFoundException"),
        (403, "AccessDeniedException"),
        (429, "TooManyRequestsException"),
        (400, "InvalidParameterValueException"),
    ];
    for (status, code) in no {
        let body = format!(r#"{{"__type":"{code}","message":"no\u001b[2J"}}"#);
        let fake = lambda(move |_| marked(fake::json(status, body.clone())));
        let (_, came) = plainly(&fake).await;
        let Came::Stopped(Ended::Rejected, why) = came else { panic!("{code} is definite") };
        assert_eq!(why, format!("{code}: no\\u{{1b}}[2J"));
        assert_eq!(changes(&fake).len(), 1, "{code} was repeated");
    }
}

#[tokio::test]
async fn whatever_leaves_the_outcome_open_is_unsettled_and_is_not_repeated() {
    type Answer = fn(&Seen) -> http::Response<WireBody>;
    type Wanted = fn(&Doubt) -> bool;
    let open: [(&str, Answer, Wanted); 10] = [
        (
            "500",
            |_| fake::json(500, r#"{"__type":"ServiceException"}"#),
            |d| matches!(d, Doubt::Fault(_)),
        ),
        ("503 page", |_| fake::html(503, "<html>"), |d| matches!(d, Doubt::Fault(_))),
        // What stands between us and AWS may have passed the change on before it said no.
        ("403 page", |_| fake::html(403, "<html>blocked"), |d| matches!(d, Doubt::Garbled(_))),
        ("413 of nobody", |_| fake::json(413, "{}"), |d| matches!(d, Doubt::Garbled(_))),
        (
            "403 of a gateway",
            |_| fake::json(403, r#"{"code":"Forbidden","message":"no"}"#),
            |d| matches!(d, Doubt::Garbled(_)),
        ),
        (
            "403 without a code",
            |_| marked(fake::json(403, r#"{"message":"no"}"#)),
            |d| matches!(d, Doubt::Garbled(_)),
        ),
        ("408", |_| fake::html(408, "late"), |d| matches!(d, Doubt::TimedOut(_))),
        (
            "200 page",
            |_| fake::html(200, "<html>a portal</html>"),
            |d| matches!(d, Doubt::Garbled(_)),
        ),
        ("torn", |_| fake::event_stream(vec!["{".into()], Then::Tear), |_| true),
        ("another version", |_| alias("42", "rev-43"), |d| matches!(d, Doubt::Garbled(_))),
    ];
    for (name, answer, wanted) in open {
        let fake = lambda(answer);
        let (_, came) = plainly(&fake).await;
        let Came::Adrift(doubt) = came else { panic!("{name} leaves the outcome open") };
        assert!(wanted(&doubt), "{name}: {doubt}");
        assert_eq!(changes(&fake).len(), 1, "{name} was repeated");
    }
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_unsettled() {
    let fake = lambda(|_| fake::event_stream(vec![], Then::Silence));
    let connection = fake::connection(&fake).await;
    let impatient = writer(&connection, None, Duration::from_millis(40));
    let (_, came) = walk(&fake, &impatient).await;
    assert!(matches!(came, Came::Adrift(Doubt::TimedOut(_))));
    assert_eq!(changes(&fake).len(), 1);
}

#[tokio::test]
async fn a_warrant_for_elsewhere_is_refused_before_anything_is_sent() {
    let fake = lambda(|_| alias("41", "rev-43"));
    let connection = fake::connection(&fake).await;
    let elsewhere = Scope { region: Region::parse("eu-west-1").unwrap(), ..scope() };
    let writer =
        Writing::<Sim>::new(connection.config(), elsewhere, None, WRITE_LIMIT, connection.veil());
    let (_, came) = walk(&fake, &writer).await;
    let Came::Stopped(Ended::Rejected, why) = came else { panic!("it was served") };
    assert!(why.starts_with("WrongScope: this writer acts in 123456784021/eu-west-1"), "{why}");
    assert!(changes(&fake).is_empty());
}

/// The draft whose change is made in the second region.
fn afar() -> Draft {
    let (mut draft, west) = (draft(), Region::parse("eu-west-1").unwrap());
    let Reversal::By(back) = draft.first.reversal else { panic!("it leads back") };
    let home = scope().region;
    draft.first.change = draft.first.change.made_in(&west, &home);
    draft.first.reversal = Reversal::By(Box::new(back.made_in(&west, &home)));
    draft
}

#[tokio::test]
async fn a_change_in_another_region_is_read_signed_and_sent_there() {
    let fake = lambda(|_| alias("41", "rev-43"));
    let connection = fake::connection(&fake).await;
    let writer = writer(&connection, None, WRITE_LIMIT);
    let (_, came) = walk_with(&afar(), &fake, &writer).await;
    assert!(matches!(came, Came::Landed(_)));
    let sent = &changes(&fake)[0];
    let arn = "arn%3Aaws%3Alambda%3Aeu-west-1%3A123456784021%3Afunction%3Aorders-writer";
    assert_eq!(sent.path, format!("/2015-03-31/functions/{arn}/aliases/live"));
    assert!(sent.signed.contains("/eu-west-1/lambda/aws4_request"), "{}", sent.signed);
    let read = fake.seen().into_iter().filter(|it| it.method == "GET");
    let mut read = read.filter(|it| it.signed.contains("/lambda/"));
    assert!(read.all(|it| it.signed.contains("/eu-west-1/")));
}

#[tokio::test]
async fn the_session_of_a_change_in_another_region_is_confined_to_that_region() {
    let fake =
        lambda(|seen| if seen.has("AssumeRole") { assumed() } else { alias("41", "rev-43") });
    let connection = fake::connection(&fake).await;
    let writer = writer(&connection, Some(ROLE), WRITE_LIMIT);
    let (_, came) = walk_with(&afar(), &fake, &writer).await;
    assert!(matches!(came, Came::Landed(_)));
    let assumed = fake.all().into_iter().find(|it| it.has("AssumeRole")).unwrap();
    let region = "lambda%3Aeu-west-1%3A123456784021%3Afunction%3Aorders-writer";
    assert!(assumed.text().contains(region), "{}", assumed.text());
    assert!(assumed.signed.contains("/eu-central-1/sts/"), "the session is opened at home");
    assert!(changes(&fake)[0].signed.contains("ASIAWRITE"));
}

const ROLE: &str = "arn:aws:iam::123456784021:role/oncall-write";

fn assumed() -> http::Response<WireBody> {
    let keys = "<AccessKeyId>ASIAWRITE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
                <SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>";
    let body = format!(
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>\
         <Credentials>{keys}</Credentials></AssumeRoleResult></AssumeRoleResponse>"
    );
    fake::whole(200, "text/xml", body)
}

#[tokio::test]
async fn with_a_writing_role_the_change_is_made_in_a_session_that_aws_confines_to_it() {
    let fake =
        lambda(|seen| if seen.has("AssumeRole") { assumed() } else { alias("41", "rev-43") });
    let connection = fake::connection(&fake).await;
    let (run, came) = walk(&fake, &writer(&connection, Some(ROLE), WRITE_LIMIT)).await;
    assert!(matches!(came, Came::Landed(_)));
    let assume = fake.all().into_iter().find(|seen| seen.has("AssumeRole")).unwrap().text();
    assert!(assume.contains(&format!("RoleSessionName={run}")), "{assume}");
    assert!(assume.contains("lambda%3AUpdateAlias"), "{assume}");
    assert!(assume.contains("function%3Aorders-writer%22"), "{assume}");
    assert!(changes(&fake)[0].signed.contains("Credential=ASIAWRITE/"));
}

#[tokio::test]
async fn without_the_session_nothing_is_changed() {
    let denied = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
                  <Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>";
    let fake = lambda(move |seen| {
        if seen.has("AssumeRole") {
            fake::whole(403, "text/xml", denied)
        } else {
            alias("41", "rev-43")
        }
    });
    let connection = fake::connection(&fake).await;
    let (_, came) = walk(&fake, &writer(&connection, Some(ROLE), WRITE_LIMIT)).await;
    let Came::Stopped(Ended::Rejected, why) = came else { panic!("it was served") };
    assert!(why.starts_with("AccessDenied: the writing role"), "{why}");
    assert!(changes(&fake).is_empty());
}

/// A writer that asks for its warrant's call twice.
struct Greedy(std::sync::Mutex<Vec<bool>>);

impl Writer<Sim> for Greedy {
    fn serve(&self, warrant: Warrant<Sim>) -> Task<'_, Result<Receipt, Unserved>> {
        let stamps = [(); 3].map(|()| crate::gate::Stamp::of(&warrant).is_some());
        self.0.lock().unwrap().extend(stamps);
        let refused = warrant.refused("Tested", "nothing was sent", None);
        Box::pin(std::future::ready(Err(refused)))
    }
}

#[tokio::test]
async fn a_warrant_yields_one_stamp() {
    let fake = lambda(|_| alias("41", "rev-43"));
    let greedy = Greedy(std::sync::Mutex::default());
    let (_, came) = walk(&fake, &greedy).await;
    assert!(matches!(came, Came::Stopped(Ended::Rejected, _)));
    assert_eq!(*greedy.0.lock().unwrap(), [true, false, false]);
}

#[test]
fn the_app_name_carries_the_run_whole() {
    let run = RunId::parse("r-0123456789abcdef0123456789abcdef").unwrap();
    let name = app_name(&run).unwrap();
    assert_eq!(name.as_ref(), "watchdeck-r-0123456789abcdef0123456789abcdef");
    assert!(name.as_ref().len() <= 50, "longer names are warned about");
}

/// A draft of a change that AWS makes without comparing, and of its way back.
pub(super) fn setting(change: Change, back: Change) -> Draft {
    let mut draft = draft();
    draft.first.change = change;
    draft.first.reversal = Reversal::By(Box::new(back));
    draft
}
