//! Reading `config.toml`: every mistake is told, with its line and column. A file with a mistake sets nothing.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::mistake::{Mistake, Spot};
use super::origin::Origin;
use super::settings::{Layer, Setting, unknown};
use super::value::Raw;

/// Reads the text of the file at `path`.
///
/// # Errors
/// Every mistake in it.
pub fn read(path: &Path, text: &str) -> Result<Layer, Vec<Mistake>> {
    let mut reading = Reading { path, text, layer: Layer::default(), mistakes: Vec::new() };
    match DeTable::parse(text) {
        Ok(table) => {
            for (name, value) in table.get_ref() {
                reading.entry(name, value);
            }
        }
        Err(error) => {
            let span = error.span().unwrap_or_default();
            let hint = "the file is TOML: lines such as `store_mb = 512`";
            reading.wrong(&span, error.message(), hint);
        }
    }
    if reading.mistakes.is_empty() {
        return Ok(reading.layer);
    }
    reading.mistakes.sort_by(|one, other| one.at.cmp(&other.at));
    Err(reading.mistakes)
}

struct Reading<'a> {
    path: &'a Path,
    text: &'a str,
    layer: Layer,
    mistakes: Vec<Mistake>,
}

impl Reading<'_> {
    fn place(&self, span: &Range<usize>) -> (usize, usize) {
        let before = self.text.get(..span.start).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (line, column)
    }

    fn wrong(&mut self, span: &Range<usize>, what: impl Into<String>, hint: impl Into<String>) {
        let (line, column) = self.place(span);
        let at = Spot::File { path: self.path.to_owned(), line, column };
        self.mistakes.push(Mistake { at, what: what.into(), hint: hint.into() });
    }

    fn entry(&mut self, name: &Spanned<DeString<'_>>, value: &Spanned<DeValue<'_>>) {
        let key: &str = name.get_ref();
        let Some(setting) = Setting::parse(key) else {
            let (what, hint) = unknown(key);
            return self.wrong(&name.span(), what, hint);
        };
        let (line, _) = self.place(&name.span());
        let origin = Origin::File { path: self.path.to_owned(), line };
        if let Err(hint) = self.layer.put(setting, raw(value.get_ref()), origin) {
            self.wrong(&value.span(), format!("this is no value for `{key}`"), hint);
        }
    }
}

/// A value as it was written.
fn raw(value: &DeValue<'_>) -> Raw {
    match value {
        DeValue::String(text) => Raw::Text(text.to_string()),
        DeValue::Boolean(switch) => Raw::Switch(*switch),
        DeValue::Integer(number) => {
            let digits = i64::from_str_radix(number.as_str(), number.radix());
            digits.map_or(Raw::Other("number"), Raw::Number)
        }
        DeValue::Array(items) => {
            let texts = items.iter().map(|item| item.get_ref().as_str().map(str::to_owned));
            texts.collect::<Option<Vec<_>>>().map_or(Raw::Other("array"), Raw::List)
        }
        DeValue::Float(_) => Raw::Other("number"),
        DeValue::Datetime(_) => Raw::Other("datetime"),
        DeValue::Table(_) => Raw::Other("table"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let mistakes = read(Path::new("config.toml"), text).unwrap_err();
        mistakes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_value_knows_its_line() {
        let text =
            "# mine\nstore_mb = 1_024\n\ngroups = [\"/aws/lambda/a\", \"b\"]\nmouse = false\n";
        let layer = read(Path::new("config.toml"), text).unwrap();
        let store = layer.store_mb.unwrap();
        assert_eq!((store.value.0, store.origin.to_string().as_str()), (1024, "config.toml:2"));
        let groups = layer.groups.unwrap();
        assert_eq!((groups.value.len(), groups.origin.to_string().as_str()), (2, "config.toml:4"));
        assert!(!layer.mouse.unwrap().value);
        assert_eq!(layer.region, None);
    }

    #[test]
    fn every_mistake_is_told_with_its_line_and_column() {
        let text = "store_md = 512\n  mouse = \"yes\"\nregion = \"Frankfurt\"\n[groups]\na = 1\n";
        assert_eq!(
            told(text),
            [
                "config.toml:1:1: there is no setting `store_md`: did you mean `store_mb`?",
                "config.toml:2:11: this is no value for `mouse`: write true or false",
                "config.toml:3:10: this is no value for `region`: it must look like `eu-central-1`",
                "config.toml:4:1: this is no value for `groups`: write a list of texts, such as [\"/aws/lambda/orders-writer\"]",
            ]
        );
    }

    #[test]
    fn what_is_no_toml_is_told_where_it_ceases_to_be() {
        let told = told("mouse = true\ntheme = dark\n");
        assert!(told[0].starts_with("config.toml:2:9: "), "{told:?}");
    }

    #[test]
    fn a_file_never_arms_the_console() {
        let told = told("write = true\n");
        assert!(told[0].starts_with("config.toml:1:9: ") && told[0].contains("only --write"));
        assert!(read(Path::new("config.toml"), "write = false\n").is_ok());
    }
}
