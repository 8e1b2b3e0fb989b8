//! Another theme, and whose the mouse is.

use watchdeck_domain::Printable;

use super::shell::Tone;
use super::{Effect, Model};

/// Draws in the theme of this name, or says which there are.
pub(super) fn choose_theme(model: &mut Model, name: &str) {
    if model.look.choose(name) {
        let said = match model.look.about(name) {
            "" => name.to_owned(),
            about => format!("{name}: {about}"),
        };
        return model.shell.say(Tone::Plain, said);
    }
    let names: Vec<&str> = model.look.names().collect();
    let names = names.join(", ");
    if name.is_empty() {
        let said = format!("the theme is {}; there are {names}", model.look.theme_name());
        return model.shell.say(Tone::Plain, said);
    }
    let said = format!("there is no theme `{}`; there are {names}", Printable::new(name));
    model.shell.say(Tone::Bad, said);
}

/// Leaves the mouse to the terminal, or takes it back.
pub(super) fn toggle_mouse(model: &mut Model) -> Vec<Effect> {
    let mouse = !model.look.mouse;
    model.look.mouse = mouse;
    let said = if mouse {
        "the mouse scrolls and chooses here"
    } else {
        "the mouse is the terminal's: it selects text; :mouse takes it back"
    };
    model.shell.say(Tone::Plain, said);
    vec![Effect::SetMouse(mouse)]
}
