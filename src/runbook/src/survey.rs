//! Which version was last known good: the evidence, all of it, and never a silent pick.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use watchdeck_domain::function::{Alias, AliasMove, CallCount, VersionConfig, VersionState};
use watchdeck_domain::metric::{MetricQuery, Series};
use watchdeck_domain::reading::{AliasOf, Metrics, Trail, Versions};
use watchdeck_domain::trail::{TrailEvent, TrailFilter};
use watchdeck_domain::{AliasName, FunctionName, ReadError, Source, Timestamp, Version, ask};
use watchdeck_guard::Note;

/// What a version must have shown to count as proven.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rules {
    /// It served the alias at least so long.
    pub served_s: u32,
    /// It took at least so many calls.
    pub calls: f64,
    /// At most this share of them failed.
    pub error_rate: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Self { served_s: 600, calls: 100.0, error_rate: 0.02 }
    }
}

/// All that could be found out about the versions an alias may go back to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Survey {
    /// The alias as it is.
    pub alias: Alias,
    /// Its moves, newest first, as far as CloudTrail tells.
    pub moves: Vec<AliasMove>,
    /// The candidates, the best first.
    pub candidates: Vec<Candidate>,
    /// What could not be read; what it would have proved is not proved.
    pub gaps: Vec<String>,
}

/// One version that the alias may go back to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// The version.
    pub version: Version,
    /// How it stands.
    pub standing: Standing,
    /// Why, one line a reason.
    pub reasons: Vec<String>,
    /// How long it served this alias, in seconds, as far as known.
    pub served_s: u64,
    /// When it last began to serve it.
    pub since: Option<Timestamp>,
    /// The calls it took before the alias left it.
    pub calls: CallCount,
}

/// How a candidate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It served this alias long enough, with calls enough and few enough failures.
    Proven,
    /// It may be good. The operator must know.
    Unproven,
    /// It would not help, or cannot be invoked.
    Unfit,
}

impl Survey {
    /// The best proven version; nothing when none is, and then the operator chooses.
    pub fn proven(&self) -> Option<&Candidate> {
        self.candidates.first().filter(|candidate| candidate.standing == Standing::Proven)
    }

    /// What is known of one version.
    pub fn candidate(&self, version: &Version) -> Option<&Candidate> {
        self.candidates.iter().find(|candidate| candidate.version == *version)
    }

    /// The whole evidence for the operator.
    pub fn note(&self) -> Note {
        let mut lines = Vec::new();
        match self.proven() {
            Some(best) => lines.push(format!("last known good: {}", best.version)),
            None => lines.push("no proven candidate: the choice is yours".into()),
        }
        for candidate in &self.candidates {
            let word = match candidate.standing {
                Standing::Proven => "proven",
                Standing::Unproven => "unproven",
                Standing::Unfit => "unfit",
            };
            lines.push(format!("{}  {word}: {}", candidate.version, candidate.reasons.join("; ")));
        }
        for step in self.moves.iter().take(8) {
            lines.push(format!("{}  pointed at {} by {}", step.at, step.version, step.by));
        }
        lines.extend(self.gaps.iter().map(|gap| format!("not known: {gap}")));
        let lines = lines.into_iter().map(|l| watchdeck_domain::Printable::new(l).into()).collect();
        Note { title: "Last known good".into(), lines }
    }
}

/// At most so many versions are looked at in the metrics: those that have served the alias, then the newest.
const MOST_VERSIONS: usize = 12;

/// At most so many pages of CloudTrail, which allows two calls a second.
const MOST_PAGES: usize = 6;

/// How far back the alias's moves are looked for.
const TRAIL_SPAN: Duration = Duration::from_hours(24 * 30);

/// How far back from the latest move the metrics are summed.
const METRIC_SPAN: Duration = Duration::from_hours(24);

/// Looks at everything that may tell which version was good.
///
/// # Errors
/// When the alias or the versions cannot be read. Missing history or metrics only leave gaps.
pub async fn survey(
    source: &dyn Source,
    function: &FunctionName,
    alias: &AliasName,
    rules: Rules,
    now: Timestamp,
) -> Result<Survey, ReadError> {
    let there = ask(source, AliasOf { function: function.clone(), alias: alias.clone() }).await?;
    let versions = ask(source, Versions { function: function.clone() }).await?;
    let mut gaps = Vec::new();
    let moves = match history(source, function, alias, now).await {
        Ok(moves) => moves,
        Err(error) => {
            gaps.push(format!("the alias's history: {error}"));
            Vec::new()
        }
    };
    if moves.is_empty() && gaps.is_empty() {
        gaps.push(format!("CloudTrail tells of no move of {alias} in 30 days"));
    }
    let current = versions.iter().find(|config| config.version == there.version).cloned();
    let mut others: Vec<_> = versions
        .into_iter()
        .filter(|config| config.version.is_published() && config.version != there.version)
        .collect();
    // What has served the alias comes first: deploys that never reached it must not push it out of sight.
    let served = |version: &Version| moves.iter().any(|step| step.version == *version);
    others.sort_by_key(|config| {
        (!served(&config.version), std::cmp::Reverse(config.version.number()))
    });
    others.truncate(MOST_VERSIONS);
    let calls = match counts(source, function, alias, &others, &moves, now).await {
        Ok(calls) => calls,
        Err(error) => {
            gaps.push(format!("calls by version: {error}"));
            BTreeMap::new()
        }
    };
    let mut candidates: Vec<_> = others
        .iter()
        .map(|config| {
            let calls = calls.get(&config.version).copied().unwrap_or_default();
            judge(config, current.as_ref(), &moves, calls, rules)
        })
        .collect();
    candidates.sort_by_key(|c| {
        (c.standing, std::cmp::Reverse(c.since), std::cmp::Reverse(c.version.number()))
    });
    Ok(Survey { alias: there, moves, candidates, gaps })
}

/// The alias's moves, newest first.
async fn history(
    source: &dyn Source,
    function: &FunctionName,
    alias: &AliasName,
    now: Timestamp,
) -> Result<Vec<AliasMove>, ReadError> {
    let mut moves = Vec::new();
    // Lambda's event names carry the date of the API.
    for name in ["UpdateAlias20150331", "CreateAlias20150331"] {
        let mut next = None;
        for _ in 0..MOST_PAGES {
            let page = ask(
                source,
                Trail {
                    filter: Some(TrailFilter::EventName(name.into())),
                    start: now - TRAIL_SPAN,
                    end: now,
                    next,
                },
            )
            .await?;
            moves.extend(page.events.iter().filter_map(|event| moved(event, function, alias)));
            next = page.next;
            if next.is_none() {
                break;
            }
        }
    }
    moves.sort_by_key(|step| std::cmp::Reverse(step.at));
    Ok(moves)
}

/// The move that an event tells of, if it is one of this alias and it went through.
fn moved(event: &TrailEvent, function: &FunctionName, alias: &AliasName) -> Option<AliasMove> {
    if !event.error.is_empty() {
        return None;
    }
    let record: Value = serde_json::from_str(&event.record).ok()?;
    let asked = record.get("requestParameters")?;
    let text = |name: &str| asked.get(name).and_then(Value::as_str);
    // A function may be named by its ARN as well.
    let named = text("functionName")?.rsplit("function:").next()?;
    let named = named.split(':').next()?;
    if named != function.as_str() || text("name") != Some(alias.as_str()) {
        return None;
    }
    let version = Version::parse(text("functionVersion")?).ok()?;
    Some(AliasMove { at: event.at, version, by: event.user.clone() })
}

/// Calls and failures by version, in the time before the alias came to where it is.
async fn counts(
    source: &dyn Source,
    function: &FunctionName,
    alias: &AliasName,
    versions: &[VersionConfig],
    moves: &[AliasMove],
    now: Timestamp,
) -> Result<BTreeMap<Version, CallCount>, ReadError> {
    if versions.is_empty() {
        return Ok(BTreeMap::new());
    }
    let minute = Duration::from_mins(1);
    let end = (moves.first().map_or(now, |step| step.at) + minute).floor(minute);
    let query = |id: String, metric: &str, version: &Version| MetricQuery {
        id,
        namespace: "AWS/Lambda".into(),
        metric: metric.into(),
        dimensions: vec![
            ("FunctionName".into(), function.to_string()),
            ("Resource".into(), format!("{function}:{alias}")),
            ("ExecutedVersion".into(), version.to_string()),
        ],
        statistic: "Sum".into(),
    };
    let series = versions
        .iter()
        .flat_map(|config| {
            let version = &config.version;
            [
                query(format!("i{version}"), "Invocations", version),
                query(format!("e{version}"), "Errors", version),
            ]
        })
        .collect();
    let answer =
        ask(source, Metrics { series, start: end - METRIC_SPAN, end, period_s: 300 }).await?;
    let sum = |id: String| answer.iter().filter(|s| s.id == id).map(Series::sum).sum::<f64>();
    Ok(versions
        .iter()
        .map(|config| {
            let version = config.version.clone();
            let count = CallCount {
                invocations: sum(format!("i{version}")),
                errors: sum(format!("e{version}")),
            };
            (version, count)
        })
        .collect())
}

fn judge(
    config: &VersionConfig,
    current: Option<&VersionConfig>,
    moves: &[AliasMove],
    calls: CallCount,
    rules: Rules,
) -> Candidate {
    let (served, since) = service(&config.version, moves);
    let mut standing = Standing::Proven;
    let mut reasons = Vec::new();
    let mut mark = |worse: Standing, reason: String| {
        standing = standing.max(worse);
        reasons.push(reason);
    };
    match &config.state {
        VersionState::Active => {}
        VersionState::Unsaid => mark(Standing::Unproven, "its state is not said".into()),
        VersionState::Pending | VersionState::Inactive | VersionState::Failed => {
            mark(Standing::Unfit, format!("it is {:?} {}", config.state, config.state_reason));
        }
        VersionState::Other(state) => mark(Standing::Unfit, format!("it is {state}")),
    }
    if let Some(current) = current {
        if current.code_sha256 == config.code_sha256
            && current.config_sha256 == config.config_sha256
        {
            mark(Standing::Unfit, "its code is the same as now".into());
        }
        if current.role != config.role {
            mark(Standing::Unproven, format!("another execution role, {}", config.role));
        }
        if current.dead_letter != config.dead_letter {
            mark(Standing::Unproven, "another dead-letter target".into());
        }
        if current.runtime != config.runtime {
            mark(Standing::Unproven, format!("another runtime, {}", config.runtime));
        }
    }
    match since {
        None => {
            mark(Standing::Unproven, "CloudTrail does not tell that it served this alias".into());
        }
        Some(since) if served < Duration::from_secs(rules.served_s.into()) => {
            mark(Standing::Unproven, format!("it served only {} s from {since}", served.as_secs()));
        }
        Some(since) => {
            reasons.push(format!("it served {} min from {since}", served.as_secs() / 60));
        }
    }
    let mut mark = |worse: Standing, reason: String| {
        standing = standing.max(worse);
        reasons.push(reason);
    };
    match calls.error_rate() {
        None => mark(Standing::Unproven, "no calls of it are known".into()),
        Some(rate) => {
            let said = format!("{:.1} % of {} calls failed", rate * 100.0, calls.invocations);
            let good = calls.invocations >= rules.calls && rate <= rules.error_rate;
            mark(if good { Standing::Proven } else { Standing::Unproven }, said);
        }
    }
    Candidate {
        version: config.version.clone(),
        standing,
        reasons,
        served_s: served.as_secs(),
        since,
        calls,
    }
}

/// How long a version served before the alias left it, and when it last began.
fn service(version: &Version, moves: &[AliasMove]) -> (Duration, Option<Timestamp>) {
    let mut served = Duration::ZERO;
    let mut since = None;
    // Newest first: what comes before a move in the list came after it in time.
    let mut until = None;
    for step in moves {
        if step.version == *version {
            if let Some(until) = until {
                served += Timestamp::since(until, step.at);
            }
            since = since.or(Some(step.at));
        }
        until = Some(step.at);
    }
    (served, since)
}
