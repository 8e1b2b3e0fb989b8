//! A cursor over rows, and the window of rows that shows it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Which row is chosen, and which is on top of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    at: usize,
    top: usize,
}

/// A way to move a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// One row down.
    Down,
    /// One row up.
    Up,
    /// One page down.
    PageDown,
    /// One page up.
    PageUp,
    /// To the first row.
    Top,
    /// To the last row.
    Bottom,
}

impl Motion {
    /// Where the motion leads from row `at` of `len`, a page being `page` rows.
    pub fn from(self, at: usize, len: usize, page: usize) -> usize {
        let last = len.saturating_sub(1);
        let page = page.saturating_sub(1).max(1);
        match self {
            Self::Down => at.saturating_add(1),
            Self::Up => at.saturating_sub(1),
            Self::PageDown => at.saturating_add(page),
            Self::PageUp => at.saturating_sub(page),
            Self::Top => 0,
            Self::Bottom => last,
        }
        .min(last)
    }
}

impl Cursor {
    /// The chosen row of `len`; the last one when the list became shorter.
    pub fn at(&self, len: usize) -> usize {
        self.at.min(len.saturating_sub(1))
    }

    /// Moves within `len` rows of which `page` are visible.
    pub fn go(&mut self, motion: Motion, len: usize, page: usize) {
        self.put(motion.from(self.at(len), len, page), len, page);
    }

    /// Chooses a row of `len`, and moves the window of `page` rows no more than needed.
    pub fn put(&mut self, at: usize, len: usize, page: usize) {
        self.at = at.min(len.saturating_sub(1));
        self.top = self.window(len, page).start;
    }

    /// Chooses the row at which the chosen one stands now that rows came or went above it; the window moves with it.
    pub fn slide(&mut self, at: usize) {
        self.top = if at > self.at {
            self.top.saturating_add(at - self.at)
        } else {
            self.top.saturating_sub(self.at - at)
        };
        self.at = at;
    }

    /// The rows of `len` that are visible in a window of `page` rows.
    pub fn window(&self, len: usize, page: usize) -> Range<usize> {
        let at = self.at(len);
        let lowest = at.saturating_add(1).saturating_sub(page).min(at);
        let start = self.top.clamp(lowest, at).min(len.saturating_sub(page).max(lowest));
        start..start.saturating_add(page).min(len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_always_shows_the_cursor() {
        let mut cursor = Cursor::default();
        cursor.go(Motion::PageDown, 10, 4);
        assert_eq!((cursor.at(10), cursor.window(10, 4)), (3, 0..4));
        cursor.go(Motion::Down, 10, 4);
        assert_eq!((cursor.at(10), cursor.window(10, 4)), (4, 1..5));
        cursor.go(Motion::Up, 10, 4);
        assert_eq!(cursor.window(10, 4), 1..5, "the window moves no more than needed");
        cursor.go(Motion::Bottom, 10, 4);
        assert_eq!(cursor.window(10, 4), 6..10);
        assert_eq!((cursor.at(2), cursor.window(2, 4)), (1, 0..2), "the list became shorter");
        assert_eq!((cursor.at(0), cursor.window(0, 4)), (0, 0..0));
        assert_eq!(cursor.window(10, 0), 9..9);
    }
}
