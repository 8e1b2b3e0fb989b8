//! The filter of lists: words that must all be there, in any case; `!` before it turns it round.

/// Whether a text passes a filter as it was typed.
pub fn passes(filter: &str, text: &str) -> bool {
    let (turned, words) = match filter.trim_start().strip_prefix('!') {
        Some(rest) => (true, rest),
        None => (false, filter),
    };
    if words.trim().is_empty() {
        return true;
    }
    let text = text.to_lowercase();
    let all = words.split_whitespace().all(|word| text.contains(&word.to_lowercase()));
    all != turned
}

/// Whether a text holds a name as a whole word: `orders` is not named by `orders-writer`.
pub fn mentions(text: &str, name: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    !name.is_empty()
        && text.match_indices(name).any(|(at, found)| {
            let before = text.get(..at).and_then(|text| text.chars().next_back());
            let after = text.get(at + found.len()..).and_then(|text| text.chars().next());
            !before.is_some_and(inner) && !after.is_some_and(inner)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_pass_and_turned_round_do_not() {
        let check = |filter: &str, wanted: bool| {
            assert_eq!(passes(filter, "Orders-Writer"), wanted, "{filter}");
        };
        check("", true);
        check("!", true);
        check("writer", true);
        check("writer ORDERS", true);
        check("writer reader", false);
        check("!writer", false);
        check("! reader", true);
    }

    #[test]
    fn a_name_is_mentioned_as_a_whole_word() {
        let check = |text: &str, name: &str, wanted: bool| {
            assert_eq!(mentions(text, name), wanted, "{name} in {text}");
        };
        check(r#"{"functionName":"orders-writer"}"#, "orders-writer", true);
        check(r#"{"functionName":"orders-writer"}"#, "orders", false);
        check("arn:aws:lambda:eu-central-1:1:function:orders:live", "orders", true);
        check("orders-writer, orders", "orders", true);
        check("orders", "", false);
        check("größe-orders", "orders", false);
    }
}
