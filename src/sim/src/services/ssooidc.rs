//! SSO OIDC: a client registers, shows a code, and gets a token once a person has approved it.

use super::Behaviour;
use crate::wire::call::{ApiError, Call, Reply};
use crate::wire::value::Value;
use crate::world::World;
use crate::world::signin::{CODE_S, Given, INTERVAL_S, REGISTRATION_S, TOKEN_S, Verdict};

pub(crate) const OPERATIONS: &[(&str, Behaviour)] = &[
    ("CreateToken", create_token),
    ("RegisterClient", register_client),
    ("StartDeviceAuthorization", start_device_authorization),
];

/// The grant of a device that shows a code.
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

fn register_client(world: &mut World, _: &Call) -> Result<Reply, ApiError> {
    let now_s = world.now() / 1_000;
    let (id, secret) = world.signins.register();
    Ok(Value::empty()
        .with("clientId", id)
        .with("clientSecret", secret)
        .with("clientIdIssuedAt", now_s)
        .with("clientSecretExpiresAt", now_s + REGISTRATION_S)
        .into())
}

fn start_device_authorization(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let client = client(world, call)?.to_owned();
    let now = world.now();
    let (code, device) = world.signins.authorize(&client, now);
    let page = world.signins.page();
    Ok(Value::empty()
        .with("deviceCode", code)
        .with("userCode", &device.user_code)
        .with("verificationUri", page)
        .with("verificationUriComplete", format!("{page}?user_code={}", device.user_code))
        .with("expiresIn", CODE_S)
        .with("interval", INTERVAL_S)
        .into())
}

fn create_token(world: &mut World, call: &Call) -> Result<Reply, ApiError> {
    let client = client(world, call)?.to_owned();
    let now = world.now();
    let text = |member: &str| call.input.text(member).unwrap_or_default();
    let given = match text("grantType") {
        DEVICE_GRANT => {
            let code = text("deviceCode");
            let device = world.signins.device(code).filter(|device| device.client == client);
            match device.map(|device| (device.verdict, device.ends_ms > now)) {
                None => None,
                Some((Some(Verdict::Denied), _)) => {
                    return Err(refused("AccessDeniedException", "access_denied"));
                }
                Some((Some(Verdict::Approved), _)) => world.signins.redeem(code, now),
                Some((None, false)) => {
                    return Err(refused("ExpiredTokenException", "expired_token"));
                }
                Some((None, true)) => {
                    let pending = "authorization_pending";
                    return Err(refused("AuthorizationPendingException", pending));
                }
            }
        }
        "refresh_token" => world.signins.renew(text("refreshToken"), &client, now),
        _ => return Err(refused("UnsupportedGrantTypeException", "unsupported_grant_type")),
    };
    let Given { access, refresh } =
        given.ok_or_else(|| refused("InvalidGrantException", "invalid_grant"))?;
    Ok(Value::empty()
        .with("accessToken", access)
        .with("tokenType", "Bearer")
        .with("expiresIn", TOKEN_S)
        .with("refreshToken", refresh)
        .into())
}

/// The client that asks, if it is one.
fn client<'a>(world: &World, call: &'a Call) -> Result<&'a str, ApiError> {
    let text = |member: &str| call.input.text(member).unwrap_or_default();
    let (id, secret) = (text("clientId"), text("clientSecret"));
    if world.signins.knows(id, secret) {
        return Ok(id);
    }
    Err(refused("InvalidClientException", "invalid_client"))
}

/// A refusal, with its name in OAuth.
fn refused(code: &str, error: &str) -> ApiError {
    ApiError::new(code, error).with("error", error).with("error_description", error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::testing::{START, ask, refused, world};

    /// A registered client that shows a code: what it asks with, and the code.
    fn device(world: &mut World) -> (Value, String) {
        let client = Value::empty().with("clientName", "test").with("clientType", "public");
        let client = ask(world, "sso-oidc", "RegisterClient", client);
        let member = |name: &str| client.text(name).unwrap().to_owned();
        let input = Value::empty()
            .with("clientId", member("clientId"))
            .with("clientSecret", member("clientSecret"));
        let start = input.clone().with("startUrl", "https://shop.awsapps.com/start");
        let shown = ask(world, "sso-oidc", "StartDeviceAuthorization", start);
        let code = shown.text("deviceCode").unwrap().to_owned();
        let input = input.with("grantType", DEVICE_GRANT).with("deviceCode", code);
        (input, shown.text("userCode").unwrap().to_owned())
    }

    #[test]
    fn a_code_is_pending_until_a_person_approves_it_and_gives_one_token() {
        let mut world = world("quiet-day");
        let (input, code) = device(&mut world);
        let pending = refused(&mut world, "sso-oidc", "CreateToken", input.clone());
        assert_eq!(pending.code, "AuthorizationPendingException");
        assert_eq!(world.signins.waiting(START), [code.as_str()]);
        assert!(world.signins.judge(&code, Verdict::Approved, START));
        assert!(!world.signins.judge(&code, Verdict::Denied, START), "judged once");
        let token = ask(&mut world, "sso-oidc", "CreateToken", input.clone());
        let access = token.text("accessToken").unwrap();
        assert!(world.signins.is_good(access, START));
        assert!(!world.signins.is_good(access, START + TOKEN_S * 1_000));
        let again = refused(&mut world, "sso-oidc", "CreateToken", input.clone());
        assert_eq!(again.code, "InvalidGrantException");
        let refresh = input
            .with("grantType", "refresh_token")
            .with("refreshToken", token.text("refreshToken").unwrap());
        ask(&mut world, "sso-oidc", "CreateToken", refresh.clone());
        let again = refused(&mut world, "sso-oidc", "CreateToken", refresh);
        assert_eq!(again.code, "InvalidGrantException", "a refresh token is used once");
    }

    #[test]
    fn a_code_that_is_denied_or_too_old_gives_none() {
        let mut world = world("quiet-day");
        let (input, code) = device(&mut world);
        world.signins.judge(&code, Verdict::Denied, START);
        let denied = refused(&mut world, "sso-oidc", "CreateToken", input);
        assert_eq!(denied.code, "AccessDeniedException");
        let (input, code) = device(&mut world);
        let late = START + CODE_S * 1_000;
        world.advance_to(late);
        assert!(!world.signins.judge(&code, Verdict::Approved, late));
        let old = refused(&mut world, "sso-oidc", "CreateToken", input.clone());
        assert_eq!(old.code, "ExpiredTokenException");
        let stranger = input.with("clientSecret", "guessed");
        let stranger = refused(&mut world, "sso-oidc", "CreateToken", stranger);
        assert_eq!(stranger.code, "InvalidClientException");
    }
}
