//! Secrets Manager: what secrets there are, and how they are rotated. Their values are not served.

use super::Table;
use super::pages::Paging;
use super::standing::{input, listing, shelf, shelf_mut};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::due::Due;
use crate::world::fixture::record::{set, shown, unset};

pub(super) const OPERATIONS: Table = &[
    ("DescribeSecret", describe),
    ("ListSecretVersionIds", versions),
    ("ListSecrets", list),
    ("RotateSecret", rotate),
    ("UpdateSecretVersionStage", label),
];

const PAGING: Paging = Paging {
    size: "MaxResults",
    token: "NextToken",
    usual: 100,
    refusal: "InvalidNextTokenException",
};

/// How long a rotation takes: the function makes a version, sets it in the database, tries it, and has it handed out.
const ROTATION_MS: i64 = 20_000;

const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";
const PENDING: &str = "AWSPENDING";

/// A secret by name, ARN, or ARN without the six random characters.
fn is_meant(secret: &Value, call: &Call) -> bool {
    let id = input(call, "SecretId");
    let arn = secret.text("ARN").unwrap_or_default();
    secret.text("Name") == Some(id)
        || arn == id
        || arn.rsplit_once('-').is_some_and(|(partial, _)| partial == id)
}

fn missing() -> ApiError {
    ApiError::new("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}

fn secret<'a>(world: &'a World, call: &Call) -> Result<&'a Value, ApiError> {
    shelf(world, call, "secrets").iter().find(|secret| is_meant(secret, call)).ok_or_else(missing)
}

fn secret_mut<'a>(world: &'a mut World, call: &Call) -> Result<&'a mut Value, ApiError> {
    let mut all = shelf_mut(world, call, "secrets").iter_mut();
    all.find(|secret| is_meant(secret, call)).ok_or_else(missing)
}

/// The version that bears a label.
fn bearer(secret: &Value, label: &str) -> Option<String> {
    let mut versions = secret.items("_versions").iter();
    let found = versions.find(|version| bears(version, label));
    found.and_then(|version| version.text("VersionId")).map(str::to_owned)
}

fn bears(version: &Value, label: &str) -> bool {
    version.items("VersionStages").iter().any(|stage| stage.as_text() == Some(label))
}

/// The versions of a secret with a label at one of them and at no other; those of which people see a label are its map.
fn relabelled(secret: &Value, label: &str, at: Option<&str>) -> (Value, Value) {
    let versions = secret.items("_versions").iter().map(|version| {
        let kept = version.items("VersionStages").iter().filter_map(Value::as_text);
        let mut stages: Vec<String> =
            kept.filter(|stage| *stage != label).map(str::to_owned).collect();
        if version.text("VersionId") == at {
            stages.push(label.to_owned());
        }
        let mut version = version.clone();
        set(&mut version, "VersionStages", Value::list(stages));
        version
    });
    let versions: Vec<Value> = versions.collect();
    let labelled = versions.iter().filter(|version| !version.items("VersionStages").is_empty());
    let map = labelled.filter_map(|version| {
        Some((version.text("VersionId")?.to_owned(), version.get("VersionStages")?.clone()))
    });
    let map = Value::record(map);
    (Value::List(versions), map)
}

fn put_label(secret: &mut Value, label: &str, at: Option<&str>) {
    let (versions, map) = relabelled(secret, label, at);
    set(secret, "_versions", versions);
    set(secret, "VersionIdsToStages", map);
}

/// Hands another version out: the one before becomes the previous one.
fn hand_out(secret: &mut Value, version: &str) {
    let before = bearer(secret, CURRENT);
    put_label(secret, CURRENT, Some(version));
    put_label(secret, PREVIOUS, before.as_deref());
}

/// Has another version of a secret that a service manages handed out at an instant.
pub(super) fn version_later(world: &mut World, region: &str, arn: &str, version: &str, at_ms: i64) {
    let now = world.now();
    let mut all = world.fixture.shelf_mut(region, "secretsmanager", "secrets").iter_mut();
    let Some(secret) = all.find(|secret| secret.text("ARN") == Some(arn)) else { return };
    let made = Value::empty()
        .with("VersionId", version)
        .with("VersionStages", Value::list([PENDING]))
        .with("CreatedDate", Value::Time(now));
    let mut versions = secret.items("_versions").to_vec();
    versions.push(made);
    set(secret, "_versions", Value::List(versions));
    put_label(secret, PENDING, Some(version));
    hand_out_later(world, region, arn, version, at_ms);
}

/// Has the version that is pending handed out at an instant.
fn hand_out_later(world: &mut World, region: &str, arn: &str, version: &str, at_ms: i64) {
    let mut all = world.fixture.shelf_mut(region, "secretsmanager", "secrets").iter();
    let Some(mut done) = all.find(|secret| secret.text("ARN") == Some(arn)).cloned() else {
        return;
    };
    hand_out(&mut done, version);
    put_label(&mut done, PENDING, None);
    let part = |member: &str| done.get(member).cloned().unwrap_or_else(Value::empty);
    let changes = vec![
        ("_versions", part("_versions")),
        ("VersionIdsToStages", part("VersionIdsToStages")),
        ("LastRotatedDate", Value::Time(at_ms)),
        ("LastChangedDate", Value::Time(at_ms)),
    ];
    world.fixture.later(Due {
        at_ms,
        shelf: (region.to_owned(), "secretsmanager", "secrets"),
        record: ("ARN", arn.to_owned()),
        changes,
    });
}

fn invalid(why: &str) -> ApiError {
    ApiError::new("InvalidRequestException", why)
}

fn named(secret: &Value) -> Value {
    Value::empty().with_some("ARN", secret.text("ARN")).with_some("Name", secret.text("Name"))
}

fn rotate(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let (now, drawn) = (world.now(), world.fixture.next_id());
    let token = call.input.text("ClientRequestToken").map_or(drawn, str::to_owned);
    let region = call.region.clone();
    let secret = secret_mut(world, call)?;
    if secret.get("DeletedDate").is_some() {
        return Err(invalid(
            "You can't perform this operation on the secret because it was marked for deletion.",
        ));
    }
    if secret.get("OwningService").is_some() {
        return Err(invalid("You can't rotate a secret that is managed by another service."));
    }
    if let Some(function) = call.input.text("RotationLambdaARN") {
        set(secret, "RotationLambdaARN", function);
        set(secret, "RotationEnabled", true);
    }
    if let Some(rules) = call.input.get("RotationRules") {
        set(secret, "RotationRules", rules.clone());
    }
    if secret.text("RotationLambdaARN").is_none() {
        return Err(invalid("No Lambda rotation function ARN is associated with this secret."));
    }
    let output = named(secret).with("VersionId", token.as_str());
    let is_there = secret
        .items("_versions")
        .iter()
        .any(|version| version.text("VersionId") == Some(token.as_str()));
    // The same token again is the same rotation again.
    if is_there || call.input.bool("RotateImmediately") == Some(false) {
        return Ok(output.into());
    }
    if bearer(secret, PENDING).is_some_and(|pending| Some(pending) != bearer(secret, CURRENT)) {
        return Err(invalid(
            "A previous rotation isn't complete. That rotation will be reattempted.",
        ));
    }
    let mut versions = secret.items("_versions").to_vec();
    let version = Value::empty()
        .with("VersionId", token.as_str())
        .with("VersionStages", Value::list([PENDING]))
        .with("CreatedDate", Value::Time(now));
    versions.push(version);
    set(secret, "_versions", Value::List(versions));
    put_label(secret, PENDING, Some(&token));
    let arn = secret.text("ARN").unwrap_or_default().to_owned();
    hand_out_later(world, &region, &arn, &token, now + ROTATION_MS);
    Ok(output.into())
}

/// Moves a label. Where it is already, and that is not said, AWS refuses.
fn label(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let now = world.now();
    let (label, to) = (input(call, "VersionStage"), call.input.text("MoveToVersionId"));
    let from = call.input.text("RemoveFromVersionId");
    let secret = secret_mut(world, call)?;
    let known = |version: &str| {
        secret.items("_versions").iter().any(|held| held.text("VersionId") == Some(version))
    };
    if [to, from].into_iter().flatten().any(|version| !known(version)) {
        return Err(ApiError::new(
            "ResourceNotFoundException",
            "Secrets Manager can't find the specified secret value for VersionId.",
        ));
    }
    let held = bearer(secret, label);
    if let Some(held) = held.filter(|held| Some(held.as_str()) != from && Some(held.as_str()) != to)
    {
        return Err(ApiError::new(
            "InvalidParameterException",
            format!(
                "The parameter RemoveFromVersionId can't be empty. Staging label {label} is currently attached to version {held}, so you must explicitly reference that version in RemoveFromVersionId."
            ),
        ));
    }
    match to {
        Some(to) if label == CURRENT => hand_out(secret, to),
        Some(_) | None => put_label(secret, label, to),
    }
    set(secret, "LastChangedDate", Value::Time(now));
    Ok(named(secret).into())
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
    let named = named(secret);
    let page = super::pages::page(call, secret.items("_versions").to_vec(), &PAGING)?;
    let output = named.with("Versions", Value::List(page.items)).with_some("NextToken", page.next);
    Ok(output.into())
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{ask, world};
    use super::*;

    const TOKEN: &str = "01992d8c-5b1e-7c3a-9f00-3b1d5e7f9a2c";

    fn of(name: &str) -> Value {
        Value::empty().with("SecretId", name)
    }

    fn current(world: &mut World, name: &str) -> String {
        let told = ask(world, "secretsmanager", "DescribeSecret", of(name)).unwrap();
        let map = told.get("VersionIdsToStages").and_then(Value::as_map).unwrap().clone();
        let is_current = |stages: &Value| *stages == Value::list([CURRENT]);
        map.into_iter().find(|(_, stages)| is_current(stages)).unwrap().0
    }

    #[test]
    fn a_rotation_takes_its_time_and_the_same_token_again_is_the_same_rotation() {
        let mut world = world();
        let before = current(&mut world, "orders/cache");
        let input = of("orders/cache").with("ClientRequestToken", TOKEN);
        for _ in 0..2 {
            let answer = ask(&mut world, "secretsmanager", "RotateSecret", input.clone()).unwrap();
            assert_eq!(answer.text("VersionId"), Some(TOKEN));
        }
        assert_eq!(current(&mut world, "orders/cache"), before);
        let again = of("orders/cache").with("ClientRequestToken", TOKEN.replace('c', "d"));
        let error = ask(&mut world, "secretsmanager", "RotateSecret", again).unwrap_err();
        assert_eq!(error.code, "InvalidRequestException");
        world.advance_to(world.now() + ROTATION_MS + 1_000);
        assert_eq!(current(&mut world, "orders/cache"), TOKEN);
        let answer = ask(&mut world, "secretsmanager", "RotateSecret", input).unwrap();
        assert_eq!(answer.text("VersionId"), Some(TOKEN));
    }

    #[test]
    fn cf32_a_rotation_that_hangs_keeps_the_next_one_from_beginning() {
        let mut world = world();
        let input = of("payments/api-key").with("ClientRequestToken", TOKEN);
        let error = ask(&mut world, "secretsmanager", "RotateSecret", input).unwrap_err();
        assert_eq!(error.code, "InvalidRequestException");
        let input = of("orders/db").with("ClientRequestToken", TOKEN);
        let error = ask(&mut world, "secretsmanager", "RotateSecret", input).unwrap_err();
        assert!(error.message.contains("No Lambda rotation function"), "{}", error.message);
    }

    #[test]
    fn a_label_is_moved_from_where_it_is_and_from_nowhere_else() {
        let mut world = world();
        let (new, old) =
            ("7f9b1d3e-5a2c-4468-9ace-b4d6f8012c3e", "8a0c2e4f-6b3d-4579-8bdf-c5e7091a3d4f");
        let back = of("orders/cache").with("VersionStage", CURRENT).with("MoveToVersionId", old);
        let operation = "UpdateSecretVersionStage";
        let error = ask(&mut world, "secretsmanager", operation, back.clone()).unwrap_err();
        assert_eq!(error.code, "InvalidParameterException");
        let back = back.with("RemoveFromVersionId", new);
        ask(&mut world, "secretsmanager", operation, back).unwrap();
        assert_eq!(current(&mut world, "orders/cache"), old);
        let told = ask(&mut world, "secretsmanager", "DescribeSecret", of("orders/cache")).unwrap();
        let map = told.get("VersionIdsToStages").unwrap();
        assert_eq!(map.get(new), Some(&Value::list([PREVIOUS])));
    }
}
