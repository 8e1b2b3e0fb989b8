//! The members of a JSON object that a pattern looks at, without the rest of the line.

use super::mould::Mould;

/// A part of a line that holds the members looked at and no others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(Vec<u8>),
    /// The value of a column.
    Value(usize),
}

impl Mould {
    /// The line with the members of some names only. Nothing if other values could make a difference: whether the line
    /// is JSON at all, or what a member is called.
    pub(super) fn members(&self, names: &[&str]) -> Option<Vec<Piece>> {
        let mut line = Vec::new();
        self.write(0, &mut line);
        let escapes = self.pieces().any(|piece| piece.contains(&b'\\'));
        if escapes || serde_json::from_slice::<serde_json::Value>(&line).is_err() {
            return None;
        }
        let mut taken = Taken::default();
        for (nth, piece) in self.pieces().enumerate() {
            piece.iter().try_for_each(|byte| taken.byte(*byte, names))?;
            if nth < self.columns().len() {
                let neutral = taken.within_string || self.is_number(nth);
                taken.value(nth, neutral)?;
            }
        }
        taken.text(b"}");
        Some(taken.pieces)
    }
}

/// Valid JSON without escapes, read byte by byte for the members of the object at its top.
#[derive(Debug, Default)]
struct Taken {
    pieces: Vec<Piece>,
    depth: usize,
    within_string: bool,
    /// The name of the member at hand.
    name: Vec<u8>,
    /// Whether its value is being read.
    in_value: bool,
    /// Whether it is looked at.
    wanted: bool,
}

impl Taken {
    fn byte(&mut self, byte: u8, names: &[&str]) -> Option<()> {
        if self.within_string {
            if byte == b'"' {
                self.within_string = false;
            } else if !self.in_value {
                self.name.push(byte);
            }
            self.keep(byte);
            return Some(());
        }
        match byte {
            b'"' => self.within_string = true,
            b'{' | b'[' => {
                self.depth += 1;
                if self.depth == 1 {
                    self.text(b"{");
                    return (byte == b'{').then_some(());
                }
            }
            b'}' | b']' => {
                self.depth = self.depth.checked_sub(1)?;
                if self.depth == 0 {
                    self.in_value = false;
                    return Some(());
                }
            }
            b':' if self.depth == 1 && !self.in_value => {
                let name = std::mem::take(&mut self.name);
                self.in_value = true;
                self.wanted = names.iter().any(|wanted| wanted.as_bytes() == name);
                if self.wanted {
                    let comma: &[u8] =
                        if self.pieces.len() == 1 && self.is_fresh() { b"" } else { b"," };
                    self.text(comma);
                    self.text(b"\"");
                    self.text(&name);
                    self.text(b"\":");
                }
                return Some(());
            }
            b',' if self.depth == 1 => {
                self.in_value = false;
                return Some(());
            }
            _ => {}
        }
        self.keep(byte);
        Some(())
    }

    /// Whether no member was taken yet.
    fn is_fresh(&self) -> bool {
        matches!(self.pieces.as_slice(), [Piece::Text(text)] if text == b"{")
    }

    fn keep(&mut self, byte: u8) {
        if self.in_value && self.wanted {
            self.text(&[byte]);
        }
    }

    fn text(&mut self, more: &[u8]) {
        match self.pieces.last_mut() {
            Some(Piece::Text(text)) => text.extend_from_slice(more),
            Some(Piece::Value(_)) | None => self.pieces.push(Piece::Text(more.to_vec())),
        }
    }

    fn value(&mut self, nth: usize, neutral: bool) -> Option<()> {
        if !self.in_value || self.depth == 0 {
            return None;
        }
        if self.wanted {
            self.pieces.push(Piece::Value(nth));
            return Some(());
        }
        neutral.then_some(())
    }
}
