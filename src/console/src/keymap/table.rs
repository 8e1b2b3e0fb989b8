//! A keymap as a table: what can be done in each context, and with which keys.

use super::Keymap;
use crate::app::command::{COMMANDS, Context, Entry};

/// A command in a context.
#[derive(Clone, Debug)]
pub struct Row {
    /// The command.
    pub entry: &'static Entry,
    /// Its keys there, the shortest first; none where it is reached by `:` only.
    pub keys: Vec<String>,
}

impl Keymap {
    /// All contexts, with the commands that belong there or are bound there.
    pub fn table(&self) -> Vec<(Context, Vec<Row>)> {
        let rows = |context: Context| {
            let all = COMMANDS.iter();
            let row = all.map(|entry| Row { entry, keys: self.keys_of(&[context], entry.command) });
            row.filter(|row| row.entry.scope.contains(&context) || !row.keys.is_empty()).collect()
        };
        Context::ALL.into_iter().map(|context| (context, rows(context))).collect()
    }
}
