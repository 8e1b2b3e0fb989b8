//! WAF: sets of addresses, and the rules that use them. Of a region: what is before CloudFront is not read.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_wafv2::Client;
use aws_sdk_wafv2::types::{IpSetSummary, Scope};
use serde_json::Value;
use watchdeck_domain::firewall::{AclRule, IpSet, Range, WebAcl};
use watchdeck_domain::reading::{IpSetOf, Limited, Overlap, ReadFailure, WebAclOf};
use watchdeck_domain::{IpSetName, ReadError, RevisionId};

use super::aside::Aside;
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
    // As it came: a change sends it back, with members that this SDK may not know yet.
    let aside = Aside::record("WebACL");
    let answer = client
        .get_web_acl()
        .arn(ask.acl.as_str())
        .customize()
        .interceptor(aside.clone())
        .send()
        .await
        .map_err(|e| read_error(CALL, &e))?;
    let Some(Value::Object(whole)) = aside.kept().pop() else {
        return Err(malformed(CALL, "an answer without a web ACL"));
    };
    let text = |name: &str| whole.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let rules = whole.get("Rules").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let capacity = whole.get("Capacity").and_then(Value::as_u64).unwrap_or_default();
    let lock = RevisionId::parse(plain(answer.lock_token()));
    Ok(WebAcl {
        name: text("Name"),
        id: text("Id"),
        arn: ask.acl,
        lock: lock.map_err(|e| malformed(CALL, e.to_string()))?,
        capacity: u32::try_from(capacity).unwrap_or(u32::MAX),
        managed: whole.get("ManagedByFirewallManager").and_then(Value::as_bool) == Some(true),
        rules: rules.iter().map(AclRule::read).collect(),
        whole,
    })
}

pub(super) async fn limited(client: &Client, ask: Limited) -> Result<Vec<String>, ReadError> {
    const CALL: &str = "wafv2:GetRateBasedStatementManagedKeys";
    // arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/NAME/ID
    let mut parts = ask.acl.as_str().rsplit('/');
    let (id, name) = (parts.next(), parts.next());
    let answer = client
        .get_rate_based_statement_managed_keys()
        .scope(Scope::Regional)
        .set_web_acl_name(name.map(str::to_owned))
        .set_web_acl_id(id.map(str::to_owned))
        .rule_name(ask.rule)
        .send()
        .await
        .map_err(|e| read_error(CALL, &e))?;
    let (four, six) = (answer.managed_keys_ipv4(), answer.managed_keys_ipv6());
    let sets = [four, six].into_iter().flatten();
    Ok(sets.flat_map(|set| set.addresses().to_vec()).collect())
}
