//! Two regions side by side: what would have to take over, and whether it could.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::dotted;
use crate::app::Model;
use crate::app::screens::list::Listed as _;
use crate::app::screens::recovery::{Pair, Side, TOLERATED, Verdict};
use crate::ui::table;
use crate::ui::text::{self, span};
use crate::ui::theme::Theme;

const VERDICT: usize = 10;

/// Draws the screen.
pub(in crate::ui) fn draw(model: &Model, theme: &Theme, frame: &mut Frame<'_>, area: Rect) {
    let recovery = &model.recovery;
    if recovery.listing().is_empty() {
        return table::say(frame, area, &nothing(model, theme));
    }
    let width = usize::from(area.width);
    let name = (width / 5).clamp(16, 34);
    let side = (width.saturating_sub(name + VERDICT + 10) / 3).max(12);
    let working = recovery.working();
    let headed = |at: Side, region: &str| {
        let role = match (recovery.is_silent(at), working == at) {
            (true, _) => "does not answer",
            (false, true) => "works",
            (false, false) => "stands by",
        };
        text::left(&format!("{region}, {role}"), side)
    };
    let other = recovery.other.as_ref().map_or("–", |region| region.as_str());
    let titles = format!(
        "  {}  {}  {}  {}",
        text::left("WHAT", name),
        headed(Side::Here, model.place.region.as_str()),
        headed(Side::There, other),
        text::left("TAKES OVER", VERDICT),
    );
    let head = |_: &str| theme.dim;
    table::draw(frame, area, theme, &titles, recovery, head, |pair| row(pair, name, side, theme));
}

fn row(pair: &Pair, name: usize, side: usize, theme: &Theme) -> Vec<Span<'static>> {
    let cell = |value: &str, cells: usize| format!("  {}", text::left(&text::safe(value), cells));
    let (word, style) = match pair.verdict {
        Verdict::Ready => ("ready", theme.good),
        Verdict::Missing => ("missing", theme.bad),
        Verdict::Unfit => ("not fit", theme.bad),
        Verdict::Moving => ("moving", theme.warn),
        Verdict::Unknown => ("not known", theme.warn),
    };
    vec![
        span(cell(&pair.name, name), theme.strong),
        span(cell(&pair.here, side), theme.text),
        span(cell(&pair.there, side), theme.text),
        span(cell(word, VERDICT), style),
        span(format!("  {}", text::safe(&pair.why)), theme.dim),
    ]
}

/// Why there is nothing to see.
fn nothing(model: &Model, theme: &Theme) -> Line<'static> {
    let recovery = &model.recovery;
    if let Some((_, problem)) = recovery.unanswered() {
        return table::failed(problem, theme);
    }
    if !recovery.listing().filter().is_empty() {
        let said = format!("  None of {} matches.", recovery.count().0);
        return text::line(said, theme.dim);
    }
    if recovery.other.is_none() && recovery.has_told_globals() {
        let said = "  No database spans two regions here. `:recovery REGION` names the other one.";
        return text::line(said, theme.dim);
    }
    text::line(format!("  Asking both regions …{}", table::waited(model)), theme.dim)
}

/// How many could not take over, how far behind the copies are, and what could not be read.
pub(super) fn standing(model: &Model, theme: &Theme) -> Line<'static> {
    let recovery = &model.recovery;
    let mut parts = Vec::new();
    let (all, unready) = recovery.count();
    if recovery.is_known() {
        let style = if unready > 0 { theme.bad } else { theme.good };
        parts.push((format!("{unready} of {all} not ready"), style));
    }
    if let Some((now, worst)) = recovery.lag() {
        let style = if u128::from(worst) > TOLERATED.as_millis() { theme.bad } else { theme.dim };
        parts.push((format!("{now} ms behind, {worst} at worst in 15 min"), style));
    }
    if let Some((side, problem)) = recovery.unanswered() {
        let region = match side {
            Side::Here => model.place.region.to_string(),
            Side::There => recovery.other.as_ref().map(ToString::to_string).unwrap_or_default(),
        };
        parts.push((format!("{region}: {}", problem.why), theme.bad));
    }
    if !recovery.listing().filter().is_empty() {
        parts.push((format!("matching {}", text::safe(recovery.listing().filter())), theme.text));
    }
    dotted(parts, model.size.0, theme)
}
