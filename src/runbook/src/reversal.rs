//! How a step is taken back: by what leads to what was there, by a call that the file names, or not at all.

use serde_json::Value;
use watchdeck_domain::{Change, OwnCall, Reversal, Task};
use watchdeck_guard::{Maker, Refusal, Why, what_is_there};

use crate::action::{Action, Ground};
use crate::behaviour::{Undo, UndoCall};
use crate::compile::CompileError;
use crate::format::{StepText, settles};
use crate::param::Params;
use crate::template;

/// The place of what was there before the change, in a call that takes it back.
pub(crate) const BEFORE: &str = "before";

/// How this step is taken back, where `back` leads to what is there now.
pub(crate) async fn reversal(
    step: &StepText,
    change: &Change,
    back: Option<Change>,
    values: &Params,
    ground: Ground<'_>,
) -> Result<Reversal, CompileError> {
    match (&step.irreversible, &step.undo, back) {
        (Some(why), _, _) => Ok(Reversal::Never(why.clone())),
        (None, Some(Undo::Call(undo)), _) => {
            let call = own_call(undo, change, values, ground).await.map_err(|error| {
                CompileError::new(
                    format!("step `{}` could not be taken back: {}", step.id, error.what),
                    error.hint,
                )
            })?;
            Ok(Reversal::Call(Box::new(call)))
        }
        (None, Some(Undo::Restore(_)) | None, Some(back)) => Ok(Reversal::By(Box::new(back))),
        (None, Some(Undo::Restore(_)) | None, None) => Err(CompileError::new(
            format!("nothing leads back from `{}` on what is there now", step.action),
            "a parameter of the runbook may say that this is meant; or the runbook says why: `irreversible = \"..\"`",
        )),
    }
}

/// The call with its places filled, and the change that it would be now: what cannot be made is told before anything is done.
async fn own_call(
    undo: &UndoCall,
    change: &Change,
    values: &Params,
    ground: Ground<'_>,
) -> Result<OwnCall, CompileError> {
    let mut values = values.clone();
    let before = what_is_there(change, ground.source).await;
    values.insert(BEFORE.into(), before.map_err(|error| CompileError::read(&error))?);
    let with = template::fill_members(&undo.with, &values).map_err(|what| {
        CompileError::new(what, "`{before.NAME}` is a part of what is read of the step's target")
    })?;
    let (foreseen, _) = named(&undo.action)?.make(with.clone(), ground).await?;
    let settle_ms = u64::from(settles(undo.class)) * 1_000;
    Ok(OwnCall { action: undo.action.clone(), with, settle_ms, foreseen })
}

fn named(action: &str) -> Result<&'static Action, CompileError> {
    Action::named(action).ok_or_else(|| {
        CompileError::new(
            format!("there is no action `{}`", action.escape_debug()),
            format!("there is {}", Action::names()),
        )
    })
}

/// The actions of this build, for whoever takes a run back.
#[derive(Clone, Copy, Debug, Default)]
pub struct Actions;

impl Maker for Actions {
    fn make<'a>(
        &'a self,
        call: &'a OwnCall,
        ground: watchdeck_guard::Ground<'a>,
    ) -> Task<'a, Result<(Change, Change), Box<Refusal>>> {
        Box::pin(async move {
            let watchdeck_guard::Ground { run, scope, now, source } = ground;
            let place = crate::Place { scope: scope.clone(), now };
            let ground = Ground { run, place: &place, source, before: &[] };
            let made = async { named(&call.action)?.make(call.with.clone(), ground).await }.await;
            let refuse =
                |what: String, hint: String| Box::new(Refusal::new(Why::Draft, what, hint));
            match made.map_err(|error| refuse(error.what, error.hint))? {
                (change, Some(again)) => Ok((change, again)),
                (_, None) => Err(refuse(
                    format!(
                        "`{}` could not be taken back in turn, on what is there now",
                        call.action
                    ),
                    "do by hand what must be done".into(),
                )),
            }
        })
    }
}

/// The members of an undo with something in the places of what was there before, which no sample stands for.
pub(crate) fn without_before(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(plain(text)),
        Value::Array(items) => Value::Array(items.iter().map(without_before).collect()),
        Value::Object(members) => Value::Object(
            members.iter().map(|(name, it)| (name.clone(), without_before(it))).collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn plain(text: &str) -> String {
    let places = template::places(text).into_iter().filter(|place| is_before(place));
    places.fold(text.to_owned(), |text, place| text.replace(&format!("{{{place}}}"), "before"))
}

/// Whether a place speaks of what was there before.
pub(crate) fn is_before(place: &str) -> bool {
    place == BEFORE || place.split_once('.').is_some_and(|(name, _)| name == BEFORE)
}
