//! `watchdeck sim serve`: the simulated account on a loopback port, for any AWS client.

use std::io;

use watchdeck_sim::{clock, serve as server};

use super::arguments::ServeArguments;
use super::failure::{Failure, FailureKind};
use super::output;
use crate::runtime::accounts::{REGION, open_world};
use crate::runtime::signals::{Signal, Signals};

/// Serves until a signal ends it. That is the ordinary end.
pub(super) fn serve(asked: &ServeArguments) -> Result<(), Failure> {
    super::tasks()?.block_on(listen(asked))
}

async fn listen(asked: &ServeArguments) -> Result<(), Failure> {
    let account = open_world(&asked.story)?;
    let mut signals = Signals::listen().map_err(|error| {
        Failure::new(FailureKind::Failed, format!("signals cannot be heard: {error}"), "")
    })?;
    let server = server::serve(account.clone(), asked.port)
        .await
        .map_err(|error| unavailable(asked.port, &error))?;
    let pace = clock::pace(&account, asked.story.speed);
    let mut text = format!(
        "The simulated account listens on {}\n\
         story {}, seed {}, speed {}; it ends with ctrl-c, and its changes with it\n\n",
        server.url(),
        asked.story.story,
        asked.story.seed,
        asked.story.speed,
    );
    for (name, value) in server::environment(&account, &server, REGION) {
        text = format!("{text}export {name}={value}\n");
    }
    text.push_str("\nThen, for example: aws lambda list-functions, or watchdeck --write\n");
    output::say(&text)?;
    loop {
        match signals.next().await {
            Signal::End(_) => break,
            Signal::Stop => drop(crate::runtime::signals::stop_here()),
        }
    }
    pace.abort();
    server.stop().await;
    Ok(())
}

fn unavailable(port: u16, error: &io::Error) -> Failure {
    let what = format!("port {port} of 127.0.0.1 cannot be taken: {error}");
    let other = "choose another with --port, or take a free one with --port 0";
    let hint = if error.kind() == io::ErrorKind::AddrInUse {
        format!("another program listens there; {other}")
    } else {
        other.to_owned()
    };
    Failure::new(FailureKind::Failed, what, hint)
}
