//! The `watchdeck` binary: parse, choose the account, run, restore the terminal.
fn main() {}
