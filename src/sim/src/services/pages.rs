//! Pages: how a list that is too long for one answer is cut, and the tokens that go on.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::wire::call::{ApiError, Call};
use crate::wire::value::Value;

/// How an operation names its page size and token, and how it refuses a token.
pub(super) struct Paging {
    /// The input member that limits the page.
    pub(super) size: &'static str,
    /// The input member that holds the token.
    pub(super) token: &'static str,
    /// The page size when the caller names none.
    pub(super) usual: usize,
    /// The error code for a token that we did not give.
    pub(super) refusal: &'static str,
}

/// One page of a list.
pub(super) struct Page {
    /// What is on it.
    pub(super) items: Vec<Value>,
    /// The token of the page after it, if there is one.
    pub(super) next: Option<String>,
}

/// The page that the call asks for.
pub(super) fn page(call: &Call, items: Vec<Value>, paging: &Paging) -> Result<Page, ApiError> {
    let from = match call.input.text(paging.token) {
        None | Some("") => 0,
        Some(token) => {
            place_of(call, token).filter(|from| *from <= items.len()).ok_or_else(|| {
                ApiError::new(
                    paging.refusal,
                    format!("The {} is not valid for this request.", paging.token),
                )
            })?
        }
    };
    let asked = call
        .input
        .int(paging.size)
        .or_else(|| call.input.text(paging.size).and_then(|text| text.parse().ok()));
    let size = asked
        .and_then(|size| usize::try_from(size).ok())
        .filter(|size| *size > 0)
        .unwrap_or(paging.usual);
    let next = (from + size < items.len()).then(|| token_for(call, from + size));
    Ok(Page { items: items.into_iter().skip(from).take(size).collect(), next })
}

/// An opaque token for a place in the list of one operation.
fn token_for(call: &Call, place: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}:{}:{place}", call.service, call.operation))
}

fn place_of(call: &Call, token: &str) -> Option<usize> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    text.strip_prefix(&format!("{}:{}:", call.service, call.operation))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::call;
    use super::*;

    const PAGING: Paging =
        Paging { size: "MaxItems", token: "Marker", usual: 2, refusal: "InvalidInput" };

    fn numbers() -> Vec<Value> {
        (0..5).map(Value::from).collect()
    }

    #[test]
    fn pages_follow_each_other_to_the_end() {
        let mut input = Value::empty();
        let mut seen = Vec::new();
        loop {
            let page = page(&call("iam", "ListUsers", input.clone()), numbers(), &PAGING).unwrap();
            seen.extend(page.items);
            match page.next {
                Some(next) => input = input.with("Marker", next),
                None => break,
            }
        }
        assert_eq!(seen, numbers());
    }

    #[test]
    fn a_token_of_another_operation_is_refused() {
        let first = page(&call("iam", "ListRoles", Value::empty()), numbers(), &PAGING).unwrap();
        let input = Value::empty().with_some("Marker", first.next);
        let error = page(&call("iam", "ListUsers", input), numbers(), &PAGING).err().unwrap();
        assert_eq!(error.code, "InvalidInput");
    }
}
