//! What a regular expression may come to behind text of which only the bytes are known that may stand in it.
//!
//! Much text is alike: fixed pieces with values between them, of a few kinds. The states that an expression can be in are
//! carried over the pieces byte by byte, and over a value by all bytes that may stand there, in any order and number. Where
//! none of them is a match, no such text matches, and none need be read.

use std::collections::BTreeSet;
use std::fmt;

use regex_automata::Input;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;

use crate::search::{Search, What};

/// The most states that are carried: beyond them anything may be.
const MOST: usize = 32;
/// The room for the states of one expression; what would take more may come to anything.
const ROOM: usize = 256 << 10;

/// A regular expression, followed from state to state.
#[derive(Clone)]
pub struct Reach {
    dfa: DFA,
    cache: Cache,
}

/// The states in which an expression may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct States {
    held: BTreeSet<LazyStateID>,
    /// Whether it may match already, or nothing is known any more.
    may_match: bool,
}

impl Search {
    /// How a search for a regular expression is followed; nothing for other searches, and for what is too large.
    pub fn reach(&self) -> Option<Reach> {
        let What::Regex(_, source) = &self.what else { return None };
        let config = DFA::config()
            .unicode_word_boundary(true)
            .skip_cache_capacity_check(true)
            .cache_capacity(ROOM)
            // states are told apart by their numbers, which must not change
            .minimum_cache_clear_count(Some(0));
        let dfa = DFA::builder()
            .configure(config)
            .syntax(syntax::Config::new().nest_limit(64))
            .thompson(thompson::Config::new().nfa_size_limit(Some(1 << 20)))
            .build(source)
            .ok()?;
        let cache = dfa.create_cache();
        Some(Reach { dfa, cache })
    }
}

impl Reach {
    /// The states at the beginning of a message.
    pub fn begin(&mut self) -> States {
        let start = self.dfa.start_state_forward(&mut self.cache, &Input::new(""));
        States { may_match: start.is_err(), held: start.into_iter().collect() }
    }

    /// Goes over a text that is known.
    pub fn text(&mut self, states: &mut States, text: &[u8]) {
        for byte in text {
            if states.may_match {
                return;
            }
            let held = std::mem::take(&mut states.held);
            for state in held {
                self.step(states, state, *byte);
            }
        }
    }

    /// Goes over any text, the empty one too, of bytes that may stand in it.
    pub fn any(&mut self, states: &mut States, bytes: &(impl Iterator<Item = u8> + Clone)) {
        let mut fresh: Vec<LazyStateID> = states.held.iter().copied().collect();
        while let Some(state) = fresh.pop()
            && !states.may_match
        {
            for byte in bytes.clone() {
                if let Some(new) = self.step(states, state, byte) {
                    fresh.push(new);
                }
            }
        }
    }

    /// Whether a message may match that ends here.
    pub fn may_match(&mut self, states: &States) -> bool {
        let ends = |state: &LazyStateID| {
            self.dfa.next_eoi_state(&mut self.cache, *state).map_or(true, |end| end.is_match())
        };
        states.may_match || states.held.iter().any(ends)
    }

    /// Adds the state behind a byte; returns it if it is new.
    fn step(&mut self, states: &mut States, state: LazyStateID, byte: u8) -> Option<LazyStateID> {
        match self.dfa.next_state(&mut self.cache, state, byte) {
            Ok(next) if next.is_match() || next.is_quit() => states.may_match = true,
            Ok(next) => {
                let new = states.held.insert(next);
                states.may_match |= states.held.len() > MOST;
                return new.then_some(next);
            }
            Err(_) => states.may_match = true,
        }
        None
    }
}

impl fmt::Debug for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reach").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A part of a message.
    #[derive(Clone, Debug)]
    enum Part {
        Text(String),
        Any(String),
    }

    fn may(reach: &mut Reach, parts: &[Part]) -> bool {
        let mut states = reach.begin();
        for part in parts {
            match part {
                Part::Text(text) => reach.text(&mut states, text.as_bytes()),
                Part::Any(bytes) => reach.any(&mut states, &bytes.bytes()),
            }
        }
        reach.may_match(&states)
    }

    #[test]
    fn what_cannot_match_is_told_without_the_values() {
        let check = |source: &str, wanted: bool| {
            let mut reach = Search::parse(source).unwrap().reach().unwrap();
            let parts = [
                Part::Text("{\"id\":\"".into()),
                Part::Any("0123456789abcdef-".into()),
                Part::Text("\",\"n\":".into()),
                Part::Any("0123456789".into()),
                Part::Text("}".into()),
            ];
            assert_eq!(may(&mut reach, &parts), wanted, "{source}");
        };
        check(r"/[x-z]{3}\d/", false);
        check(r"/[a-f]{3}\d/", true);
        check("/^x|y$/", false);
        check("/^.id/", false);
        check("/^..id/", true);
        check("/n...*}$/", true);
        check(r"/\d\D\d/", true);
        check(r"/\bid\b/", true);
        check(r"/\Bid/", false);
        check("/(?i)N.?.?7/", true);
        check("/(?i)[g-m]/", true);
        check("/(?i)[o-z]/", false);
        check("/(?i)[G-N]\"/", true);
    }

    #[test]
    fn only_an_expression_is_followed() {
        assert!(Search::parse("ERROR").unwrap().reach().is_none());
        assert!(Search::parse("{ $.a = 1 }").unwrap().reach().is_none());
        assert!(Search::parse("!/a|b/").unwrap().reach().is_some());
    }

    proptest::proptest! {
        #[test]
        fn a_message_that_matches_is_never_ruled_out(
            pieces in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 1..7),
            texts in proptest::collection::vec(("[abé \n]{0,4}", proptest::bool::ANY), 0..5),
            more in "[ab]{0,2}",
        ) {
            if let Ok(search) = Search::parse(&format!("/{}/", pieces.concat()))
                && let Some(mut reach) = search.reach()
            {
                let message: String = texts.iter().map(|(text, _)| text.as_str()).collect();
                let parts: Vec<Part> = texts
                    .into_iter()
                    .map(|(text, known)| {
                        if known { Part::Text(text) } else { Part::Any(text + &more) }
                    })
                    .collect();
                let may = may(&mut reach, &parts);
                proptest::prop_assert!(may || !search.matches(&message), "{search} {message:?}");
            }
        }
    }

    const PIECES: [&str; 17] = [
        "a", "b", ".", " ", "[^a]", "\\s", "\\b", "\\B", "^", "$", "*", "+", "?", "|", "é",
        "(?m:^)", "\\w",
    ];
}
