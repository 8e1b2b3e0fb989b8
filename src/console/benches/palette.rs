//! How long the palette searches among a hundred thousand resources: a first letter, and each one after it.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark stops where it is wrong"
)]

use std::hint::black_box;

use divan::Bencher;
use watchdeck::app::palette::{Item, Palette, Target};
use watchdeck::app::shell::Screen;
use watchdeck_domain::{FunctionName, Printable};

fn main() {
    divan::main();
}

/// So many resources, named as ARNs are.
fn palette(items: usize) -> Palette {
    let services = ["lambda", "rds", "sqs", "dynamodb", "logs"];
    let item = |(number, service): (usize, &str)| {
        let name = format!("shop-{}-{number:06}", ["orders", "checkout", "report"][number % 3]);
        Item {
            name: Printable::new(format!(
                "arn:aws:{service}:eu-central-1:123456784021:resource/{name}"
            )),
            about: Printable::new(service),
            target: Target::Screen(Screen::Function(FunctionName::parse(name).expect("a name"))),
        }
    };
    Palette::over("Go to", (0..items).zip(services.into_iter().cycle()).map(item).collect())
}

/// The first letters of a search, which look at everything.
#[divan::bench]
fn a_new_text_among_100_000(bencher: Bencher<'_, '_>) {
    bencher.with_inputs(|| palette(100_000)).bench_values(|mut palette| {
        palette.search(black_box("orders"));
        palette
    });
}

/// A letter more, which looks at what matched before.
#[divan::bench]
fn one_more_letter(bencher: Bencher<'_, '_>) {
    let narrowed = || {
        let mut palette = palette(100_000);
        palette.search("orders");
        palette
    };
    bencher.with_inputs(narrowed).bench_values(|mut palette| {
        palette.search(black_box("orders4"));
        palette
    });
}
