//! What the account says: credentials, who we are, whose clock is wrong, and what may be read.

use std::time::Duration;

use serde_json::Value;
use watchdeck_aws::{CLOCK_REFUSED_S, ClockSkew, ConnectError, Connection, Examination, Step};
use watchdeck_domain::{Clock as _, Timestamp};

use super::finding::{Finding, Verdict};
use super::permission;
use crate::app::RealmName;
use crate::cli::arguments::PlaceArguments;
use crate::cli::failure::Failure;
use crate::config::Settings;
use crate::runtime::accounts::outlook::{Outlook, outlook};
use crate::runtime::accounts::{self, Examined};
use crate::runtime::clock::MachineClock;

/// From here on a clock that goes on so is refused soon.
const DOUBTFUL_S: u64 = 30;
/// Credentials that last no longer than this end in the middle of something.
const SHORT: Duration = Duration::from_mins(15);

/// Looks at the account that the console would open, and at the policy that would allow what is denied.
pub(super) async fn examine(
    place: &PlaceArguments,
    settings: &Settings,
) -> Result<(Vec<Finding>, Option<Value>), Failure> {
    let outlook = outlook(place, settings).await;
    let Examined { examination, realm, now } = accounts::look(place, settings).await?;
    let Examination { region: _, expires, skew, outcome } = examination;
    let failed = outcome.as_ref().err().map(|(step, error)| (*step, error));
    let mut findings = vec![profile(&outlook, realm, failed)];
    findings.push(credentials(failed, expires, MachineClock.now()));
    findings.push(identity(failed, outcome.as_ref().ok()));
    findings.push(clock(realm, skew));
    let Ok(connection) = outcome else {
        findings.push(Finding::skipped("permissions", "nobody can be asked without an identity"));
        return Ok((findings, None));
    };
    let wanted = &settings.groups.value;
    let asked = permission::ask(connection.source().as_ref(), realm, now, wanted).await;
    findings.extend(permission::findings(&asked));
    let policy = permission::policy(&asked, &connection.scope(), wanted);
    Ok((findings, policy))
}

type Failed<'a> = Option<(Step, &'a ConnectError)>;

/// Profile, region and endpoint: what files and variables say.
fn profile(outlook: &Outlook, realm: RealmName, failed: Failed<'_>) -> Finding {
    if let Some((Step::Configuration, error)) = failed {
        return told("profile", error);
    }
    let Outlook { account, profile, region, endpoint } = outlook;
    if realm == RealmName::Simulated {
        let next = "choose a profile with --profile to look at a real account";
        let what = "the simulated account";
        return Finding::new("profile", Verdict::Ok, what, account.by.as_str(), next);
    }
    let what = format!(
        "profile {} ({}), region {} ({}), endpoint {} ({})",
        profile.value, profile.by, region.value, region.by, endpoint.value, endpoint.by
    );
    Finding::ok("profile", what)
}

fn credentials(failed: Failed<'_>, expires: Option<Timestamp>, now: Timestamp) -> Finding {
    let check = "credentials";
    match (failed, expires) {
        (Some((Step::Configuration, _)), _) => Finding::skipped(check, "not asked for: see above"),
        (Some((Step::Credentials, error)), _) => told(check, error),
        (Some((Step::Identity, _)) | None, None) => Finding::ok(check, "found; they do not expire"),
        (Some((Step::Identity, _)) | None, Some(until)) => {
            let left = until.since(now);
            let what = format!("found; they expire in {} minutes", left.as_secs() / 60);
            if left > SHORT {
                return Finding::ok(check, what);
            }
            let next = "refresh them before they matter, such as with `aws sso login`";
            Finding::new(check, Verdict::Warn, what, "a session may outlast them", next)
        }
    }
}

fn identity(failed: Failed<'_>, connection: Option<&Connection>) -> Finding {
    let check = "identity";
    match (failed, connection) {
        (_, Some(connection)) => {
            let (who, scope) = (connection.identity(), connection.scope());
            Finding::ok(check, format!("{} in {scope}; the region answers", who.arn))
        }
        (Some((Step::Identity, error)), None) => told(check, error),
        (Some((Step::Configuration | Step::Credentials, _)) | None, None) => {
            Finding::skipped(check, "nothing was sent: see above")
        }
    }
}

fn clock(realm: RealmName, skew: Option<ClockSkew>) -> Finding {
    let check = "clock";
    let Some(ClockSkew { ahead_s }) = skew else {
        return Finding::skipped(
            check,
            match realm {
                RealmName::Simulated => "the simulated account lives by a clock of its own",
                RealmName::Served | RealmName::Live | RealmName::Files => "no answer told the time",
            },
        );
    };
    let off = ahead_s.unsigned_abs();
    let way = if ahead_s > 0 { "ahead of" } else { "behind" };
    let what = format!("{off} s {way} the server's");
    let next = "set the clock by the network, such as `timedatectl set-ntp true`";
    match off {
        0..=2 => Finding::ok(check, "as the server's, within 2 s"),
        3..=DOUBTFUL_S => Finding::ok(check, what),
        _ if off < CLOCK_REFUSED_S => {
            let why =
                format!("AWS refuses what is signed {CLOCK_REFUSED_S} s away from its own time");
            Finding::new(check, Verdict::Warn, what, why, next)
        }
        _ => {
            let why = "AWS refuses every request signed at such a time, as if the keys were wrong";
            Finding::new(check, Verdict::Bad, what, why, next)
        }
    }
}

fn told(check: &str, error: &ConnectError) -> Finding {
    Finding::new(check, Verdict::Bad, error.what(), error.why(), error.next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_judged_by_what_aws_refuses() {
        for (ahead_s, verdict, words) in [
            (1, Verdict::Ok, "within 2 s"),
            (-20, Verdict::Ok, "20 s behind"),
            (31, Verdict::Warn, "31 s ahead"),
            (-299, Verdict::Warn, "299 s behind"),
            (300, Verdict::Bad, "300 s ahead"),
            (i64::MIN, Verdict::Bad, "behind"),
        ] {
            let finding = clock(RealmName::Live, Some(ClockSkew { ahead_s }));
            assert_eq!(finding.verdict, verdict, "{ahead_s}");
            assert!(finding.what.as_str().contains(words), "{}", finding.what);
        }
        assert_eq!(clock(RealmName::Live, None).verdict, Verdict::Skipped);
    }

    #[test]
    fn credentials_that_end_soon_are_told() {
        let now = Timestamp::from_millis(1_000_000);
        let short = credentials(None, Some(now + Duration::from_mins(9)), now);
        assert_eq!(short.verdict, Verdict::Warn);
        assert!(short.what.as_str().contains("9 minutes"), "{}", short.what);
        let long = credentials(None, Some(now + Duration::from_hours(1)), now);
        assert_eq!(long.verdict, Verdict::Ok);
    }
}
