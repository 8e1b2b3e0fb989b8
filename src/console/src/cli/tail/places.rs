//! Log groups of several places: `GROUP` is of the account that is opened, `GROUP@PLACE` of another.

use std::sync::Arc;

use watchdeck_domain::log::LogGroup;
use watchdeck_domain::{Scope, Source};

use super::super::failure::{Failure, FailureKind};
use super::super::headless;
use crate::app::Problem;
use crate::app::neighbours::Whereabouts;
use crate::config::Settings;
use crate::runtime::accounts::Opened;
use crate::runtime::contexts::Contexts;
use crate::runtime::neighbours::Base;
use crate::runtime::places::Places;

/// The groups that were asked for, and who answers for them.
pub(super) struct Reached {
    pub(super) groups: Vec<LogGroup>,
    pub(super) source: Arc<dyn Source>,
    /// The account and region that is opened, where groups are of others too.
    pub(super) front: Option<Scope>,
}

/// Finds the groups, and opens the places they are of.
pub(super) async fn reach(
    opened: &Opened,
    settings: &Settings,
    asked: &[String],
) -> Result<Reached, Failure> {
    let contexts = Contexts::load().await;
    let (mut here, there) = split(asked, &contexts)?;
    let places = Places::of(opened.connection.source());
    let base = Base {
        connection: opened.connection.clone(),
        clock: Arc::clone(&opened.clock),
        speed: opened.speed,
    };
    let mut groups = Vec::new();
    for (place, names) in there {
        let connection = match Box::pin(base.reach(&place, &contexts)).await {
            Ok(connection) => connection,
            // It was named, and is the one that is opened.
            Err(problem) if problem.code == "place.itself" => {
                here.extend(names);
                continue;
            }
            Err(problem) => return Err(unreached(&place, &problem)),
        };
        let scope = Arc::new(connection.scope());
        let found = headless::named(&connection, &names).await?;
        let of_place = |group: LogGroup| LogGroup { name: group.name.at(Some(&scope)), ..group };
        groups.extend(found.into_iter().map(of_place));
        places.open(Scope::clone(&scope), connection.source());
    }
    let beside = !groups.is_empty();
    if !beside || !here.is_empty() {
        groups.extend(headless::groups(opened, settings, &here).await?);
    }
    groups.sort_by(|a, b| a.name.cmp(&b.name));
    groups.dedup_by(|a, b| a.name == b.name);
    let front = beside.then(|| opened.connection.scope());
    Ok(Reached { groups, source: Arc::new(places), front })
}

/// Names of groups here, and of each other place.
type Split = (Vec<String>, Vec<(Whereabouts, Vec<String>)>);

fn split(asked: &[String], contexts: &Contexts) -> Result<Split, Failure> {
    let known = contexts.destinations().contexts;
    let is_context = |name: &str| known.iter().any(|(known, _)| known == name);
    let mut here = Vec::new();
    let mut there: Vec<(Whereabouts, Vec<String>)> = Vec::new();
    for text in asked {
        // No name of a log group has an `@`.
        let Some((name, place)) = text.split_once('@') else {
            here.push(text.clone());
            continue;
        };
        let place = Whereabouts::parse(place, is_context).map_err(|why| {
            let hint = "after the `@` stands a region, a context, or a region of a context: shop-staging/us-east-1";
            Failure::new(FailureKind::Usage, why, hint)
        })?;
        match there.iter_mut().find(|(known, _)| *known == place) {
            Some((_, names)) => names.push(name.to_owned()),
            None => there.push((place, vec![name.to_owned()])),
        }
    }
    Ok((here, there))
}

fn unreached(place: &Whereabouts, problem: &Problem) -> Failure {
    let what = format!("{place}: {}: {}", problem.what, problem.why);
    Failure::new(FailureKind::NoAccount, what, problem.hint.as_str())
}
