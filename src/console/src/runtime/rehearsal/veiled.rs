//! Secrets in plans: whatever comes of a run, neither journal, nor screen, nor recording, nor log has a word of them; the
//! account has them.

use std::io::Write;
use std::sync::Mutex;

use watchdeck_sim::wire::call::{Call, Caller};
use watchdeck_sim::wire::value::Value;

use super::*;
use crate::app::shell::Screen;
use crate::app::{self, Msg};
use crate::ui;

const CANARY: &str = "c4n4ry-in-the-mine";

/// `cp.freeze` with its reason made a secret, under the same id.
fn catalogue() -> Catalogue {
    let text = include_str!("../../../../../runbooks/cp-freeze.toml")
        .replacen("type = \"text\"\nmax_length = 240", "type = \"secret\"", 1)
        .replacen("[step.with]", "sensitive = [\"reason\"]\n\n[step.with]", 1);
    let catalogue = Catalogue::new(vec![("cp-freeze.toml".into(), text)]);
    assert!(catalogue.unsound.is_empty(), "{:#?}", catalogue.unsound);
    catalogue
}

/// Everything that a desk tells until it is done, or will not.
async fn told(sitting: &mut Sitting, request: Request, all: &mut Vec<Event>) -> Option<Question> {
    sitting.send(request);
    loop {
        let event = sitting.events.recv().await.unwrap();
        all.push(event.clone());
        if let Event::Asked { question, .. } = event {
            return Some(*question);
        }
        if matches!(event, Event::Done(_) | Event::Refused { .. }) {
            sitting.send(Request::List { rows: 1_000 });
            while let Some(event) = sitting.events.recv().await {
                let is_last = matches!(event, Event::Journal { .. });
                all.push(event);
                if is_last {
                    return None;
                }
            }
        }
    }
}

/// What the account says of the stage, as it is.
fn stands(account: &Rehearsed) -> String {
    account.account().peek(|world| {
        let call = Call {
            service: "codepipeline".into(),
            operation: "GetPipelineState".into(),
            input: Value::empty().with("name", "orders-deploy"),
            caller: Caller {
                access_key: "AKIASIMADMINISTRATOR".into(),
                arn: "arn:aws:iam::123456784021:user/administrator".into(),
                user_id: "AIDASIMADMINISTRATOR".into(),
                account: "123456784021".into(),
            },
            region: "eu-central-1".into(),
            request_id: "looked".into(),
            user_agent: "looked".into(),
        };
        format!("{:?}", world.perform(&call).unwrap().unwrap())
    })
}

/// Draws every screen after every event, and records each.
fn shown(events: &[Event]) -> String {
    let mut model = crate::tests::model();
    let now = model.now;
    let mut all = String::new();
    drop(app::update(&mut model, Msg::Resized { width: 200, height: 70 }, now));
    for event in events {
        let msg = Msg::Desk(Box::new(event.clone()));
        all.push_str(&serde_json::to_string(&app::recorded(&model, &msg)).unwrap());
        drop(app::update(&mut model, msg, now));
        all.push_str(&serde_json::to_string(&model).unwrap());
        for screen in [
            Screen::Overview,
            Screen::Plan,
            Screen::Run,
            Screen::Journal,
            Screen::Problems,
            Screen::Trail,
            Screen::Runbooks,
        ] {
            model.shell.show(screen);
            all.push_str(&ui::print(&model, (200, 70), false));
        }
    }
    all
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn t16_a_secret_is_in_the_account_and_nowhere_else() {
    let log = Log::default();
    let writer = log.clone();
    let logging = tracing_subscriber::fmt()
        .with_env_filter(crate::runtime::logging::detail(None))
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(logging);
    let catalogue = catalogue();
    let scenarios = catalogue.find("cp.freeze").unwrap().runbook.scenarios.clone();
    let (mut sent, mut played) = (0, 0);
    for mut scenario in scenarios {
        scenario.params.insert("reason".into(), CANARY.into());
        let begun = Timestamp::parse(BEGINNING).unwrap();
        let account = rehearse(&scenario.given, begun).await.unwrap();
        let params = veiled(&catalogue, "cp.freeze", &scenario, &account).unwrap();
        let word = params["reason"].as_str().unwrap().to_owned();
        let place = Place { scope: account.connection.scope(), now: account.clock.now() };
        let source = account.connection.source();
        let drafted = catalogue.propose("cp.freeze", params, &place, &*source).await.unwrap();
        assert!(serde_json::to_string(&drafted).unwrap().contains(&word));
        let mut sitting = Sitting::open(&account, "operator").unwrap();
        let mut events = Vec::new();
        let propose = Request::Propose { draft: Box::new(drafted) };
        let mut question = told(&mut sitting, propose, &mut events).await;
        let run = question.as_ref().map(|question| question.plan.run().clone());
        let (mut undoing, asked) = (scenario.given.undo, question.is_some());
        while let Some(asked) = question {
            sitting.stand_in(&asked);
            let answer = Request::Answer { plan: asked.plan.clone(), typed: asked.phrase.clone() };
            question = told(&mut sitting, answer, &mut events).await;
            sent += usize::from(stands(&account).contains(CANARY));
            if std::mem::take(&mut undoing) {
                let run = run.clone().unwrap();
                question = told(&mut sitting, Request::Undo { run }, &mut events).await;
            }
        }
        let shown = shown(&events);
        assert!(!shown.contains(CANARY), "{}: it was shown", scenario.id);
        // What is refused before there is a question has nothing to show of it.
        assert!(!asked || shown.contains(&word), "{}: the word stands for it", scenario.id);
        played += 1;
    }
    assert!(played >= 4 && sent >= 3, "{played} scenarios, {sent} times in the account");
    let log = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(!log.contains(CANARY), "it was logged");
}

#[tokio::test]
async fn a_process_that_does_not_know_the_secret_of_a_run_sends_nothing_of_it_and_asks_for_it() {
    let catalogue = catalogue();
    let scenario = catalogue.find("cp.freeze").unwrap().runbook.scenarios[0].clone();
    let begun = Timestamp::parse(BEGINNING).unwrap();
    let account = rehearse(&scenario.given, begun).await.unwrap();
    let mut params = scenario.params.clone();
    params.insert("reason".into(), "veiled-reason-0123456789abcdef".into());
    let place = Place { scope: account.connection.scope(), now: account.clock.now() };
    let source = account.connection.source();
    let drafted = catalogue.propose("cp.freeze", params, &place, &*source).await.unwrap();
    let mut sitting = Sitting::open(&account, "operator").unwrap();
    let question = sitting.propose(drafted).await.unwrap();
    let outcome = sitting.carry_out(&question).await.unwrap();
    assert_eq!(outcome.ended, Ended::Rejected, "{}", outcome.why);
    assert!(outcome.why.contains("is not known here; nothing was sent"), "{}", outcome.why);
    assert_eq!(account.changes(&["codepipeline:DisableStageTransition".into()]), 0);
}
