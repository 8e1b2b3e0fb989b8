//! `watchdeck audit verify --proof`: proofs, checked where there is no journal. It opens nothing but their file.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;

use watchdeck_domain::Printable;
use watchdeck_guard::journal::Proof;

use super::VerifyArguments;
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::output;

/// Checks every line of the file.
pub(super) fn proofs(file: &Path, asked: &VerifyArguments) -> Result<(), Failure> {
    let unread = |error: std::io::Error| {
        let what = format!("the proofs in `{}` cannot be read: {error}", file.display());
        Failure::new(FailureKind::Failed, what, "")
    };
    let mut text = String::new();
    if file.as_os_str() == "-" {
        std::io::stdin().lock().read_to_string(&mut text).map_err(unread)?;
    } else {
        text = std::fs::read_to_string(file).map_err(unread)?;
    }
    let mut found = Found::default();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        found.take(at + 1, line, asked.key.as_deref());
    }
    if asked.json {
        let told = serde_json::json!({
            "proved": found.proved, "unsigned": found.unsigned, "keys": found.keys, "wrong": found.wrong,
        });
        output::say(&format!("{}\n", output::json(&told)))?;
    } else {
        output::say(&output::printable(&found.told()))?;
    }
    if found.proved == 0 && found.wrong.is_empty() {
        return Err(Failure::new(FailureKind::Failed, "nothing is proved there", ""));
    }
    if found.wrong.is_empty() {
        return Ok(());
    }
    let what = format!("{} of the proofs do not hold", found.wrong.len());
    Err(Failure::new(FailureKind::Tampered, what, "keep the file as evidence"))
}

/// What was found.
#[derive(Default)]
struct Found {
    proved: usize,
    unsigned: usize,
    keys: BTreeSet<String>,
    wrong: Vec<String>,
    single: Option<String>,
}

impl Found {
    fn take(&mut self, at: usize, line: &str, key: Option<&str>) {
        let proof: Proof = match serde_json::from_str(line) {
            Ok(proof) => proof,
            Err(error) => return self.wrong.push(format!("line {at} is no proof: {error}")),
        };
        if matches!(proof, Proof::Unsigned { .. }) {
            self.unsigned += 1;
            return;
        }
        if let Err(why) = proof.check() {
            return self.wrong.push(format!("line {at}: {why}"));
        }
        let signer = proof.key().unwrap_or_default();
        if key.is_some_and(|key| !key.eq_ignore_ascii_case(signer)) {
            return self.wrong.push(format!("line {at} is signed by another key, {signer}"));
        }
        self.keys.insert(signer.to_owned());
        self.proved += 1;
        self.single = Some(proof.to_string());
    }

    fn told(&self) -> String {
        let mut text = String::new();
        let mut line = |told: String| writeln!(text, "{told}").unwrap_or_default();
        match (&self.single, self.proved) {
            (Some(only), 1) => line(format!("proved: {only}")),
            (_, count) => line(format!("{count} proved")),
        }
        if self.unsigned > 0 {
            line(format!(
                "{} stand behind the last checkpoint: nothing proves them",
                self.unsigned
            ));
        }
        for key in &self.keys {
            line(format!("signed by {key}: compare it with what `audit verify` says there"));
        }
        for wrong in &self.wrong {
            line(format!("WRONG {}", Printable::new(wrong.as_str())));
        }
        text
    }
}
