//! A session of its own for a change: the writing role, confined by AWS to what the change needs.
#![expect(clippy::disallowed_types, reason = "the writer, which only warrants move")]

use aws_credential_types::Credentials;
use watchdeck_domain::Arn;
use watchdeck_domain::change::Permission;
use watchdeck_guard::{Realm, Warrant};

use crate::gate::{Stamp, Stamper};
use crate::rejection::read_error;

/// The shortest session there is: 15 minutes.
const SESSION_S: i32 = 900;

/// Assumes the role with a policy computed from the change. What the policy does not name, AWS itself refuses.
pub(super) async fn open<R: Realm>(
    client: &aws_sdk_sts::Client,
    role: &Arn,
    warrant: &Warrant<R>,
) -> Result<Credentials, (String, String)> {
    let policy = warrant.change().permission(warrant.scope()).policy();
    let longest = Permission::LONGEST_POLICY;
    if policy.len() > longest {
        let why = format!("the session policy has {} characters, {longest} fit", policy.len());
        return Err(("PackedPolicyTooLarge".into(), why));
    }
    let mut settings = aws_sdk_sts::config::Builder::new();
    settings.set_app_name(super::app_name(warrant.run()));
    let answer = client
        .assume_role()
        .role_arn(role.as_str())
        .role_session_name(warrant.run().as_str())
        .duration_seconds(SESSION_S)
        .policy(policy)
        .customize()
        .interceptor(Stamper(Stamp::for_session_of(warrant)))
        .config_override(settings)
        .send()
        .await
        .map_err(|error| {
            let read = read_error("sts:AssumeRole", &error);
            let code =
                if read.code.is_empty() { "NoSession".to_owned() } else { read.code.clone() };
            (code, format!("the writing role {role} could not be assumed: {read}"))
        })?;
    let keys = answer.credentials().ok_or_else(|| {
        ("NoSession".to_owned(), format!("{role} was assumed, but no keys came back"))
    })?;
    let expires = std::time::SystemTime::try_from(*keys.expiration()).ok();
    let token = Some(keys.session_token().to_owned());
    Ok(Credentials::new(
        keys.access_key_id(),
        keys.secret_access_key(),
        token,
        expires,
        "watchdeck",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_allows_the_change_and_nothing_else() {
        let permission = Permission {
            actions: vec!["lambda:UpdateAlias".into()],
            resources: vec![
                "arn:aws:lambda:eu-central-1:123456784021:function:orders-writer".into(),
            ],
        };
        assert_eq!(
            permission.policy(),
            r#"{"Statement":[{"Action":["lambda:UpdateAlias"],"Effect":"Allow","Resource":["arn:aws:lambda:eu-central-1:123456784021:function:orders-writer"]}],"Version":"2012-10-17"}"#
        );
    }
}
