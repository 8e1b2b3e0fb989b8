//! The operator's own themes, and what the environment says about the terminal. A theme with a mistake is left out, and told.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use crate::app::Problem;
use crate::cli::arguments::LookArguments;
use crate::cli::failure::{Failure, FailureKind};
use crate::look::choice::{self, Choice, Preferences, Surroundings};
use crate::look::times::Form;
use crate::look::{Look, Theme, ThemeError};

/// What the command line wishes for.
pub fn flags(arguments: &LookArguments) -> Preferences {
    Preferences {
        theme: arguments.theme.clone(),
        ascii: arguments.ascii.then_some(true),
        mouse: arguments.no_mouse.then_some(false),
        copy_bytes: None,
        times: None,
    }
}

/// How the console looks, by these flags, the environment and this configuration, and what is wrong with the themes.
///
/// # Errors
/// A flag asks for a theme that there is not.
pub fn load(
    flags: &Preferences,
    configuration: &Preferences,
) -> Result<(Look, Vec<Problem>), Failure> {
    let (themes, mut problems) = themes(folder().as_deref());
    let choice = choice::choose(flags, &environment(), configuration, surroundings());
    if themes.iter().all(|theme| theme.name != choice.theme) {
        let problem = unknown(&choice, &themes);
        if flags.theme.is_some() {
            let wrong = problems.into_iter().find(|problem| names(problem, &choice.theme));
            let problem = wrong.unwrap_or(problem);
            let what = format!("{}: {}", problem.what, problem.why);
            return Err(Failure::new(FailureKind::Usage, what, problem.hint.as_str()));
        }
        problems.push(problem);
    }
    let mut look = Look::new(themes, &choice);
    look.times.zone = TimeZone::system();
    Ok((look, problems))
}

fn unknown(choice: &Choice, themes: &[Theme]) -> Problem {
    let names: Vec<&str> = themes.iter().map(|theme| theme.name.as_str()).collect();
    Problem::new(
        "theme.unknown",
        format!("there is no theme `{}`", choice.theme),
        format!("the themes are {}", names.join(", ")),
        "choose one of them, or put a file of that name into the folder `themes` beside keymap.toml",
    )
}

/// Whether a problem is about the file of this theme.
fn names(problem: &Problem, theme: &str) -> bool {
    problem.what.as_str().contains(&format!("/{theme}.toml`"))
}

/// The themes of the program and those of the folder, which win over their namesakes.
fn themes(folder: Option<&Path>) -> (Vec<Theme>, Vec<Problem>) {
    let (mut themes, mut problems) = match Theme::built_in() {
        Ok(themes) => (themes, Vec::new()),
        Err(errors) => (Vec::new(), told("the program's own theme", &errors)),
    };
    let built_in = themes.clone();
    for file in folder.map(files).unwrap_or_default() {
        let Some(name) = file.file_stem().and_then(|name| name.to_str()) else { continue };
        let path = file.display().to_string();
        let read = std::fs::read_to_string(&file).map_err(|error| {
            let what = format!("the theme `{path}` could not be read");
            vec![Problem::new("theme.unread", what, error.to_string(), LEFT_OUT)]
        });
        let theme = read.and_then(|text| {
            Theme::read(&path, name, &text, &built_in).map_err(|errors| told(&path, &errors))
        });
        match theme {
            Ok(theme) => {
                themes.retain(|other| other.name != theme.name);
                themes.push(theme);
            }
            Err(wrong) => problems.extend(wrong),
        }
    }
    (themes, problems)
}

const LEFT_OUT: &str = "it is left out; correct the file and start again";

fn told(name: &str, errors: &[ThemeError]) -> Vec<Problem> {
    let problem = |error: &ThemeError| {
        let what = format!("the theme `{name}` is left out");
        Problem::new("theme.mistake", what, error.to_string(), "correct the file and start again")
    };
    errors.iter().map(problem).collect()
}

/// The theme files of a folder, by name; none where there is no such folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .collect();
    files.sort();
    files
}

/// `$XDG_CONFIG_HOME/watchdeck/themes`, else `~/.config/watchdeck/themes`.
fn folder() -> Option<PathBuf> {
    let absolute = |name: &str| {
        std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute())
    };
    absolute("XDG_CONFIG_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".config")))
        .map(|folder| folder.join("watchdeck/themes"))
}

fn said(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn environment() -> Preferences {
    let switch = |name: &str| said(name).and_then(|value| choice::switch(&value));
    Preferences {
        theme: said("WATCHDECK_THEME"),
        ascii: switch("WATCHDECK_ASCII"),
        mouse: switch("WATCHDECK_NO_MOUSE").map(|without| !without),
        copy_bytes: None,
        times: said("WATCHDECK_TIMES").and_then(|word| Form::parse(&word)),
    }
}

fn surroundings() -> Surroundings {
    let text = |name: &str| said(name).unwrap_or_default();
    Surroundings {
        // no-color.org: it says no when it is not empty.
        colourless: std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
        unicode: choice::speaks_unicode(["LC_ALL", "LC_CTYPE", "LANG"].map(said)),
        depth: choice::depth(&text("COLORTERM"), &text("TERM")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_of_ones_own_stands_beside_the_others_and_a_wrong_one_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        write("night.toml", "about = \"Mine.\"\n[styles]\ngood = { fg = \"bright-green\" }\n");
        write("light.toml", "base = \"light\"\n[styles]\nchosen = { reversed = true }\n");
        write("wrong.toml", "[styles]\ngood = { fg = \"grene\" }\n");
        write("notes.txt", "not a theme");
        let (themes, problems) = themes(Some(folder.path()));
        let names: Vec<&str> = themes.iter().map(|theme| theme.name.as_str()).collect();
        assert_eq!(
            names,
            ["dark", "high-contrast", "deuteranopia", "tritanopia", "mono", "light", "night"]
        );
        assert_eq!(problems.len(), 1);
        assert!(names_and_place(&problems[0]), "{:?}", problems[0]);
    }

    fn names_and_place(problem: &Problem) -> bool {
        names(problem, "wrong")
            && problem.why.as_str().contains("wrong.toml:2:15: this is no colour")
    }

    #[test]
    fn without_a_folder_there_are_the_themes_of_the_program() {
        assert_eq!(themes(None).0.len(), 6);
        assert!(themes(Some(Path::new("/no/such/folder"))).1.is_empty());
    }
}
