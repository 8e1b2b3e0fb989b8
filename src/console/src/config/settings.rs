//! The table of settings: one entry a setting. Layers, precedence, origins, `info` and the schema all come from it.

use schemars::JsonSchema;
use serde_json::Value;
use watchdeck_domain::{LogGroupName, Region};

use super::origin::{Origin, Sourced};
use super::value::{Armed, Held, Name, Raw, StartLine, Within};
use crate::app::command::nearest;
use crate::keymap::Choice;
use crate::look::times::Form;

macro_rules! settings {
    ($( $(#[doc = $doc:literal])+ $(#[schemars($($shape:tt)*)])? $name:ident $variant:ident: $type:ty as $written:ty = $usual:expr, [$($variable:literal),+]; )*) => {
        /// What can be set. `CamelCase` here is `snake_case` in files.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Setting { $( $(#[doc = $doc])+ $variant, )* }

        impl Setting {
            /// All of them, in the order of the documentation.
            pub const ALL: &[Self] = &[ $( Self::$variant, )* ];

            /// Its key in files.
            pub fn name(self) -> &'static str {
                match self { $( Self::$variant => stringify!($name), )* }
            }

            /// What it does: one sentence or two.
            pub fn doc(self) -> &'static str {
                match self { $( Self::$variant => concat!($($doc),+).trim_ascii(), )* }
            }

            /// The environment variables that set it, the strongest first.
            pub fn variables(self) -> &'static [&'static str] {
                match self { $( Self::$variant => &[$($variable),+], )* }
            }
        }

        /// What one place says: the command line, the environment, a context or the file. It need not say everything.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct Layer { $( $(#[doc = $doc])+ pub $name: Option<Sourced<$type>>, )* }

        impl Layer {
            /// Takes one value in.
            ///
            /// # Errors
            /// Says what would be right.
            pub fn put(&mut self, setting: Setting, raw: Raw, origin: Origin) -> Result<(), String> {
                match setting {
                    $( Setting::$variant => {
                        let value = <$type as Held>::parse(raw)?;
                        self.$name = Some(Sourced { value, origin });
                    } )*
                }
                Ok(())
            }
        }

        /// Every setting with the value that counts, and where that came from.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct Settings { $( $(#[doc = $doc])+ pub $name: Sourced<$type>, )* }

        impl Settings {
            /// The settings that layers make together, the strongest first; what none says is as usual.
            fn pick(layers: &[&Layer]) -> Self {
                Self { $( $name: layers
                    .iter()
                    .find_map(|layer| layer.$name.clone())
                    .unwrap_or_else(|| Sourced { value: $usual, origin: Origin::Default }), )* }
            }

            /// Every setting as people read it.
            pub fn rows(&self) -> Vec<(Setting, String, &Origin)> {
                vec![ $( (Setting::$variant, self.$name.value.shown(), &self.$name.origin), )* ]
            }
        }

        /// The configuration of watchdeck: `config.toml`. A key that does not stand here is a mistake.
        #[derive(Clone, Debug, Default, JsonSchema)]
        #[schemars(deny_unknown_fields, rename = "watchdeck-config")]
        pub struct Written { $( $(#[doc = $doc])+ $(#[schemars($($shape)*)])? pub $name: Option<$written>, )* }
    };
}

settings! {
    /// The theme, by name.
    theme Theme: Option<Name> as String = None, ["WATCHDECK_THEME"];
    /// Draws with ASCII only.
    ascii Ascii: bool as bool = false, ["WATCHDECK_ASCII"];
    /// Takes the mouse: wheel and clicks. Without it the terminal selects text as usual.
    mouse Mouse: bool as bool = true, ["WATCHDECK_MOUSE"];
    /// The keys: a preset (`default`, `vim`, `k9s`, `emacs`) below your own keymap, or a file in its place.
    keymap Keymap: Option<Choice> as String = None, ["WATCHDECK_KEYMAP"];
    /// The view to start with: a command for the `:` line that goes to a view, such as `functions`.
    start Start: Option<StartLine> as String = None, ["WATCHDECK_START"];
    /// The most megabytes of log lines to hold.
    #[schemars(range(min = 16, max = 65_536))]
    store_mb StoreMb: Within<16, 65_536> as u32 = Within(256), ["WATCHDECK_STORE_MB"];
    /// Always false in a file: only `--write` arms the console, each time by hand.
    write Write: Armed as bool = Armed(false), ["WATCHDECK_WRITE"];
    /// How many minutes `--write` arms for; `:arm` arms for as long again.
    #[schemars(range(min = 1, max = 480))]
    armed_min ArmedMin: Within<1, 480> as u32 = Within(30), ["WATCHDECK_ARMED_MIN"];
    /// The log groups to watch from the start, ten at most.
    #[schemars(length(max = 10))]
    groups Groups: Vec<LogGroupName> as Vec<String> = Vec::new(), ["WATCHDECK_GROUPS"];
    /// The AWS region. It belongs to the profile: where a stronger place names the profile, that profile's own region counts.
    region Region: Option<Region> as String = None, ["AWS_REGION", "AWS_DEFAULT_REGION"];
    /// The AWS profile. Keys in the environment are stronger than one in a file.
    profile Profile: Option<Name> as String = None, ["AWS_PROFILE"];
    /// The most kilobytes that are copied at once: terminals drop what is longer.
    #[schemars(range(min = 1, max = 1024))]
    clipboard_kb ClipboardKb: Within<1, 1024> as u32 = Within(72), ["WATCHDECK_CLIPBOARD_KB"];
    /// How times are told: `utc`, `local` or `relative`.
    #[schemars(regex(pattern = "^(utc|local|relative)$"))]
    times Times: Form as String = Form::Utc, ["WATCHDECK_TIMES"];
    /// How many seconds old a list may become while one looks at it.
    #[schemars(range(min = 5, max = 3600))]
    refresh_s RefreshS: Within<5, 3600> as u32 = Within(60), ["WATCHDECK_REFRESH_S"];
}

impl Setting {
    /// The setting of that key.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|setting| setting.name() == name)
    }

    /// The key that a mistyped one most likely meant.
    pub fn nearest(name: &str) -> Option<&'static str> {
        nearest(name, Self::ALL.iter().map(|setting| setting.name()))
    }

    /// All keys, for messages.
    pub fn names() -> String {
        Self::ALL.iter().map(|setting| setting.name()).collect::<Vec<_>>().join(", ")
    }
}

impl Layer {
    /// Takes `name=value` in, as `--set` gives it.
    ///
    /// # Errors
    /// Says what is wrong with it, and what to do.
    pub fn set(&mut self, assignment: &str) -> Result<(), (String, String)> {
        let (name, value) = assignment.split_once('=').ok_or_else(|| {
            let what = format!("`{assignment}` sets nothing");
            (what, "write NAME=VALUE, such as --set store_mb=512".to_owned())
        })?;
        let name = name.trim();
        let Some(setting) = Setting::parse(name) else { return Err(unknown(name)) };
        let wrong = |why| (format!("`{name}` cannot be `{value}`"), why);
        self.put(setting, Raw::Words(value.trim().to_owned()), Origin::Flag).map_err(wrong)
    }
}

impl Settings {
    /// The settings that count: flags before environment before context before file before what is usual.
    pub fn resolve(flags: &Layer, env: &Layer, context: &Layer, file: &Layer) -> Self {
        let mut settings = Self::pick(&[flags, env, context, file]);
        let Self { profile, region, .. } = &mut settings;
        // A region belongs to the profile it was written beside. Another profile, named by hand, in the region of the
        // usual one would show an empty account, and somebody could take that for good news.
        let stronger = profile.value.is_some() && profile.origin.rank() < region.origin.rank();
        if stronger && !region.origin.is_immediate() {
            *region = Sourced { value: None, origin: Origin::Default };
        }
        settings
    }

    /// The most bytes of log lines to hold.
    pub fn store_bytes(&self) -> usize {
        usize::try_from(self.store_mb.value.0).unwrap_or(usize::MAX).saturating_mul(1024 * 1024)
    }
}

/// That there is no such setting, and which one was meant.
pub(super) fn unknown(name: &str) -> (String, String) {
    let hint = Setting::nearest(name).map_or_else(
        || format!("there are {}", Setting::names()),
        |near| format!("did you mean `{near}`?"),
    );
    (format!("there is no setting `{name}`"), hint)
}

/// The JSON schema of `config.toml`, for editors.
pub fn schema() -> String {
    let mut schema = schemars::schema_for!(Written).to_value();
    // What need not be said is left out: TOML has no null.
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (_, property) in properties.into_iter().flatten() {
        let Some(kind) = property.get_mut("type") else { continue };
        if let Some(first) = kind.as_array().and_then(|kinds| kinds.first()).cloned() {
            *kind = first;
        }
    }
    format!("{schema:#}\n")
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn layer(origin: &Origin, values: &[(Setting, &str)]) -> Layer {
        let mut layer = Layer::default();
        for (setting, value) in values {
            layer.put(*setting, Raw::Words((*value).to_owned()), origin.clone()).unwrap();
        }
        layer
    }

    fn file() -> Origin {
        Origin::File { path: PathBuf::from("config.toml"), line: 3 }
    }

    #[test]
    fn the_strongest_place_that_says_anything_counts_and_is_remembered() {
        let context = Origin::Context("prod".into());
        let places = [Origin::Flag, Origin::Env("WATCHDECK_STORE_MB"), context, file()];
        for weakest in 0..=places.len() {
            let mut layers = vec![Layer::default(); 4];
            for (at, origin) in places.iter().enumerate().skip(weakest) {
                layers[at] = layer(origin, &[(Setting::StoreMb, &format!("{}", 100 + at))]);
            }
            let settings = Settings::resolve(&layers[0], &layers[1], &layers[2], &layers[3]);
            let wanted = places.get(weakest).cloned().unwrap_or(Origin::Default);
            let value = if weakest < 4 { 100 + u32::try_from(weakest).unwrap() } else { 256 };
            assert_eq!(settings.store_mb, Sourced { value: Within(value), origin: wanted });
        }
    }

    #[test]
    fn a_region_of_the_file_does_not_follow_another_profile() {
        let none = Layer::default();
        let flags = layer(&Origin::Flag, &[(Setting::Profile, "staging")]);
        let both = [(Setting::Profile, "prod"), (Setting::Region, "eu-central-1")];
        let file = layer(&file(), &both);
        let alone = Settings::resolve(&none, &none, &none, &file);
        assert_eq!(alone.region.value.unwrap().as_str(), "eu-central-1");
        let other = Settings::resolve(&flags, &none, &none, &file);
        assert_eq!(other.profile.value.unwrap().as_str(), "staging");
        assert_eq!(other.region, Sourced { value: None, origin: Origin::Default });
        let region = layer(&Origin::Env("AWS_REGION"), &[(Setting::Region, "us-east-1")]);
        let by_hand = Settings::resolve(&flags, &region, &none, &file);
        assert_eq!(by_hand.region.value.unwrap().as_str(), "us-east-1");
    }

    #[test]
    fn nothing_but_the_flag_of_its_own_arms_the_console() {
        let mut layer = Layer::default();
        let (what, why) = layer.set("write=true").unwrap_err();
        assert!(what.contains("`write`") && why.contains("only --write arms"), "{what}: {why}");
        assert_eq!(layer.write, None);
    }

    #[test]
    fn a_mistyped_setting_is_told_with_the_one_that_was_meant() {
        let mut layer = Layer::default();
        assert_eq!(layer.set("them=dark").unwrap_err().1, "did you mean `theme`?");
        assert!(layer.set("frobnicate=1").unwrap_err().1.starts_with("there are theme, ascii"));
        assert!(layer.set("store_mb").unwrap_err().1.contains("NAME=VALUE"));
    }

    #[test]
    fn every_setting_has_a_name_of_its_own_and_a_sentence() {
        for setting in Setting::ALL {
            assert_eq!(Setting::parse(setting.name()), Some(*setting));
            assert!(setting.doc().ends_with('.'), "{}", setting.name());
        }
    }
}
