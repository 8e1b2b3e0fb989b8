//! `watchdeck keys`: every command of the console with its keys, as this operator has bound them.

use std::fmt::Write as _;

use super::failure::Failure;
use super::output;
use crate::app::command::{COMMANDS, Context};
use crate::runtime::keys;

/// Prints the command table, context by context.
pub(super) fn print() -> Result<(), Failure> {
    let (keymap, mistakes) = keys::load();
    let mut text = String::new();
    for context in Context::ALL {
        let entries = COMMANDS.iter().filter(|entry| entry.scope.contains(&context));
        let mut heading = format!("[{}]\n", context.name());
        for entry in entries {
            let keys = keymap.keys_of(&[context], entry.command).join(", ");
            writeln!(text, "{heading}  {keys:<18} {:<22} {}", entry.id, entry.doc)
                .unwrap_or_default();
            heading.clear();
        }
    }
    for mistake in mistakes {
        output::complain(&format!(
            "watchdeck: {}: {}\n",
            mistake.what.as_str(),
            mistake.why.as_str()
        ));
    }
    output::say(&text)
}
