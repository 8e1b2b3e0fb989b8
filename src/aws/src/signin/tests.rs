//! Signing in against a portal that answers from a closure: codes approved, denied, too old; slow and broken answers.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use watchdeck_domain::Task;

use super::*;
use crate::ConfigFiles;
use crate::fake::{self, Fake};
use crate::wire::Wire;

/// A clock on which sleeping is passing; it remembers for how long each time.
#[derive(Default)]
struct Passing(AtomicI64, Mutex<Vec<u64>>);

impl Clock for Passing {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_763_780_400_000 + self.0.load(Ordering::SeqCst))
    }

    fn sleep(&self, span: Duration) -> Task<'_, ()> {
        self.1.lock().unwrap().push(span.as_secs());
        self.0.fetch_add(i64::try_from(span.as_millis()).unwrap(), Ordering::SeqCst);
        Box::pin(std::future::ready(()))
    }
}

const SESSION: &str = "[profile corp]\nsso_session = corp\nsso_account_id = 123456784021\n\
                       sso_role_name = oncall\n[sso-session corp]\nsso_region = eu-central-1\n\
                       sso_start_url = https://corp.awsapps.com/start\n\
                       sso_registration_scopes = sso:account:access, other:scope\n\
                       [profile role]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = corp\n";

const OLDER: &str = "[profile corp]\nsso_start_url = https://corp.awsapps.com/start\n\
                     sso_region = eu-central-1\nsso_account_id = 1\nsso_role_name = r\n";

fn files(folder: &Path, config: &str) -> ConfigFiles {
    let (path, credentials) = (folder.join("config"), folder.join("credentials"));
    std::fs::write(&path, config).unwrap();
    std::fs::write(&credentials, "").unwrap();
    ConfigFiles { config: path, credentials }
}

async fn way(config: &str, profile: &str) -> Option<SignIn> {
    let folder = tempfile::tempdir().unwrap();
    SignIn::of(Some(profile), Some(&files(folder.path(), config))).await
}

/// A portal that answers the questions for a token by these, the last of them for ever.
fn portal(answers: Vec<(u16, &'static str)>) -> Arc<Fake> {
    let asked = AtomicUsize::new(0);
    Fake::new(move |seen| match seen.path.split('?').next().unwrap_or_default() {
        "/client/register" => fake::json(
            200,
            r#"{"clientId":"c","clientSecret":"s3cret","clientSecretExpiresAt":1771000000}"#,
        ),
        "/device_authorization" => fake::json(
            200,
            r#"{"deviceCode":"d","userCode":"ABCD-EFGH","verificationUri":"https://device.sso/\u001b[2J",
               "verificationUriComplete":"https://device.sso/?user_code=ABCD-EFGH","expiresIn":60,"interval":2}"#,
        ),
        "/token" => {
            let (status, body) =
                answers[asked.fetch_add(1, Ordering::SeqCst).min(answers.len() - 1)];
            fake::json(status, body)
        }
        other => panic!("{other}"),
    })
}

const PENDING: (u16, &str) = (400, r#"{"__type":"AuthorizationPendingException"}"#);
const SLOW: (u16, &str) = (400, r#"{"__type":"SlowDownException"}"#);
const TOKEN: (u16, &str) =
    (200, r#"{"accessToken":"t0ken","tokenType":"Bearer","expiresIn":28800,"refreshToken":"r"}"#);

/// Signs in: what became of it, how long was waited each time, and the folder of tokens.
async fn sign_in(
    fake: &Arc<Fake>,
    config: &str,
) -> (Result<(), SignInError>, Vec<u64>, tempfile::TempDir) {
    let home = tempfile::tempdir().unwrap();
    let files = files(home.path(), config);
    let clock = Arc::new(Passing::default());
    let way = SignIn::of(Some("corp"), Some(&files)).await.unwrap();
    let wire: Arc<dyn Wire> = fake.clone();
    let folder = home.path().join("cache");
    let port: Arc<dyn Clock> = Arc::<Passing>::clone(&clock);
    let begun = way.begin_through(Some(InProcess(wire)), folder, port).await;
    let settled = match begun {
        Ok(authorization) => {
            assert_eq!(authorization.shown().code.as_str(), "ABCD-EFGH");
            assert!(!authorization.shown().address.as_str().contains('\u{1b}'));
            authorization.settle().await
        }
        Err(error) => Err(error),
    };
    let waited = clock.1.lock().unwrap().clone();
    (settled, waited, home)
}

#[tokio::test]
async fn the_way_is_found_in_the_session_in_the_older_form_and_behind_a_role() {
    let session = way(SESSION, "corp").await.unwrap();
    assert_eq!((session.name.as_str(), session.region.as_str()), ("corp", "eu-central-1"));
    assert_eq!(session.scopes, ["sso:account:access", "other:scope"]);
    let role = way(SESSION, "role").await.unwrap();
    assert_eq!((role.name.as_str(), role.start_url), ("corp", session.start_url));
    let older = way(OLDER, "corp").await.unwrap();
    assert_eq!((older.name.as_str(), older.scopes.len()), ("https://corp.awsapps.com/start", 0));
    let keys = "[profile corp]\naws_access_key_id = A\naws_secret_access_key = s\n";
    let circle = "[profile corp]\nsource_profile = b\n[profile b]\nsource_profile = corp\n";
    for config in [keys, circle, "", "[profile corp]\nsso_session = gone\n"] {
        assert_eq!(way(config, "corp").await, None, "{config}");
    }
}

#[tokio::test]
async fn an_approved_code_is_kept_as_a_token_and_asked_for_as_slowly_as_was_told() {
    let fake = portal(vec![PENDING, SLOW, PENDING, TOKEN]);
    let (settled, waited, home) = sign_in(&fake, SESSION).await;
    settled.unwrap();
    assert_eq!(waited, [2, 2, 7, 7]);
    let file = home.path().join("cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json");
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(r#""accessToken":"t0ken""#) && text.contains(r#""refreshToken":"r""#));
    let seen = fake.all();
    assert!(seen[0].has("sso:account:access") && seen[0].has("other:scope"), "{seen:?}");
    assert!(seen.iter().all(|seen| seen.signed.is_empty()), "something was signed");
}

#[tokio::test]
async fn the_older_form_asks_for_no_scopes_and_is_kept_under_its_address() {
    let fake = portal(vec![TOKEN]);
    let (settled, _, home) = sign_in(&fake, OLDER).await;
    settled.unwrap();
    assert!(!fake.all()[0].has("scopes"));
    let names: Vec<_> = std::fs::read_dir(home.path().join("cache")).unwrap().collect();
    assert_eq!(names.len(), 1);
}

#[tokio::test]
async fn every_other_end_is_told_by_its_name_and_keeps_nothing() {
    for (answer, wanted) in [
        (r#"{"__type":"AccessDeniedException"}"#, SignInError::Denied),
        (r#"{"__type":"ExpiredTokenException"}"#, SignInError::CodeExpired),
    ] {
        let (settled, _, home) = sign_in(&portal(vec![PENDING, (400, answer)]), SESSION).await;
        assert_eq!(settled, Err(wanted));
        assert!(!home.path().join("cache").exists());
    }
    let grant = (400, r#"{"__type":"InvalidGrantException","error_description":"no"}"#);
    let (settled, ..) = sign_in(&portal(vec![grant]), SESSION).await;
    assert!(matches!(settled, Err(SignInError::Refused { .. })), "{settled:?}");
    // Nobody comes: by our own clock, whatever the portal says.
    let (settled, waited, _) = sign_in(&portal(vec![PENDING]), SESSION).await;
    assert_eq!(settled, Err(SignInError::CodeExpired));
    assert_eq!(waited.len(), 30);
    let refusing = Fake::new(|_| fake::json(400, r#"{"__type":"InvalidRequestException"}"#));
    let (settled, ..) = sign_in(&refusing, SESSION).await;
    assert!(matches!(settled, Err(SignInError::Refused { .. })), "{settled:?}");
}
