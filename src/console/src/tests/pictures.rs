//! The pictures of the documentation, drawn from the program. `UPDATE=1` draws them anew.

use std::fmt::Write as _;
use std::path::Path;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::console::{Console, drawn};
use super::rollback::asked;

/// Pixels of a cell.
const CELL: (u32, u32) = (8, 18);
/// What a terminal shows where nothing says otherwise.
const FRONT: &str = "#d4d4d4";
const BACK: &str = "#1b1b1d";

/// Lines of a minute that went wrong.
const LINES: &str = "
    orders-writer START RequestId: 5f0e Version: 42
    orders-writer [INFO] order received
    orders-writer [ERROR] TypeError: Cannot read properties of undefined (reading 'total')
    orders-write 203.0.113.7 POST /orders 502
    orders-reader [INFO] order read
    orders-writer [ERROR] TypeError: Cannot read properties of undefined (reading 'total')
";

/// The sizes that every picture is kept in: the smallest terminal anybody has, a usual one, and a wall.
const SIZES: [(u16, u16); 3] = [(80, 24), (120, 40), (200, 60)];

#[test]
fn the_pictures_of_the_docs_are_what_is_drawn() {
    let pictures = vec![
        ("overview", Console::new().sized(120, 30).press("1 right right down down down")),
        ("logs", Console::new().sized(120, 30).lines(LINES)),
        ("function", Console::new().sized(120, 30).press("6 j j j enter")),
        ("plan", asked().sized(120, 40)),
    ];
    for (name, console) in pictures {
        keep(name, &console);
    }
}

/// A screen at so many columns and rows.
type Sized = fn((u16, u16)) -> Console;

#[test]
fn every_size_and_look_has_its_picture() {
    let screens: [(&str, Sized); 6] = [
        ("overview", |(width, height)| Console::new().sized(width, height).press("1 right down")),
        ("logs", |(width, height)| Console::new().sized(width, height).lines(LINES)),
        ("trail", |(width, height)| Console::new().sized(width, height).press("3")),
        ("findings", |(width, height)| Console::new().sized(width, height).press("4")),
        ("function", |(width, height)| Console::new().sized(width, height).press("6 j j j enter")),
        ("plan", |(width, height)| asked().sized(width, height)),
    ];
    for (name, screen) in screens {
        for size in SIZES {
            let mut console = screen(size);
            let (width, height) = size;
            let name = |look: &str| format!("{width}x{height}/{name}{look}");
            keep(&name(""), &console);
            assert!(console.model.look.choose("mono"), "the theme without colours is there");
            keep(&name("-colourless"), &console);
            assert!(!coloured(&console.buffer()), "{}", name("-colourless"));
            console.model.look.ascii = true;
            keep(&name("-ascii"), &console);
        }
    }
}

/// Whether any cell asks for a colour.
fn coloured(buffer: &Buffer) -> bool {
    buffer.content.iter().any(|cell| cell.fg != Color::Reset || cell.bg != Color::Reset)
}

/// Holds a picture against the one that is kept. It is drawn from the session as a recording of it plays.
fn keep(name: &str, console: &Console) {
    let replayed = drawn(console.replayed().model());
    assert_eq!(replayed, console.buffer(), "{name}: a replay shows what was shown");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/screens");
    let (path, drawn) = (path.join(format!("{name}.svg")), svg(&replayed));
    if std::env::var_os("UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == drawn, "docs/screens/{name}.svg is of another day: UPDATE=1 draws it anew");
}

/// A frame as a picture: runs of cells in one style, each a text of fixed width.
fn svg(buffer: &Buffer) -> String {
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let (width, height) = (u32::from(columns) * CELL.0, u32::from(rows) * CELL.1);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         font-family=\"ui-monospace,Menlo,Consolas,monospace\" font-size=\"13\" xml:space=\"preserve\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"{BACK}\"/>\n"
    );
    for y in 0..rows {
        let mut x = 0;
        while x < columns {
            let first = &buffer[(x, y)];
            let same = |cell: &Cell| cell.style() == first.style();
            let end = (x..columns).find(|at| !same(&buffer[(*at, y)])).unwrap_or(columns);
            let text: String = (x..end).map(|at| buffer[(at, y)].symbol()).collect();
            run(&mut out, first, &text, (x, y), end - x);
            x = end;
        }
    }
    out.push_str("</svg>\n");
    out
}

fn run(out: &mut String, cell: &Cell, text: &str, (x, y): (u16, u16), cells: u16) {
    let (left, top) = (u32::from(x) * CELL.0, u32::from(y) * CELL.1);
    let width = u32::from(cells) * CELL.0;
    let (mut front, mut back) = (colour(cell.fg, FRONT), colour(cell.bg, BACK));
    if cell.modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut front, &mut back);
    }
    if back != BACK {
        writeln!(
            out,
            "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{}\" fill=\"{back}\"/>",
            CELL.1
        )
        .unwrap();
    }
    if text.trim().is_empty() {
        return;
    }
    let bold = if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let line = if cell.modifier.contains(Modifier::UNDERLINED) {
        " text-decoration=\"underline\""
    } else {
        ""
    };
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    writeln!(
        out,
        "<text x=\"{left}\" y=\"{}\" textLength=\"{width}\" fill=\"{front}\"{bold}{line}>{text}</text>",
        top + 13
    )
    .unwrap();
}

fn colour(colour: Color, usual: &str) -> String {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    match colour {
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        Color::Indexed(at @ 232..) => {
            let grey = 8 + (at - 232) * 10;
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
        Color::Indexed(at @ 16..) => {
            let at = usize::from(at - 16);
            let [r, g, b] = [at / 36, at / 6 % 6, at % 6].map(|step| STEPS[step]);
            format!("#{r:02x}{g:02x}{b:02x}")
        }
        Color::Reset
        | Color::Black
        | Color::Red
        | Color::Green
        | Color::Yellow
        | Color::Blue
        | Color::Magenta
        | Color::Cyan
        | Color::Gray
        | Color::DarkGray
        | Color::LightRed
        | Color::LightGreen
        | Color::LightYellow
        | Color::LightBlue
        | Color::LightMagenta
        | Color::LightCyan
        | Color::White
        | Color::Indexed(_) => usual.to_owned(),
    }
}
