//! Warrants of containment: keys switched, denials put and taken away, and the role that one acts as spared.

use watchdeck_domain::change::{Denial, PutDenial, SwitchKey};
use watchdeck_domain::{AccessKeyId, Arn, Change, PrincipalName, UserName};
use watchdeck_guard::{Doubt, Draft, Ended};

use super::WRITE_LIMIT;
use super::tests::{Came, marked, setting, walk_with, writer};
use crate::fake::{self, Fake, Seen};
use crate::wire::WireBody;

const KEY: &str = "AKIASIMCIDEPLOY00001";

fn holder(name: &str) -> Arn {
    Arn::parse(format!("arn:aws:iam::123456784021:{name}")).unwrap()
}

fn switch(active: bool) -> Change {
    Change::SwitchKey(SwitchKey {
        user: UserName::parse("ci-deploy").unwrap(),
        holder: holder("user/ci-deploy"),
        key: AccessKeyId::parse(KEY).unwrap(),
        active,
        before: !active,
        used: None,
    })
}

fn deny(name: &str, denial: Option<Denial>, before: Option<String>) -> Change {
    let principal = PrincipalName::parse(name).unwrap();
    let holder = holder(name);
    Change::PutDenial(PutDenial { principal, holder, policy: "ours".into(), denial, before })
}

/// An answer of IAM.
fn xml(status: u16, body: &str) -> http::Response<WireBody> {
    marked(fake::whole(status, "text/xml", body.to_owned()))
}

fn no_policy() -> http::Response<WireBody> {
    xml(
        404,
        "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>none</Message></Error></ErrorResponse>",
    )
}

/// What IAM answers to reads: the key is active, and there is no policy, or the one of which it is told.
fn there(seen: &Seen, document: Option<&str>) -> Option<http::Response<WireBody>> {
    let of = |action: &str| seen.has(&format!("Action={action}&"));
    if of("ListAccessKeys") {
        let body = format!(
            "<ListAccessKeysResponse><ListAccessKeysResult><IsTruncated>false</IsTruncated><AccessKeyMetadata><member><UserName>ci-deploy</UserName>\
             <AccessKeyId>{KEY}</AccessKeyId><Status>Active</Status></member></AccessKeyMetadata></ListAccessKeysResult></ListAccessKeysResponse>"
        );
        return Some(xml(200, &body));
    }
    if of("GetAccessKeyLastUsed") {
        let body = "<GetAccessKeyLastUsedResponse><GetAccessKeyLastUsedResult><AccessKeyLastUsed><ServiceName>N/A</ServiceName><Region>N/A</Region>\
                    </AccessKeyLastUsed></GetAccessKeyLastUsedResult></GetAccessKeyLastUsedResponse>";
        return Some(xml(200, body));
    }
    if of("GetUserPolicy") || of("GetRolePolicy") {
        let Some(document) = document else { return Some(no_policy()) };
        let action = if of("GetUserPolicy") { "GetUserPolicy" } else { "GetRolePolicy" };
        let document = document.replace('"', "%22");
        let body = format!(
            "<{action}Response><{action}Result><UserName>x</UserName><RoleName>x</RoleName><PolicyName>ours</PolicyName>\
             <PolicyDocument>{document}</PolicyDocument></{action}Result></{action}Response>"
        );
        return Some(xml(200, &body));
    }
    if of("GetUser") || of("GetRole") {
        let kind = if of("GetUser") { "User" } else { "Role" };
        let body = format!(
            "<Get{kind}Response><Get{kind}Result><{kind}><Path>/</Path><{kind}Name>x</{kind}Name><{kind}Id>AIDA</{kind}Id>\
             <Arn>arn:aws:iam::1:x/x</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate></{kind}></Get{kind}Result></Get{kind}Response>"
        );
        return Some(xml(200, &body));
    }
    None
}

/// Serves a change: the policy that is there, how the call is answered, and what was sent.
async fn serve(
    draft: &Draft,
    document: Option<String>,
    answer: http::Response<WireBody>,
    role: Option<&str>,
) -> (Came, Vec<String>) {
    let answer = std::sync::Mutex::new(Some(answer));
    let fake = Fake::new(move |seen| {
        there(seen, document.as_deref())
            .unwrap_or_else(|| answer.lock().unwrap().take().expect("one call is made"))
    });
    let connection = fake::connection(&fake).await;
    let (_, came) = walk_with(draft, &fake, &writer(&connection, role, WRITE_LIMIT)).await;
    let sent = fake.seen().into_iter().map(|seen| seen.text());
    (
        came,
        sent.filter(|text| !text.contains("Action=Get") && !text.contains("Action=List")).collect(),
    )
}

#[tokio::test]
async fn a_key_is_switched_with_the_name_of_its_user() {
    let draft = setting(switch(false), switch(true));
    let (came, sent) = serve(&draft, None, xml(200, "<UpdateAccessKeyResponse/>"), None).await;
    assert!(matches!(came, Came::Landed(_)));
    let wanted = format!(
        "Action=UpdateAccessKey&Version=2010-05-08&UserName=ci-deploy&AccessKeyId={KEY}&Status=Inactive"
    );
    assert_eq!(sent, [wanted]);
    // An answer that AWS has not marked proves nothing, and a no of IAM is one.
    let (came, _) = serve(&draft, None, fake::html(200, "<html>a portal</html>"), None).await;
    assert!(matches!(came, Came::Adrift(Doubt::Garbled(_))));
    let (came, _) = serve(&draft, None, no_policy(), None).await;
    assert!(matches!(came, Came::Stopped(Ended::Rejected, _)));
}

#[tokio::test]
async fn a_denial_is_put_on_users_and_roles_and_taken_away_by_its_name() {
    for (name, put, delete) in [
        (
            "user/ci-deploy",
            "PutUserPolicy&Version=2010-05-08&UserName=ci-deploy",
            "DeleteUserPolicy",
        ),
        (
            "role/oncall-read",
            "PutRolePolicy&Version=2010-05-08&RoleName=oncall-read",
            "DeleteRolePolicy",
        ),
    ] {
        let document = Denial::Everything.document();
        let ours = || deny(name, Some(Denial::Everything), None);
        let back = || deny(name, None, Some(document.clone()));
        let (came, sent) = serve(&setting(ours(), back()), None, xml(200, "<R/>"), None).await;
        assert!(matches!(came, Came::Landed(_)), "{name}");
        assert!(
            sent[0].starts_with(&format!("Action={put}&PolicyName=ours&PolicyDocument=")),
            "{sent:?}"
        );
        let there = Some(document.clone());
        let (came, sent) = serve(&setting(back(), ours()), there, xml(200, "<R/>"), None).await;
        assert!(matches!(came, Came::Landed(_)), "{name}");
        assert!(
            sent[0].starts_with(&format!("Action={delete}&")) && !sent[0].contains("Document"),
            "{sent:?}"
        );
    }
}

#[tokio::test]
async fn cf36_the_role_as_which_changes_are_made_is_not_cut_off() {
    let ours = deny("role/break-glass", Some(Denial::Everything), None);
    let back = deny("role/break-glass", None, Some(Denial::Everything.document()));
    let role = "arn:aws:iam::123456784021:role/ops/break-glass";
    let (came, sent) = serve(&setting(ours, back), None, xml(200, "<R/>"), Some(role)).await;
    let Came::Stopped(Ended::Rejected, why) = came else { panic!("it was served") };
    assert!(why.contains("would cut off"), "{why}");
    assert_eq!(sent, [""; 0], "not even a session was asked for");
}
