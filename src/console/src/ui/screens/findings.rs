//! The security findings, under headings that fold.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use watchdeck_domain::finding::{Finding, Severity};

use super::{dotted, reason};
use crate::app::Model;
use crate::app::screens::findings::{Grouping, Lack, MOST};
use crate::app::screens::list::Listed as _;
use crate::app::statement::name_of;
use crate::ui::meaning;
use crate::ui::table;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let findings = &model.findings;
    if findings.listing().is_empty() {
        return table::say(frame, area, &nothing(model, theme));
    }
    let wide = area.width >= 110;
    let resource = if area.width >= 150 { 36 } else { 18 };
    let more = if wide {
        format!("  {}  {}", text::left("PRODUCT", 14), text::left("CONTROL", 12))
    } else {
        String::new()
    };
    let titles = format!(
        "  {}  {}{more}  {}  FINDING",
        text::left("SEVERITY", 8),
        text::left("WORKFLOW", 8),
        text::left("RESOURCE", resource),
    );
    let used = if wide { 56 } else { 26 } + resource;
    let widths = (resource, usize::from(area.width).saturating_sub(used));
    let head = |name: &str| style(findings.by, name, theme);
    table::draw(frame, area, theme, &titles, findings, head, |finding| {
        row(finding, wide, widths, theme)
    });
}

/// The style of a heading: that of the severity, where it is one.
fn style(by: Grouping, name: &str, theme: &Theme) -> Style {
    let severity = Severity::ALL.into_iter().find(|severity| severity.to_string() == name);
    match (by, severity) {
        (Grouping::Severity, Some(severity)) => meaning::severity(severity, theme),
        (
            Grouping::Severity
            | Grouping::Product
            | Grouping::Control
            | Grouping::Resource
            | Grouping::Workflow,
            _,
        ) => theme.text,
    }
}

fn row(
    finding: &Finding,
    wide: bool,
    (on, width): (usize, usize),
    theme: &Theme,
) -> Vec<Span<'static>> {
    let cell = |value: &str, cells: usize| format!("  {}", text::left(&text::safe(value), cells));
    let resource = finding.resources.first().map_or("", |resource| name_of(&resource.id));
    let severity = match finding.severity {
        Severity::Informational => "info".to_owned(),
        Severity::Critical | Severity::High | Severity::Medium | Severity::Low => {
            finding.severity.to_string()
        }
    };
    let mut spans = vec![
        span(cell(&severity, 8), meaning::severity(finding.severity, theme)),
        span(cell(&finding.workflow.to_string(), 8), theme.dim),
    ];
    if wide {
        spans.push(span(cell(&finding.product, 14), theme.dim));
        spans.push(span(cell(&finding.control, 12), theme.dim));
    }
    spans.push(span(cell(resource, on), theme.text));
    let title = text::cut(&text::safe(finding.title.clone()), width);
    spans.push(span(format!("  {title}"), theme.strong));
    spans
}

fn nothing(model: &Model, theme: &Theme) -> Line<'static> {
    let findings = &model.findings;
    if findings.listing().filter().is_empty() && findings.hidden() > 0 {
        let said = "  Nothing is open: all findings are resolved or suppressed.";
        return text::line(said, theme.dim);
    }
    let none = "No finding stands. Security Hub may not be enabled in this region.";
    table::nothing(model, &findings.list, "findings", none, findings.listing().filter(), theme)
}

/// How many there are, how many are hidden, and whether more are on their way.
pub(super) fn standing(model: &Model, theme: &Theme) -> Line<'static> {
    let findings = &model.findings;
    let all = findings.list.rows().len();
    let count = text::things(all as u64, "finding");
    let mut parts = vec![(format!("by {}", findings.by.word()), theme.text)];
    match findings.lacks() {
        Some((Lack::Rest, problem)) => {
            let why = reason(problem);
            let said = format!("{count} of more: the rest could not be read: {why}");
            parts.push((said, theme.bad));
        }
        Some((Lack::Newer, problem)) => {
            parts.push((count, theme.dim));
            let said = format!("not answered: {}", reason(problem));
            parts.push((said, theme.bad));
        }
        None => parts.push((count, theme.dim)),
    }
    if !findings.listing().filter().is_empty() {
        parts.push((format!("matching {}", text::safe(findings.listing().filter())), theme.text));
    }
    match findings.hidden() {
        0 => {}
        hidden => {
            let said = format!("{} resolved or suppressed hidden", text::count(hidden as u64));
            parts.push((said, theme.dim));
        }
    }
    if let Some(so_far) = findings.reading() {
        parts.push((format!("reading, {} so far", text::count(so_far as u64)), theme.warn));
    }
    if findings.more {
        let most = text::count(MOST as u64);
        parts.push((format!("only the worst {most} were read"), theme.warn));
    }
    dotted(parts, model.size.0, theme)
}
