//! A small trie from sequences of chords to what they are bound to.

use std::collections::BTreeMap;

use super::key::Chord;

/// Sequences of chords, each bound to one `T`. No sequence is the beginning of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trie<T> {
    nodes: BTreeMap<Chord, Node<T>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node<T> {
    Leaf(T),
    Branch(Trie<T>),
}

/// What a sequence leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found<'a, T> {
    /// It is bound.
    Leaf(&'a T),
    /// It is the beginning of longer ones.
    Branch(&'a Trie<T>),
    /// Nothing.
    Nothing,
}

/// A binding that stands in the way of another: one begins with the other, or both are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash<T> {
    /// The sequence that is bound already.
    pub sequence: Vec<Chord>,
    /// What it is bound to.
    pub bound: T,
}

impl<T> Default for Trie<T> {
    fn default() -> Self {
        Self { nodes: BTreeMap::new() }
    }
}

impl<T: Clone> Trie<T> {
    /// Looks a sequence up.
    pub fn find(&self, sequence: &[Chord]) -> Found<'_, T> {
        let Some((first, rest)) = sequence.split_first() else {
            return Found::Branch(self);
        };
        match self.nodes.get(first) {
            Some(Node::Leaf(bound)) if rest.is_empty() => Found::Leaf(bound),
            Some(Node::Leaf(_)) | None => Found::Nothing,
            Some(Node::Branch(below)) => below.find(rest),
        }
    }

    /// Binds a sequence.
    ///
    /// # Errors
    /// Names what stands in the way; nothing is changed then.
    pub fn insert(&mut self, sequence: &[Chord], bound: T) -> Result<(), Clash<T>> {
        if let Some(Clash { sequence, bound }) = self.in_the_way(sequence) {
            return Err(Clash { sequence, bound: bound.clone() });
        }
        self.put(sequence, bound);
        Ok(())
    }

    /// Binds a sequence that nothing stands in the way of.
    fn put(&mut self, sequence: &[Chord], bound: T) {
        let Some((first, rest)) = sequence.split_first() else { return };
        if rest.is_empty() {
            self.nodes.insert(*first, Node::Leaf(bound));
            return;
        }
        let node = self.nodes.entry(*first).or_insert_with(|| Node::Branch(Self::default()));
        match node {
            Node::Branch(below) => below.put(rest, bound),
            Node::Leaf(_) => {}
        }
    }

    /// What stands in the way of a sequence: the same one, one that it begins with, or the first that begins with it.
    pub fn in_the_way(&self, sequence: &[Chord]) -> Option<Clash<&T>> {
        let (first, rest) = sequence.split_first()?;
        let (below, bound) = match self.nodes.get(first)? {
            Node::Leaf(bound) => (Vec::new(), bound),
            Node::Branch(below) if rest.is_empty() => below.sequences().into_iter().next()?,
            Node::Branch(below) => {
                let clash = below.in_the_way(rest)?;
                (clash.sequence, clash.bound)
            }
        };
        Some(Clash { sequence: [&[*first], below.as_slice()].concat(), bound })
    }

    /// Makes room for a sequence: removes it, its beginnings and its continuations.
    pub fn clear(&mut self, sequence: &[Chord]) {
        let Some((first, rest)) = sequence.split_first() else { return };
        match self.nodes.get_mut(first) {
            Some(Node::Branch(below)) if !rest.is_empty() => {
                below.clear(rest);
                if below.nodes.is_empty() {
                    self.nodes.remove(first);
                }
            }
            Some(Node::Leaf(_) | Node::Branch(_)) => {
                self.nodes.remove(first);
            }
            None => {}
        }
    }

    /// All sequences with what they are bound to.
    pub fn sequences(&self) -> Vec<(Vec<Chord>, &T)> {
        let mut all = Vec::new();
        for (chord, node) in &self.nodes {
            match node {
                Node::Leaf(bound) => all.push((vec![*chord], bound)),
                Node::Branch(below) => {
                    for (mut sequence, bound) in below.sequences() {
                        sequence.insert(0, *chord);
                        all.push((sequence, bound));
                    }
                }
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chords(text: &str) -> Vec<Chord> {
        text.split(' ').map(|chord| Chord::parse(chord).unwrap()).collect()
    }

    #[test]
    fn sequences_are_found_step_by_step() {
        let mut trie = Trie::default();
        trie.insert(&chords("g g"), 1).unwrap();
        trie.insert(&chords("g e"), 2).unwrap();
        assert!(matches!(trie.find(&chords("g")), Found::Branch(_)));
        assert_eq!(trie.find(&chords("g e")), Found::Leaf(&2));
        assert_eq!(trie.find(&chords("g x")), Found::Nothing);
        assert_eq!(trie.find(&chords("x")), Found::Nothing);
    }

    #[test]
    fn a_sequence_may_not_begin_with_another() {
        let mut trie = Trie::default();
        trie.insert(&chords("g g"), 1).unwrap();
        assert_eq!(trie.insert(&chords("g"), 2).unwrap_err().sequence, chords("g g"));
        assert_eq!(trie.insert(&chords("g g g"), 2).unwrap_err().sequence, chords("g g"));
        trie.clear(&chords("g"));
        trie.insert(&chords("g"), 2).unwrap();
        assert_eq!(trie.sequences(), [(chords("g"), &2)]);
    }
}
