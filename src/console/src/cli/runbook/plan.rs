//! `watchdeck runbook plan`: everything up to the question that would be put. Nothing is changed, and nothing could be.

use std::fmt::Write as _;
use std::sync::Arc;

use watchdeck_aws::Eyes;
use watchdeck_domain::Timestamp;
use watchdeck_guard::{
    Ceremony, Draft, Evidence, Gate, Plan, Question, Reader, Realm, Refusal, Standing,
};
use watchdeck_runbook::{Catalogue, Cel, Params, Place, aws_command};

use super::asked::PlanArguments;
use crate::cli::arguments::FileArguments;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::{headless, output};
use crate::runtime::ceremony;
use crate::runtime::proposal::typed;
use crate::runtime::state::StateFolder;

/// Makes the plan and prints it. A plan that is refused is exit code 1, with its checks.
pub(super) async fn make(
    catalogue: &Catalogue,
    asked: &PlanArguments,
    files: &FileArguments,
) -> Result<(), Failure> {
    let runbook = &catalogue.find(&asked.id).map_err(|error| super::misused(&error))?.runbook;
    let mut signals = headless::signals()?;
    let opening = Box::pin(headless::open(&asked.source, files));
    let (opened, _) = headless::unless_ended(&mut signals, opening).await?;
    let place = Place { scope: opened.connection.scope(), now: opened.clock.now() };
    let params: Params = asked
        .params
        .iter()
        .map(|(name, text)| (name.clone(), typed(runbook, name, text)))
        .collect();
    let source = opened.connection.source();
    let drafting = async {
        let drafted = catalogue.propose(&asked.id, params, &place, source.as_ref()).await;
        drafted.map_err(|error| Failure::new(FailureKind::Failed, error.what, error.hint))
    };
    let draft = headless::unless_ended(&mut signals, drafting).await?;
    let now = opened.clock.now();
    let state = StateFolder::choose(files.state_dir.as_deref())?;
    let ceremony = Arc::new(ceremony::of(&opened, &state, 1.0));
    let checking = async {
        Ok(match opened.connection.eyes() {
            Eyes::Sim(reader) => checked(draft, reader.as_ref(), &ceremony, now).await,
            Eyes::Live(reader) => checked(draft, reader.as_ref(), &ceremony, now).await,
        })
    };
    match headless::unless_ended(&mut signals, checking).await? {
        Ok(question) if asked.json => output::say(&format!("{}\n", output::json(&question))),
        Ok(question) => output::say(&output::printable(&told(&question))),
        Err(refusal) => {
            let text = if asked.json {
                format!("{}\n", output::json(&refusal))
            } else {
                output::printable(&checks(&refusal.evidence))
            };
            output::say(&text)?;
            Err(Failure::new(FailureKind::Failed, refusal.what, refusal.hint))
        }
    }
}

/// The question that would be put about this draft.
async fn checked<R: Realm>(
    draft: Draft,
    reader: &dyn Reader<R>,
    ceremony: &Arc<Ceremony>,
    now: Timestamp,
) -> Result<Box<Question>, Box<Refusal>> {
    let plan = Plan::<_, R>::propose(draft).check(reader, &Cel, ceremony, now).await?;
    Ok(Box::new(plan.challenge().question().clone()))
}

fn told(question: &Question) -> String {
    let mut text = format!(
        "{}\n{}, risk {}, in {} as {}\n",
        question.title, question.runbook, question.risk, question.scope, question.identity.arn
    );
    let mut line = |told: String| writeln!(text, "{told}").unwrap_or_default();
    line("\nCHECKS".into());
    line(checks(&question.evidence).trim_end().to_owned());
    line("\nDIFFERENCES".into());
    for difference in &question.differences {
        line(format!("  {}: {} -> {}", difference.field, difference.before, difference.after));
    }
    line("\nGATES".into());
    // Nobody is armed here: the gate would be one of the desk, and there is none.
    for passage in question.passages.iter().filter(|passage| passage.gate != Gate::Armed) {
        line(format!("  {}: {} {}", passage.gate, passage.state(), passage.why));
    }
    line("\nCALLS".into());
    for call in &question.calls {
        line(format!("  {}", aws_command(&call.service, &call.operation, &call.params)));
    }
    line("\nFINGERPRINTS: what must still be so when it is done".into());
    for it in &question.fingerprints {
        line(format!("  {}{} = {}", it.fact, it.field, it.value));
    }
    line("\nTOUCHED".into());
    for touched in &question.blast_radius {
        line(format!("  {touched}"));
    }
    line("\nREVERSAL".into());
    for reversal in &question.reversals {
        line(format!("  {reversal}"));
    }
    line("\nAFTERWARDS".into());
    for seen in &question.afterwards {
        line(format!("  {seen}"));
    }
    for note in &question.notes {
        line(format!("\n{}", note.title.to_uppercase()));
        for it in &note.lines {
            line(format!("  {it}"));
        }
    }
    line(format!(
        "\nThe phrase would be `{}`. Nothing was changed; plan {}",
        question.phrase, question.hash
    ));
    text
}

fn checks(evidence: &[Evidence]) -> String {
    let mut text = String::new();
    for check in evidence {
        let word = match check.standing {
            Standing::Passed => "holds",
            Standing::Warned => "warns",
            Standing::Stopped => "stops",
        };
        let why =
            if check.message.is_empty() { String::new() } else { format!(": {}", check.message) };
        writeln!(text, "  {word}  {}{why}", check.title).unwrap_or_default();
    }
    text
}
