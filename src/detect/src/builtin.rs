//! The rules that are built in.

use crate::complaint::Complaint;
use crate::file::{Loaded, load};
use crate::rule::{OriginKind, Rule};

/// The files, by their names.
const FILES: [(&str, &str); 2] = [
    ("detections.toml", include_str!("../rules/detections.toml")),
    ("cis.toml", include_str!("../rules/cis.toml")),
];

/// The rules that are built in, and those of the operator behind them: of two with one id the operator's stands.
pub fn with(own: impl IntoIterator<Item = Rule>) -> Vec<Rule> {
    read().rules.into_iter().chain(own).collect()
}

/// What the files hold.
fn read() -> Loaded {
    let mut all = Loaded::default();
    for (file, text) in FILES {
        let loaded = load(file, text, OriginKind::BuiltIn);
        all.rules.extend(loaded.rules);
        all.complaints.extend(loaded.complaints);
    }
    all
}

/// What is wrong with them: nothing, or a test fails.
pub fn complaints() -> Vec<Complaint> {
    read().complaints
}
