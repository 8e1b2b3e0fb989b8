//! A record as far as any rule asks for it: each member that is asked for has a slot, and the others are passed over.

use memchr::memchr;
use memchr::memmem::Finder;

use crate::layout::{Layout, Node, Slot, Way};
use crate::scan::{Kind, Odd, Span, Walk};

/// What of one record stands in the slots of a layout. Made once, and used for one record after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    /// The members at the top, in the order of the layout.
    tops: Vec<Option<Span>>,
    /// What was found for each slot.
    found: Vec<Vec<Span>>,
    /// Slots that hold something.
    touched: Vec<usize>,
    /// The members at the top that were looked into, strictly and loosely.
    opened: Vec<[bool; 2]>,
}

impl Index {
    /// Takes a record in: one pass over its text. Deeper members are looked for when a rule asks for them. Of a member
    /// that stands at the top twice the last counts.
    pub(crate) fn take(&mut self, layout: &Layout, record: &str) -> Result<(), Odd> {
        self.clear(layout);
        let mut walk = Walk::new(record, 0);
        walk.peek();
        let start = walk.at();
        walk.pass(b'{').ok_or(Odd)?;
        let mut first = true;
        while let Some(name) = walk.member(first)? {
            first = false;
            let value = walk.value().ok_or(Odd)?;
            if let Some(top) = layout.top(&name.text(record)).and_then(|at| self.tops.get_mut(at)) {
                *top = Some(value);
            }
        }
        let end = walk.at();
        if walk.peek().is_some() {
            return Err(Odd);
        }
        if let Some(whole) = self.tops.get_mut(Layout::WHOLE) {
            *whole = Some(Span { kind: Kind::Object, start, end });
        }
        Ok(())
    }

    /// What stands in a slot. Below the top a member that stands twice is told twice.
    pub(crate) fn get(&mut self, layout: &Layout, record: &str, slot: Slot) -> &[Span] {
        let Some(Some(top)) = self.tops.get(slot.top).copied() else { return &[] };
        if slot.is_top && (slot.way == Way::Strict || top.kind != Kind::Array) {
            let top = self.tops.get(slot.top).and_then(Option::as_ref);
            return top.map(std::slice::from_ref).unwrap_or_default();
        }
        let start = top.start - usize::from(matches!(top.kind, Kind::Text | Kind::Escaped));
        let way = usize::from(slot.way == Way::Loose);
        let opened = self.opened.get_mut(slot.top).and_then(|opened| opened.get_mut(way));
        if let (Some(opened @ false), Some(node)) = (opened, layout.node(slot)) {
            *opened = true;
            // of what turns out to be odd inside, nothing more is found
            let _odd = self.open(node, &mut Walk::new(record, start), slot.way);
        }
        self.found.get(slot.at).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether something below the top may be what holds a text. Cheaper than to look into it, and asked only before that.
    pub(crate) fn may_hold(&self, record: &str, slot: Slot, needle: &Finder<'_>) -> bool {
        let opened = self.opened.get(slot.top).is_some_and(|opened| opened.contains(&true));
        if slot.is_top || opened {
            return true;
        }
        let Some(Some(top)) = self.tops.get(slot.top) else { return false };
        let raw = top.raw(record).as_bytes();
        needle.find(raw).is_some() || memchr(b'\\', raw).is_some()
    }

    /// Looks for what is below a node in the value at which the walk stands, and passes it.
    fn open(&mut self, node: &Node, walk: &mut Walk<'_>, way: Way) -> Result<(), Odd> {
        match walk.peek().ok_or(Odd)? {
            b'{' if node.has_members() => self.object(node, walk, way),
            b'[' if node.has_elements() || way == Way::Loose => self.array(node, walk, way),
            _ => {
                let span = walk.value().ok_or(Odd)?;
                self.keep(node, span);
                Ok(())
            }
        }
    }

    fn object(&mut self, node: &Node, walk: &mut Walk<'_>, way: Way) -> Result<(), Odd> {
        let start = walk.at();
        walk.pass(b'{').ok_or(Odd)?;
        let mut first = true;
        while let Some(name) = walk.member(first)? {
            first = false;
            let named = node.member(&name.text(walk.record()));
            self.further(named.into_iter().chain(node.every()), walk, way)?;
        }
        self.keep(node, Span { kind: Kind::Object, start, end: walk.at() });
        Ok(())
    }

    fn array(&mut self, node: &Node, walk: &mut Walk<'_>, way: Way) -> Result<(), Odd> {
        let start = walk.at();
        walk.pass(b'[').ok_or(Odd)?;
        let through = (way == Way::Loose).then_some(node);
        let mut at = 0;
        while walk.element(at == 0)? {
            let steps = node.element(at).into_iter().chain(node.every()).chain(through);
            self.further(steps, walk, way)?;
            at += 1;
        }
        if through.is_none() {
            self.keep(node, Span { kind: Kind::Array, start, end: walk.at() });
        }
        Ok(())
    }

    /// Takes each of these steps into the next value, which is passed.
    fn further<'n>(
        &mut self,
        steps: impl Iterator<Item = &'n Node>,
        walk: &mut Walk<'_>,
        way: Way,
    ) -> Result<(), Odd> {
        let begin = walk.clone();
        let mut passed = false;
        for step in steps {
            *walk = begin.clone();
            self.open(step, walk, way)?;
            passed = true;
        }
        if !passed {
            walk.value().ok_or(Odd)?;
        }
        Ok(())
    }

    fn keep(&mut self, node: &Node, span: Span) {
        if let Some(slot) = node.slot()
            && let Some(found) = self.found.get_mut(slot)
        {
            if found.is_empty() {
                self.touched.push(slot);
            }
            found.push(span);
        }
    }

    fn clear(&mut self, layout: &Layout) {
        self.tops.clear();
        self.tops.resize(layout.tops(), None);
        self.opened.clear();
        self.opened.resize(layout.tops(), [false; 2]);
        for slot in self.touched.drain(..) {
            if let Some(found) = self.found.get_mut(slot) {
                found.clear();
            }
        }
        self.found.resize(layout.slots(), Vec::new());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use watchdeck_pattern::Segment;

    const RECORD: &str = r#" {"a":{"b":[{"c":1},{"c":"x","d":null},[{"c":2}]],"e":"\u0041"},"f":[true],"g":{"h":{}},"f":"last"} "#;

    fn path(text: &str) -> Vec<Segment> {
        let step = |step: &str| match step {
            "*" => Segment::Every,
            _ => step.parse().map_or_else(|_| Segment::Member(step.into()), Segment::Index),
        };
        text.split('.').map(step).collect()
    }

    fn found(paths: &[&str], way: Way, record: &str) -> Vec<String> {
        let mut layout = Layout::default();
        let slots: Vec<_> = paths.iter().map(|text| layout.slot(&path(text), way)).collect();
        let mut index = Index::default();
        index.take(&layout, record).unwrap();
        let mut told = |slot| {
            let spans = index.get(&layout, record, slot).to_vec();
            spans.iter().map(|span| span.text(record).into_owned()).collect::<Vec<_>>().join("|")
        };
        slots.into_iter().map(&mut told).collect()
    }

    #[test]
    fn members_stand_in_the_slots_of_their_ways() {
        let check = |text: &str, way, wanted: &str| {
            assert_eq!(found(&[text], way, RECORD), [wanted], "{text}");
        };
        check("a.b.0.c", Way::Strict, "1");
        check("a.b.*.c", Way::Strict, "1|x");
        check("a.b.c", Way::Strict, "");
        check("a.b.c", Way::Loose, "1|x|2");
        check("a.e", Way::Strict, "A");
        check("a.e.x", Way::Strict, "");
        check("f", Way::Strict, "last");
        check("g.h", Way::Strict, "{}");
        check("g", Way::Strict, r#"{"h":{}}"#);
        check("*.h", Way::Strict, "{}");
        check("a.b.1.d", Way::Strict, "null");
        check("nowhere", Way::Strict, "");
    }

    #[test]
    fn ways_do_not_disturb_each_other() {
        let ways = ["a.b.0.c", "a.b.*.c", "a.b", "a.b.1", "a.e", "a"];
        let all = found(&ways, Way::Strict, RECORD);
        for (way, told) in ways.iter().zip(all) {
            assert_eq!(found(&[way], Way::Strict, RECORD), [told], "{way}");
        }
    }

    #[test]
    fn what_is_no_object_is_no_record() {
        let layout = Layout::default();
        for text in ["", "[]", "{", r#"{"a"}"#, r#"{"a":1 "b":2}"#, r#"{"a":1} x"#, r#"{"a":[}"#] {
            assert_eq!(Index::default().take(&layout, text), Err(Odd), "{text}");
        }
    }
}
