//! Nothing that is typed or logged makes the parser or the matcher panic, and both tell the truth.

use proptest::prelude::*;
use watchdeck_pattern::{Pattern, Search};

/// Text near the language, so that more than the first branch is reached.
fn near() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("{ ".to_owned()),
        Just(" }".into()),
        Just("[".into()),
        Just("]".into()),
        Just("$.".into()),
        Just("$".into()),
        Just("[*]".into()),
        Just("['a.b']".into()),
        Just(" = ".into()),
        Just(" != ".into()),
        Just(">=".into()),
        Just("%".into()),
        Just("\"".into()),
        Just("\\".into()),
        Just("...".into()),
        Just(", ".into()),
        Just(" && ".into()),
        Just("||".into()),
        Just("(".into()),
        Just(")".into()),
        Just(" IS NULL".into()),
        Just(" NOT EXISTS".into()),
        Just("*".into()),
        Just("?".into()),
        Just("-".into()),
        Just("!".into()),
        Just("/".into()),
        Just("1e3".into()),
        Just("ä".into()),
        "[a-z]{1,3}",
        "\\PC{0,3}",
    ];
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_text_never_panics(text in ".{0,200}", message in ".{0,200}") {
        if let Ok(pattern) = Pattern::parse(&text) { pattern.matches(&message); }
        if let Ok(search) = Search::parse(&text) { search.matches(&message); }
    }

    #[test]
    fn text_near_the_language_never_panics(text in near(), message in near()) {
        match Pattern::parse(&text) {
            Ok(pattern) => { pattern.matches(&message); }
            Err(error) => {
                prop_assert!(error.at <= text.chars().count(), "{error}");
                prop_assert!(error.caret().lines().count() == 2);
            }
        }
        if let Ok(search) = Search::parse(&text) { search.matches(&message); }
    }

    #[test]
    fn a_quoted_phrase_is_found_exactly_where_the_text_stands(
        phrase in "[a-zA-Z :.,*?-]{1,8}[a-z]", before in "[a-zA-Z :.,-]{0,9}", after in ".{0,9}",
    ) {
        let pattern = Pattern::parse(&format!("{phrase:?}")).unwrap();
        let message = format!("{before}{phrase}{after}");
        prop_assert!(pattern.matches(&message));
        prop_assert_eq!(pattern.matches(&before), before.contains(&phrase));
    }

    #[test]
    fn a_member_equals_the_text_it_holds(value in "[^*\\p{C}]{0,20}", other in "[^*\\p{C}]{0,20}") {
        let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
        let pattern = Pattern::parse(&format!("{{ $.a.b = \"{quoted}\" }}")).unwrap();
        let holds = |text: &str| pattern.matches(&serde_json::json!({"a": {"b": text}}).to_string());
        prop_assert!(holds(&value));
        prop_assert_eq!(holds(&other), other == value);
    }

    #[test]
    fn the_inverse_is_the_complement(text in near(), message in near()) {
        if let (Ok(plain), Ok(inverse)) = (Search::parse(&text), Search::parse(&format!("!{text}")))
            && !text.trim().is_empty() && !text.trim().starts_with('!') {
            prop_assert_ne!(plain.matches(&message), inverse.matches(&message));
        }
    }

    #[test]
    fn a_search_and_its_aws_form_agree(text in near(), message in near()) {
        if let Ok(search) = Search::parse(&text) && let Some(pattern) = search.to_pattern()
            && !text.trim().starts_with('/') {
            prop_assert_eq!(search.matches(&message), pattern.matches(&message), "{}", pattern);
        }
    }
}
