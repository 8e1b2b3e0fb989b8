//! The model, drawn. Only what is visible costs anything.

use ratatui::Frame;

use crate::app::Model;

/// Draws the whole screen.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    frame.render_widget(model.place.alias.as_str(), frame.area());
}
