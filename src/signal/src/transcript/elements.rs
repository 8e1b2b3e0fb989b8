//! A JSON document that holds events: its elements, one after the other, each without the blanks between its parts.

use super::cutter::pieces;

/// Bytes of a beginning after which no document is expected any more.
const HEAD: usize = 4_096;

/// What a file is, by its beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Lines.
    Lines,
    /// Objects at this depth, in an array or for themselves over several lines.
    Elements {
        /// How many brackets are open around each.
        floor: usize,
    },
}

/// What a file is; nothing while its beginning does not say.
pub(super) fn shape(head: &[u8]) -> Option<Shape> {
    // What has not said by now what it is, is lines.
    let undecided = if head.len() < HEAD { None } else { Some(Shape::Lines) };
    match head.trim_ascii_start() {
        [] => undecided,
        [b'[', rest @ ..] => match rest.trim_ascii_start() {
            [] => undecided,
            [b'{', ..] => Some(Shape::Elements { floor: 1 }),
            _ => Some(Shape::Lines),
        },
        [b'{', rest @ ..] => {
            let inner = rest.trim_ascii_start();
            for name in [&b"\"Records\""[..], b"\"events\"", b"\"logEvents\"", b"\"Events\""] {
                match wrapped(name, inner) {
                    Some(true) => return Some(Shape::Elements { floor: 2 }),
                    None if head.len() < HEAD => return None,
                    Some(false) | None => {}
                }
            }
            let blanks = rest.len() - inner.len();
            let broken = rest.get(..blanks).is_some_and(|blanks| blanks.contains(&b'\n'));
            Some(if broken { Shape::Elements { floor: 0 } } else { Shape::Lines })
        }
        _ => Some(Shape::Lines),
    }
}

/// Whether a document goes on with this member, an array of objects; nothing while it has not said.
fn wrapped(name: &[u8], text: &[u8]) -> Option<bool> {
    let both = name.len().min(text.len());
    if name.get(..both) != text.get(..both) {
        return Some(false);
    }
    let mut text = text.get(name.len()..)?;
    for sign in *b":[{\"" {
        text = text.trim_ascii_start();
        let (first, rest) = text.split_first()?;
        if *first != sign {
            return Some(false);
        }
        text = rest;
    }
    if name == b"\"Records\"" {
        return Some(true);
    }
    // What the API answers, and no line of a program that happens to tell of events.
    let known = [
        "logStreamName\"",
        "timestamp\"",
        "message\"",
        "ingestionTime\"",
        "eventId\"",
        "id\"",
        // of CloudTrail
        "EventId\"",
        "EventName\"",
        "ReadOnly\"",
        "AccessKeyId\"",
        "EventTime\"",
        "EventSource\"",
        "Username\"",
        "Resources\"",
        "CloudTrailEvent\"",
    ];
    let mut undecided = false;
    for member in known.map(str::as_bytes) {
        let both = member.len().min(text.len());
        if member.get(..both) == text.get(..both) {
            if both == member.len() {
                return Some(true);
            }
            undecided = true;
        }
    }
    if undecided { None } else { Some(false) }
}

/// A document that is being cut.
#[derive(Clone, Debug)]
pub(super) struct Elements {
    floor: usize,
    depth: usize,
    place: Place,
    /// Whether the array that holds the elements is over.
    over: bool,
    piece: Vec<u8>,
}

/// Where in a document one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Around the elements.
    Outside,
    /// In a text there.
    Quoted { escaped: bool },
    /// In an element.
    Inside,
    /// In a text of it.
    Text { escaped: bool },
    /// In a line between documents that is none.
    Stray,
}

impl Elements {
    pub(super) fn new(floor: usize) -> Self {
        Self { floor, depth: 0, place: Place::Outside, over: false, piece: Vec::new() }
    }

    /// Takes bytes in, and gives each element that ends in them. Says whether it is no document after all: lines follow.
    pub(super) fn cut(&mut self, bytes: &[u8], each: &mut impl FnMut(&[u8])) -> bool {
        for byte in bytes {
            self.take(*byte, each);
        }
        let before = self.piece.len();
        pieces(&mut self.piece, each);
        if before == self.piece.len() {
            return false;
        }
        self.end(each);
        true
    }

    /// Gives what is left.
    pub(super) fn end(&mut self, each: &mut impl FnMut(&[u8])) {
        if !self.piece.is_empty() {
            each(&self.piece);
            self.piece.clear();
        }
    }

    fn take(&mut self, byte: u8, each: &mut impl FnMut(&[u8])) {
        match self.place {
            Place::Quoted { escaped } => {
                self.place = match byte {
                    b'"' if !escaped => Place::Outside,
                    _ => Place::Quoted { escaped: byte == b'\\' && !escaped },
                };
            }
            Place::Text { escaped } => {
                self.piece.push(byte);
                self.place = match byte {
                    b'"' if !escaped => Place::Inside,
                    _ => Place::Text { escaped: byte == b'\\' && !escaped },
                };
            }
            Place::Stray => {
                if byte == b'\n' {
                    self.end(each);
                    self.place = Place::Outside;
                } else {
                    self.piece.push(byte);
                }
            }
            Place::Inside => self.inside(byte, each),
            Place::Outside => self.outside(byte),
        }
    }

    fn inside(&mut self, byte: u8, each: &mut impl FnMut(&[u8])) {
        if byte.is_ascii_whitespace() {
            return;
        }
        self.piece.push(byte);
        match byte {
            b'"' => self.place = Place::Text { escaped: false },
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth <= self.floor {
                    self.place = Place::Outside;
                    self.end(each);
                }
            }
            _ => {}
        }
    }

    fn outside(&mut self, byte: u8) {
        match byte {
            b'{' if self.depth == self.floor && !self.over => {
                self.piece.push(byte);
                self.depth += 1;
                self.place = Place::Inside;
            }
            _ if byte.is_ascii_whitespace() => {}
            // Between documents that stand for themselves there may be lines.
            _ if self.floor == 0 => {
                self.piece.push(byte);
                self.place = Place::Stray;
            }
            b'"' => self.place = Place::Quoted { escaped: false },
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.over |= self.depth == self.floor;
                self.depth = self.depth.saturating_sub(1);
                // Another page may follow.
                self.over &= self.depth > 0;
            }
            _ => {}
        }
    }
}
