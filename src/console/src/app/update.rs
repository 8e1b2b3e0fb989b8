//! The one place where the model changes: message in, effects out. Pure: it never waits, locks or does I/O.

use watchdeck_domain::reading::{Question as _, WhoAmI};
use watchdeck_domain::{Answer, Query, ReadError, Timestamp};

use super::place::Link;
use super::ticket::{Pane, Ticket};
use super::{Effect, Model, Msg};

/// What the console wants first. Call once, before the first message.
pub fn start(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    vec![ask(model, Pane::Identity, WhoAmI {}.into_query(), now)]
}

/// Takes one message in at the instant `now`, and says what is to be done.
///
/// The same model, message and instant always give the same result.
pub fn update(model: &mut Model, msg: Msg, now: Timestamp) -> Vec<Effect> {
    model.now = now;
    match msg {
        Msg::Resized { width, height } => model.size = (width, height),
        Msg::Metered(meter) => model.place.meter = meter,
        Msg::Failed(problem) => model.problems.meet(problem, now),
        Msg::Answered { ticket, answer } => return answered(model, ticket, *answer),
        Msg::Key(_) | Msg::Paste(_) | Msg::Mouse(_) | Msg::Ticked | Msg::Continued => {}
    }
    Vec::new()
}

/// Opens a question for a pane.
fn ask(model: &mut Model, pane: Pane, query: Query, now: Timestamp) -> Effect {
    Effect::Read { ticket: model.questions.ask(pane, now), query }
}

fn answered(model: &mut Model, ticket: Ticket, answer: Result<Answer, ReadError>) -> Vec<Effect> {
    if model.questions.settle(ticket) == Some(Pane::Identity)
        && let Ok(Answer::WhoAmI(identity)) = answer
    {
        model.place.link = Link::Connected(identity);
    }
    Vec::new()
}
