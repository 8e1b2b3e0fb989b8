//! What a change means, before it is made: the call, the differences, the words. All are functions of the change.

use watchdeck_domain::{Change, MutationClass, Reversal, RunId, Scope};

use crate::changes::deed;
use crate::question::Call;
use crate::stages;

/// The most characters that an alias description may have.
pub(crate) const LONGEST_DESCRIPTION: usize = 256;

/// The call that carries the change out, exactly as the API names it. A lock that a step before it leaves is told in words.
pub(crate) fn call(step: &str, change: &Change, scope: &Scope) -> Call {
    let (service, operation) = change.call();
    Call {
        step: step.into(),
        service: service.into(),
        operation: operation.into(),
        params: stages::in_words(deed(change).params(scope)),
        class: change.class(),
        region: change.elsewhere().cloned(),
    }
}

/// The phrase to type. The template's places are filled in from the change: a phrase cannot name another one.
///
/// # Errors
/// Names the place that the template lacks.
pub(crate) fn phrase(template: &str, change: &Change, scope: &Scope) -> Result<String, String> {
    let deed = deed(change);
    let places = [
        ("{target}", deed.target()),
        ("{to}", deed.destination()),
        ("{account}", scope.account.tail().to_owned()),
    ];
    let mut phrase = template.to_owned();
    for (place, value) in places {
        if !phrase.contains(place) {
            return Err(format!("the phrase `{template}` lacks {place}"));
        }
        phrase = phrase.replace(place, &value);
    }
    if !can_be_typed(&phrase) || phrase.contains(['{', '}']) {
        return Err(format!("the phrase `{}` cannot be typed", template.escape_debug()));
    }
    Ok(phrase)
}

/// Whether somebody can type it, and see what they have typed.
pub(crate) fn can_be_typed(phrase: &str) -> bool {
    phrase.bytes().all(|b| b.is_ascii_graphic() || b == b' ') && phrase.trim() == phrase
}

/// How a step is taken back, in words.
pub(crate) fn reversal(reversal: &Reversal) -> String {
    match reversal {
        Reversal::By(change) => match change.class() {
            MutationClass::Cas => {
                format!("{change}, as a plan of its own with the lock that this change leaves")
            }
            MutationClass::Token
            | MutationClass::Named
            | MutationClass::Absolute
            | MutationClass::Trigger => format!("{change}, as a plan of its own"),
        },
        Reversal::Call(call) => {
            format!("{}, as a plan of its own on what is there by then", call.foreseen)
        }
        Reversal::Never(why) => format!("cannot be taken back: {why}"),
    }
}

/// The mark of a run in a description, keeping what people had written there.
pub fn mark(deed: &str, run: &RunId, before: &str) -> String {
    let mut text = format!("{deed} by {run}");
    let kept = original(before);
    if !kept.is_empty() {
        text.push_str("; was: ");
        text.push_str(kept);
    }
    match text.char_indices().nth(LONGEST_DESCRIPTION) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned(),
        None => text,
    }
}

/// What people had written before any run left its mark.
pub(crate) fn original(description: &str) -> &str {
    let marked = description.split_once(" by r-").is_some_and(|(_, rest)| {
        rest.len() >= 32 && rest.bytes().take(32).all(|b| b.is_ascii_hexdigit())
    });
    if !marked {
        return description;
    }
    description.split_once("; was: ").map_or("", |(_, kept)| kept)
}

/// Text that a terminal shows as it is.
pub(crate) fn printable(text: String) -> String {
    watchdeck_domain::Printable::new(text).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> RunId {
        RunId::from_bits(7)
    }

    #[test]
    fn a_mark_names_the_run_and_keeps_what_people_wrote() {
        let first = mark("rolled back", &run(), "production traffic");
        assert_eq!(first, format!("rolled back by {}; was: production traffic", run()));
        let second = mark("undone", &run(), &first);
        assert_eq!(second, format!("undone by {}; was: production traffic", run()));
        assert_eq!(original(&second), "production traffic");
        assert_eq!(mark("rolled back", &run(), ""), format!("rolled back by {}", run()));
        assert_eq!(mark("rolled back", &run(), &"ä".repeat(300)).chars().count(), 256);
    }

    #[test]
    fn what_people_wrote_is_not_mistaken_for_a_mark() {
        assert_eq!(original("deployed by r-team"), "deployed by r-team");
        assert_eq!(
            original("released and then signed off by r-team"),
            "released and then signed off by r-team"
        );
    }
}
