//! Secrets Manager: which secrets there are, and how they stand. Their values are never asked for.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_secretsmanager::Client;
use watchdeck_domain::reading::RotationOf;
use watchdeck_domain::rotation::Rotation;
use watchdeck_domain::{ReadError, SecretName};

use super::{Pages, instant, plain};
use crate::rejection::read_error;

pub(super) async fn secrets(client: &Client) -> Result<Vec<SecretName>, ReadError> {
    const CALL: &str = "secretsmanager:ListSecrets";
    let mut names = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = client
            .list_secrets()
            .set_next_token(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(CALL, &e))?;
        let found = page.secret_list().iter().filter_map(|secret| secret.name());
        names.extend(found.filter_map(|name| SecretName::parse(name).ok()));
        if !pages.turn(CALL, page.next_token())? {
            names.sort();
            return Ok(names);
        }
    }
}

pub(super) async fn rotation(client: &Client, ask: RotationOf) -> Result<Rotation, ReadError> {
    let answer = client
        .describe_secret()
        .secret_id(ask.secret.as_str())
        .send()
        .await
        .map_err(|e| read_error("secretsmanager:DescribeSecret", &e))?;
    let labels = answer.version_ids_to_stages();
    let mut versions: Vec<String> =
        labels.into_iter().flat_map(|labels| labels.keys().cloned()).collect();
    versions.sort();
    let bearer = |label: &str| {
        let mut all = labels.into_iter().flatten();
        let found = all.find(|(_, labels)| labels.iter().any(|known| known == label));
        found.map(|(version, _)| version.clone()).unwrap_or_default()
    };
    let current = bearer("AWSCURRENT");
    let pending = Some(bearer("AWSPENDING")).filter(|version| *version != current);
    Ok(Rotation {
        name: ask.secret,
        arn: plain(answer.arn()),
        on: answer.rotation_enabled().unwrap_or_default(),
        function: plain(answer.rotation_lambda_arn()),
        owner: plain(answer.owning_service()),
        going: answer.deleted_date().is_some(),
        rotated: instant(answer.last_rotated_date()),
        previous: bearer("AWSPREVIOUS"),
        pending: pending.unwrap_or_default(),
        current,
        versions,
    })
}
