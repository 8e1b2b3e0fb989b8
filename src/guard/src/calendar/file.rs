//! An iCalendar file: read anew each time it is asked, and refused as a whole if anything in it is not understood.

use std::path::{Path, PathBuf};

use watchdeck_domain::{Task, Timestamp};

use super::event::Event;
use super::text::{Property, properties};
use super::{Calendar, Freeze};

/// No calendar of freezes is larger.
const LARGEST: u64 = 1 << 20;

/// A file whose events are freezes.
#[derive(Clone, Debug)]
pub struct CalendarFile {
    path: PathBuf,
}

impl CalendarFile {
    /// The calendar at `path`, which need not be there yet; asked before it is, it cannot tell.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

impl Calendar for CalendarFile {
    fn name(&self) -> String {
        self.path.file_name().unwrap_or(self.path.as_os_str()).to_string_lossy().into_owned()
    }

    fn freeze(&self, from: Timestamp, to: Timestamp) -> Task<'_, Result<Option<Freeze>, String>> {
        let found = read(&self.path).and_then(|text| freeze(&text, from, to));
        Box::pin(async move { found })
    }
}

fn read(path: &Path) -> Result<String, String> {
    let size = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
    if size > LARGEST {
        return Err(format!("it is larger than {LARGEST} bytes"));
    }
    std::fs::read_to_string(path).map_err(|error| error.to_string())
}

/// The earliest freeze of a calendar that touches the span.
pub(super) fn freeze(text: &str, from: Timestamp, to: Timestamp) -> Result<Option<Freeze>, String> {
    let mut first: Option<Freeze> = None;
    for event in events(text)? {
        if let Some(freeze) = event.freeze(from, to)?
            && first.as_ref().is_none_or(|first| freeze.from < first.from)
        {
            first = Some(freeze);
        }
    }
    Ok(first)
}

/// The events of a calendar. Alarms, zones and to-dos are passed over.
fn events(text: &str) -> Result<Vec<Event>, String> {
    let properties = properties(text)?;
    let is = |property: &Property, name: &str, value: &str| {
        property.name == name && property.value.eq_ignore_ascii_case(value)
    };
    let whole = properties.first().is_some_and(|first| is(first, "BEGIN", "VCALENDAR"))
        && properties.last().is_some_and(|last| is(last, "END", "VCALENDAR"));
    if !whole {
        return Err("it is no whole iCalendar file".into());
    }
    let (mut events, mut open): (Vec<Event>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut body: Vec<Property> = Vec::new();
    for property in &properties {
        match property.name.as_str() {
            "BEGIN" => open.push(&property.value),
            "END" => {
                let closed = open.pop();
                if closed.is_none_or(|closed| !closed.eq_ignore_ascii_case(&property.value)) {
                    return Err(format!("line {}: this ends nothing", property.line));
                }
                if property.value.eq_ignore_ascii_case("VEVENT") {
                    events.extend(Event::of(&std::mem::take(&mut body))?);
                }
            }
            _ if open.last().is_some_and(|inner| inner.eq_ignore_ascii_case("VEVENT")) => {
                body.push(property.clone());
            }
            _ => {}
        }
    }
    if open.is_empty() { Ok(events) } else { Err("it is no whole iCalendar file".into()) }
}
