//! Only ASCII: what stands for the glyphs beyond it where a terminal, its font or its locale has none.
//!
//! Every frame is drawn with all glyphs; at the end, cell by cell, this takes them away. So no screen knows of it, and
//! none can forget it.

use ratatui::buffer::{Buffer, CellWidth as _};
use ratatui::style::Style;

/// The glyphs that the console draws itself, with their forms in ASCII: a cell for a cell.
const FORMS: [(&str, &str); 38] = [
    // marks
    ("▌", ">"),
    ("✔", "+"),
    ("✘", "x"),
    ("■", "#"),
    ("●", "*"),
    ("○", "o"),
    ("◔", "%"),
    ("•", "*"),
    ("↶", "<"),
    ("◐", "%"),
    ("▲", "^"),
    ("▶", ">"),
    ("▾", "v"),
    ("▸", ">"),
    // between words
    ("…", "~"),
    ("–", "-"),
    ("·", "-"),
    ("›", ">"),
    ("→", ">"),
    ("←", "<"),
    // bars
    ("▁", "_"),
    ("▂", "."),
    ("▃", ":"),
    ("▄", "-"),
    ("▅", "="),
    ("▆", "+"),
    ("▇", "*"),
    ("█", "#"),
    // rules and frames
    ("─", "-"),
    ("┄", "-"),
    ("│", "|"),
    ("╭", "+"),
    ("╮", "+"),
    ("╰", "+"),
    ("╯", "+"),
    // a branch of a tree
    ("└", "`"),
    // a line break in remote text
    ("⏎", "|"),
    ("×", "x"),
];

/// What stands for a glyph that is not the console's own, once for each of its cells.
const UNKNOWN: &str = "?";

/// Leaves only ASCII in a frame: the console's own glyphs get their forms, every other one becomes `?`.
pub(super) fn plain(buffer: &mut Buffer) {
    let mut hidden = 0;
    let mut style = Style::new();
    for cell in &mut buffer.content {
        if hidden > 0 {
            hidden -= 1;
            cell.set_symbol(UNKNOWN).set_style(style);
        } else if !cell.symbol().is_ascii() {
            hidden = cell.symbol().cell_width().saturating_sub(1);
            style = cell.style();
            let form = FORMS.iter().find(|(glyph, _)| *glyph == cell.symbol());
            cell.set_symbol(form.map_or(UNKNOWN, |(_, form)| form));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_form_is_one_character_of_ascii_in_the_place_of_one_cell() {
        for (at, (glyph, form)) in FORMS.iter().enumerate() {
            assert!(form.len() == 1 && form.is_ascii(), "{glyph}");
            assert_eq!(glyph.cell_width(), 1, "{glyph}");
            assert!(FORMS.iter().skip(at + 1).all(|(other, _)| other != glyph), "{glyph} twice");
        }
    }

    #[test]
    fn remote_text_keeps_its_cells() {
        let mut buffer = Buffer::with_lines(["größe 日本▌ok…"]);
        plain(&mut buffer);
        assert_eq!(buffer, Buffer::with_lines(["gr??e ????>ok~"]));
    }

    /// A glyph that a screen draws without a form here would be a `?` on a terminal without it.
    #[test]
    fn every_glyph_in_the_code_of_the_screens_has_a_form() {
        let mut folders = ["src/ui", "src/app", "src/keymap"]
            .map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
            .to_vec();
        let mut seen = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
                if entry.file_name() == "tests" {
                    continue;
                }
                if entry.path().is_dir() {
                    folders.push(entry.path());
                    continue;
                }
                let text = std::fs::read_to_string(entry.path()).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                for glyph in code.chars().filter(|c| !c.is_ascii()) {
                    seen += 1;
                    let has = FORMS.iter().any(|(known, _)| known.contains(glyph));
                    assert!(has, "{}: `{glyph}` has no form in ASCII", entry.path().display());
                }
            }
        }
        assert!(seen > 20);
    }
}
