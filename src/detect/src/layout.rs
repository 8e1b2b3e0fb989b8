//! The members that rules ask for, as a tree of names: a record is looked into along it and nowhere else.

use watchdeck_pattern::Segment;

/// How a way leads through a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Way {
    /// As a filter pattern means it: a name leads into objects only.
    Strict,
    /// As Sigma means it: a name leads through arrays into every element.
    Loose,
}

/// Where what was found for one way is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// The member at the top that it begins with.
    pub(crate) top: usize,
    /// Its place among all slots.
    pub(crate) at: usize,
    /// Whether it is that member itself.
    pub(crate) is_top: bool,
    pub(crate) way: Way,
}

/// All that is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    tops: Vec<Top>,
    slots: usize,
    /// The places of the members at the top by the shape of their names: most names of a record are none of them.
    shapes: Vec<Vec<usize>>,
}

#[derive(Clone, Debug, Default)]
struct Top {
    name: String,
    strict: Node,
    loose: Node,
}

/// One step further into a record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    members: Vec<(String, Node)>,
    elements: Vec<(usize, Node)>,
    every: Option<Box<Node>>,
    slot: Option<usize>,
}

/// How many shapes of names are told apart.
const SHAPES: usize = 64;

/// The shape of a name: by its length and its last sign.
fn shape(name: &str) -> usize {
    (name.len() + 7 * usize::from(name.as_bytes().last().copied().unwrap_or_default())) % SHAPES
}

impl Default for Layout {
    fn default() -> Self {
        Self { tops: vec![Top::default()], slots: 0, shapes: vec![Vec::new(); SHAPES] }
    }
}

impl Layout {
    /// The record as a whole stands among the members at its top, for ways that begin with none of them.
    pub(crate) const WHOLE: usize = 0;

    /// The slot of a way, which it has from now on.
    pub(crate) fn slot(&mut self, path: &[Segment], way: Way) -> Slot {
        let (top, rest) = match path.split_first() {
            Some((Segment::Member(name), rest)) => (self.top_named(name), rest),
            Some((Segment::Index(_) | Segment::Every, _)) | None => (Self::WHOLE, path),
        };
        let next = self.slots;
        let mut at = next;
        if let Some(root) = self.tops.get_mut(top) {
            let mut node = match way {
                Way::Strict => &mut root.strict,
                Way::Loose => &mut root.loose,
            };
            for segment in rest {
                node = node.child(segment);
            }
            at = *node.slot.get_or_insert(next);
        }
        self.slots += usize::from(at == next);
        Slot { top, at, is_top: rest.is_empty(), way }
    }

    fn top_named(&mut self, name: &str) -> usize {
        self.top(name).unwrap_or_else(|| {
            let at = self.tops.len();
            self.tops.push(Top { name: name.to_owned(), ..Top::default() });
            self.shapes.get_mut(shape(name)).into_iter().for_each(|alike| alike.push(at));
            at
        })
    }

    /// The place of a member at the top, where it is asked for.
    pub(crate) fn top(&self, name: &str) -> Option<usize> {
        let mut alike = self.shapes.get(shape(name))?.iter().copied();
        alike.find(|at| self.tops.get(*at).is_some_and(|top| top.name == name))
    }

    /// How many members at the top are asked for.
    pub(crate) fn tops(&self) -> usize {
        self.tops.len()
    }

    /// How many slots there are.
    pub(crate) fn slots(&self) -> usize {
        self.slots
    }

    /// Where the way of a slot begins, below the top.
    pub(crate) fn node(&self, slot: Slot) -> Option<&Node> {
        self.tops.get(slot.top).map(|top| match slot.way {
            Way::Strict => &top.strict,
            Way::Loose => &top.loose,
        })
    }
}

impl Node {
    fn child(&mut self, segment: &Segment) -> &mut Self {
        match segment {
            Segment::Member(name) => entry(&mut self.members, name),
            Segment::Index(index) => entry(&mut self.elements, index),
            Segment::Every => self.every.get_or_insert_default(),
        }
    }

    pub(crate) fn has_members(&self) -> bool {
        !self.members.is_empty() || self.every.is_some()
    }

    pub(crate) fn has_elements(&self) -> bool {
        !self.elements.is_empty() || self.every.is_some()
    }

    /// The step by this name.
    pub(crate) fn member(&self, name: &str) -> Option<&Self> {
        self.members.iter().find(|(own, _)| own == name).map(|(_, node)| node)
    }

    /// The step by this number.
    pub(crate) fn element(&self, at: usize) -> Option<&Self> {
        self.elements.iter().find(|(own, _)| *own == at).map(|(_, node)| node)
    }

    /// The step that every member and every element takes.
    pub(crate) fn every(&self) -> Option<&Self> {
        self.every.as_deref()
    }

    /// The slot of what stands here, where it is asked for.
    pub(crate) fn slot(&self) -> Option<usize> {
        self.slot
    }
}

/// The node under a key, made where there is none.
fn entry<'n, K: PartialEq + Clone>(nodes: &'n mut Vec<(K, Node)>, key: &K) -> &'n mut Node {
    let at = nodes.iter().position(|(own, _)| own == key).unwrap_or_else(|| {
        nodes.push((key.clone(), Node::default()));
        nodes.len() - 1
    });
    #[expect(clippy::indexing_slicing, reason = "it was found or pushed just above")]
    &mut nodes[at].1
}
