//! ECR: the repository, its images, and what Inspector says of them.

use super::Table;
use super::pages::{Paging, page};
use super::standing::{asked, input, listing, one, one_mut, seen, shelf, shelf_mut};
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::fixture::record::{set, shown, text_at};

pub(super) const OPERATIONS: Table = &[
    ("BatchDeleteImage", delete),
    ("BatchGetImage", get),
    ("DescribeImageScanFindings", scan),
    ("DescribeImages", images),
    ("DescribeRepositories", repositories),
    ("GetRepositoryPolicy", policy),
    ("SetRepositoryPolicy", set_policy),
];

const PAGING: Paging = Paging {
    size: "maxResults",
    token: "nextToken",
    usual: 100,
    refusal: "InvalidParameterException",
};

fn known<'a>(world: &'a World, call: &Call, name: &str) -> Result<&'a Value, ApiError> {
    one(world, call, "repositories", "repositoryName", name).ok_or_else(|| missing(call, name))
}

fn missing(call: &Call, name: &str) -> ApiError {
    ApiError::new(
        "RepositoryNotFoundException",
        format!(
            "The repository with name '{name}' does not exist in the registry with id '{}'",
            call.caller.account
        ),
    )
}

fn repositories(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let names = asked(call, "repositoryNames");
    for name in &names {
        known(world, call, name)?;
    }
    let found = seen(shelf(world, call, "repositories").iter().filter(|repository| {
        names.is_empty()
            || repository.text("repositoryName").is_some_and(|name| names.contains(&name))
    }));
    listing(call, found, "repositories", "nextToken", &PAGING)
}

/// Whether an image is the one that a digest or tag names.
fn is(image: &Value, id: &Value) -> bool {
    let digest =
        id.text("imageDigest").is_none_or(|digest| image.text("imageDigest") == Some(digest));
    let tag = id
        .text("imageTag")
        .is_none_or(|tag| image.items("imageTags").iter().any(|held| held.as_text() == Some(tag)));
    digest && tag && id.as_map().is_some_and(|named| !named.is_empty())
}

fn of<'a>(world: &'a World, call: &Call) -> Result<Vec<&'a Value>, ApiError> {
    let name = input(call, "repositoryName");
    known(world, call, name)?;
    let images = shelf(world, call, "images").iter();
    Ok(images.filter(|image| image.text("repositoryName") == Some(name)).collect())
}

fn no_image(call: &Call, id: &Value) -> ApiError {
    let digest = id.text("imageDigest").unwrap_or("null");
    let tag = id.text("imageTag").unwrap_or("null");
    ApiError::new(
        "ImageNotFoundException",
        format!(
            "The image with imageId {{imageDigest:'{digest}', imageTag:'{tag}'}} does not exist within the repository with name '{}' in the registry with id '{}'",
            input(call, "repositoryName"),
            call.caller.account
        ),
    )
}

fn images(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let images = of(world, call)?;
    let ids = call.input.items("imageIds");
    if let Some(id) = ids.iter().find(|id| !images.iter().any(|image| is(image, id))) {
        return Err(no_image(call, id));
    }
    let tags =
        call.input.get("filter").and_then(|filter| filter.text("tagStatus")).unwrap_or("ANY");
    let found = images.into_iter().filter(|image| {
        let tagged = !image.items("imageTags").is_empty();
        let wanted = match tags {
            "TAGGED" => tagged,
            "UNTAGGED" => !tagged,
            _ => true,
        };
        wanted && (ids.is_empty() || ids.iter().any(|id| is(image, id)))
    });
    listing(call, seen(found), "imageDetails", "nextToken", &PAGING)
}

fn failure(id: &Value) -> Value {
    Value::empty()
        .with("imageId", id.clone())
        .with("failureCode", "ImageNotFound")
        .with("failureReason", "Requested image not found")
}

/// The identifier of an image: its digest, and the tag if one was asked for.
fn identifier(image: &Value, id: &Value) -> Value {
    Value::empty()
        .with_some("imageDigest", image.text("imageDigest"))
        .with_some("imageTag", id.text("imageTag"))
}

fn get(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let images = of(world, call)?;
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for id in call.input.items("imageIds") {
        let Some(image) = images.iter().find(|image| is(image, id)) else {
            failures.push(failure(id));
            continue;
        };
        let kind = image.text("imageManifestMediaType").unwrap_or_default();
        let digest = image.text("imageDigest").unwrap_or_default();
        let size = image.int("imageSizeInBytes").unwrap_or(0);
        let manifest = format!(
            r#"{{"schemaVersion":2,"mediaType":"{kind}","config":{{"mediaType":"application/vnd.docker.container.image.v1+json","size":7023,"digest":"{digest}"}},"layers":[{{"mediaType":"application/vnd.docker.image.rootfs.diff.tar.gzip","size":{size},"digest":"{digest}"}}]}}"#
        );
        found.push(
            Value::empty()
                .with("registryId", call.caller.account.as_str())
                .with("repositoryName", input(call, "repositoryName"))
                .with("imageId", identifier(image, id))
                .with("imageManifest", manifest)
                .with("imageManifestMediaType", kind),
        );
    }
    let output =
        Value::empty().with("images", Value::List(found)).with("failures", Value::List(failures));
    Ok(output.into())
}

/// Removes a tag, or with a digest the image; the last tag takes the image with it.
fn delete(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    of(world, call)?;
    let name = input(call, "repositoryName").to_owned();
    let held = shelf_mut(world, call, "images");
    let (mut gone, mut failures) = (Vec::new(), Vec::new());
    for id in call.input.items("imageIds") {
        let place = held
            .iter()
            .position(|image| image.text("repositoryName") == Some(&name) && is(image, id));
        let Some(place) = place else {
            failures.push(failure(id));
            continue;
        };
        if let Some(image) = held.get_mut(place) {
            gone.push(identifier(image, id));
            let mut tags = image.items("imageTags").to_vec();
            tags.retain(|tag| tag.as_text() != id.text("imageTag"));
            if id.text("imageTag").is_none() || tags.is_empty() {
                held.remove(place);
            } else {
                set(image, "imageTags", Value::List(tags));
            }
        }
    }
    let output =
        Value::empty().with("imageIds", Value::List(gone)).with("failures", Value::List(failures));
    Ok(output.into())
}

fn scan(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let none = Value::empty();
    let id = call.input.get("imageId").unwrap_or(&none);
    let images = of(world, call)?;
    let Some(image) = images.iter().find(|image| is(image, id)) else {
        return Err(no_image(call, id));
    };
    let digest = image.text("imageDigest").unwrap_or_default();
    let enhanced = world
        .fixture
        .shelf(&call.region, "inspector2", "findings")
        .iter()
        .filter(|finding| {
            text_at(finding, "resources.details.awsEcrContainerImage.imageHash") == Some(digest)
        })
        .map(shown)
        .map(|finding| enhanced(&finding))
        .collect();
    let page = page(call, enhanced, &PAGING)?;
    let summary = image.get("imageScanFindingsSummary").cloned().unwrap_or_else(Value::empty);
    let output = Value::empty()
        .with("registryId", call.caller.account.as_str())
        .with("repositoryName", input(call, "repositoryName"))
        .with("imageId", identifier(image, id))
        .with_some("imageScanStatus", image.get("imageScanStatus").cloned())
        .with("imageScanFindings", summary.with("enhancedFindings", Value::List(page.items)))
        .with_some("nextToken", page.next);
    Ok(output.into())
}

/// An Inspector finding as ECR repeats it.
fn enhanced(finding: &Value) -> Value {
    let copied = [
        "awsAccountId",
        "description",
        "exploitAvailable",
        "findingArn",
        "firstObservedAt",
        "fixAvailable",
        "lastObservedAt",
        "severity",
        "status",
        "title",
        "type",
        "updatedAt",
    ];
    let mut made = copied
        .into_iter()
        .fold(Value::empty(), |made, member| made.with_some(member, finding.get(member).cloned()));
    if let Some(text) = text_at(finding, "remediation.recommendation.text") {
        set(&mut made, "remediation.recommendation.text", text);
    }
    made.with_some("score", finding.float("inspectorScore"))
        .with_some(
            "packageVulnerabilityDetails",
            finding.get("packageVulnerabilityDetails").cloned(),
        )
        .with(
            "resources",
            Value::list(finding.items("resources").iter().map(|resource| {
                Value::empty()
                    .with_some("id", resource.text("id"))
                    .with_some("type", resource.text("type"))
                    .with_some("details", resource.get("details").cloned())
            })),
        )
}

fn answer(call: &Call, text: &str) -> Reply {
    Value::empty()
        .with("registryId", call.caller.account.as_str())
        .with("repositoryName", input(call, "repositoryName"))
        .with("policyText", text)
        .into()
}

fn policy(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = input(call, "repositoryName");
    match known(world, call, name)?.text("_policy") {
        Some(text) => Ok(answer(call, text)),
        None => Err(ApiError::new(
            "RepositoryPolicyNotFoundException",
            format!("Repository policy does not exist for the repository with name '{name}'"),
        )),
    }
}

fn set_policy(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let name = input(call, "repositoryName").to_owned();
    let text = input(call, "policyText").to_owned();
    if serde_json::from_str::<serde_json::Value>(&text).is_err() {
        return Err(ApiError::new(
            "InvalidParameterException",
            "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
        ));
    }
    let Some(repository) = one_mut(world, call, "repositories", "repositoryName", &name) else {
        return Err(missing(call, &name));
    };
    set(repository, "_policy", text.as_str());
    Ok(answer(call, &text))
}

#[cfg(test)]
mod tests {
    use super::super::rehearsal::{ask, world};
    use super::*;

    #[test]
    fn the_newest_image_shows_what_inspector_found() {
        let id = Value::empty().with("imageTag", "web-118");
        let input = Value::empty().with("repositoryName", "orders").with("imageId", id);
        let output = ask(&mut world(), "ecr", "DescribeImageScanFindings", input).unwrap();
        let findings = output.get("imageScanFindings").unwrap().items("enhancedFindings");
        assert_eq!(findings.len(), 2);
    }
}
