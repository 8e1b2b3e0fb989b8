//! The operator's settings: the configuration file, the environment and the command line, read and laid over each other.

use std::path::{Path, PathBuf};

use crate::cli::arguments::{FileArguments, PlaceArguments};
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::output;
use crate::config::mistake::Spot;
use crate::config::value::{Armed, Held as _, Name, Raw};
use crate::config::{Layer, Mistake, Origin, Setting, Settings, Sourced, file};
use crate::keymap::Choice;
use crate::look::choice::Preferences;

/// The variable that names the configuration file.
const FILE: &str = "WATCHDECK_CONFIG";

/// Variables by which the environment says whose credentials to use, so that a profile of the file does not count.
const CREDENTIALS: [&str; 4] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// The settings, and what is wrong with where they come from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The settings that count; a place with a mistake says nothing.
    pub settings: Settings,
    /// Every mistake.
    pub mistakes: Vec<Mistake>,
    /// The configuration file, and who named it; it need not exist.
    pub file: Option<Sourced<PathBuf>>,
}

impl Loaded {
    /// The settings, if nothing is wrong with them: a console that opens another account than its file says, because of
    /// a slip in that file, is worse than none.
    ///
    /// # Errors
    /// There are mistakes; they were told on stderr.
    pub fn sound(self) -> Result<Settings, Failure> {
        if self.mistakes.is_empty() {
            return Ok(self.settings);
        }
        for mistake in &self.mistakes {
            let told = watchdeck_domain::Printable::new(mistake.to_string());
            output::complain(&format!("watchdeck: {}\n", told.as_str()));
        }
        let what = match self.mistakes.len() {
            1 => "the settings hold a mistake, so nothing was started".to_owned(),
            count => format!("the settings hold {count} mistakes, so nothing was started"),
        };
        let hint = "correct them; or leave the file out for once, with --config /dev/null";
        Err(Failure::new(FailureKind::Usage, what, hint))
    }
}

/// Reads every place that can set something.
pub fn load(files: &FileArguments, place: &PlaceArguments) -> Loaded {
    let mut mistakes = Vec::new();
    let flags = flags(files, place, &mut mistakes);
    let env = environment(&|name| std::env::var(name).ok(), &mut mistakes);
    let file = chosen(files.config.as_deref());
    let written = file.as_ref().map_or_else(Layer::default, |file| read(file, &mut mistakes));
    // Contexts are a layer of their own between environment and file; nothing fills it yet.
    let settings = Settings::resolve(&flags, &env, &Layer::default(), &written);
    Loaded { settings, mistakes, file }
}

/// `$XDG_CONFIG_HOME/watchdeck`, else `~/.config/watchdeck`.
pub fn folder() -> Option<PathBuf> {
    let absolute = |name: &str| {
        std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute())
    };
    absolute("XDG_CONFIG_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".config")))
        .map(|folder| folder.join("watchdeck"))
}

/// The place that the settings choose. What the environment says the SDK reads by itself, in its own order.
pub fn place(asked: &PlaceArguments, settings: &Settings) -> PlaceArguments {
    let Settings { profile, region, .. } = settings;
    let profile = profile.value.as_ref().filter(|_| ours(&profile.origin));
    PlaceArguments {
        profile: profile.map(|name| name.as_str().to_owned()),
        region: region.value.clone().filter(|_| ours(&region.origin)),
        ..asked.clone()
    }
}

/// The keys that the settings choose. What `WATCHDECK_KEYMAP` says [`Keys::load`](super::keys::Keys::load) reads by itself.
pub fn keymap(settings: &Settings) -> Option<&Choice> {
    let Sourced { value, origin } = &settings.keymap;
    value.as_ref().filter(|_| ours(origin))
}

/// The looks that the settings choose. What `WATCHDECK_THEME` and its like say [`looks::load`](super::looks::load) reads
/// by itself.
pub fn looks(settings: &Settings) -> Preferences {
    let Settings { theme, ascii, mouse, clipboard_kb, times, .. } = settings;
    let name = theme.value.as_ref().filter(|_| ours(&theme.origin));
    // Base64 makes four bytes of three.
    let kilobytes = usize::try_from(clipboard_kb.value.0).unwrap_or(usize::MAX);
    Preferences {
        theme: name.map(|name| name.as_str().to_owned()),
        ascii: ours(&ascii.origin).then_some(ascii.value),
        mouse: ours(&mouse.origin).then_some(mouse.value),
        copy_bytes: Some(kilobytes.saturating_mul(1024).saturating_mul(4) / 3),
        times: ours(&times.origin).then_some(times.value),
    }
}

/// Whether a value is one that only we know of.
fn ours(origin: &Origin) -> bool {
    match origin {
        Origin::Flag | Origin::Context(_) | Origin::File { .. } => true,
        Origin::Env(_) | Origin::Default => false,
    }
}

/// The file that is read, and who named it.
fn chosen(asked: Option<&Path>) -> Option<Sourced<PathBuf>> {
    if let Some(file) = asked {
        return Some(Sourced { value: file.to_owned(), origin: Origin::Flag });
    }
    if let Some(file) = std::env::var_os(FILE).filter(|file| !file.is_empty()) {
        return Some(Sourced { value: PathBuf::from(file), origin: Origin::Env(FILE) });
    }
    let usual = folder()?.join("config.toml");
    Some(Sourced { value: usual, origin: Origin::Default })
}

fn read(file: &Sourced<PathBuf>, mistakes: &mut Vec<Mistake>) -> Layer {
    let path = &file.value;
    let told = match std::fs::read_to_string(path) {
        Ok(text) => file::read(path, &text),
        // Only the usual one may be missing: one that was named was meant.
        Err(error)
            if error.kind() == std::io::ErrorKind::NotFound && file.origin == Origin::Default =>
        {
            return Layer::default();
        }
        Err(error) => Err(vec![Mistake {
            at: Spot::File { path: path.clone(), line: 0, column: 0 },
            what: format!("the configuration cannot be read: {error}"),
            hint: "name another with --config".to_owned(),
        }]),
    };
    told.unwrap_or_else(|told| {
        mistakes.extend(told);
        Layer::default()
    })
}

/// What the command line says.
fn flags(files: &FileArguments, place: &PlaceArguments, mistakes: &mut Vec<Mistake>) -> Layer {
    let mut layer = Layer::default();
    for assignment in &files.set {
        if let Err((what, hint)) = layer.set(assignment) {
            mistakes.push(Mistake { at: Spot::Flag, what, hint });
        }
    }
    if let Some(profile) = &place.profile {
        match Name::parse(Raw::Words(profile.clone())) {
            Ok(name) => layer.profile = Some(flag(Some(name))),
            Err(hint) => {
                let what = format!("`{profile}` is no profile");
                mistakes.push(Mistake { at: Spot::Flag, what, hint });
            }
        }
    }
    if let Some(choice) = &files.keymap {
        layer.keymap = Some(flag(Some(choice.clone())));
    }
    if let Some(region) = &place.region {
        layer.region = Some(flag(Some(region.clone())));
    }
    if place.write {
        layer.write = Some(flag(Armed(true)));
    }
    layer
}

fn flag<T>(value: T) -> Sourced<T> {
    Sourced { value, origin: Origin::Flag }
}

/// What the environment says.
fn environment(get: &dyn Fn(&str) -> Option<String>, mistakes: &mut Vec<Mistake>) -> Layer {
    let get = |name: &str| get(name).filter(|value| !value.is_empty());
    let mut layer = Layer::default();
    for setting in Setting::ALL {
        let said = setting.variables().iter().find_map(|name| Some((*name, get(name)?)));
        let Some((name, value)) = said else { continue };
        let shown = value.clone();
        match layer.put(*setting, Raw::Words(value), Origin::Env(name)) {
            Ok(()) => {}
            // Not ours to judge: the SDK, or whoever loads the keys, reads it as well, and says what is wrong with it.
            Err(_) if name.starts_with("AWS_") || *setting == Setting::Keymap => {}
            Err(hint) => {
                let what = format!("`{shown}` is no value for it");
                mistakes.push(Mistake { at: Spot::Env(name), what, hint });
            }
        }
    }
    let keys = CREDENTIALS.into_iter().find(|name| get(name).is_some());
    if let (None, Some(name)) = (&layer.profile, keys) {
        layer.profile = Some(Sourced { value: None, origin: Origin::Env(name) });
    }
    layer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(values: &[(&str, &str)]) -> (Layer, Vec<Mistake>) {
        let mut mistakes = Vec::new();
        let get = |name: &str| {
            let found = values.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let layer = environment(&get, &mut mistakes);
        (layer, mistakes)
    }

    fn written(text: &str) -> Layer {
        file::read(Path::new("config.toml"), text).unwrap()
    }

    #[test]
    fn variables_set_what_they_are_named_for() {
        let (layer, mistakes) =
            env(&[("WATCHDECK_STORE_MB", "64"), ("WATCHDECK_ASCII", "true"), ("AWS_REGION", "")]);
        assert_eq!(mistakes, []);
        assert_eq!(layer.store_mb.unwrap().origin, Origin::Env("WATCHDECK_STORE_MB"));
        assert!(layer.ascii.unwrap().value);
        assert_eq!(layer.region, None);
        let (_, mistakes) = env(&[("WATCHDECK_WRITE", "true"), ("WATCHDECK_MOUSE", "off")]);
        let told: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
        assert!(told[0].starts_with("WATCHDECK_MOUSE: `off`"), "{told:?}");
        assert!(told[1].contains("only --write arms"), "{told:?}");
    }

    #[test]
    fn keys_in_the_environment_are_stronger_than_a_profile_of_the_file() {
        let file = written("profile = \"prod\"\n");
        let none = Layer::default();
        let settings = Settings::resolve(&none, &none, &none, &file);
        let chosen = place(&PlaceArguments::default(), &settings);
        assert_eq!(chosen.profile.as_deref(), Some("prod"));
        for (name, value) in [("AWS_ACCESS_KEY_ID", "AKIA"), ("AWS_PROFILE", "other")] {
            let (layer, _) = env(&[(name, value)]);
            let settings = Settings::resolve(&none, &layer, &none, &file);
            assert_eq!(settings.profile.origin, Origin::Env(name));
            assert_eq!(place(&PlaceArguments::default(), &settings).profile, None, "{name}");
        }
    }

    #[test]
    fn a_file_that_was_named_must_be_there_and_the_usual_one_need_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        for (origin, wanted) in [(Origin::Default, 0), (Origin::Flag, 1), (Origin::Env(FILE), 1)] {
            let mut mistakes = Vec::new();
            read(&Sourced { value: path.clone(), origin }, &mut mistakes);
            assert_eq!(mistakes.len(), wanted, "{mistakes:?}");
        }
    }
}
