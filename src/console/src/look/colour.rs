//! Colours as theme files write them, and the nearest one that a terminal has.

use serde::{Deserialize, Serialize};

/// A colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Whatever the terminal writes in, or on.
    Terminal,
    /// One of the 256; the first 16 are as the terminal is set up.
    Indexed(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

/// How many colours a terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Depth {
    /// The sixteen of old.
    Sixteen,
    /// The palette of 256.
    Palette,
    /// Every one.
    True,
}

/// The first sixteen, by name.
const NAMED: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
];

/// The first sixteen, as xterm sets them up.
const FIRST: [(u8, u8, u8); 16] = [
    (0, 0, 0),
    (205, 0, 0),
    (0, 205, 0),
    (205, 205, 0),
    (0, 0, 238),
    (205, 0, 205),
    (0, 205, 205),
    (229, 229, 229),
    (127, 127, 127),
    (255, 0, 0),
    (0, 255, 0),
    (255, 255, 0),
    (92, 92, 255),
    (255, 0, 255),
    (0, 255, 255),
    (255, 255, 255),
];

impl Colour {
    /// The colour of that name: `terminal`, one of the sixteen, or `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "terminal" {
            return Some(Self::Terminal);
        }
        if let Some(digits) = text.strip_prefix('#') {
            let whole = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
            return whole.then_some(Self::Rgb(red, green, blue));
        }
        NAMED.iter().zip(0u8..).find(|(name, _)| **name == text).map(|(_, at)| Self::Indexed(at))
    }

    /// The nearest colour that a terminal of this depth has.
    #[must_use]
    pub fn within(self, depth: Depth) -> Self {
        match (self, depth) {
            (Self::Terminal, _)
            | (_, Depth::True)
            | (Self::Indexed(_), Depth::Palette)
            | (Self::Indexed(..16), Depth::Sixteen) => self,
            // The first sixteen are as the terminal is set up, so nobody knows what they look like.
            (Self::Rgb(red, green, blue), Depth::Palette) => {
                Self::Indexed(nearest((red, green, blue)))
            }
            (Self::Indexed(_) | Self::Rgb(..), Depth::Sixteen) => {
                self.parts().map_or(self, |parts| Self::Indexed(among_sixteen(parts)))
            }
        }
    }

    /// Red, green and blue, where they are known.
    pub fn parts(self) -> Option<(u8, u8, u8)> {
        match self {
            Self::Terminal => None,
            Self::Rgb(red, green, blue) => Some((red, green, blue)),
            Self::Indexed(at) => Some(indexed(at)),
        }
    }
}

/// What a colour of the 256 looks like: sixteen, a cube of six, and grey.
fn indexed(at: u8) -> (u8, u8, u8) {
    match at {
        0..16 => FIRST.get(usize::from(at)).copied().unwrap_or_default(),
        16..232 => {
            let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
            let at = at - 16;
            (level(at / 36), level(at / 6 % 6), level(at % 6))
        }
        232.. => {
            let grey = 8 + 10 * (at - 232);
            (grey, grey, grey)
        }
    }
}

/// The nearest of the 256, without the first sixteen.
fn nearest(parts: (u8, u8, u8)) -> u8 {
    (16..=u8::MAX).min_by_key(|at| distance(parts, indexed(*at))).unwrap_or(7)
}

/// The one of the sixteen that says the same. Not the nearest: that is grey for every paler colour, and a warning in grey
/// is none. So a colour keeps its hue, and grey stays grey.
fn among_sixteen((red, green, blue): (u8, u8, u8)) -> u8 {
    let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
    if most - least < 32 {
        return match most {
            0..64 => 0,
            64..178 => 8,
            178..242 => 7,
            242.. => 15,
        };
    }
    let middle = least + (most - least) / 2;
    let bit = |part: u8, value: u8| if part >= middle { value } else { 0 };
    let hue = bit(red, 1) + bit(green, 2) + bit(blue, 4);
    if most > 220 { hue + 8 } else { hue }
}

/// How different two colours look, roughly: the eye tells green best, and blue least.
fn distance(one: (u8, u8, u8), other: (u8, u8, u8)) -> u32 {
    let square = |a: u8, b: u8| u32::from(a.abs_diff(b)).pow(2);
    3 * square(one.0, other.0) + 6 * square(one.1, other.1) + square(one.2, other.2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_written_as_names_and_in_hexadecimal() {
        assert_eq!(Colour::parse("terminal"), Some(Colour::Terminal));
        assert_eq!(Colour::parse("bright-black"), Some(Colour::Indexed(8)));
        assert_eq!(Colour::parse("#0072b2"), Some(Colour::Rgb(0x00, 0x72, 0xb2)));
        for wrong in ["", "#", "#fff", "#0072bg", "#+072b2", "#0072b2ff", "pink", "Red"] {
            assert_eq!(Colour::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_terminal_gets_the_nearest_colour_that_it_has() {
        let check = |colour: &str, palette: u8, sixteen: u8| {
            let colour = Colour::parse(colour).unwrap();
            assert_eq!(colour.within(Depth::True), colour);
            assert_eq!(colour.within(Depth::Palette), Colour::Indexed(palette), "{colour:?}");
            assert_eq!(colour.within(Depth::Sixteen), Colour::Indexed(sixteen), "{colour:?}");
        };
        check("#000000", 16, 0);
        check("#ffffff", 231, 15);
        check("#5fafff", 75, 14);
        check("#d7af5f", 179, 3);
        check("#ff0000", 196, 9);
        check("#8a8a8a", 245, 8);
        assert_eq!(Colour::Indexed(3).within(Depth::Sixteen), Colour::Indexed(3));
        assert_eq!(Colour::Indexed(203).within(Depth::Palette), Colour::Indexed(203));
        assert_eq!(Colour::Indexed(245).within(Depth::Sixteen), Colour::Indexed(8));
        assert_eq!(Colour::Terminal.within(Depth::Sixteen), Colour::Terminal);
    }
}
