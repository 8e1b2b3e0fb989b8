//! IAM: what it would say to calls that are not made yet.
#![expect(clippy::disallowed_types, reason = "a reader, behind the gate")]

use aws_sdk_iam::Client;
use aws_sdk_iam::types::{
    ContextEntry, ContextKeyTypeEnum, EvaluationResult, PolicyEvaluationDecisionType,
};
use watchdeck_domain::reading::{Foresee, ReadFailure};
use watchdeck_domain::{Arn, Foreseen, Foresight, ReadError, Region, Ruling};

use super::Pages;
use crate::rejection::{malformed, read_error};

const SIMULATE: &str = "iam:SimulatePrincipalPolicy";
const ROLE: &str = "iam:GetRole";

/// Asks about each resource on its own, so that each answer is about one action on one resource.
pub(super) async fn foresee(iam: &Client, ask: Foresee) -> Result<Foresight, ReadError> {
    let Entity { principal, guessed } = entity(iam, &ask.principal).await?;
    let mut foreseen = Vec::new();
    for need in &ask.needs {
        for resource in &need.resources {
            let told = simulate(iam, &principal, &need.actions, resource, &ask.region).await;
            foreseen.extend(told.map_err(|error| match &guessed {
                Some(why) if error.failure == ReadFailure::Missing => why.clone(),
                Some(_) | None => error,
            })?);
        }
    }
    Ok(Foresight { principal, foreseen })
}

/// A role or user as IAM knows it.
struct Entity {
    principal: Arn,
    /// Why the path of the role could not be read, if it is taken to have none.
    guessed: Option<ReadError>,
}

/// The role or user behind a principal. The ARN of a session does not tell the path of its role, and a role is known to
/// IAM with its path only: those that people sign in with have one.
async fn entity(iam: &Client, principal: &Arn) -> Result<Entity, ReadError> {
    let resource = principal.resource();
    let kind = resource.split('/').next().unwrap_or_default();
    match (principal.service(), kind) {
        ("iam", "role" | "user") => Ok(Entity { principal: principal.clone(), guessed: None }),
        ("sts", "assumed-role") => {
            let name = resource.split('/').nth(1).unwrap_or_default();
            let arn = |text: &str| Arn::parse(text).map_err(|e| malformed(ROLE, e.to_string()));
            match iam.get_role().role_name(name).send().await {
                Ok(answer) => {
                    let text = answer.role().map(aws_sdk_iam::types::Role::arn).unwrap_or_default();
                    Ok(Entity { principal: arn(text)?, guessed: None })
                }
                Err(error) => {
                    let error = read_error(ROLE, &error);
                    if error.failure != ReadFailure::Denied {
                        return Err(error);
                    }
                    let partition = principal.as_str().split(':').nth(1).unwrap_or("aws");
                    let account = principal.account();
                    let guess = arn(&format!("arn:{partition}:iam::{account}:role/{name}"))?;
                    Ok(Entity { principal: guess, guessed: Some(error) })
                }
            }
        }
        _ => {
            let what =
                format!("{principal} is no role and no user: IAM has no policies to judge it by");
            Err(ReadError::new(ReadFailure::Refused, SIMULATE, what))
        }
    }
}

async fn simulate(
    iam: &Client,
    principal: &Arn,
    actions: &[String],
    resource: &str,
    region: &Region,
) -> Result<Vec<Foreseen>, ReadError> {
    // Roles that may act in some regions only are common; the simulator knows of no region but what it is told.
    let place = ContextEntry::builder()
        .context_key_name("aws:RequestedRegion")
        .context_key_type(ContextKeyTypeEnum::String)
        .context_key_values(region.as_str())
        .build();
    let mut results = Vec::new();
    let mut pages = Pages::default();
    loop {
        let page = iam
            .simulate_principal_policy()
            .policy_source_arn(principal.as_str())
            .set_action_names(Some(actions.to_vec()))
            .resource_arns(resource)
            .context_entries(place.clone())
            .set_marker(pages.token.clone())
            .send()
            .await
            .map_err(|e| read_error(SIMULATE, &e))?;
        results.extend_from_slice(page.evaluation_results());
        if !pages.turn(SIMULATE, page.marker().filter(|_| page.is_truncated()))? {
            break;
        }
    }
    // An action that was not judged is not one that is allowed.
    let judged = actions.iter().map(|action| {
        let result = results.iter().find(|it| it.eval_action_name().eq_ignore_ascii_case(action));
        let result =
            result.ok_or_else(|| malformed(SIMULATE, format!("no word about {action}")))?;
        Ok(Foreseen {
            action: action.clone(),
            resource: resource.to_owned(),
            ruling: ruling(result),
        })
    });
    judged.collect()
}

fn ruling(result: &EvaluationResult) -> Ruling {
    let curbed =
        result.organizations_decision_detail().is_some_and(|it| !it.allowed_by_organizations());
    let bounded = result
        .permissions_boundary_decision_detail()
        .is_some_and(|it| !it.allowed_by_permissions_boundary());
    let missing = result.missing_context_values();
    let said = result.eval_decision();
    if *said == PolicyEvaluationDecisionType::Allowed {
        Ruling::Allowed
    } else if *said == PolicyEvaluationDecisionType::ExplicitDeny && missing.is_empty() {
        Ruling::Denied
    } else if curbed {
        Ruling::Curbed
    } else if bounded {
        Ruling::Bounded
    } else if *said == PolicyEvaluationDecisionType::ImplicitDeny && missing.is_empty() {
        Ruling::Unallowed
    } else {
        // With what only the call has, a condition may let it through, or may not.
        Ruling::Untold(missing.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use watchdeck_domain::{Permission, ask};

    use super::*;
    use crate::WireBody;
    use crate::fake::{self, ACCOUNT, Fake, Seen};

    const FUNCTION: &str = "arn:aws:lambda:eu-central-1:123456784021:function:orders-writer";

    fn answer(operation: &str, inner: &str) -> http::Response<WireBody> {
        let space = "https://iam.amazonaws.com/doc/2010-05-08/";
        let body = format!(
            "<{operation}Response xmlns=\"{space}\"><{operation}Result>{inner}</{operation}Result></{operation}Response>"
        );
        fake::whole(200, "text/xml", body)
    }

    fn refused(status: u16, code: &str) -> http::Response<WireBody> {
        let body = format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
        );
        fake::whole(status, "text/xml", body)
    }

    fn role(path: &str) -> http::Response<WireBody> {
        let arn = format!("arn:aws:iam::{ACCOUNT}:role{path}oncall-write");
        answer(
            "GetRole",
            &format!(
                "<Role><Path>{path}</Path><RoleName>oncall-write</RoleName><RoleId>AROAEXAMPLEEXAMPLE1</RoleId>\
                 <Arn>{arn}</Arn><CreateDate>2024-01-01T00:00:00Z</CreateDate></Role>"
            ),
        )
    }

    fn judged(action: &str, decision: &str, more: &str) -> String {
        format!(
            "<member><EvalActionName>{action}</EvalActionName><EvalDecision>{decision}</EvalDecision>{more}</member>"
        )
    }

    fn simulated(members: &str) -> http::Response<WireBody> {
        let inner = format!(
            "<IsTruncated>false</IsTruncated><EvaluationResults>{members}</EvaluationResults>"
        );
        answer("SimulatePrincipalPolicy", &inner)
    }

    async fn asked(
        fake: &Arc<Fake>,
        principal: &str,
        actions: &[&str],
    ) -> Result<Foresight, ReadError> {
        let source = fake::connection(fake).await.source();
        let needs = vec![Permission {
            actions: actions.iter().map(|&action| action.to_owned()).collect(),
            resources: vec![FUNCTION.to_owned()],
        }];
        let region = Region::parse("eu-central-1").unwrap();
        ask(&*source, Foresee { principal: Arn::parse(principal).unwrap(), needs, region }).await
    }

    fn session() -> String {
        format!("arn:aws:sts::{ACCOUNT}:assumed-role/oncall-write/alice")
    }

    fn of_role(seen: &Seen) -> bool {
        seen.has("Action=GetRole")
    }

    #[tokio::test]
    async fn a_session_is_asked_about_as_its_role_with_the_path() {
        let path = "/aws-reserved/sso.amazonaws.com/eu-central-1/";
        let fake = Fake::new(move |seen| {
            if of_role(seen) {
                role(path)
            } else {
                simulated(&judged("lambda:UpdateAlias", "allowed", ""))
            }
        });
        let told = asked(&fake, &session(), &["lambda:UpdateAlias"]).await.unwrap();
        let arn = format!("arn:aws:iam::{ACCOUNT}:role{path}oncall-write");
        assert_eq!((told.principal.as_str(), &told.foreseen[0].ruling), (&*arn, &Ruling::Allowed));
        let sent = fake.seen().pop().unwrap().text();
        assert!(sent.contains("aws%3ARequestedRegion") && sent.contains("eu-central-1"), "{sent}");
        assert!(sent.contains("sso.amazonaws.com"), "{sent}");
    }

    #[tokio::test]
    async fn every_way_of_saying_no_is_told_by_its_name() {
        let missing =
            "<MissingContextValues><member>aws:MultiFactorAuthAge</member></MissingContextValues>";
        let boundary = "<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>false</AllowedByPermissionsBoundary></PermissionsBoundaryDecisionDetail>";
        let organization = "<OrganizationsDecisionDetail><AllowedByOrganizations>false</AllowedByOrganizations></OrganizationsDecisionDetail>";
        for (decision, more, wanted) in [
            ("allowed", "", Ruling::Allowed),
            ("implicitDeny", "", Ruling::Unallowed),
            ("explicitDeny", "", Ruling::Denied),
            ("implicitDeny", boundary, Ruling::Bounded),
            ("implicitDeny", organization, Ruling::Curbed),
            ("implicitDeny", missing, Ruling::Untold(vec!["aws:MultiFactorAuthAge".into()])),
            ("explicitDeny", missing, Ruling::Untold(vec!["aws:MultiFactorAuthAge".into()])),
        ] {
            let members = judged("lambda:UpdateAlias", decision, more);
            let fake = Fake::new(move |_| simulated(&members));
            let user = format!("arn:aws:iam::{ACCOUNT}:user/alice");
            let told = asked(&fake, &user, &["lambda:UpdateAlias"]).await.unwrap();
            assert_eq!(told.foreseen[0].ruling, wanted, "{decision} {more}");
        }
    }

    #[tokio::test]
    async fn an_action_that_was_not_judged_is_not_one_that_is_allowed() {
        let fake = Fake::new(|_| simulated(&judged("lambda:UpdateAlias", "allowed", "")));
        let user = format!("arn:aws:iam::{ACCOUNT}:user/alice");
        let told = asked(&fake, &user, &["lambda:UpdateAlias", "lambda:GetAlias"]).await;
        assert_eq!(told.unwrap_err().failure, ReadFailure::Malformed);
    }

    #[tokio::test]
    async fn where_the_role_may_not_be_read_it_is_taken_to_have_no_path() {
        for (known, wanted) in [(true, None), (false, Some(ROLE))] {
            let fake = Fake::new(move |seen| match (of_role(seen), known) {
                (true, _) => refused(403, "AccessDenied"),
                (false, true) => simulated(&judged("lambda:UpdateAlias", "allowed", "")),
                (false, false) => refused(404, "NoSuchEntity"),
            });
            let told = asked(&fake, &session(), &["lambda:UpdateAlias"]).await;
            assert_eq!(told.err().map(|error| error.operation).as_deref(), wanted);
        }
    }

    #[tokio::test]
    async fn who_has_no_policies_is_not_asked_about() {
        let fake = Fake::new(|_| refused(400, "InvalidInput"));
        for principal in
            ["arn:aws:iam::123456784021:root", "arn:aws:sts::123456784021:federated-user/bob"]
        {
            let error = asked(&fake, principal, &["lambda:UpdateAlias"]).await.unwrap_err();
            assert_eq!(error.failure, ReadFailure::Refused);
            assert!(error.message.contains("is no role and no user"), "{error}");
        }
        assert!(fake.seen().is_empty(), "something was sent");
    }
}
