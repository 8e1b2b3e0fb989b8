//! One seed, one history; and what the stories do to it.

use super::story::Story;
use super::*;

const START: i64 = 1_763_800_000_000;

fn world(story: &str, seed: u64) -> World {
    let mut opening = Opening::new(Story::named(story).unwrap(), seed, START);
    opening.history_minutes = 3;
    World::open_with(&opening)
}

fn dump(world: &World) -> Vec<String> {
    let mut all = Vec::new();
    for group in world.home.logs.groups() {
        for entry in group.entries() {
            all.push(format!("{} {} {}", group.name, entry.id(), entry.message()));
        }
    }
    for series in world.home.metrics.all() {
        let points =
            series.points(START - 3_600_000, START + 3_600_000, MINUTE, metrics::Stat::Sum);
        all.push(format!("{:?} {points:?}", series.key));
    }
    all.extend(world.trail.newest_first().map(|event| event.record.clone()));
    all
}

#[test]
fn one_seed_is_one_history_at_any_speed() {
    let (mut quick, mut slow) = (world("bad-deploy", 7), world("bad-deploy", 7));
    quick.advance_to(START + 200_000);
    for step in 1..=800 {
        slow.advance_to(START + step * 250);
    }
    assert_eq!(dump(&quick), dump(&slow));
    assert_ne!(dump(&quick), dump(&world("bad-deploy", 8)));
}

#[test]
fn the_history_before_the_start_is_whole_and_bounded() {
    let begun = std::time::Duration::from_millis(0);
    let world = World::open(&Story::named("quiet-day").unwrap(), 1, START);
    let writer = world.home.logs.group("/aws/lambda/orders-writer").unwrap();
    let first = writer.entries().front().unwrap().at;
    assert!((START - 3_600_000..START - 3_500_000).contains(&first), "{begun:?}");
    for group in world.home.logs.groups() {
        println!("{} {}", group.name, group.entries().len());
    }
    assert!(writer.entries().len() < 60_000);
    let key = metrics::Key::new("AWS/Lambda", "Invocations", [("FunctionName", "orders-writer")]);
    let series = world.home.metrics.find(&key).unwrap();
    let points = series.points(START - 10_800_000, START, MINUTE, metrics::Stat::Sum);
    assert!(points.len() >= 179, "{}", points.len());
}
