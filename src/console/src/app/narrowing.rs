//! Narrowing what is fetched: a pattern that the account itself applies, so that lines outside of it never come.

use watchdeck_pattern::{Pattern, Search};

use super::shell::Tone;
use super::{Effect, Model};

/// Fetches only lines that match a text from now on; without a text, all lines again.
pub(super) fn perform(model: &mut Model, text: &str) -> Vec<Effect> {
    if text.is_empty() {
        if model.logs.narrowed.is_none() {
            model
                .shell
                .say(Tone::Plain, "all lines are fetched already; `:narrow PATTERN` fetches fewer");
            return Vec::new();
        }
        let effects = model.watch_narrowed(None);
        model.shell.say(Tone::Plain, "all lines are fetched again");
        return effects;
    }
    match pattern(text) {
        Ok(pattern) => {
            let effects = model.watch_narrowed(Some(pattern.source().to_owned()));
            let said = format!("only lines that match {} are fetched", pattern.source());
            model.shell.say(Tone::Plain, said);
            effects
        }
        Err(why) => {
            model.shell.say(Tone::Bad, format!("not narrowed: {why}"));
            Vec::new()
        }
    }
}

/// A text as a pattern of the account's language.
///
/// # Errors
/// Says what is wrong with it, or what that language cannot say.
fn pattern(text: &str) -> Result<Pattern, String> {
    let search = Search::parse(text)
        .map_err(|error| format!("{} at character {}", error.message, error.at + 1))?;
    if search.is_all() {
        return Err("this matches every line; `:narrow` alone fetches them all".to_owned());
    }
    if let Some(pattern) = search.to_pattern() {
        return Ok(pattern);
    }
    let text = text.trim();
    if text.starts_with('!') {
        return Err("AWS's pattern language cannot turn a pattern round; / filters here".to_owned());
    }
    let expression = text.strip_prefix('/').and_then(|text| text.strip_suffix('/'));
    let why = match expression.map(|expression| Pattern::parse(&format!("%{expression}%"))) {
        Some(Err(error)) => error.message,
        Some(Ok(_)) | None => {
            Pattern::parse(text).err().map_or_else(String::new, |error| error.message)
        }
    };
    Err(format!("AWS's pattern language cannot say it: {why}; / filters here"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, wanted: Result<&str, &str>) {
        let got = pattern(text);
        match wanted {
            Ok(wanted) => assert_eq!(got.unwrap().source(), wanted, "{text}"),
            Err(wanted) => {
                let got = got.unwrap_err();
                assert!(got.contains(wanted), "{text}: {got}");
            }
        }
    }

    #[test]
    fn what_the_language_of_aws_cannot_say_is_refused_with_the_reason() {
        check("orders-writer timeout", Ok(r#""orders-writer" timeout"#));
        check("{ $.status >= 500 }", Ok("{ $.status >= 500 }"));
        check("/colou?r/", Ok("%colou?r%"));
        check("!timeout", Err("cannot turn a pattern round"));
        check("/(?i)x/", Err("cannot say it: "));
        check("{ $.a EXISTS }", Err("at character"));
        check("\" \"", Err("matches every line"));
    }
}
