//! Secrets Manager: what secrets there are. Their values are not served.

use super::Table;
use super::pages::Paging;
use super::standing::{input, listing, shelf};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, shown, unset};

pub(super) const OPERATIONS: Table =
    &[("DescribeSecret", describe), ("ListSecretVersionIds", versions), ("ListSecrets", list)];

const PAGING: Paging = Paging {
    size: "MaxResults",
    token: "NextToken",
    usual: 100,
    refusal: "InvalidNextTokenException",
};

/// A secret by name, ARN, or ARN without the six random characters.
fn secret<'a>(world: &'a World, call: &Call) -> Result<&'a Value, ApiError> {
    let id = input(call, "SecretId");
    let held = shelf(world, call, "secrets").iter().find(|secret| {
        let arn = secret.text("ARN").unwrap_or_default();
        secret.text("Name") == Some(id)
            || arn == id
            || arn.rsplit_once('-').is_some_and(|(partial, _)| partial == id)
    });
    held.ok_or_else(|| {
        ApiError::new(
            "ResourceNotFoundException",
            "Secrets Manager can't find the specified secret.",
        )
    })
}

fn describe(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    Ok(shown(secret(world, call)?).into())
}

fn list(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let mut found: Vec<Value> = shelf(world, call, "secrets")
        .iter()
        .filter(|secret| call.input.items("Filters").iter().all(|filter| passes(secret, filter)))
        .map(|secret| {
            let mut seen = shown(secret);
            if let Some(stages) = secret.get("VersionIdsToStages") {
                set(&mut seen, "SecretVersionsToStages", stages.clone());
                unset(&mut seen, "VersionIdsToStages");
            }
            seen
        })
        .collect();
    if call.input.text("SortOrder") != Some("asc") {
        found.reverse();
    }
    listing(call, found, "SecretList", "NextToken", &PAGING)
}

/// Filters look for beginnings; a value that begins with `!` excludes.
fn passes(secret: &Value, filter: &Value) -> bool {
    let tags = |member: &str| {
        secret.items("Tags").iter().filter_map(|tag| tag.text(member)).collect::<Vec<_>>()
    };
    let text = |member: &str| secret.text(member).into_iter().collect::<Vec<_>>();
    let held = match filter.text("Key").unwrap_or_default() {
        "name" => text("Name"),
        "description" => text("Description"),
        "tag-key" => tags("Key"),
        "tag-value" => tags("Value"),
        "primary-region" => text("PrimaryRegion"),
        "owning-service" => text("OwningService"),
        _ => [text("Name"), text("Description"), tags("Key"), tags("Value")].concat(),
    };
    filter.items("Values").iter().filter_map(Value::as_text).any(|wanted| {
        match wanted.strip_prefix('!') {
            Some(excluded) => !held.iter().any(|text| text.starts_with(excluded)),
            None => held.iter().any(|text| text.starts_with(wanted)),
        }
    })
}

fn versions(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let secret = secret(world, call)?;
    let named =
        Value::empty().with_some("ARN", secret.text("ARN")).with_some("Name", secret.text("Name"));
    let page = super::pages::page(call, secret.items("_versions").to_vec(), &PAGING)?;
    let output = named.with("Versions", Value::List(page.items)).with_some("NextToken", page.next);
    Ok(output.into())
}
