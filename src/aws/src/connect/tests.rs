//! Connecting through profiles, roles and processes, and every way it can fail, each with its message.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use watchdeck_domain::Region;

use crate::fake::{self, Fake};
use crate::{ConfigFiles, ConnectError, Keys, Where, Wire, connect};

/// Configuration files in a folder of their own.
fn files(folder: &Path, config: &str) -> ConfigFiles {
    let path = folder.join("config");
    std::fs::write(&path, config).unwrap();
    let credentials = folder.join("credentials");
    std::fs::write(&credentials, "").unwrap();
    ConfigFiles { config: path, credentials }
}

/// Connects to `fake` by a profile of `config`.
async fn by_profile(
    fake: &Arc<Fake>,
    profile: &str,
    config: &str,
) -> Result<crate::Connection, ConnectError> {
    let folder = tempfile::tempdir().unwrap();
    let wire: Arc<dyn Wire> = fake.clone();
    connect(Where {
        endpoint: crate::Endpoint::InProcess(wire),
        profile: Some(profile.into()),
        files: Some(files(folder.path(), config)),
        ..Where::aws()
    })
    .await
}

fn shop() -> Arc<Fake> {
    Fake::new(|_| fake::json(500, "{}"))
}

const KEYS: &str =
    "region = eu-central-1\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = s\n";

#[tokio::test]
async fn the_identity_is_read_back_from_sts() {
    let connection = fake::connection(&shop()).await;
    assert_eq!(connection.scope().to_string(), "123456784021/eu-central-1");
    assert_eq!(connection.identity().role(), "oncall-write/operator");
    assert!(!connection.writes_are_confined());
}

#[tokio::test]
async fn keys_of_a_profile_sign() {
    let fake = shop();
    by_profile(&fake, "prod", &format!("[profile prod]\n{KEYS}")).await.unwrap();
    assert!(fake.all()[0].signed.contains("Credential=AKIAPROFILE/"));
}

#[tokio::test]
async fn a_process_gives_credentials() {
    let fake = shop();
    let keys = r#"{\"Version\":1,\"AccessKeyId\":\"AKIAPROCESS\",\"SecretAccessKey\":\"s\"}"#;
    let config = format!("[profile p]\nregion = eu-west-1\ncredential_process = echo \"{keys}\"\n");
    let connection = by_profile(&fake, "p", &config).await.unwrap();
    assert!(fake.all()[0].signed.contains("Credential=AKIAPROCESS/"));
    assert_eq!(connection.scope().region.as_str(), "eu-west-1");
}

/// An STS that lends a role.
fn lender() -> Arc<Fake> {
    Fake::new(|seen| {
        assert!(seen.has("Action=AssumeRole"), "{}", seen.text());
        let keys = "<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
                    <SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration>";
        let body = format!(
            "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>\
             <Credentials>{keys}</Credentials></AssumeRoleResult></AssumeRoleResponse>"
        );
        fake::whole(200, "text/xml", body)
    })
}

#[tokio::test]
async fn a_role_is_assumed_from_its_source_profile() {
    let fake = lender();
    let config = format!(
        "[profile base]\n{KEYS}[profile role]\nregion = eu-central-1\nsource_profile = base\n\
         role_arn = arn:aws:iam::123456784021:role/oncall-read\n"
    );
    by_profile(&fake, "role", &config).await.unwrap();
    let all = fake.all();
    assert!(all[0].signed.contains("Credential=AKIAPROFILE/"));
    assert!(all.last().unwrap().signed.contains("Credential=ASIAROLE/"));
}

/// A profile whose role wants the code of a device.
fn coded() -> String {
    format!(
        "[profile base]\n{KEYS}[profile role]\nregion = eu-central-1\nsource_profile = base\n\
         role_arn = arn:aws:iam::123456784021:role/oncall-read\n\
         mfa_serial = arn:aws:iam::123456784021:mfa/operator\nrole_session_name = drill\n"
    )
}

async fn by_code(
    fake: &Arc<Fake>,
    folder: &Path,
    code: Option<&str>,
) -> Result<crate::Connection, ConnectError> {
    let wire: Arc<dyn Wire> = fake.clone();
    connect(Where {
        endpoint: crate::Endpoint::InProcess(wire),
        profile: Some("role".into()),
        code: code.map(|code| watchdeck_domain::Secret::new(code.to_owned())),
        files: Some(files(folder, &coded())),
        ..Where::aws()
    })
    .await
}

#[tokio::test]
async fn a_role_that_wants_a_code_is_not_assumed_without_one() {
    let folder = tempfile::tempdir().unwrap();
    let fake = lender();
    let error = by_code(&fake, folder.path(), None).await.unwrap_err();
    let device = "arn:aws:iam::123456784021:mfa/operator".to_owned();
    assert_eq!(error, ConnectError::CodeWanted { device });
    assert!(fake.all().is_empty(), "something was sent");
}

#[tokio::test]
async fn a_code_assumes_the_role_once_and_its_session_signs() {
    let folder = tempfile::tempdir().unwrap();
    let fake = lender();
    let connection = by_code(&fake, folder.path(), Some("123456")).await.unwrap();
    let seen = fake.all();
    let text = seen[0].text();
    assert!(text.contains("TokenCode=123456") && text.contains("RoleSessionName=drill"), "{text}");
    assert!(text.contains("SerialNumber=arn%3Aaws%3Aiam%3A%3A123456784021%3Amfa%2Foperator"));
    assert!(seen[0].signed.contains("Credential=AKIAPROFILE/"));
    assert!(seen[1].signed.contains("Credential=ASIAROLE/"));
    assert_eq!(
        connection.validity(),
        crate::Validity::Until(watchdeck_domain::Timestamp::from_millis(4_070_908_800_000))
    );
    // No code is used twice: a renewal wants another.
    let error = connection.renew(None).await.unwrap_err();
    assert!(matches!(error, ConnectError::CodeWanted { .. }), "{error:?}");
    connection.renew(Some(watchdeck_domain::Secret::new("654321".into()))).await.unwrap();
    assert!(fake.all().last().unwrap().text().contains("TokenCode=654321"));
}

#[tokio::test]
async fn a_refused_code_is_told_as_one() {
    let folder = tempfile::tempdir().unwrap();
    let fake = Fake::new(|_| {
        let body = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
                    <Code>AccessDenied</Code><Message>MultiFactorAuthentication failed with invalid MFA one time \
                    pass code. </Message></Error></ErrorResponse>";
        fake::whole(403, "text/xml", body)
    });
    let error = by_code(&fake, folder.path(), Some("000000")).await.unwrap_err();
    assert_eq!(error.what(), "the one-time code was refused");
    assert!(!error.to_string().contains("000000"));
}

#[tokio::test]
async fn a_role_to_read_with_is_assumed_on_top_and_the_writer_keeps_what_was_found() {
    let fake = lender();
    let arn = |name: &str| {
        Some(
            watchdeck_domain::Arn::parse(format!("arn:aws:iam::123456784021:role/{name}")).unwrap(),
        )
    };
    let place = Where {
        read_role: arn("oncall-read"),
        write_role: arn("oncall-write"),
        ..fake::place(&fake)
    };
    let connection = connect(place).await.unwrap();
    let seen = fake.all();
    assert!(seen[0].has("oncall-read") && seen[0].signed.contains("Credential=AKIDEXAMPLE/"));
    assert!(seen[1].signed.contains("Credential=ASIAROLE/"));
    // Of two accounts one would be read and the other changed.
    let other = watchdeck_domain::Arn::parse("arn:aws:iam::210987654321:role/oncall-write").ok();
    let apart = Where { read_role: arn("oncall-read"), write_role: other, ..fake::place(&fake) };
    let error = connect(apart).await.unwrap_err();
    assert!(error.why().contains("is not of the account that is read"), "{error}");
    let writing = connection.config().credentials_provider().unwrap();
    let keys = aws_credential_types::provider::ProvideCredentials::provide_credentials(&writing);
    assert_eq!(keys.await.unwrap().access_key_id(), "AKIDEXAMPLE");
}

#[tokio::test]
async fn an_absent_profile_is_named_with_those_there_are() {
    let config = format!("[profile prod]\n{KEYS}[default]\n{KEYS}");
    let error = by_profile(&shop(), "prdo\u{1b}[2J", &config).await.unwrap_err();
    assert_eq!(error.what(), "there is no profile `prdo\\u{1b}[2J`");
    assert_eq!(error.why(), "the configuration files hold default, prod");
    assert_eq!(error.next(), "choose one of them with --profile, or add it to ~/.aws/config");
}

#[tokio::test]
async fn a_configuration_that_cannot_be_parsed_is_quoted() {
    let error = by_profile(&shop(), "prod", "[profile prod\nregion").await.unwrap_err();
    assert!(matches!(error, ConnectError::BadConfiguration { .. }), "{error:?}");
    assert!(error.why().contains("config"), "{error}");
}

#[tokio::test]
async fn a_profile_without_credentials_says_so() {
    let error =
        by_profile(&shop(), "bare", "[profile bare]\nregion = eu-central-1\n").await.unwrap_err();
    assert!(
        matches!(error, ConnectError::NoCredentials { .. } | ConnectError::BadConfiguration { .. }),
        "{error:?}"
    );
}

/// Answers GetCallerIdentity with this.
async fn told(status: u16, kind: &'static str, body: &'static str) -> ConnectError {
    let fake = Fake::stranger(move |_| fake::whole(status, kind, body));
    connect(fake::place(&fake)).await.unwrap_err()
}

#[tokio::test]
async fn what_sts_refuses_is_told_apart() {
    let error = |code: &str| -> &'static str {
        let xml = format!(
            "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
             <Code>{code}</Code><Message>said by AWS</Message></Error></ErrorResponse>"
        );
        xml.leak()
    };
    let expired = told(403, "text/xml", error("ExpiredToken")).await;
    assert_eq!(expired.to_string(), "the credentials have expired: ExpiredToken: said by AWS");
    assert_eq!(
        expired.next(),
        "start watchdeck in a terminal, where it lets you sign in, run `aws sso login`, or refresh the keys"
    );
    let wrong = told(403, "text/xml", error("InvalidClientTokenId")).await;
    assert!(matches!(wrong, ConnectError::NoCredentials { .. }), "{wrong:?}");
    let denied = told(403, "text/xml", error("AccessDenied")).await;
    assert!(matches!(denied, ConnectError::Denied { .. }), "{denied:?}");
    let portal = told(200, "text/html", "<html>log in to the wifi</html>").await;
    assert!(matches!(portal, ConnectError::NotAws { .. }), "{portal:?}");
}

#[tokio::test]
async fn without_a_network_the_endpoint_is_named() {
    // Nobody listens on port 1; the connection is refused at once.
    let place = Where {
        region: Some(Region::parse("eu-central-1").unwrap()),
        keys: Some(Keys::new("AKIA", "s")),
        ..Where::url("http://127.0.0.1:1")
    };
    let error = connect(place).await.unwrap_err();
    assert_eq!(error.what(), "http://127.0.0.1:1 cannot be reached");
    assert_eq!(error.next(), "check the network, VPN and proxy, the region, and --endpoint-url");
}

#[tokio::test]
async fn an_endpoint_that_is_no_url_is_refused_before_anything_is_asked() {
    for url in ["localhost:4566", "", "ftp://x", "http://"] {
        let error = connect(Where::url(url)).await.unwrap_err();
        assert!(matches!(error, ConnectError::BadEndpoint { .. }), "{url}: {error:?}");
    }
}

#[tokio::test]
async fn given_keys_need_a_region() {
    let place = Where { keys: Some(Keys::new("AKIA", "s")), ..Where::url("http://127.0.0.1:1") };
    assert_eq!(connect(place).await.unwrap_err(), ConnectError::NoRegion);
}

#[test]
fn a_place_does_not_print_its_keys() {
    let place = Where { keys: Some(Keys::new("AKIA", "hunter2")), ..Where::aws() };
    assert!(!format!("{place:?} {:?}", place.keys).contains("hunter2"));
}

/// Runs one of the tests below in a child process, whose environment is all ours.
fn in_child(test: &str, variables: &[(&str, &str)]) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", &format!("connect::tests::{test}"), "--nocapture"]);
    command.env_clear().env(CHILD, "1").envs(variables.iter().copied());
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}{errors}");
}

/// Set in the child.
const CHILD: &str = "WATCHDECK_TEST_CHILD";

fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

#[tokio::test]
async fn a_named_profile_wins_over_keys_in_the_environment() {
    if !is_child() {
        let keys = [("AWS_ACCESS_KEY_ID", "AKIAENV"), ("AWS_SECRET_ACCESS_KEY", "s")];
        return in_child("a_named_profile_wins_over_keys_in_the_environment", &keys);
    }
    let fake = shop();
    by_profile(&fake, "prod", &format!("[profile prod]\n{KEYS}")).await.unwrap();
    assert!(fake.all()[0].signed.contains("Credential=AKIAPROFILE/"));
}

#[tokio::test]
async fn without_a_region_anywhere_the_message_names_the_places() {
    if !is_child() {
        return in_child("without_a_region_anywhere_the_message_names_the_places", &[]);
    }
    let config = "[profile p]\naws_access_key_id = A\naws_secret_access_key = s\n";
    let error = by_profile(&shop(), "p", config).await.unwrap_err();
    assert_eq!(error, ConnectError::NoRegion);
    assert_eq!(
        error.why(),
        "neither --region, AWS_REGION, AWS_DEFAULT_REGION nor the profile names one"
    );
}

/// Connects by a profile to AWS as configured, with nothing given on the command line.
async fn as_configured(config: &str) -> Result<crate::Connection, ConnectError> {
    let folder = tempfile::tempdir().unwrap();
    let files = Some(files(folder.path(), config));
    connect(Where { profile: Some("p".into()), files, ..Where::aws() }).await
}

#[tokio::test]
async fn an_endpoint_in_the_environment_counts_as_one_that_was_given() {
    if !is_child() {
        // Nobody listens on port 1.
        let url = [("AWS_ENDPOINT_URL", "http://127.0.0.1:1")];
        return in_child("an_endpoint_in_the_environment_counts_as_one_that_was_given", &url);
    }
    let error = as_configured(&format!("[profile p]\n{KEYS}")).await.unwrap_err();
    assert_eq!(error.what(), "http://127.0.0.1:1 cannot be reached");
}

#[tokio::test]
async fn an_endpoint_in_the_profile_counts_as_one_that_was_given() {
    if !is_child() {
        return in_child("an_endpoint_in_the_profile_counts_as_one_that_was_given", &[]);
    }
    let config = format!("[profile p]\nendpoint_url = http://127.0.0.1:1\n{KEYS}");
    let error = as_configured(&config).await.unwrap_err();
    assert_eq!(error.what(), "http://127.0.0.1:1 cannot be reached");
}

#[tokio::test]
async fn an_endpoint_of_one_service_is_refused_before_anything_is_asked() {
    if !is_child() {
        let url = [("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:1")];
        return in_child("an_endpoint_of_one_service_is_refused_before_anything_is_asked", &url);
    }
    let error = as_configured(&format!("[profile p]\n{KEYS}")).await.unwrap_err();
    assert_eq!(error.what(), "Lambda has an endpoint of its own");
    assert_eq!(
        error.next(),
        "unset AWS_ENDPOINT_URL_LAMBDA or remove that section, and give --endpoint-url instead"
    );
}

#[tokio::test]
async fn an_endpoint_of_one_service_in_the_profile_is_refused_too() {
    if !is_child() {
        return in_child("an_endpoint_of_one_service_in_the_profile_is_refused_too", &[]);
    }
    let services = "[services local]\ncloudwatch-logs =\n  endpoint_url = http://127.0.0.1:1\n";
    let config = format!("[profile p]\nservices = local\n{KEYS}{services}");
    let error = as_configured(&config).await.unwrap_err();
    assert_eq!(error.what(), "CloudWatch Logs has an endpoint of its own");
    assert!(error.why().contains("`cloudwatch-logs` in the profile's services section"), "{error}");
}

#[tokio::test]
async fn a_url_that_was_given_is_stronger_than_endpoints_of_services() {
    if !is_child() {
        let url = [("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:2")];
        return in_child("a_url_that_was_given_is_stronger_than_endpoints_of_services", &url);
    }
    let folder = tempfile::tempdir().unwrap();
    let files = Some(files(folder.path(), &format!("[profile p]\n{KEYS}")));
    let place = Where { profile: Some("p".into()), files, ..Where::url("http://127.0.0.1:1") };
    let error = connect(place).await.unwrap_err();
    assert_eq!(error.what(), "http://127.0.0.1:1 cannot be reached");
    assert!(!error.why().contains("127.0.0.1:2"), "{error}");
}

const SSO: &str = "[profile sso]\nregion = eu-central-1\nsso_session = corp\nsso_account_id = 123456784021\n\
                   sso_role_name = oncall\n[sso-session corp]\nsso_region = eu-central-1\n\
                   sso_start_url = https://corp.awsapps.com/start\n";

#[tokio::test]
async fn an_expired_sso_token_asks_for_a_login() {
    if !is_child() {
        let home = tempfile::tempdir().unwrap();
        let cache = home.path().join(".aws/sso/cache");
        std::fs::create_dir_all(&cache).unwrap();
        // The file is named by the SHA-1 of the session's name, `corp`.
        let token = r#"{"accessToken":"t","expiresAt":"2020-01-01T00:00:00Z","region":"eu-central-1","startUrl":"https://corp.awsapps.com/start"}"#;
        std::fs::write(cache.join("ee0bfd2552fbd840c02cc48b6e823320543c450f.json"), token).unwrap();
        let home = home.path().to_string_lossy().into_owned();
        return in_child("an_expired_sso_token_asks_for_a_login", &[("HOME", &home)]);
    }
    let error = by_profile(&shop(), "sso", SSO).await.unwrap_err();
    assert_eq!(error.what(), "the credentials have expired");
    assert_eq!(
        error.next(),
        "start watchdeck on it in a terminal, where it lets you sign in, run `aws sso login --profile sso`, \
         or refresh the keys"
    );
}

#[tokio::test]
async fn a_missing_sso_token_asks_for_a_login_too() {
    if !is_child() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path().to_string_lossy().into_owned();
        return in_child("a_missing_sso_token_asks_for_a_login_too", &[("HOME", &home)]);
    }
    let error = by_profile(&shop(), "sso", SSO).await.unwrap_err();
    assert_eq!(error.what(), "there is no SSO login for this profile", "{error:?}");
    assert_eq!(
        error.next(),
        "start watchdeck on it in a terminal, where it lets you sign in, run `aws sso login --profile sso`, \
         or refresh the keys"
    );
}
