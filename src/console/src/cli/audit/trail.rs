//! `watchdeck audit verify --cloudtrail`: the journal of an account, held against what AWS saw.

use std::fmt::Write as _;

use watchdeck_domain::reading::Trail;
use watchdeck_domain::trail::{TrailEvent, TrailFilter};
use watchdeck_domain::{Source, Timestamp, ask};
use watchdeck_guard::journal::{Comparison, Sent, compare as held_against};
use watchdeck_guard::{Live, Realm as _};

use super::{VerifyArguments, verify};
use crate::app::RealmName;
use crate::cli::arguments::FileArguments;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::{headless, output};
use crate::runtime::state::StateFolder;

/// Verifies the journals, then compares that of the account with its CloudTrail.
pub(super) async fn compare(asked: &VerifyArguments, files: &FileArguments) -> Result<(), Failure> {
    verify::all(asked, files)?;
    let mut signals = headless::signals()?;
    let opening = Box::pin(headless::open(&asked.source, files));
    let (opened, _) = headless::unless_ended(&mut signals, opening).await?;
    if opened.realm == RealmName::Simulated {
        return Err(Failure::new(
            FailureKind::Usage,
            "the simulated account in this process begins anew each time: its CloudTrail knows of no earlier run",
            "name an account, or serve one with `watchdeck sim serve`",
        ));
    }
    let state = StateFolder::choose(files.state_dir.as_deref())?;
    let (journal, scope) = (state.journal(&opened.keeper), opened.connection.scope());
    let now = opened.clock.now();
    let begin = now - asked.since;
    let sent = if journal.exists() {
        Sent::of(&journal, Live::NAME, &scope).map_err(|error| {
            let what = format!("the journal {} cannot be read: {error}", journal.display());
            Failure::new(FailureKind::Failed, what, error.hint())
        })?
    } else {
        Vec::new()
    };
    let sent: Vec<Sent> = sent.into_iter().filter(|intent| intent.at >= begin).collect();
    let source = opened.connection.source();
    let reading = async { changes(source.as_ref(), begin, now).await };
    let events = headless::unless_ended(&mut signals, reading).await?;
    let principal = opened.connection.identity().arn.as_str().to_owned();
    let found = held_against(&sent, &events, &principal, now);
    if asked.json {
        let told = serde_json::json!({
            "account": scope.account, "region": scope.region, "since": begin, "until": now,
            "sound": found.is_sound(), "comparison": found,
        });
        output::say(&format!("{}\n", output::json(&told)))?;
    } else {
        let until = format!("CloudTrail of {scope}, {begin} to {now}: {} changes\n", events.len());
        output::say(&output::printable(&format!("{until}{}", told(&found))))?;
    }
    if found.is_sound() {
        return Ok(());
    }
    let what = format!(
        "the journal and CloudTrail differ: {} intents without an event, {} changes without an intent",
        found.unwitnessed.len(),
        found.foreign.len()
    );
    let hint = "see who else uses this role, and whether a journal of another machine holds them";
    Err(Failure::new(FailureKind::Tampered, what, hint))
}

/// The changes that CloudTrail tells of, all pages.
async fn changes(
    source: &dyn Source,
    start: Timestamp,
    end: Timestamp,
) -> Result<Vec<TrailEvent>, Failure> {
    let mut all = Vec::new();
    let mut next = None;
    loop {
        let filter = Some(TrailFilter::WritesOnly);
        let page = ask(source, Trail { filter, start, end, next }).await;
        let page = page.map_err(|e| Failure::new(FailureKind::Failed, e.to_string(), e.hint()))?;
        all.extend(page.events);
        next = page.next;
        if next.is_none() {
            return Ok(all);
        }
    }
}

fn told(found: &Comparison) -> String {
    let mut text = format!("  {} intents that both tell of\n", found.witnessed);
    let mut line = |told: String| writeln!(text, "  {told}").unwrap_or_default();
    if found.young > 0 {
        line(format!("{} intents so young that CloudTrail may still tell of them", found.young));
    }
    for one in &found.unwitnessed {
        let sent = &one.sent;
        line(format!(
            "NO EVENT   row {} {} {} of {}, request {}",
            sent.seq,
            sent.at,
            sent.operation,
            sent.run,
            sent.request_id.as_deref().unwrap_or("unknown")
        ));
    }
    for one in &found.foreign {
        let whose = if one.says_it_is_us { "says it is watchdeck" } else { "our role" };
        line(format!(
            "NO INTENT  {} {} {} by {} ({whose}), request {}",
            one.at, one.source, one.name, one.user, one.request_id
        ));
    }
    text
}
