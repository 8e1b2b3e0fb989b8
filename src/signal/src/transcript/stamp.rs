//! The time of a line: the form that the line before had is tried first, the whole reading of the line last.

use std::time::Duration;

use watchdeck_domain::Timestamp;

use super::clock;
use super::member::Member;
use crate::reading::Reading;

/// How much of a line is looked through for a time that does not begin it.
const NEAR: usize = 256;

/// Finds the times of the lines of one file.
#[derive(Clone, Debug, Default)]
pub(super) struct Stamp {
    member: Member,
    form: Form,
    /// The time of the last line that had a form of its own. What has none of them goes on with that line.
    last: Option<Timestamp>,
    /// Lines that were read whole for nothing, in a row.
    vain: u32,
}

/// Where a line has its time, and in which form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Form {
    #[default]
    Iso,
    /// ISO as the second word, behind a level or a protocol.
    Second,
    /// As access logs write it, in brackets.
    Common,
    /// The month by its name.
    Named,
    Klog,
    Epoch,
}

const FORMS: [Form; 6] =
    [Form::Iso, Form::Second, Form::Common, Form::Named, Form::Klog, Form::Epoch];

/// How far a time in another form than that of the line before may be from it.
const FAR: Duration = Duration::from_hours(24);

/// Lines read whole for nothing before that is left off: a file without times should not cost as if it had some.
const PATIENCE: u32 = 1_000;

impl Stamp {
    /// The time of a line, if it tells one. `near` is when it was written at the latest, for times without a year.
    pub(super) fn time(&mut self, line: &str, near: Timestamp) -> Option<Timestamp> {
        let bytes = line.as_bytes();
        let first = *bytes.first()?;
        if first == b'{' {
            let found = self.member.time(bytes);
            return found.or_else(|| self.whole(line));
        }
        // What is indented goes on with the line before: the frames of a stack trace.
        if first.is_ascii_whitespace() {
            return None;
        }
        if let Some(time) = self.form.find(bytes, near) {
            self.last = Some(time);
            return Some(time);
        }
        // A file may have two forms, but a time far from the others is what a line tells of, and not its own.
        let fits = |time: &Timestamp| {
            self.last.is_none_or(|last| time.since(last).max(last.since(*time)) <= FAR)
        };
        let others = FORMS.into_iter().filter(|form| *form != self.form);
        let found = others
            .filter_map(|form| Some((form, form.find(bytes, near)?)))
            .find(|(_, time)| fits(time));
        if let Some((form, time)) = found {
            (self.form, self.last) = (form, Some(time));
            return Some(time);
        }
        if self.last.is_some() { None } else { self.whole(line) }
    }

    /// Reads the line as a whole: flow records, pairs, what is rare.
    fn whole(&mut self, line: &str) -> Option<Timestamp> {
        if self.vain >= PATIENCE {
            return None;
        }
        let time = Reading::of(line, "").time;
        self.vain = if time.is_some() { 0 } else { self.vain + 1 };
        time
    }
}

impl Form {
    fn find(self, line: &[u8], near: Timestamp) -> Option<Timestamp> {
        let start = match line {
            [b'[' | b'"' | b'(', rest @ ..] => rest,
            [b'<', rest @ ..] => {
                let end = rest.iter().take(4).position(|byte| *byte == b'>')?;
                rest.get(end + 1..)?
            }
            line => line,
        };
        match self {
            Self::Iso => clock::iso(start),
            Self::Second => {
                let head = start.get(..start.len().min(NEAR))?;
                let blank = head.iter().position(|byte| matches!(byte, b' ' | b'\t'))?;
                let word = start.get(blank..)?.trim_ascii_start();
                clock::iso(word.strip_prefix(b"[").unwrap_or(word))
            }
            Self::Common => {
                let head = line.get(..line.len().min(NEAR))?;
                let open = memchr::memchr(b'[', head)?;
                clock::common(line.get(open + 1..)?)
            }
            Self::Named => clock::named(start, near),
            Self::Klog => clock::klog(start, near),
            Self::Epoch => clock::epoch(start),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_tells_its_time() {
        let near = Timestamp::parse("2026-11-25T00:00:00Z").unwrap();
        for line in [
            "2026-11-22T03:04:05.000Z\t5f\tINFO\tx",
            "[2026-11-22 03:04:05,000] WARN x",
            "[INFO]\t2026-11-22T03:04:05.000Z\t5f\tx",
            "ERROR 2026-11-22 03:04:05 x",
            "https 2026-11-22T03:04:05.000000Z app/web/50dc 10.0.0.1:1 10.0.0.2:80 0 0 0 200 200 34 366",
            "<34>1 2026-11-22T03:04:05.000Z host su - ID47 - x",
            "<34>Nov 22 03:04:05 host su: x",
            "Nov 22 03:04:05 host su: x",
            "[Sun Nov 22 03:04:05.000 2026] [core:error] x",
            "10.0.0.1 - - [22/Nov/2026:03:04:05 +0000] \"GET / HTTP/1.1\" 200 12",
            "E1122 03:04:05.000000       1 a.go:3] x",
            "1795316645 x",
            "1795316645000,x",
            "2026-11-22\t03:04:05\tFRA6-C1\t1234\t10.0.0.1\tGET\tx.net\t/\t200",
            "2 123456789012 eni-0a 10.0.0.1 10.0.0.2 443 49152 6 10 840 1795316645 1795316700 ACCEPT OK",
            "level=info time=\"2026-11-22T03:04:05Z\" msg=x",
            r#"{"instant":{"epochSecond":1795316645,"nanoOfSecond":0},"message":"x"}"#,
        ] {
            let found = Stamp::default().time(line, near);
            assert_eq!(
                found.map(|at| at.to_string()).as_deref(),
                Some("2026-11-22T03:04:05.000Z"),
                "{line}"
            );
        }
        for line in ["", "x", "  at a.js:1 2026-11-22T03:04:05Z", "Caused by: x", "10.0.0.1 x", "}"]
        {
            assert_eq!(Stamp::default().time(line, near), None, "{line}");
        }
    }

    #[test]
    fn a_time_in_the_middle_of_a_trace_is_none_of_the_line() {
        let mut stamp = Stamp::default();
        let near = Timestamp::default();
        assert!(stamp.time("Nov 22 03:04:05 host x", near).is_some());
        assert!(stamp.time("level=info time=2026-11-22T03:04:05Z", near).is_none());
        let mut stamp = Stamp::default();
        assert!(stamp.time("2026-11-22T03:04:05Z x", near).is_some());
        assert!(stamp.time("level=info time=2026-11-22T03:04:05Z", near).is_none());
        assert!(stamp.time("expired 2020-01-01T00:00:00Z", near).is_none());
        assert!(stamp.time("[INFO]\t2026-11-22T03:04:06Z\tx", near).is_some());
    }
}
