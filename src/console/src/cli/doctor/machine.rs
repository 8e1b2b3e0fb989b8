//! What this machine can be asked without a network: terminal, settings, keys, the state folder and its journals.

use watchdeck_guard::journal::verify;

use super::finding::{Finding, Verdict};
use crate::cli::arguments::FileArguments;
use crate::config::Settings;
use crate::runtime::keys::Keys;
use crate::runtime::settings::{self, Loaded};
use crate::runtime::state::StateFolder;
use crate::runtime::terminal::facts::{Colours, Facts};
use crate::ui::SMALLEST;

/// Looks at all of it.
pub(super) fn examine(loaded: &Loaded, files: &FileArguments) -> Vec<Finding> {
    let mut findings = terminal(&Facts::here());
    findings.extend(configuration(loaded));
    findings.extend(keymap(&loaded.settings));
    match StateFolder::choose(files.state_dir.as_deref()) {
        Ok(state) => {
            findings.push(folder(&state));
            findings.extend(journals(&state));
        }
        Err(failure) => {
            let (what, next) = (failure.what.as_str(), failure.hint.as_str());
            findings.push(Finding::new("state", Verdict::Bad, what, "", next));
        }
    }
    findings
}

fn terminal(facts: &Facts) -> Vec<Finding> {
    let mut findings = vec![if facts.term == "dumb" {
        Finding::new(
            "terminal",
            Verdict::Bad,
            "TERM is `dumb`",
            "the console must position its cursor",
            "use another terminal, and set TERM accordingly, such as xterm-256color",
        )
    } else if !facts.interactive {
        Finding::skipped("terminal", "there is none here; the console itself needs one")
    } else if facts.term.is_empty() {
        Finding::new(
            "terminal",
            Verdict::Warn,
            "TERM is not set",
            "nothing says what this terminal can do",
            "set it, such as TERM=xterm-256color",
        )
    } else {
        Finding::ok("terminal", facts.term.as_str())
    }];
    findings.push(match facts.colours {
        Colours::Off | Colours::Many | Colours::True => {
            Finding::ok("colours", facts.colours.to_string())
        }
        Colours::Sixteen => Finding::new(
            "colours",
            Verdict::Warn,
            "16",
            "neither COLORTERM nor TERM promises more",
            "where the terminal can do more, set TERM=xterm-256color or COLORTERM=truecolor",
        ),
    });
    let locale = facts.locale.as_ref().map(|(name, value)| format!("{name}={value}"));
    findings.push(if facts.is_utf8() {
        Finding::ok("letters", locale.unwrap_or_default())
    } else {
        Finding::new(
            "letters",
            Verdict::Warn,
            "the locale does not promise UTF-8",
            locale.unwrap_or_else(|| "none of LC_ALL, LC_CTYPE and LANG is set".to_owned()),
            "set LANG=C.UTF-8, or draw with ASCII only: --set ascii=true",
        )
    });
    if let Some((columns, rows)) = facts.size {
        let size = format!("{columns} columns, {rows} rows");
        let fits = columns >= SMALLEST.0 && rows >= SMALLEST.1;
        findings.push(if fits {
            Finding::ok("size", size)
        } else {
            let next = format!("give it {} columns and {} rows, or more", SMALLEST.0, SMALLEST.1);
            Finding::new("size", Verdict::Bad, size, "no view has room in it", next)
        });
    }
    findings
}

fn configuration(loaded: &Loaded) -> Vec<Finding> {
    if loaded.mistakes.is_empty() {
        let what = match &loaded.file {
            Some(file) if file.value.exists() => format!("{} is in order", file.value.display()),
            Some(file) => format!("{} is not there, and need not be", file.value.display()),
            None => "there is no folder for it, and none is needed".to_owned(),
        };
        return vec![Finding::ok("settings", what)];
    }
    let told = loaded.mistakes.iter().map(|mistake| {
        let what = format!("{}: {}", mistake.at, mistake.what);
        let why = "the console does not start with a mistake in its settings";
        Finding::new("settings", Verdict::Bad, what, why, mistake.hint.as_str())
    });
    told.collect()
}

fn keymap(settings: &Settings) -> Vec<Finding> {
    let keys = match Keys::load(settings::keymap(settings)) {
        Ok(keys) => keys,
        Err(failure) => {
            let (what, next) = (failure.what.as_str(), failure.hint.as_str());
            return vec![Finding::new("keymap", Verdict::Bad, what, "", next)];
        }
    };
    if keys.problems.is_empty() {
        let preset = keys.preset.name();
        let what = match keys.file {
            Some(file) => format!("{} is in order, over the preset {preset}", file.display()),
            None => format!("the preset {preset}"),
        };
        return vec![Finding::ok("keymap", what)];
    }
    let told = keys.problems.iter().map(|mistake| {
        let (what, why, next) = (&mistake.what, &mistake.why, &mistake.hint);
        Finding::new("keymap", Verdict::Bad, what.as_str(), why.as_str(), next.as_str())
    });
    told.collect()
}

fn folder(state: &StateFolder) -> Finding {
    let path = state.path().display();
    if !state.path().exists() {
        let what = format!("{path} is not there yet; the first start with --write makes it");
        return Finding::ok("state", what);
    }
    if let Err(error) = state.try_writing() {
        let what = format!("nothing can be written into {path}");
        let next = "make it yours and writable, or name another with --state-dir";
        return Finding::new("state", Verdict::Bad, what, error.to_string(), next);
    }
    match state.open_to_others() {
        Ok(open) if open.is_empty() => {
            Finding::ok("state", format!("{path} is writable, and for its owner's eyes only"))
        }
        Ok(open) => {
            let shown = open.iter().map(|(path, mode)| format!("{} ({mode:o})", path.display()));
            let shown = shown.collect::<Vec<_>>().join(", ");
            let next = format!("chmod -R go-rwx {path}");
            Finding::new("state", Verdict::Warn, "others can look at the journal", shown, next)
        }
        Err(error) => {
            let what = format!("{path} cannot be looked at");
            let next = "make it yours, or name another with --state-dir";
            Finding::new("state", Verdict::Bad, what, error.to_string(), next)
        }
    }
}

fn journals(state: &StateFolder) -> Vec<Finding> {
    let paths = match state.journals() {
        Ok(paths) if paths.is_empty() => {
            return vec![Finding::ok("journal", "there is none yet: nothing was planned or done")];
        }
        Ok(paths) => paths,
        Err(error) => {
            let next = "make the state folder yours, or name another with --state-dir";
            let what = "the journals cannot be listed";
            return vec![Finding::new("journal", Verdict::Bad, what, error.to_string(), next)];
        }
    };
    let judged = paths.iter().map(|path| {
        let shown = path.display();
        match verify(path) {
            Ok(report) if report.is_sound() => Finding::ok("journal", format!("{shown} is sound")),
            Ok(_) => Finding::new(
                "journal",
                Verdict::Bad,
                format!("{shown} is not what was written"),
                "its hash chain or its signatures do not hold; `watchdeck audit verify` says where",
                "keep the file as evidence, and begin a new journal with --state-dir",
            ),
            Err(error) => {
                let what = format!("{shown} cannot be read");
                Finding::new("journal", Verdict::Bad, what, error.to_string(), error.hint())
            }
        }
    });
    judged.collect()
}
