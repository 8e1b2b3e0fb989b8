//! A simulated account inside the test, served on a loopback port to a program in another process.

use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use watchdeck::runtime::clock::MachineClock;
use watchdeck_domain::Clock as _;
use watchdeck_sim::wire::call::Call;
use watchdeck_sim::wire::value::Value;
use watchdeck_sim::world::story::Story;
use watchdeck_sim::{Account, Served, Server, Setup, clock, serve};
use watchdeck_tests::home::Home;

/// The account, its server and its pace. All ends when it is dropped.
pub(super) struct Shop {
    pub(super) account: Account,
    pub(super) server: Server,
    pace: JoinHandle<()>,
    /// Last: the tasks above live on it.
    tasks: Runtime,
}

impl Shop {
    /// The bad deploy, some minutes after it happened; a minute passes there in two seconds.
    pub(super) fn after_the_bad_deploy() -> Self {
        Self::paced(30.0)
    }

    /// The same, where a minute is a minute.
    pub(super) fn in_real_time() -> Self {
        Self::paced(1.0)
    }

    /// Another story, five minutes into it; a minute is a minute.
    pub(super) fn telling(story: &str) -> Self {
        Self::of(story, 1.0)
    }

    fn paced(speed: f64) -> Self {
        Self::of("bad-deploy", speed)
    }

    fn of(story: &str, speed: f64) -> Self {
        let tasks = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let start_ms = MachineClock.now().as_millis();
        let account = Account::open(Setup::new(Story::named(story).unwrap(), 1, start_ms));
        account.advance_to(start_ms + 300_000);
        let (server, pace) = tasks.block_on(async {
            let server = serve(account.clone(), 0).await.unwrap();
            (server, clock::pace(&account, speed))
        });
        Self { account, server, pace, tasks }
    }

    /// A home whose environment leads to this account.
    pub(super) fn home(&self) -> Home {
        let (key, secret) = self.account.operator_credentials();
        Home::new()
            .unwrap()
            .with("AWS_ACCESS_KEY_ID", &key)
            .with("AWS_SECRET_ACCESS_KEY", &secret)
            .with("AWS_REGION", "eu-central-1")
    }

    /// Where it listens.
    pub(super) fn url(&self) -> String {
        self.server.url()
    }

    /// Waits until so many calls of an operation were served.
    pub(super) fn wait_for_calls(&self, operation: &str, count: usize) -> Vec<Served> {
        for _ in 0..1500 {
            let served = self.account.served_of(operation);
            if served.len() >= count {
                return served;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{operation} was served {} times", self.account.served_of(operation).len());
    }

    /// Waits until so many milliseconds of the account have passed: for what must not happen meanwhile.
    pub(super) fn let_pass(&self, ms: i64) {
        let until = self.account.now_ms() + ms;
        while self.account.now_ms() < until {
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Calls as the operator, past the wire.
    pub(super) fn call(&self, service: &str, operation: &str, input: Value) {
        self.account.peek(|world| {
            let caller = world.principals.named("operator").unwrap().caller.clone();
            let call = Call {
                service: service.to_owned(),
                operation: operation.to_owned(),
                input,
                caller,
                region: "eu-central-1".to_owned(),
                request_id: "story".to_owned(),
                user_agent: "story".to_owned(),
            };
            world.perform(&call).unwrap().unwrap();
        });
    }

    /// How often CloudTrail shows this event by the operator, once it has delivered everything.
    pub(super) fn in_the_trail(&self, event: &str) -> usize {
        self.account.advance_to(self.account.now_ms() + 300_000);
        let (key, secret) = self.account.operator_credentials();
        let place = watchdeck_aws::Where {
            keys: Some(watchdeck_aws::Keys::new(key, secret)),
            region: Some(watchdeck_domain::Region::parse("eu-central-1").unwrap()),
            ..watchdeck_aws::Where::url(self.url())
        };
        let now = watchdeck_domain::Timestamp::from_millis(self.account.now_ms());
        let question = watchdeck_domain::reading::Trail {
            filter: Some(watchdeck_domain::trail::TrailFilter::EventName(event.to_owned())),
            start: now - Duration::from_hours(1),
            end: now,
            next: None,
        };
        let answer = self.tasks.block_on(async {
            let connection = watchdeck_aws::connect(place).await.unwrap();
            watchdeck_domain::ask(connection.source().as_ref(), question).await.unwrap()
        });
        answer.events.iter().filter(|event| event.user.contains("operator")).count()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.pace.abort();
    }
}
