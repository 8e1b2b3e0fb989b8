//! What is said of files that are open: in the header, in the row of the lines, and while there are none.

use ratatui::text::Line;

use super::text;
use super::theme::Theme;
use crate::app::Model;
use crate::app::files::{Intake, Stage};
use crate::app::tail::Flow;

/// The names of the files, and how far they are read.
pub(super) fn whereabouts(model: &Model, room: usize) -> (String, String) {
    let progress = match &model.logs.standing.flow {
        Flow::Read(intake) => progress(intake),
        Flow::Idle | Flow::Opening | Flow::Pushed | Flow::Swept(_) => String::new(),
    };
    let names =
        text::cut(model.place.context.as_str(), room.saturating_sub(text::width(&progress) + 3));
    (format!(" {names}"), format!("  {progress}"))
}

fn progress(intake: &Intake) -> String {
    let lines = text::things(intake.lines, "line");
    match (intake.stage, intake.share()) {
        (Stage::Whole, _) => lines,
        (Stage::Following, _) => format!("{lines}, following"),
        (Stage::Reading, Some(share)) => {
            let of = intake.of.map(size).unwrap_or_default();
            format!("reading {share} % of {of}, {lines}")
        }
        (Stage::Reading, None) => format!("reading, {}, {lines}", size(intake.bytes)),
    }
}

/// How the lines come, in a few words.
pub(super) fn flow(intake: &Intake) -> String {
    match (intake.stage, intake.share()) {
        (Stage::Whole, _) => "read to the end".to_owned(),
        (Stage::Following, _) => "following".to_owned(),
        (Stage::Reading, Some(share)) => format!("reading {share} %"),
        (Stage::Reading, None) => "reading".to_owned(),
    }
}

/// Bytes, as people count them.
fn size(bytes: u64) -> String {
    let tenths = |unit: u64| {
        let tenths = bytes.saturating_mul(10) / unit;
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", tenths(1_000)),
        1_000_000..1_000_000_000 => format!("{} MB", tenths(1_000_000)),
        _ => format!("{} GB", tenths(1_000_000_000)),
    }
}

/// What is said while there are no lines.
pub(super) fn empty(model: &Model, theme: &Theme) -> Vec<Line<'static>> {
    let stage = match &model.logs.standing.flow {
        Flow::Read(intake) => intake.stage,
        Flow::Idle | Flow::Opening | Flow::Pushed | Flow::Swept(_) => Stage::Reading,
    };
    let said = match stage {
        Stage::Reading => "Reading; no line yet.",
        Stage::Following => "No line yet: what is written from now on appears here.",
        Stage::Whole => "There is no line in what was opened.",
    };
    vec![text::line(said, theme.text), text::line(model.place.context.to_string(), theme.dim)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_told_in_percent_where_the_end_is_known() {
        let intake = |bytes, of, stage| Intake { bytes, of, lines: 1_234, stage };
        let check = |intake: Intake, wanted: &str| assert_eq!(progress(&intake), wanted);
        check(intake(45, Some(100), Stage::Reading), "reading 45 % of 100 B, 1,234 lines");
        check(intake(1_234_567, None, Stage::Reading), "reading, 1.2 MB, 1,234 lines");
        check(intake(5, Some(0), Stage::Reading), "reading, 5 B, 1,234 lines");
        check(intake(1, Some(2), Stage::Whole), "1,234 lines");
        check(intake(1, Some(2), Stage::Following), "1,234 lines, following");
        assert_eq!(size(2_500_000_000), "2.5 GB");
    }
}
