//! `watchdeck detect`: rules asked of files of CloudTrail, without an account.

mod tell; // alerts and rules, printed

use std::io::{IsTerminal as _, Read as _, stdin};
use std::path::PathBuf;
use std::sync::Arc;

use watchdeck_detect::{Alert, Day, Rules, Suppression, Survey, metric_filter};
use watchdeck_domain::log::LogEvent;
use watchdeck_domain::{Clock as _, Printable};
use watchdeck_signal::transcript::Transcript;

use super::arguments::DetectArguments;
use super::failure::{Failure, FailureKind};
use super::output;
use crate::runtime::clock::MachineClock;
use crate::runtime::detections::{self, Detections};
use crate::runtime::files::named::{self, Named};

/// Bytes read at once.
const PORTION: usize = 256 << 10;

/// Asks the rules, or tells of them.
pub(super) fn run(asked: &DetectArguments) -> Result<(), Failure> {
    let Detections { rules, suppressions, complaints } = detections::of(&asked.rules);
    for complaint in &complaints {
        complain(&complaint.to_string());
    }
    let rules = Arc::new(rules);
    if let Some(id) = &asked.export_metric_filter {
        export(&rules, id)?;
    } else if asked.list {
        tell::rules(&rules, asked)?;
    } else {
        return survey(&rules, &suppressions, complaints.len(), asked);
    }
    whole(complaints.len(), 0, 0)
}

fn export(rules: &Rules, id: &str) -> Result<(), Failure> {
    let rule = rules.find(id).ok_or_else(|| {
        let hint = "`watchdeck detect --list` names them";
        Failure::new(FailureKind::Usage, format!("there is no rule `{id}`"), hint)
    })?;
    let commands = metric_filter(rule).ok_or_else(|| {
        let what = format!("`{id}` is a rule of Sigma, and no filter pattern");
        Failure::new(FailureKind::Usage, what, "only filter patterns can be metric filters")
    })?;
    output::say(&output::printable(&commands))
}

fn survey(
    rules: &Arc<Rules>,
    suppressions: &[Suppression],
    wrong: usize,
    asked: &DetectArguments,
) -> Result<(), Failure> {
    let (files, problems) = named::look(&named_files(asked)?);
    if files.is_empty() {
        return Err(Failure::all(&problems));
    }
    for problem in &problems {
        complain(&format!("{}: {}", problem.what, problem.why));
    }
    let mut survey = Survey::new(Arc::clone(rules));
    let mut unread = problems.len();
    for file in &files {
        if let Err(error) = feed(&mut survey, file) {
            complain(&format!("`{}` was read in part: {error}", file.path.display()));
            unread += 1;
        }
    }
    let today = Day::of(MachineClock.now());
    for due in suppressions.iter().filter(|it| it.is_due(today)) {
        let (rule, until, reason) = (&due.rule, due.until, &due.reason);
        complain(&format!("`{rule}` is quiet no longer since {until}: {reason}"));
    }
    let quiet = |alert: &Alert| {
        let id = rules.get(alert.rule).map_or("", |rule| rule.id.as_str());
        suppressions.iter().any(|it| it.covers(id, &alert.principal, today))
    };
    let worse =
        |alert: &Alert| rules.get(alert.rule).is_some_and(|rule| rule.severity <= asked.severity);
    let told: Vec<Alert> = survey.alerts().into_iter().filter(worse).collect();
    let (hushed, told): (Vec<Alert>, Vec<Alert>) = told.into_iter().partition(quiet);
    let raised = told.len();
    tell::alerts(&survey, told, hushed.len(), asked)?;
    let malformed = survey.malformed().values().sum::<u64>();
    if raised > 0 {
        return Err(Failure::new(FailureKind::Raised, "", ""));
    }
    whole(wrong, unread, malformed)
}

/// What could not be read might have raised something.
fn whole(wrong: usize, unread: usize, malformed: u64) -> Result<(), Failure> {
    if wrong == 0 && unread == 0 && malformed == 0 {
        return Ok(());
    }
    Err(Failure::new(FailureKind::Partly, "", ""))
}

fn named_files(asked: &DetectArguments) -> Result<Vec<PathBuf>, Failure> {
    let piped = !stdin().is_terminal();
    let usage = |what, hint| Err(Failure::new(FailureKind::Usage, what, hint));
    match asked.files.as_slice() {
        [] if piped => Ok(vec![PathBuf::from("-")]),
        [] => usage("no file was named", "watchdeck detect *.json.gz; or pipe records into it"),
        named if !piped && named.iter().any(|path| path.as_os_str() == "-") => {
            usage("standard input is the terminal itself", "pipe records into it")
        }
        named => Ok(named.to_vec()),
    }
}

/// Asks the rules of the records of one file.
fn feed(survey: &mut Survey, file: &Named) -> std::io::Result<()> {
    let mut from = file.read()?;
    let (mut transcript, mut pieces) = (Transcript::new(&file.name), Vec::new());
    let mut bytes = vec![0; PORTION];
    loop {
        let read = from.read(&mut bytes);
        match read.as_ref().ok().and_then(|read| bytes.get(..*read)) {
            Some(portion) if !portion.is_empty() => transcript.feed(portion, &mut pieces),
            _ => transcript.end(&mut pieces),
        }
        for LogEvent { message, .. } in pieces.drain(..) {
            if !message.trim().is_empty() {
                // it is counted, and the rest goes on
                let _counted = survey.take(&message);
            }
        }
        if read? == 0 {
            return Ok(());
        }
    }
}

fn complain(text: &str) {
    output::complain(&format!("watchdeck: {}\n", Printable::new(text).as_str()));
}
