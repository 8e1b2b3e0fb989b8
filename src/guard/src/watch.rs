//! Watching: what was changed must come to rest, and what was promised must be seen. Reading only.

use std::time::Duration;

use serde_json::Value;
use watchdeck_domain::reading::ReadFailure;
use watchdeck_domain::{Clock, MutationClass, RunId, Timestamp};

use crate::changes::deed;
use crate::desk::{Ended, ProgressEvent};
use crate::draft::{Draft, Fact, Step};
use crate::facts;
use crate::judge::{Judge, Verdict};
use crate::ports::Reader;
use crate::probe::Sighting;
use crate::realm::Realm;
use crate::run::Remainder;

/// How long a change may take to come to rest: AWS moves provisioned concurrency in minutes.
pub(crate) const REST_TIMEOUT: Duration = Duration::from_mins(15);

/// How often it is looked at meanwhile.
const REST_EVERY: Duration = Duration::from_secs(2);

/// What may take hours is looked at less often: AWS counts the questions.
const LONG_EVERY: Duration = Duration::from_secs(30);

/// How often it is looked at last, while it cannot be read.
const LAST_LOOKS: u32 = 5;

/// What watching came to.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(crate) ended: Ended,
    pub(crate) why: String,
    /// Each wait and verification, how it ended, and the facts it was judged by.
    pub(crate) results: Vec<(String, Verdict, Value)>,
    /// Whether it came to nothing because something could not be read to the end.
    pub(crate) unread: bool,
}

/// One thing to watch for.
struct Aim<'a> {
    id: String,
    title: String,
    facts: &'a [Fact],
    pass: &'a str,
    fail: Option<&'a str>,
    unknown: Option<&'a str>,
    every: Duration,
    timeout: Duration,
}

/// Watches a settled run to its end: changes at rest, waits over, verifications judged. With `stage` only that step, and
/// what must be seen of it before the next one is sent.
pub(crate) async fn watch<R: Realm>(
    draft: &Draft,
    stage: Option<&str>,
    since: Timestamp,
    reader: &dyn Reader<R>,
    judge: &dyn Judge,
    clock: &dyn Clock,
    tell: &(dyn Fn(ProgressEvent) + Send + Sync),
) -> Watched {
    let mut results = Vec::new();
    let staged = |step: &&Step| stage.is_some_and(|stage| stage == step.id);
    let steps: Vec<_> = match stage {
        Some(_) => draft.steps().filter(staged).collect(),
        None => draft.lasting().collect(),
    };
    for step in &steps {
        let target = step.target();
        let id = format!("rest-{}", step.id);
        let (verdict, defeat, unread) = rest(draft, step, &id, reader, clock, tell).await;
        let good = verdict.holds();
        let why = defeat.unwrap_or_else(|| format!("{target} has not come to rest: {verdict}"));
        results.push((id, verdict.clone(), Value::Null));
        if !good {
            let ended = match verdict {
                Verdict::False => Ended::Failed,
                Verdict::True | Verdict::Unknown(_) => Ended::Unverified,
            };
            return Watched { ended, why, results, unread };
        }
    }
    let waits = draft.waits.iter().filter(|_| stage.is_none()).map(|wait| Aim {
        id: wait.id.clone(),
        title: wait.title.clone(),
        facts: &wait.facts,
        pass: &wait.until,
        fail: wait.fail.as_deref(),
        unknown: None,
        every: seconds(wait.every_s),
        timeout: seconds(wait.timeout_s),
    });
    let made = draft.verifications.iter().filter(|it| it.after.as_deref() == stage);
    let verifications = made.map(|verification| Aim {
        id: verification.id.clone(),
        title: verification.title.clone(),
        facts: &verification.facts,
        pass: &verification.pass,
        fail: verification.fail.as_deref(),
        unknown: Some(&verification.unknown),
        every: seconds(verification.every_s),
        timeout: seconds(verification.timeout_s),
    });
    let (mut unknown, mut unread) = (None, false);
    for aim in waits.chain(verifications) {
        let (verdict, values, blind) = pursue(draft, &aim, since, reader, judge, clock, tell).await;
        results.push((aim.id.clone(), verdict.clone(), values));
        match verdict {
            Verdict::True => {}
            Verdict::False => {
                let why = format!("{}: not seen", aim.title);
                return Watched { ended: Ended::Failed, why, results, unread: false };
            }
            Verdict::Unknown(why) => {
                unread |= blind;
                unknown.get_or_insert(format!("{}: {why}", aim.title));
            }
        }
    }
    // Verifying takes minutes, or a night with the lid closed: what is claimed to be in place is looked at once more.
    for step in steps {
        if let Some((ended, why, unread)) = gone(&step.change, reader, clock).await {
            return Watched { ended, why, results, unread };
        }
    }
    match unknown {
        Some(why) => Watched { ended: Ended::Unverified, why, results, unread },
        None if draft.verifications.is_empty() => Watched {
            ended: Ended::Succeeded,
            why: "the change is in place and at rest".into(),
            results,
            unread: false,
        },
        None => Watched {
            ended: Ended::Succeeded,
            why: "the change is in place, and what was promised was seen".into(),
            results,
            unread: false,
        },
    }
}

/// Looks how the landed steps of a run that paused stand: the last one comes to rest, what must be seen of it is, unless it was
/// already, and the others are still in place.
pub(crate) async fn landed<R: Realm>(
    earlier: &Remainder,
    reader: &dyn Reader<R>,
    judge: &dyn Judge,
    clock: &dyn Clock,
    tell: &(dyn Fn(ProgressEvent) + Send + Sync),
) -> Watched {
    for step in earlier.standing() {
        if let Some((ended, why, unread)) = gone(&step.change, reader, clock).await {
            return Watched { ended, why, results: Vec::new(), unread };
        }
    }
    let Some(last) = earlier.last() else {
        let why = "nothing has landed".to_owned();
        return Watched { ended: Ended::Succeeded, why, results: Vec::new(), unread: false };
    };
    if let Some(why) = overtaken(earlier, reader).await {
        return Watched { ended: Ended::Conflict, why, results: Vec::new(), unread: false };
    }
    let mut draft = earlier.draft().clone();
    if earlier.is_seen() {
        draft.verifications.retain(|it| it.after.as_ref() != Some(&last.step));
    }
    watch(&draft, Some(&last.step), last.at, reader, judge, clock, tell).await
}

/// Who has been at the target of the last landed step since, where that can be told at once: its mark or its value is not there.
async fn overtaken<R: Realm>(earlier: &Remainder, reader: &dyn Reader<R>) -> Option<String> {
    let last = earlier.last()?;
    let step = earlier.draft().steps().find(|step| step.id == last.step)?;
    let tells = matches!(step.change.class(), MutationClass::Cas | MutationClass::Absolute);
    let there =
        if tells { reader.read(deed(&step.change).query()).await.ok()? } else { return None };
    match deed(&step.change).sighting(earlier.run(), &there) {
        Sighting::Landed { .. } => None,
        Sighting::Absent => {
            Some(format!("{} is as it was before the run changed it", step.target()))
        }
        Sighting::Conflict { seen } => {
            Some(format!("{} has been changed since the run changed it: {seen}", step.target()))
        }
    }
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.max(1).into())
}

/// Looks at the target until it is at rest, or will never be, and why: while AWS moves things, an alias shows weights that
/// nobody asked for.
async fn rest<R: Realm>(
    draft: &Draft,
    step: &Step,
    id: &str,
    reader: &dyn Reader<R>,
    clock: &dyn Clock,
    tell: &(dyn Fn(ProgressEvent) + Send + Sync),
) -> (Verdict, Option<String>, bool) {
    let change = &step.change;
    let time = step.rest_s.map_or(REST_TIMEOUT, seconds);
    let until = clock.now() + time;
    let every = if time > REST_TIMEOUT * 4 { LONG_EVERY } else { REST_EVERY };
    loop {
        let there = reader.read(deed(change).query()).await;
        let unread = there.is_err();
        let (verdict, facts, defeat) = match there {
            Ok(there) => {
                let deed = deed(change);
                (deed.at_rest(&there), deed.shown(&there), deed.defeat(&there))
            }
            Err(error) => (Verdict::Unknown(error.to_string()), Value::Null, None),
        };
        tell(ProgressEvent {
            run: draft.id.run().clone(),
            id: id.into(),
            title: format!("{} comes to rest", deed(change).target()),
            verdict: verdict.clone(),
            facts,
            at: clock.now(),
            until,
        });
        if verdict.holds() || defeat.is_some() || clock.now() >= until {
            return (verdict, defeat, unread);
        }
        clock.sleep(every).await;
    }
}

/// How the run ends if the change is not in place any more, or nobody can tell, and whether that is since it cannot be read;
/// nothing while it is.
async fn gone<R: Realm>(
    change: &watchdeck_domain::Change,
    reader: &dyn Reader<R>,
    clock: &dyn Clock,
) -> Option<(Ended, String, bool)> {
    let target = deed(change).target();
    let mut tries = LAST_LOOKS;
    loop {
        let there = reader.read(deed(change).query()).await;
        let unread = there.is_err();
        let verdict = match there {
            Ok(there) => deed(change).at_rest(&there),
            Err(error) => Verdict::Unknown(error.to_string()),
        };
        tries -= 1;
        match verdict {
            Verdict::True => return None,
            Verdict::False => {
                let why = format!("{target} was in place, and has been changed since");
                return Some((Ended::Conflict, why, false));
            }
            Verdict::Unknown(why) if tries == 0 => {
                let why = format!("whether {target} is still in place could not be seen: {why}");
                return Some((Ended::Unverified, why, unread));
            }
            Verdict::Unknown(_) => clock.sleep(REST_EVERY).await,
        }
    }
}

/// Looks again and again until the aim is reached, missed, or out of time. Says also whether its facts could not be read.
async fn pursue<R: Realm>(
    draft: &Draft,
    aim: &Aim<'_>,
    since: Timestamp,
    reader: &dyn Reader<R>,
    judge: &dyn Judge,
    clock: &dyn Clock,
    tell: &(dyn Fn(ProgressEvent) + Send + Sync),
) -> (Verdict, Value, bool) {
    let params = serde_json::to_value(&draft.params).unwrap_or(Value::Null);
    let params = facts::params_of(&params, &aim.id);
    let until = clock.now() + aim.timeout;
    let run: &RunId = draft.id.run();
    loop {
        let facts = facts::read(reader, aim.facts, params, clock.now(), since).await;
        let judged = |expression: &str| match judge.judge(expression, &facts.values) {
            Ok(Verdict::Unknown(why)) => Verdict::Unknown(facts.excuse(expression).unwrap_or(why)),
            Ok(verdict @ (Verdict::True | Verdict::False)) => verdict,
            Err(error) => Verdict::Unknown(error.to_string()),
        };
        let passed = judged(aim.pass);
        let failed = aim.fail.is_some_and(|fail| judged(fail).holds());
        // What failed has not passed, whatever the other expression says.
        let verdict = if failed { Verdict::False } else { passed };
        tell(ProgressEvent {
            run: run.clone(),
            id: aim.id.clone(),
            title: aim.title.clone(),
            verdict: verdict.clone(),
            facts: facts.values.clone(),
            at: clock.now(),
            until,
        });
        if failed || verdict.holds() {
            return (verdict, facts.values, false);
        }
        if clock.now() >= until {
            let mut missing = facts.missing.iter();
            let unread = missing.any(|(_, error)| error.failure != ReadFailure::Missing);
            let verdict = match (aim.unknown.map(judged), verdict) {
                (Some(Verdict::True), _) => {
                    Verdict::Unknown("nothing was there to judge by".into())
                }
                (Some(Verdict::Unknown(why)), _) | (_, Verdict::Unknown(why)) => {
                    Verdict::Unknown(why)
                }
                (Some(Verdict::False) | None, _) => Verdict::False,
            };
            return (verdict, facts.values, unread);
        }
        clock.sleep(aim.every).await;
    }
}
