//! A record as lines of text, in JSON or YAML, for reading and copying.

use serde::Serialize;
use serde_json::Value;
use watchdeck_domain::Printable;

use super::screens::list::Record;

/// A record as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// What it is.
    pub title: Printable,
    /// Its lines.
    pub lines: Vec<Printable>,
    /// How it is written.
    pub form: Form,
    value: Value,
}

/// How a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Form {
    /// As JSON, a member a line.
    Json,
    /// As YAML.
    Yaml,
}

impl Form {
    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Yaml => "YAML",
        }
    }
}

impl Sheet {
    /// The record as JSON.
    pub fn json(record: Record) -> Self {
        let lines = lines(&record.value, Form::Json);
        Self { title: record.title, lines, form: Form::Json, value: record.value }
    }

    /// Writes it in the other form.
    pub fn turn(&mut self) {
        self.form = match self.form {
            Form::Json => Form::Yaml,
            Form::Yaml => Form::Json,
        };
        self.lines = lines(&self.value, self.form);
    }
}

fn lines(value: &Value, form: Form) -> Vec<Printable> {
    let text = match form {
        Form::Json => serde_json::to_string_pretty(value).unwrap_or_default(),
        Form::Yaml => serde_saphyr::to_string(value).unwrap_or_default(),
    };
    text.lines().map(Printable::new).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_is_written_as_json_or_yaml() {
        let value =
            json!({"name": "live", "weights": {}, "tags": ["a: b", "\u{1b}[2J", "no"], "calls": 7});
        let mut sheet = Sheet::json(Record { title: Printable::new("x"), value: value.clone() });
        let json = sheet.lines.clone();
        assert_eq!(json.first().map(Printable::as_str), Some("{"));
        sheet.turn();
        let yaml: Vec<&str> = sheet.lines.iter().map(Printable::as_str).collect();
        assert!(yaml.contains(&"name: live") && yaml.contains(&"calls: 7"), "{yaml:?}");
        // What YAML would read as something else stands in quotes.
        assert!(
            yaml.iter().any(|line| line.contains("\"no\"") || line.contains("'no'")),
            "{yaml:?}"
        );
        assert!(yaml.iter().all(|line| !line.contains('\u{1b}')), "{yaml:?}");
        sheet.turn();
        assert_eq!(sheet.lines, json);
    }
}
