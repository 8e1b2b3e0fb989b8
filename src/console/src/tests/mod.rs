//! Keys in, screen out: stories through `update` and `view`, without I/O, tasks or clocks.

mod arming;
mod ceremony;
mod console; // the harness
mod deliveries;
mod docs; // pages that are generated
mod estate; // what stands in it: metrics, alarms, findings, databases
mod files;
mod filters;
mod findings;
mod fixture; // the account of the stories
mod functions;
mod grammar;
mod hostile;
mod insights;
mod lacking;
mod lines;
mod lists;
mod logs;
mod looks;
mod manners;
mod neighbours;
mod overview;
mod palette;
mod pictures; // those of the documentation
mod properties;
mod pulse;
mod query;
mod recording;
mod recovery;
mod reports;
mod request;
mod rollback;
mod sequences;
mod signin;
mod standing;
mod switching;
mod templates;
mod times;
mod trail;
mod triaging; // findings, set and archived
mod unfinished;
mod wishes;

/// A model of the fixture, for tests of other rooms.
pub(crate) fn model() -> crate::app::Model {
    console::Console::new().model
}
