//! Route 53: zones, weighted records, health checks and those that follow them, and what is answered.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_route53::Client;
use aws_sdk_route53::types::{
    ChangeStatus, HealthCheck as Sent, HostedZoneConfig, ResourceRecordSet,
};
use watchdeck_domain::dns::{
    AliasTarget, Checkers, DnsAnswer, DnsChange, Follower, HealthCheck, HealthCheckStanding,
    HostedZone, WeightedName, WeightedRecord,
};
use watchdeck_domain::reading::{
    DnsAnswerOf, DnsChangeOf, FollowersOf, ReadFailure, WeightedRecordsOf,
};
use watchdeck_domain::{DnsName, HealthCheckId, HostedZoneId, ReadError};

use super::{Pages, plain};
use crate::rejection::{malformed, read_error};

const ZONES: &str = "route53:ListHostedZones";
const RECORDS: &str = "route53:ListResourceRecordSets";
const ANSWER: &str = "route53:TestDNSAnswer";
const CHANGE: &str = "route53:GetChange";
const CHECKS: &str = "route53:ListHealthChecks";
const CHECK: &str = "route53:GetHealthCheck";
const STATUS: &str = "route53:GetHealthCheckStatus";

pub(super) async fn zones(client: &Client) -> Result<Vec<HostedZone>, ReadError> {
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client.list_hosted_zones().set_marker(pages.token.clone()).send().await;
        let page = page.map_err(|e| read_error(ZONES, &e))?;
        for zone in page.hosted_zones() {
            let id = zone.id().rsplit('/').next().unwrap_or_default();
            found.push(HostedZone {
                id: HostedZoneId::parse(id).map_err(|e| malformed(ZONES, e.to_string()))?,
                name: zone.name().to_owned(),
                private: zone.config().is_some_and(HostedZoneConfig::private_zone),
                records: zone.resource_record_set_count().unwrap_or_default().unsigned_abs(),
            });
        }
        if !page.is_truncated() || !pages.turn(ZONES, page.next_marker())? {
            return Ok(found);
        }
    }
}

/// The record sets of a zone from a name and type on, as long as `wanted` takes them. They come in the order of DNS.
async fn records(
    client: &Client,
    zone: &HostedZoneId,
    from: Option<(&str, &str)>,
    wanted: impl Fn(&ResourceRecordSet) -> bool,
) -> Result<Vec<ResourceRecordSet>, ReadError> {
    let mut found = Vec::new();
    let mut next = from.map(|(name, kind)| (name.to_owned(), kind.to_owned(), None));
    loop {
        let mut page = client.list_resource_record_sets().hosted_zone_id(zone.as_str());
        if let Some((name, kind, id)) = next.clone() {
            page = page.start_record_name(name).start_record_type(kind.as_str().into());
            page = page.set_start_record_identifier(id);
        }
        let page = page.send().await.map_err(|e| read_error(RECORDS, &e))?;
        for record in page.resource_record_sets() {
            if !wanted(record) {
                return Ok(found);
            }
            found.push(record.clone());
        }
        let (Some(name), Some(kind)) = (page.next_record_name(), page.next_record_type()) else {
            return Ok(found);
        };
        let id = page.next_record_identifier().map(str::to_owned);
        let after = Some((name.to_owned(), kind.as_str().to_owned(), id));
        if !page.is_truncated() {
            return Ok(found);
        }
        if after == next {
            return Err(malformed(RECORDS, "the server sent the same page twice"));
        }
        next = after;
    }
}

/// A record with a weight; nothing for any other.
fn weighted(record: &ResourceRecordSet) -> Option<WeightedRecord> {
    let weight = u32::try_from(record.weight()?).ok()?;
    let alias = record.alias_target().map(|alias| AliasTarget {
        zone: alias.hosted_zone_id().to_owned(),
        name: alias.dns_name().to_owned(),
        evaluates: alias.evaluate_target_health(),
    });
    Some(WeightedRecord {
        set: plain(record.set_identifier()),
        weight,
        ttl: record.ttl().map(i64::unsigned_abs),
        values: values(record),
        alias,
        health_check: record.health_check_id().map(str::to_owned),
        policy: plain(record.traffic_policy_instance_id()),
    })
}

fn values(record: &ResourceRecordSet) -> Vec<String> {
    record.resource_records().iter().map(|one| one.value().to_owned()).collect()
}

pub(super) async fn names(
    client: &Client,
    zone: &HostedZoneId,
) -> Result<Vec<WeightedName>, ReadError> {
    let mut found: Vec<WeightedName> = Vec::new();
    for record in records(client, zone, None, |_| true).await? {
        let (Some(one), Ok(name)) = (weighted(&record), DnsName::parse(record.name())) else {
            continue;
        };
        let kind = record.r#type().as_str();
        match found.iter_mut().find(|it| it.name == name && it.kind == kind) {
            Some(known) => known.records.push(one),
            None => found.push(WeightedName {
                zone: zone.clone(),
                name,
                kind: kind.to_owned(),
                records: vec![one],
                health: BTreeMap::new(),
            }),
        }
    }
    Ok(found)
}

pub(super) async fn name(
    client: &Client,
    ask: WeightedRecordsOf,
) -> Result<WeightedName, ReadError> {
    let name = ask.name.absolute();
    let of_it =
        |record: &ResourceRecordSet| record.name() == name && record.r#type().as_str() == ask.kind;
    let there = records(client, &ask.zone, Some((&name, &ask.kind)), of_it).await?;
    let mut records: Vec<_> = there.iter().filter_map(weighted).collect();
    records.sort_by(|a, b| a.set.cmp(&b.set));
    let followed: BTreeSet<_> = records.iter().filter_map(|it| it.health_check.clone()).collect();
    let mut health = BTreeMap::new();
    for id in followed {
        let Ok(check) = HealthCheckId::parse(id) else { continue };
        // What cannot be told is left out: the records are there all the same.
        let standing = self::check(client, &check).await.ok();
        if let Some(healthy) = standing.and_then(|it| it.healthy) {
            health.insert(check.to_string(), healthy);
        }
    }
    let name = DnsName::parse(name).map_err(|e| malformed(RECORDS, e.to_string()))?;
    Ok(WeightedName { zone: ask.zone, name, kind: ask.kind, records, health })
}

pub(super) async fn answer(client: &Client, ask: DnsAnswerOf) -> Result<DnsAnswer, ReadError> {
    let answer = client
        .test_dns_answer()
        .hosted_zone_id(ask.zone.as_str())
        .record_name(ask.name.as_str())
        .record_type(ask.kind.as_str().into())
        .send()
        .await
        .map_err(|e| read_error(ANSWER, &e))?;
    Ok(DnsAnswer { code: answer.response_code().to_owned(), data: answer.record_data().to_vec() })
}

pub(super) async fn change(
    client: &Client,
    ask: DnsChangeOf,
) -> Result<Option<DnsChange>, ReadError> {
    let answer = client.get_change().id(&ask.change).send().await;
    let answer = match answer.map_err(|e| read_error(CHANGE, &e)) {
        Err(error) if error.failure == ReadFailure::Missing => return Ok(None),
        answer => answer?,
    };
    let info = answer.change_info();
    Ok(info.map(|info| DnsChange {
        id: info.id().to_owned(),
        synced: *info.status() == ChangeStatus::Insync,
    }))
}

pub(super) async fn checks(client: &Client) -> Result<Vec<HealthCheck>, ReadError> {
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client.list_health_checks().set_marker(pages.token.clone()).send().await;
        let page = page.map_err(|e| read_error(CHECKS, &e))?;
        for check in page.health_checks() {
            found.push(told(CHECKS, check)?);
        }
        if !page.is_truncated() || !pages.turn(CHECKS, page.next_marker())? {
            return Ok(found);
        }
    }
}

pub(super) async fn check(
    client: &Client,
    id: &HealthCheckId,
) -> Result<HealthCheckStanding, ReadError> {
    let answer = client.get_health_check().health_check_id(id.as_str()).send().await;
    let answer = answer.map_err(|e| read_error(CHECK, &e))?;
    let sent = answer.health_check();
    let sent = sent.ok_or_else(|| malformed(CHECK, "an answer without a health check"))?;
    let mut check = told(CHECK, sent)?;
    // What is worked out of others, of alarms or of routing controls has no checkers of its own.
    if check.endpoint.is_empty() {
        return Ok(HealthCheckStanding { healthy: check.is_healthy(), check });
    }
    let status = client.get_health_check_status().health_check_id(id.as_str()).send().await;
    let status = status.map_err(|e| read_error(STATUS, &e))?;
    let reports = status.health_check_observations().iter();
    let reports: Vec<_> = reports.filter_map(|it| it.status_report()?.status()).collect();
    let healthy = reports.iter().filter(|text| text.starts_with("Success")).count();
    let count = |of: usize| u32::try_from(of).unwrap_or(u32::MAX);
    check.checkers = (!reports.is_empty())
        .then(|| Checkers { healthy: count(healthy), all: count(reports.len()) });
    Ok(HealthCheckStanding { healthy: check.is_healthy(), check })
}

fn told(call: &str, sent: &Sent) -> Result<HealthCheck, ReadError> {
    let config = sent.health_check_config();
    let config = config.ok_or_else(|| malformed(call, "a health check without its settings"))?;
    let host = config.fully_qualified_domain_name().or_else(|| config.ip_address());
    let endpoint = host.map(|host| {
        let port = config.port().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{host}{port}{}", config.resource_path().unwrap_or_default())
    });
    Ok(HealthCheck {
        id: HealthCheckId::parse(sent.id()).map_err(|e| malformed(call, e.to_string()))?,
        kind: config.r#type().as_str().to_owned(),
        endpoint: endpoint.unwrap_or_default(),
        inverted: config.inverted().unwrap_or_default(),
        disabled: config.disabled().unwrap_or_default(),
        version: sent.health_check_version().unsigned_abs(),
        checkers: None,
    })
}

/// A name is told with all its records once one of them follows the check.
pub(super) async fn followers(
    client: &Client,
    ask: FollowersOf,
) -> Result<Vec<Follower>, ReadError> {
    let mut found: BTreeMap<(String, String), Follower> = BTreeMap::new();
    for record in records(client, &ask.zone, None, |_| true).await? {
        let (name, kind) = (record.name().to_owned(), record.r#type().as_str().to_owned());
        let of = found.entry((name.clone(), kind.clone())).or_insert_with(|| Follower {
            name,
            kind,
            follow: Vec::new(),
            others: Vec::new(),
        });
        let word = record.set_identifier().map_or_else(|| values(&record).join(" "), str::to_owned);
        let follows = record.health_check_id() == Some(ask.check.as_str());
        if follows { of.follow.push(word) } else { of.others.push(word) }
    }
    Ok(found.into_values().filter(|it| !it.follow.is_empty()).collect())
}
