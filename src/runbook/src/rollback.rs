//! The built-in rollback of a Lambda alias: survey, choice, draft.

use serde_json::json;
use watchdeck_domain::{AliasName, FunctionName, Source, Version};
use watchdeck_guard::Draft;

use crate::compile::{CompileError, Place};
use crate::format::Runbook;
use crate::param::Params;
use crate::parse::{ParseError, parse};
use crate::survey::{Rules, Standing, survey};

/// The text of `lambda.rollback`.
pub const LAMBDA_ROLLBACK: &str = include_str!("../../../runbooks/lambda-rollback.toml");

/// What to roll back.
#[derive(Clone, Debug, PartialEq)]
pub struct Rollback {
    /// The function.
    pub function: FunctionName,
    /// The alias.
    pub alias: AliasName,
    /// The version to go back to; nothing for the last known good, if one is proven.
    pub version: Option<Version>,
    /// Further parameters of the runbook, such as `ignore_deployments`.
    pub more: Params,
}

/// The built-in runbook.
///
/// # Errors
/// When the text that was built in is no runbook, which a test rules out.
pub fn lambda_rollback() -> Result<Runbook, ParseError> {
    parse(LAMBDA_ROLLBACK)
}

/// Surveys the versions, takes the one asked for or the last known good, and drafts the rollback with all the evidence.
///
/// # Errors
/// When nothing is proven and nothing was asked for, with the candidates; and when something cannot be read.
pub async fn propose_rollback(
    source: &dyn Source,
    rollback: Rollback,
    place: &Place,
) -> Result<Draft, CompileError> {
    let runbook = lambda_rollback().map_err(|error| {
        CompileError::new(format!("the built-in runbook: {error}"), "report this as a bug")
    })?;
    propose_rollback_by(&runbook, source, rollback, place).await
}

/// The runbooks that find out themselves which version the alias is at, and which is known to be good.
pub const SURVEYING: [&str; 2] = ["lambda.rollback", "lambda.canary-back"];

/// What the survey reads besides what the runbook does.
pub(crate) const SURVEYED: [&str; 4] = [
    "lambda:GetAlias",
    "lambda:ListVersionsByFunction",
    "cloudtrail:LookupEvents",
    "cloudwatch:GetMetricData",
];

/// The same by another text of the runbook. What that text does not ask for, it is not told.
pub(crate) async fn propose_rollback_by(
    runbook: &Runbook,
    source: &dyn Source,
    rollback: Rollback,
    place: &Place,
) -> Result<Draft, CompileError> {
    let Rollback { function, alias, version, more } = rollback;
    let found = survey(source, &function, &alias, Rules::default(), place.now)
        .await
        .map_err(|error| CompileError::read(&error))?;
    let note = found.note();
    let Some(chosen) = version.or_else(|| found.proven().map(|best| best.version.clone())) else {
        return Err(CompileError::new(
            format!("no version of {function} is proven good: {}", note.lines.join(" / ")),
            "choose a version yourself",
        ));
    };
    let proven =
        found.candidate(&chosen).is_some_and(|candidate| candidate.standing == Standing::Proven);
    let mut params = more;
    let found_out = [
        ("function", json!(function)),
        ("alias", json!(alias)),
        ("version", json!(chosen)),
        ("current", json!(found.alias.version)),
        ("proven", json!(proven)),
    ];
    let asked = found_out.into_iter().filter(|(name, _)| runbook.params.contains_key(*name));
    params.extend(asked.map(|(name, value)| (name.to_owned(), value)));
    let mut draft = runbook.compile(params, place, source).await?;
    draft.notes.insert(0, note);
    Ok(draft)
}
