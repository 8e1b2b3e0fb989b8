//! What a regular expression comes to over text that is known, and over text of which only the bytes are known that may stand in it.
//!
//! Much text is alike: fixed pieces with values between them, of a few kinds. An expression is followed over them from state
//! to state, and states are small numbers: what a piece does to each state is found out once, what a value does is looked up.
//! Over a value that is not known the states are carried by all bytes that may stand there, in any order and number; where
//! none of them is a match, no such text matches, and none need be looked at.

use std::collections::HashMap;
use std::fmt;

use regex_automata::Input;
use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;

use crate::search::{Search, What};

/// The most states that are carried over what is not known: beyond them anything may be.
const MOST: usize = 32;
/// The most states that are numbered.
const NUMBERED: usize = 250;
/// The room for the states of one expression; what would take more is lost.
const ROOM: usize = 256 << 10;
/// In place of a state that has not been asked for.
const UNASKED: State = State(u8::MAX);

/// A regular expression, followed from state to state.
#[derive(Clone)]
pub struct Reach {
    dfa: DFA,
    cache: Cache,
    /// What a match comes to.
    hit: State,
    /// The states by their numbers, and their numbers.
    states: Vec<LazyStateID>,
    numbers: HashMap<LazyStateID, State>,
    /// What each byte makes of each state, as far as it was asked for.
    next: Vec<[State; 256]>,
}

/// A state in which an expression may be: a small number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State(u8);

/// A set of states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct States([u128; 2]);

impl State {
    /// It has matched, whatever follows.
    pub const MATCHES: Self = Self(0);
    /// It was lost, whatever follows: the text must be read.
    pub const LOST: Self = Self(1);

    /// Whether nothing that follows changes it.
    #[inline]
    pub fn is_settled(self) -> bool {
        self.0 <= 1
    }

    /// Its number.
    #[inline]
    pub fn number(self) -> usize {
        usize::from(self.0)
    }
}

impl States {
    /// One state.
    pub fn of(state: State) -> Self {
        let mut states = Self::default();
        states.insert(state);
        states
    }

    /// Adds a state; says whether it is new.
    #[inline]
    pub fn insert(&mut self, state: State) -> bool {
        let Self([low, high]) = self;
        let half = if state.0 < 128 { low } else { high };
        let bit = 1 << (state.0 & 127);
        let new = *half & bit == 0;
        *half |= bit;
        new
    }

    /// Both together.
    #[must_use]
    #[inline]
    pub fn and(self, Self([low, high]): Self) -> Self {
        let Self([ours, others]) = self;
        Self([ours | low, others | high])
    }

    /// Whether one of them is settled.
    #[inline]
    pub fn settles(self) -> bool {
        let Self([low, _]) = self;
        low & 3 != 0
    }

    /// Those that are not settled.
    #[must_use]
    pub fn open(self) -> Self {
        let Self([low, high]) = self;
        Self([low & !3, high])
    }

    /// The only one, if it is one.
    pub fn only(self) -> Option<State> {
        let mut states = self.iter();
        states.next().filter(|_| states.next().is_none())
    }

    /// The states, by their numbers.
    pub fn iter(self) -> impl Iterator<Item = State> {
        let Self(mut halves) = self;
        std::iter::from_fn(move || {
            let (half, base) = match &mut halves {
                [0, high] => (high, 128),
                [low, _] => (low, 0),
            };
            let bit = u8::try_from(half.trailing_zeros()).ok().filter(|bit| *bit < 128)?;
            *half &= *half - 1;
            Some(State(base + bit))
        })
    }

    fn len(self) -> usize {
        let Self([low, high]) = self;
        (low.count_ones() + high.count_ones()) as usize
    }
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
        let mut cache = dfa.create_cache();
        // an empty match within a letter of several bytes is none, which bytes do not tell
        let hit = if dfa.get_nfa().has_empty() { State::LOST } else { State::MATCHES };
        let start = dfa.start_state_forward(&mut cache, &Input::new("")).ok()?;
        let mut reach = Reach {
            dfa,
            cache,
            hit,
            states: vec![start; 2],
            numbers: HashMap::new(),
            next: vec![[State::MATCHES; 256], [State::LOST; 256]],
        };
        reach.numbered(start);
        Some(reach)
    }
}

impl Reach {
    /// The state at the beginning of a message.
    pub fn begin(&self) -> State {
        State(2)
    }

    /// The state behind a text.
    pub fn text(&mut self, mut state: State, text: &[u8]) -> State {
        for byte in text {
            if state.is_settled() {
                break;
            }
            state = self.step(state, *byte);
        }
        state
    }

    /// The states behind any text, the empty one too, of bytes that may stand in it.
    pub fn any(
        &mut self,
        mut states: States,
        bytes: &(impl Iterator<Item = u8> + Clone),
    ) -> States {
        let mut fresh: Vec<State> = states.iter().collect();
        while let Some(state) = fresh.pop()
            && !states.settles()
        {
            for byte in bytes.clone() {
                let next = self.step(state, byte);
                if states.insert(next) {
                    fresh.push(next);
                }
            }
            if states.len() > MOST {
                states.insert(State::LOST);
            }
        }
        states
    }

    /// What a message comes to that ends here: if that is not settled, it does not match.
    pub fn end(&mut self, state: State) -> State {
        let Some(id) = self.states.get(state.number()).filter(|_| !state.is_settled()) else {
            return state;
        };
        match self.dfa.next_eoi_state(&mut self.cache, *id) {
            Ok(end) if end.is_match() => self.hit,
            Ok(end) if !end.is_quit() => state,
            Ok(_) | Err(_) => State::LOST,
        }
    }

    /// The state behind a byte.
    #[inline]
    pub fn step(&mut self, state: State, byte: u8) -> State {
        let row = self.next.get(state.number());
        match row.and_then(|row| row.get(usize::from(byte))) {
            Some(next) if *next != UNASKED => *next,
            Some(_) | None => self.ask(state, byte),
        }
    }

    #[cold]
    fn ask(&mut self, state: State, byte: u8) -> State {
        let Some(id) = self.states.get(state.number()) else { return State::LOST };
        let next = match self.dfa.next_state(&mut self.cache, *id, byte) {
            Ok(next) if next.is_match() => self.hit,
            Ok(next) if !next.is_quit() => self.numbered(next),
            Ok(_) | Err(_) => State::LOST,
        };
        let row = self.next.get_mut(state.number());
        if let Some(known) = row.and_then(|row| row.get_mut(usize::from(byte))) {
            *known = next;
        }
        next
    }

    fn numbered(&mut self, id: LazyStateID) -> State {
        if let Some(known) = self.numbers.get(&id) {
            return *known;
        }
        let number = u8::try_from(self.states.len()).ok().map(State);
        let Some(number) = number.filter(|number| number.number() < NUMBERED) else {
            return State::LOST;
        };
        self.states.push(id);
        self.next.push([UNASKED; 256]);
        self.numbers.insert(id, number);
        number
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
        let mut states = States::of(reach.begin());
        for part in parts {
            states = match part {
                Part::Text(text) => over(states, |state| reach.text(state, text.as_bytes())),
                Part::Any(bytes) => reach.any(states, &bytes.bytes()),
            }
        }
        over(states, |state| reach.end(state)).settles()
    }

    fn over(states: States, mut to: impl FnMut(State) -> State) -> States {
        states.iter().fold(States::default(), |all, state| all.and(States::of(to(state))))
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

    proptest::proptest! {
        #[test]
        fn a_text_that_is_known_comes_to_what_the_expression_says_of_it(
            pieces in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 1..7),
            message in "[abABé€ \n]{0,8}",
        ) {
            if let Ok(search) = Search::parse(&format!("/{}/", pieces.concat()))
                && let Some(mut reach) = search.reach()
            {
                let end = reach.text(reach.begin(), message.as_bytes());
                let end = reach.end(end);
                let told = end == State::MATCHES;
                proptest::prop_assert!(
                    end == State::LOST || told == search.matches(&message),
                    "{search} {message:?}: {end:?}"
                );
            }
        }
    }

    #[test]
    fn a_set_of_states_holds_what_was_put_into_it() {
        let mut states = States::default();
        for number in [2, 127, 128, 249, 0, 2] {
            states.insert(State(number));
        }
        assert_eq!(states.iter().map(State::number).collect::<Vec<_>>(), [0, 2, 127, 128, 249]);
        assert!(states.settles() && !states.open().settles() && states.len() == 5);
        assert_eq!((states.only(), States::of(State(200)).only()), (None, Some(State(200))));
    }

    const PIECES: [&str; 22] = [
        "a",
        "b",
        ".",
        " ",
        "[^a]",
        "\\s",
        "\\b",
        "\\B",
        "^",
        "$",
        "*",
        "+",
        "?",
        "|",
        "é",
        "(?m:^)",
        "(?m:$)",
        "\\w",
        "(?i:aB)",
        "{2}",
        "(?-u:\\B)",
        "\\z",
    ];
}
