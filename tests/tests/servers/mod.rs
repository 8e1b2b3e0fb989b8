//! Readers, the rollback and the live tail against two servers that nobody here wrote, over real HTTP.

use watchdeck_aws::{Connection, Keys, Where, connect};
use watchdeck_domain::{AliasName, FunctionName, LogGroupName, Region};
use watchdeck_tests::servers::{Kind, Server};

mod account;
mod cases;
mod containment;
mod drill; // a change, carried out and taken back
mod edge;
mod leases;
mod reading;
mod reports;
mod rollback;
mod standing;
mod stores;
mod tail;
mod triage;

/// A shop with one function in two versions, its alias, its log group and its metrics. Prints the time in milliseconds.
const SHOP: &str = include_str!("shop.py");

/// A server with the shop in it, or nothing where there is none to be had.
fn shop(kind: Kind) -> Option<Server> {
    let server = Server::start(kind)?;
    server.boto3(SHOP).unwrap();
    Some(server)
}

async fn connected(server: &Server) -> Connection {
    let place = Where {
        region: Some(Region::parse("eu-central-1").unwrap()),
        keys: Some(Keys::new("test", "test")),
        ..Where::url(server.url())
    };
    connect(place).await.unwrap()
}

fn function() -> FunctionName {
    FunctionName::parse("orders-writer").unwrap()
}

fn alias() -> AliasName {
    AliasName::parse("live").unwrap()
}

fn group() -> LogGroupName {
    LogGroupName::parse("/aws/lambda/orders-writer").unwrap()
}
