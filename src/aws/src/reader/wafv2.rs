//! WAF: sets of addresses, and the rules that use them. Of a region: what is before CloudFront is not read.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_wafv2::Client;
use aws_sdk_wafv2::types::{IpSetSummary, Rule, RuleAction, Scope};
use watchdeck_domain::firewall::{AclRule, IpSet, Range, WebAcl};
use watchdeck_domain::reading::{IpSetOf, Overlap, ReadFailure, WebAclOf};
use watchdeck_domain::{IpSetName, ReadError, RevisionId};

use super::{Pages, plain};
use crate::rejection::{malformed, read_error};

const SET: &str = "wafv2:GetIPSet";

pub(super) async fn ip_sets(client: &Client) -> Result<Vec<IpSetName>, ReadError> {
    let found = summaries(client).await?;
    Ok(found.iter().filter_map(|one| IpSetName::parse(one.name()?).ok()).collect())
}

async fn summaries(client: &Client) -> Result<Vec<IpSetSummary>, ReadError> {
    const CALL: &str = "wafv2:ListIPSets";
    let mut found = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .list_ip_sets()
            .scope(Scope::Regional)
            .limit(100)
            .set_next_marker(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(CALL, &e))?;
        found.extend_from_slice(page.ip_sets());
        // The last page bears a marker too, and leads to an empty one.
        if page.ip_sets().is_empty() || !pages.turn(CALL, page.next_marker())? {
            return Ok(found);
        }
    }
}

pub(super) async fn ip_set(client: &Client, ask: IpSetOf) -> Result<IpSet, ReadError> {
    named(client, &ask.set).await
}

/// A set by its name, which is its own within a region.
async fn named(client: &Client, name: &IpSetName) -> Result<IpSet, ReadError> {
    let all = summaries(client).await?;
    let Some(summary) = all.iter().find(|one| one.name() == Some(name.as_str())) else {
        let said = format!("there is no IP set `{name}` in this region");
        return Err(ReadError::new(ReadFailure::Missing, SET, said));
    };
    let answer = client
        .get_ip_set()
        .scope(Scope::Regional)
        .name(name.as_str())
        .set_id(summary.id().map(str::to_owned))
        .send()
        .await
        .map_err(|e| read_error(SET, &e))?;
    let Some(set) = answer.ip_set() else {
        return Err(malformed(SET, "an answer without a set"));
    };
    let lock = RevisionId::parse(plain(answer.lock_token()));
    Ok(IpSet {
        name: name.clone(),
        id: set.id().to_owned(),
        arn: set.arn().to_owned(),
        description: plain(set.description()),
        version: set.ip_address_version().as_str().to_owned(),
        addresses: set.addresses().to_vec(),
        lock: lock.map_err(|e| malformed(SET, e.to_string()))?,
    })
}

pub(super) async fn overlap(client: &Client, ask: Overlap) -> Result<Vec<String>, ReadError> {
    let set = named(client, &ask.set).await?;
    let wanted = Range::parse(&ask.range);
    let meets = |held: &String| match (Range::parse(held), wanted) {
        (Some(held), Some(wanted)) => held.overlaps(wanted),
        // What cannot be compared is told rather than passed over.
        _ => true,
    };
    Ok(set.addresses.into_iter().filter(meets).collect())
}

pub(super) async fn web_acl(client: &Client, ask: WebAclOf) -> Result<WebAcl, ReadError> {
    const CALL: &str = "wafv2:GetWebACL";
    let answer = client
        .get_web_acl()
        .arn(ask.acl.as_str())
        .send()
        .await
        .map_err(|e| read_error(CALL, &e))?;
    let Some(acl) = answer.web_acl() else {
        return Err(malformed(CALL, "an answer without a web ACL"));
    };
    Ok(WebAcl { name: acl.name().to_owned(), rules: acl.rules().iter().map(rule).collect() })
}

fn rule(rule: &Rule) -> AclRule {
    let set = rule.statement().and_then(|it| it.ip_set_reference_statement());
    AclRule {
        name: rule.name().to_owned(),
        metric: rule.visibility_config().map(|it| it.metric_name().to_owned()).unwrap_or_default(),
        action: rule.action().map_or("", action).to_owned(),
        set: set.map(|set| set.arn().to_owned()).unwrap_or_default(),
    }
}

fn action(action: &RuleAction) -> &'static str {
    if action.block().is_some() {
        "block"
    } else if action.allow().is_some() {
        "allow"
    } else if action.count().is_some() {
        "count"
    } else {
        "another"
    }
}
