//! Wide, joined and right-to-left text: every column keeps its place.

use proptest::prelude::*;
use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use unicode_segmentation::UnicodeSegmentation as _;
use watchdeck_domain::Printable;

use crate::ui::text::{self, span};

/// Texts of which terminals and libraries think differently, and any others.
fn texts() -> impl Strategy<Value = String> {
    let odd = [
        "日本語",
        "한국어",
        "ᄀ",
        "ᅡ",
        "👩🏽\u{200d}🚀",
        "👍🏽",
        "🇩🇪",
        "🇩",
        "❤\u{fe0f}",
        "1\u{fe0f}\u{20e3}",
        "e\u{301}",
        "\u{301}",
        "z\u{334}\u{327}\u{308}\u{30c}",
        "שלום",
        "لا",
        "السلام",
        "\u{600}",
        "ｶﾞ",
        "ﾟ",
        "ｶ",
        "क्षि",
        "ไทย",
        "\u{a0}",
        "\u{3000}",
        "\u{202e}",
        "\u{200f}",
        "\u{feff}",
        "⏎",
        "…",
        " ",
        "  ",
        "a",
        "word",
        "ß",
    ];
    let piece = prop_oneof![
        3 => proptest::sample::select(odd.to_vec()).prop_map(str::to_owned),
        1 => ".{0,6}",
    ];
    proptest::collection::vec(piece, 0..14)
        .prop_map(|pieces| Printable::new(pieces.concat()).into())
}

/// Whether a text ends between two graphemes of another that begins with it.
fn ends_between_graphemes(start: &str, whole: &str) -> bool {
    start.len() == whole.len() || whole.grapheme_indices(true).any(|(at, _)| at == start.len())
}

#[test]
fn a_blank_that_bears_a_mark_parts_nothing() {
    let given = "z\u{334}\u{327}\u{308}\u{30c}ᄀ\u{600} \u{301}日本語日本語";
    let lines = text::wrap(given, 8);
    assert!(lines.iter().any(|line| line.contains("\u{600} \u{301}")), "{lines:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(768))]

    #[test]
    fn cut_and_padded_text_has_the_cells_that_were_asked_for(given in texts(), cells in 0usize..30) {
        prop_assert_eq!(text::width(&text::left(&given, cells)), cells);
        prop_assert_eq!(text::width(&text::right(&given, cells)), cells);
        let cut = text::cut(&given, cells);
        prop_assert!(text::width(&cut) <= cells);
        if text::width(&given) <= cells {
            prop_assert_eq!(&cut, &given);
        } else if cells > 0 {
            let kept = cut.strip_suffix('…').unwrap();
            prop_assert!(given.starts_with(kept) && ends_between_graphemes(kept, &given));
        }
    }

    #[test]
    fn skipped_text_lacks_the_cells_that_were_asked_for(given in texts(), cells in 0usize..30) {
        let rest = text::skip(&given, cells);
        prop_assert_eq!(text::width(&rest), text::width(&given).saturating_sub(cells));
        // What is left is the end of the text, with blanks before it where a glyph lay across the edge.
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        let ends = (0..=blanks).any(|blank| {
            let kept = rest.get(blank..).unwrap();
            let start = given.len().checked_sub(kept.len()).and_then(|at| given.get(..at));
            given.ends_with(kept) && start.is_some_and(|start| ends_between_graphemes(start, &given))
        });
        prop_assert!(ends, "{rest:?}");
    }

    #[test]
    fn wrapped_text_keeps_its_words_and_its_width(given in texts(), cells in 8usize..30) {
        let lines = text::wrap(&given, cells);
        for line in &lines {
            prop_assert!(text::width(line) <= cells, "{line:?} in {cells}");
        }
        let letters = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(letters(&lines.concat()), letters(&given));
        let whole: Vec<&str> = given.graphemes(true).filter(|it| !it.trim().is_empty()).collect();
        let apart: Vec<&str> = lines.iter().flat_map(|line| line.graphemes(true)).collect();
        let apart: Vec<&str> = apart.into_iter().filter(|it| !it.trim().is_empty()).collect();
        prop_assert_eq!(apart.len(), whole.len(), "no grapheme is split");
    }

    #[test]
    fn a_drawn_column_never_spills_into_the_next(given in texts(), other in texts(), cells in 1usize..20) {
        let width = u16::try_from(cells).unwrap();
        let area = Rect::new(0, 0, 2 * width + 5, 2);
        let mut buffer = Buffer::empty(area);
        let plain = Style::new();
        let (left, right) = (text::left(&given, cells), text::right(&other, cells));
        let apart = [span(left.clone(), plain), span("| ", plain), span(right.clone(), plain), span("|", plain)];
        buffer.set_line(0, 0, &Line::from(apart.to_vec()), area.width);
        buffer.set_line(0, 1, &Line::from(format!("{left} | {right} |")), area.width);
        prop_assert_eq!(buffer[(width, 0)].symbol(), "|");
        prop_assert_eq!(buffer[(2 * width + 2, 0)].symbol(), "|");
        prop_assert_eq!(buffer[(width + 1, 1)].symbol(), "|");
        prop_assert_eq!(buffer[(2 * width + 4, 1)].symbol(), "|");
        for y in 0..2 {
            let mut x = 0;
            while x < area.width {
                let wide = buffer[(x, y)].symbol().cell_width().max(1);
                prop_assert!((x + 1..x + wide).all(|hidden| buffer[(hidden, y)].symbol() == " "));
                x += wide;
            }
            prop_assert_eq!(x, area.width);
        }
    }
}
