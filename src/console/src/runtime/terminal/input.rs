//! What the terminal sends, as messages.

use std::io;

use crossterm::event::{Event, EventStream, KeyEventKind, MouseButton, MouseEvent, MouseEventKind};
use futures_util::StreamExt as _;

use crate::app::{Mouse, MouseDeed, Msg};
use crate::keymap::key::Chord;

/// Keys, pastes, mouse and resizes, in order.
#[derive(Debug)]
pub struct Inputs(EventStream);

impl Inputs {
    /// Begins to listen. The terminal should be in raw mode.
    #[expect(clippy::new_without_default, reason = "it starts a thread that reads the terminal")]
    pub fn new() -> Self {
        Self(EventStream::new())
    }

    /// The next message; nothing once the terminal is gone.
    ///
    /// # Errors
    /// The terminal could not be read.
    pub async fn next(&mut self) -> Option<io::Result<Msg>> {
        loop {
            match self.0.next().await? {
                Ok(event) => {
                    if let Some(msg) = message(event) {
                        return Some(Ok(msg));
                    }
                }
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

/// The message in a terminal event; nothing for what the console does not care about.
fn message(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) if key.kind == KeyEventKind::Release => None,
        Event::Key(key) => Chord::from_event(&key).map(Msg::Key),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Mouse(mouse) => deed(mouse).map(Msg::Mouse),
        Event::Resize(width, height) => Some(Msg::Resized { width, height }),
        Event::FocusGained | Event::FocusLost => None,
    }
}

fn deed(mouse: MouseEvent) -> Option<Mouse> {
    let deed = match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseDeed::Pressed,
        MouseEventKind::ScrollUp => MouseDeed::ScrolledUp,
        MouseEventKind::ScrollDown => MouseDeed::ScrolledDown,
        MouseEventKind::Down(_)
        | MouseEventKind::Up(_)
        | MouseEventKind::Drag(_)
        | MouseEventKind::Moved
        | MouseEventKind::ScrollLeft
        | MouseEventKind::ScrollRight => return None,
    };
    Some(Mouse { deed, column: mouse.column, row: mouse.row })
}
