//! The lines of an iCalendar file (RFC 5545): unfolded, and split into name, parameters and value.

/// One property: `DTSTART;TZID=Europe/Paris:20261127T180000`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Property {
    /// Its name, in capitals.
    pub(super) name: String,
    /// Its parameters, their names in capitals.
    pub(super) parameters: Vec<(String, String)>,
    /// Its value, as written.
    pub(super) value: String,
    /// Its line in the file.
    pub(super) line: usize,
}

impl Property {
    /// The value of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Its value as text: without escapes.
    pub(super) fn text(&self) -> String {
        let mut text = String::with_capacity(self.value.len());
        let mut chars = self.value.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => match chars.next() {
                    Some('n' | 'N') => text.push(' '),
                    Some(other) => text.push(other),
                    None => {}
                },
                other => text.push(other),
            }
        }
        text
    }
}

/// The properties of a file, in order.
pub(super) fn properties(text: &str) -> Result<Vec<Property>, String> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match (line.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(rest), Some((_, before))) => before.push_str(rest),
            (Some(_), None) => return Err("line 1 continues nothing".into()),
            (None, _) if line.is_empty() => {}
            (None, _) => lines.push((at + 1, line.to_owned())),
        }
    }
    lines.into_iter().map(|(line, text)| property(line, &text)).collect()
}

fn property(line: usize, text: &str) -> Result<Property, String> {
    let (mut quoted, mut pieces, mut piece) = (false, Vec::new(), String::new());
    let mut chars = text.chars();
    for c in chars.by_ref() {
        match c {
            '"' => quoted = !quoted,
            ':' if !quoted => {
                pieces.push(std::mem::take(&mut piece));
                break;
            }
            ';' if !quoted => pieces.push(std::mem::take(&mut piece)),
            other => piece.push(other),
        }
    }
    let mut pieces = pieces.into_iter();
    let name = pieces.next().filter(|_| piece.is_empty() && !quoted);
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Err(format!("line {line} is no property: it has no `:`"));
    };
    let parameters = pieces
        .map(|piece| match piece.split_once('=') {
            Some((name, value)) => Ok((name.to_ascii_uppercase(), value.to_owned())),
            None => Err(format!("line {line}: `{piece}` is no parameter")),
        })
        .collect::<Result<_, _>>()?;
    Ok(Property { name: name.to_ascii_uppercase(), parameters, value: chars.collect(), line })
}
