//! A line as a query sees it, and the fields that are found in it without asking.

use crate::json::{End, Members};
use crate::value::Value;

/// Members looked at in one record, as AWS looks at no more than a number of them.
const MAX_MEMBERS: usize = 1000;

/// One line, borrowed from wherever it is held.
#[derive(Clone, Copy, Debug, Default)]
pub struct Record<'a> {
    /// The text as it was written.
    pub message: &'a str,
    /// When the writer says it happened, in milliseconds since 1970.
    pub time: i64,
    /// When CloudWatch Logs received it, in milliseconds since 1970.
    pub ingested: i64,
    /// The stream within the group.
    pub stream: &'a str,
    /// The group; `@log` shows it as it is given, on AWS `account:name`.
    pub group: &'a str,
    /// What names the line where it is held; `@ptr` shows it. Empty for nothing.
    pub pointer: &'a str,
}

/// Where the value of a name comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A field every record has.
    System(System),
    /// A field Lambda's lines have.
    Lambda(Lambda),
    /// A JSON member of the name.
    Member,
    /// A command of the query.
    Computed,
}

/// Fields every record has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum System {
    Message,
    Timestamp,
    IngestionTime,
    LogStream,
    Log,
    Pointer,
}

/// Fields found in Lambda's own lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lambda {
    RequestId,
    Duration,
    BilledDuration,
    InitDuration,
    Type,
    MaxMemoryUsed,
    MemorySize,
    XrayTraceId,
    XraySegmentId,
}

impl Origin {
    /// Where a name that nothing in the query defines comes from.
    pub(crate) fn discovered(name: &str) -> Self {
        match name {
            "@message" => Self::System(System::Message),
            "@timestamp" => Self::System(System::Timestamp),
            "@ingestionTime" => Self::System(System::IngestionTime),
            "@logStream" => Self::System(System::LogStream),
            "@log" => Self::System(System::Log),
            "@ptr" => Self::System(System::Pointer),
            "@requestId" => Self::Lambda(Lambda::RequestId),
            "@duration" => Self::Lambda(Lambda::Duration),
            "@billedDuration" => Self::Lambda(Lambda::BilledDuration),
            "@initDuration" => Self::Lambda(Lambda::InitDuration),
            "@type" => Self::Lambda(Lambda::Type),
            "@maxMemoryUsed" => Self::Lambda(Lambda::MaxMemoryUsed),
            "@memorySize" => Self::Lambda(Lambda::MemorySize),
            "@xrayTraceId" => Self::Lambda(Lambda::XrayTraceId),
            "@xraySegmentId" => Self::Lambda(Lambda::XraySegmentId),
            _ => Self::Member,
        }
    }
}

impl<'a> Record<'a> {
    pub(crate) const fn system(&self, field: System) -> Value<'a> {
        match field {
            System::Message => Value::borrowed(self.message),
            System::Timestamp => Value::Time(self.time),
            System::IngestionTime => Value::Time(self.ingested),
            System::LogStream => Value::borrowed(self.stream),
            System::Log => Value::borrowed(self.group),
            System::Pointer if self.pointer.is_empty() => Value::Null,
            System::Pointer => Value::borrowed(self.pointer),
        }
    }

    /// The JSON members of these names, each into its slot; says whether some lay too deep to be looked at. A text
    /// that stops being JSON has none.
    pub(crate) fn members(&self, wanted: &[(usize, String)], slots: &mut [Value<'a>]) -> bool {
        let mut members = Members::within(self.message);
        let mut seen = 0;
        while let Some(value) = members.advance() {
            let path = members.path();
            if let Some((slot, _)) = wanted.iter().find(|(_, name)| *name == path)
                && let Some(place) = slots.get_mut(*slot)
                && place.is_null()
            {
                *place = Value::of_scalar(value);
            }
            seen += 1;
            if seen == MAX_MEMBERS {
                return members.too_deep();
            }
        }
        if members.end() == Some(End::Broken) {
            for (slot, _) in wanted {
                if let Some(place) = slots.get_mut(*slot) {
                    *place = Value::Null;
                }
            }
        }
        members.too_deep()
    }

    /// A field of Lambda's own lines; sizes are in bytes, as on AWS.
    pub(crate) fn lambda(&self, field: Lambda) -> Value<'a> {
        let message = self.message.trim_end();
        let Some((kind, rest)) = message.split_once(' ') else { return Value::Null };
        let platform =
            matches!(kind, "START" | "END" | "REPORT") && rest.starts_with("RequestId: ");
        let init = kind == "INIT_START" || kind == "INIT_REPORT";
        if !platform && !init {
            return self.tabbed(field);
        }
        let after = |label: &str| rest.split('\t').find_map(|part| part.trim().strip_prefix(label));
        let amount = |label: &str, unit: f64| {
            let text = after(label).and_then(|text| text.split_whitespace().next());
            text.and_then(crate::number::parse).map_or(Value::Null, |n| Value::Number(n * unit))
        };
        let word = |label: &str| {
            let text = after(label).and_then(|text| text.split_whitespace().next());
            text.map_or(Value::Null, Value::borrowed)
        };
        match field {
            Lambda::Type => Value::borrowed(kind),
            Lambda::RequestId => word("RequestId: "),
            Lambda::Duration => amount("Duration: ", 1.0),
            Lambda::BilledDuration => amount("Billed Duration: ", 1.0),
            Lambda::InitDuration => amount("Init Duration: ", 1.0),
            Lambda::MemorySize => amount("Memory Size: ", 1e6),
            Lambda::MaxMemoryUsed => amount("Max Memory Used: ", 1e6),
            Lambda::XrayTraceId => word("XRAY TraceId: "),
            Lambda::XraySegmentId => word("SegmentId: "),
        }
    }

    /// What a line of a runtime holds: `time \t request id \t level \t text`.
    fn tabbed(&self, field: Lambda) -> Value<'a> {
        if field != Lambda::RequestId {
            return Value::Null;
        }
        let id = self.message.split('\t').nth(1).filter(|id| is_uuid(id));
        id.map_or(Value::Null, Value::borrowed)
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_a_report_are_found() {
        let record = Record {
            message: "REPORT RequestId: 5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 90 MB\tInit Duration: 211.50 ms\tXRAY TraceId: 1-69212345-0123456789abcdef01234567\tSegmentId: 0011223344556677\tSampled: true",
            ..Record::default()
        };
        assert_eq!(record.lambda(Lambda::Type), Value::borrowed("REPORT"));
        assert_eq!(record.lambda(Lambda::Duration), Value::Number(12.34));
        assert_eq!(record.lambda(Lambda::BilledDuration), Value::Number(13.0));
        assert_eq!(record.lambda(Lambda::InitDuration), Value::Number(211.5));
        assert_eq!(record.lambda(Lambda::MemorySize), Value::Number(128e6));
        assert_eq!(record.lambda(Lambda::MaxMemoryUsed), Value::Number(90e6));
        assert_eq!(record.lambda(Lambda::XraySegmentId), Value::borrowed("0011223344556677"));
    }

    #[test]
    fn other_lines_have_none_of_them() {
        for message in ["", "REPORT", "REPORT of the day", "{\"a\":1}", "a\tb"] {
            let record = Record { message, ..Record::default() };
            assert_eq!(record.lambda(Lambda::Type), Value::Null, "{message}");
            assert_eq!(record.lambda(Lambda::RequestId), Value::Null, "{message}");
        }
    }

    #[test]
    fn a_text_that_stops_being_json_has_no_members() {
        let mut slots = vec![Value::Null];
        Record { message: "{\"a\":1,", ..Record::default() }
            .members(&[(0, "a".to_owned())], &mut slots);
        assert_eq!(slots, [Value::Null]);
        Record { message: "got {\"a\":1}", ..Record::default() }
            .members(&[(0, "a".to_owned())], &mut slots);
        assert_eq!(slots, [Value::Number(1.0)]);
    }
}
