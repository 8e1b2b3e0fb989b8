//! Serves a simulated account on a loopback port: `cargo run -p watchdeck-sim --example serve [story [seed [speed]]]`.

use std::io::Write as _;

use watchdeck_sim::clock::{self, WallClock};
use watchdeck_sim::serve::{environment, serve};
use watchdeck_sim::world::story::Story;
use watchdeck_sim::{Account, Setup};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let story = Story::named(&arguments.next().unwrap_or_else(|| "bad-deploy".to_owned()))?;
    let seed = arguments.next().map_or(Ok(1), |seed| seed.parse())?;
    let pace: f64 = arguments.next().map_or(Ok(1.0), |pace| pace.parse())?;
    let account = Account::open(Setup::new(story, seed, WallClock::system().now_ms()));
    for fault in arguments {
        account.faults().arm(fault.parse()?);
    }
    let server = serve(account.clone(), 0).await?;
    let mut out = std::io::stdout();
    for (name, value) in environment(&account, &server, "eu-central-1") {
        writeln!(out, "export {name}={value}")?;
    }
    out.flush()?;
    clock::pace(&account, pace).await?;
    Ok(())
}
