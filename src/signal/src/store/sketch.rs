//! Which four bytes in a row a text holds, kept roughly: enough to say that it does not hold another.

/// A bit for each four bytes in a row; several may share one.
#[derive(Clone, Debug)]
pub(super) struct Sketch {
    bits: Box<[u64]>,
    shift: u32,
}

impl Sketch {
    /// The sketch of a text. It takes a thirty-second of it.
    pub(super) fn of(text: &[u8]) -> Self {
        let words = (text.len() / 256).next_power_of_two();
        let shift = u32::BITS - 6 - words.trailing_zeros();
        let mut bits = vec![0_u64; words].into_boxed_slice();
        for four in text.array_windows::<4>() {
            let (word, bit) = place(*four, shift);
            if let Some(word) = bits.get_mut(word) {
                *word |= bit;
            }
        }
        Self { bits, shift }
    }

    /// Whether the text may hold another: never a wrong no.
    pub(super) fn may_hold(&self, needle: &[u8]) -> bool {
        needle.array_windows::<4>().all(|four| {
            let (word, bit) = place(*four, self.shift);
            self.bits.get(word).is_none_or(|word| word & bit != 0)
        })
    }

    pub(super) fn bytes(&self) -> usize {
        self.bits.len() * size_of::<u64>()
    }
}

fn place(four: [u8; 4], shift: u32) -> (usize, u64) {
    let hash = u32::from_le_bytes(four).wrapping_mul(0x9e37_79b1) >> shift;
    ((hash >> 6) as usize, 1 << (hash & 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_text_holds_it_may_hold_and_little_else() {
        let mut rng = fastrand::Rng::with_seed(1);
        let text: String = (0..8_000)
            .map(|_| format!("{:08x} written in the usual way by the writer ", rng.u32(..)))
            .collect::<Vec<_>>()
            .concat();
        let sketch = Sketch::of(text.as_bytes());
        for at in 0..text.len() - 12 {
            assert!(sketch.may_hold(&text.as_bytes()[at..at + 12]), "{at}");
        }
        let held =
            (0..1_000).filter(|_| sketch.may_hold(format!("{:08x}", rng.u32(..)).as_bytes()));
        assert!(held.count() < 300);
        assert!(sketch.may_hold(b"") && sketch.may_hold(b"zzz") && !sketch.may_hold(b"timeout"));
        assert!(!Sketch::of(b"").may_hold(b"timeout"));
    }
}
