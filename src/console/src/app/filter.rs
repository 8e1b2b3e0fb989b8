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
}
