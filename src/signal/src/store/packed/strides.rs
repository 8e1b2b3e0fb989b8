//! Two digits at a stride: what a byte of packed digits makes of a state, looked up.

use watchdeck_pattern::{Reach, State, States};

/// The most kinds of strides that are kept: beyond them the oldest is made again.
const KEPT: usize = 64;

/// What was learnt of the strides of an expression.
#[derive(Clone, Debug, Default)]
pub(super) struct Strides {
    kept: Vec<Stride>,
}

/// Two digits, and the text that stands before each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind<'t> {
    pub(super) before: &'t [u8],
    pub(super) between: &'t [u8],
    /// Whether only the first of them is one.
    pub(super) half: bool,
    pub(super) upper: bool,
}

#[derive(Clone, Debug)]
struct Stride {
    before: Box<[u8]>,
    between: Box<[u8]>,
    half: bool,
    upper: bool,
    /// What each byte makes of each state, by the state's number.
    to: Vec<State>,
    /// All that they make of it; nothing where it has not been asked for.
    all: Vec<States>,
}

impl Strides {
    /// Takes the states over the digits of their rows. `before` are the states they may be in; returns those they then may be in.
    pub(super) fn take<'b>(
        &mut self,
        kind: Kind<'_>,
        reach: &mut Reach,
        before: States,
        rows: impl Iterator<Item = (&'b mut State, &'b u8)>,
    ) -> States {
        let at = self.kept.iter().position(|stride| stride.kind() == kind).unwrap_or_else(|| {
            if self.kept.len() >= KEPT {
                self.kept.remove(0);
            }
            self.kept.push(Stride::new(kind));
            self.kept.len() - 1
        });
        let Some(stride) = self.kept.get_mut(at) else { return before };
        let behind = before.iter().map(|state| stride.learn(state, reach));
        let behind = behind.fold(States::default(), States::and);
        for (state, byte) in rows {
            let at = state.number() << 8 | usize::from(*byte);
            *state = stride.to.get(at).copied().unwrap_or(State::LOST);
        }
        behind
    }
}

impl Stride {
    fn new(Kind { before, between, half, upper }: Kind<'_>) -> Self {
        let (to, all) = (Vec::new(), Vec::new());
        Self { before: before.into(), between: between.into(), half, upper, to, all }
    }

    fn kind(&self) -> Kind<'_> {
        let Self { before, between, half, upper, .. } = self;
        Kind { before, between, half: *half, upper: *upper }
    }

    /// Finds out what the bytes make of a state.
    fn learn(&mut self, state: State, reach: &mut Reach) -> States {
        if let Some(known) = self.all.get(state.number()).filter(|all| **all != States::default()) {
            return *known;
        }
        let digits = if self.upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
        let wanted = (state.number() + 1).max(self.all.len());
        self.all.resize(wanted, States::default());
        self.to.resize(wanted << 8, State::LOST);
        let base = state.number() << 8;
        let mut places = self.to.get_mut(base..).unwrap_or_default().iter_mut();
        let mut all = States::default();
        let state = reach.text(state, &self.before);
        for digit in digits {
            let first = reach.text(state, &[*digit]);
            let first = reach.text(first, &self.between);
            for (digit, place) in digits.iter().zip(&mut places) {
                *place = if self.half { first } else { reach.text(first, &[*digit]) };
                all.insert(*place);
            }
        }
        if let Some(known) = self.all.get_mut(base >> 8) {
            *known = all;
        }
        all
    }
}
