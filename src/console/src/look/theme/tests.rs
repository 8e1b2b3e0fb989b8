//! What holds for every theme of the program: it says everything, can be read, and tells apart what must be.

use super::*;
use Meaning::{Armed, Bad, Bar, Chosen, Dim, Faint, Fatal, Good, Ground, ReadOnly, Warn};

fn themes() -> Vec<Theme> {
    Theme::built_in().unwrap_or_else(|errors| panic!("{errors:#?}"))
}

fn theme(name: &str) -> Theme {
    themes().into_iter().find(|theme| theme.name == name).unwrap()
}

/// Red, green and blue as amounts of light.
fn light(colour: Colour) -> [f64; 3] {
    let (red, green, blue) = colour.parts().unwrap();
    [red, green, blue].map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    })
}

fn apply(matrix: [[f64; 3]; 3], light: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row.iter().zip(light).map(|(a, b)| a * b).sum::<f64>().clamp(0.0, 1.0))
}

/// How much lighter one colour is than the other, as WCAG counts it: 1 to 21.
fn contrast(one: Colour, other: Colour) -> f64 {
    let luminance = |colour| apply([[0.2126, 0.7152, 0.0722]; 3], light(colour))[0];
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// How different two lights look (CIE 1976); from 10 on at a glance.
fn difference(one: [f64; 3], other: [f64; 3]) -> f64 {
    let lab = |light| {
        let [x, y, z] = apply(
            [
                [0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505],
                [0.2126, 0.7152, 0.0722],
                [0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089],
            ],
            light,
        )
        .map(|t| if t > 0.008_856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 });
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    };
    let (one, other) = (lab(one), lab(other));
    one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
}

/// What eyes without one kind of cone see (Machado, Oliveira and Fernandes 2009).
const DEUTERANOPIA: [[f64; 3]; 3] = [
    [0.367_322, 0.860_646, -0.227_968],
    [0.280_085, 0.672_501, 0.047_413],
    [-0.011_820, 0.042_940, 0.968_881],
];
const PROTANOPIA: [[f64; 3]; 3] = [
    [0.152_286, 1.052_583, -0.204_868],
    [0.114_503, 0.786_281, 0.099_216],
    [-0.003_882, -0.048_116, 1.051_998],
];
const TRITANOPIA: [[f64; 3]; 3] = [
    [1.255_528, -0.076_749, -0.178_779],
    [-0.078_411, 0.930_809, 0.147_602],
    [0.004_733, 0.691_367, 0.303_900],
];

/// The ground a theme is drawn on: its own, or the one of the terminals that it is for.
fn ground(theme: &Theme) -> Colour {
    let given =
        if theme.name == "light" { Colour::Rgb(255, 255, 255) } else { Colour::Rgb(0, 0, 0) };
    theme.paint(Ground).back.unwrap_or(given)
}

#[test]
fn every_theme_says_everything_itself() {
    for (name, text) in BUILT_IN {
        let table: toml::Table = text.parse().unwrap();
        let styles = table["styles"].as_table().unwrap();
        for meaning in Meaning::ALL {
            assert!(styles.contains_key(meaning.name()), "{name}: {}", meaning.name());
        }
        assert!(styles.contains_key("names"), "{name}");
        assert!(theme(name).about.ends_with('.'), "{name}");
        assert_eq!(Meaning::ALL.map(Meaning::name).map(Meaning::parse), Meaning::ALL.map(Some));
    }
}

#[test]
fn every_text_can_be_read_on_what_it_is_written_on() {
    for theme in themes().iter().filter(|theme| theme.name != "mono") {
        let least = if theme.name == "high-contrast" { 7.0 } else { 4.5 };
        let chosen = theme.paint(Chosen).back;
        let written = theme.names().into_iter().chain(Meaning::ALL.map(|it| theme.paint(it)));
        for paint in written {
            let Some(front) = paint.front else { continue };
            let back = paint.back.unwrap_or_else(|| ground(theme));
            // Rules and what is barely there may be paler.
            let least = if paint == theme.paint(Faint) { 2.8 } else { least };
            let found = contrast(front, back);
            assert!(found >= least, "{}: {found:.1} of {paint:?}", theme.name);
            if let (Some(chosen), None) = (chosen, paint.back) {
                let found = contrast(front, chosen);
                let least = if paint == theme.paint(Faint) { 1.5 } else { 2.9 };
                assert!(found >= least, "{}: {found:.1} of {paint:?} if chosen", theme.name);
            }
        }
    }
}

#[test]
fn colour_blind_eyes_tell_good_from_bad_and_armed_from_read_only() {
    let check = |name: &str, eyes: [[f64; 3]; 3]| {
        let theme = theme(name);
        let front = |meaning| apply(eyes, light(theme.paint(meaning).front.unwrap()));
        let back = |meaning| apply(eyes, light(theme.paint(meaning).back.unwrap()));
        for (one, other) in [(Good, Warn), (Good, Bad), (Warn, Bad)] {
            let found = difference(front(one), front(other));
            assert!(found > 25.0, "{name}: {found:.0} between {one:?} and {other:?}");
        }
        let found = difference(back(Armed), back(ReadOnly));
        assert!(found > 25.0, "{name}: {found:.0} between the badges");
    };
    check("deuteranopia", DEUTERANOPIA);
    check("deuteranopia", PROTANOPIA);
    check("tritanopia", TRITANOPIA);
}

#[test]
fn no_meaning_of_the_careful_themes_hangs_on_colour_alone() {
    for name in ["high-contrast", "deuteranopia", "tritanopia", "mono"] {
        let theme = theme(name);
        let shape = |meaning| {
            let paint = theme.paint(meaning);
            (paint.bold, paint.underlined, paint.reversed || paint.back.is_some())
        };
        let shapes = [Good, Warn, Bad, Fatal].map(shape);
        for (at, one) in shapes.iter().enumerate() {
            assert!(shapes.iter().skip(at + 1).all(|other| one != other), "{name}: {shapes:?}");
        }
    }
}

#[test]
fn nothing_vanishes_on_a_terminal_with_few_colours() {
    for theme in themes() {
        for depth in [Depth::Sixteen, Depth::Palette, Depth::True] {
            for meaning in Meaning::ALL {
                let paint = theme.paint(meaning).within(depth);
                let gone = paint.front.is_some() && paint.front == paint.back;
                assert!(!gone, "{} {meaning:?} {depth:?}", theme.name);
            }
        }
        let chosen = theme.paint(Chosen).within(Depth::Sixteen);
        assert!(chosen.reversed && chosen.back.is_none(), "{}: {chosen:?}", theme.name);
        assert!(theme.paint(Dim).within(Depth::Sixteen).back.is_none());
    }
    assert!(theme("dark").paint(Bar).within(Depth::Palette).back.is_some());
}

#[test]
fn mono_has_no_colour() {
    let theme = theme("mono");
    let all = theme.names().into_iter().chain(Meaning::ALL.map(|meaning| theme.paint(meaning)));
    assert!(all.into_iter().all(|paint| paint.front.is_none() && paint.back.is_none()));
}

fn errors(text: &str) -> Vec<String> {
    let errors = Theme::read("mine.toml", "mine", text, &themes()).unwrap_err();
    errors.iter().map(ToString::to_string).collect()
}

#[test]
fn mistakes_are_told_with_line_and_column() {
    let check = |text: &str, wanted: &str| {
        let found = errors(text);
        assert!(found.len() == 1 && found[0].starts_with(wanted), "{found:#?}");
    };
    check("colours = 1", "mine.toml:1:1: there is no field `colours`: a theme has");
    check("about = 1", "mine.toml:1:9: `about` is a sentence: ");
    check(
        "base = \"drak\"",
        "mine.toml:1:8: there is no such theme to base this one on: write one of dark, ",
    );
    check("[palette]\nmine = \"#fff\"", "mine.toml:2:8: this is no colour: write \"#rrggbb\", ");
    check("[palette]\nmine = 256", "mine.toml:2:8: this is no colour: ");
    check(
        "[styles]\n\n  goood = {}",
        "mine.toml:3:3: there is no style `goood`: write one of ground, ",
    );
    check("[styles]\ngood = \"red\"", "mine.toml:2:8: this is no style: ");
    check(
        "[styles]\ngood = { fg = \"grüm\", bold = true }",
        "mine.toml:2:15: this is no colour: name one of",
    );
    check("[styles]\ngood = { bold = 1 }", "mine.toml:2:17: this is a switch: write true or false");
    check(
        "[styles]\ngood = { blink = true }",
        "mine.toml:2:10: a style has no `blink`: it has fg, ",
    );
    check("[styles]\nnames = [{}]", "mine.toml:2:9: `names` is a list of 6 styles: ");
    check("[styles\n", "mine.toml:1:8: ");
    assert_eq!(errors("a = 1\n[styles]\nb = 2\ngood = { c = 3 }").len(), 3);
}

#[test]
fn a_theme_says_only_what_is_different() {
    let text = "base = \"light\"\n[palette]\nsea = \"#005f87\"\n[styles]\ngood = { fg = \"sea\" }";
    let mine = Theme::read("mine.toml", "mine", text, &themes()).unwrap();
    assert_eq!(mine.name, "mine");
    assert_eq!(mine.paint(Good).front, Some(Colour::Rgb(0, 0x5f, 0x87)));
    assert_eq!(mine.paint(Bad), theme("light").paint(Bad));
    let bare = Theme::read("mine.toml", "mine", "", &themes()).unwrap();
    assert_eq!(bare.paint(Bad), theme("dark").paint(Bad));
}
