//! Trying beforehand: what IAM would say to the changes of a plan. It is foreseen, and not promised.

use watchdeck_domain::reading::Foresee;
use watchdeck_domain::{Foresight, Identity, Permission, Reversal, Ruling, ask};

use crate::draft::Draft;
use crate::evidence::{Refusal, Why};
use crate::gate::Way;
use crate::ports::Reader;
use crate::realm::Realm;

/// As many refusals are told; the rest is counted.
const TOLD: usize = 2;

/// Asks IAM about whoever will act. A no closes the gate, and so does what cannot be told.
pub(crate) async fn foresee<R: Realm>(
    draft: &Draft,
    identity: &Identity,
    reader: &dyn Reader<R>,
) -> (Way, String) {
    let mut needs: Vec<Permission> =
        draft.steps().flat_map(|step| step.change.permission(&draft.scope).by_service()).collect();
    needs.sort();
    needs.dedup();
    let principal = reader.acts_as().unwrap_or_else(|| identity.arn.clone());
    let region = draft.scope.region.clone();
    match ask(reader, Foresee { principal, needs, region }).await {
        Ok(foresight) => judge(&foresight),
        Err(error) => (Way::Unable, format!("it cannot be told whether IAM allows it: {error}")),
    }
}

/// Whether AWS can confine the changes of a draft: each step has a session of its own, whose policy allows that step and
/// nothing else. One whose policy does not fit is refused here, before anybody is asked for anything; so is one whose way
/// back would not fit.
pub(crate) fn confine(draft: &Draft) -> Result<(), Box<Refusal>> {
    for step in draft.steps() {
        let back = match &step.reversal {
            Reversal::By(change) => Some((change.as_ref(), "its way back")),
            Reversal::Call(call) => Some((&call.foreseen, "its way back")),
            Reversal::Never(_) => None,
        };
        for (change, what) in std::iter::once((&step.change, "it")).chain(back) {
            if let Some(why) = too_long(&change.permission(&draft.scope), what) {
                let what =
                    format!("step `{}` cannot be done in a session of its own: {why}", step.id);
                let hint = "make several plans of it, each about less; or act without a role to write with";
                return Err(Box::new(Refusal::new(Why::Draft, what, hint)));
            }
        }
    }
    Ok(())
}

fn too_long(permission: &Permission, what: &str) -> Option<String> {
    let (length, longest) = (permission.policy().len(), Permission::LONGEST_POLICY);
    (length > longest).then(|| {
        format!(
            "the policy that allows {what} and nothing else has {length} characters, and AWS takes {longest}"
        )
    })
}

fn judge(foresight: &Foresight) -> (Way, String) {
    let who = foresight.principal.resource();
    let objections: Vec<_> = foresight
        .foreseen
        .iter()
        .filter_map(|one| {
            let why = one.ruling.objection()?;
            Some((&one.ruling, format!("{} on {}: {why}", one.action, one.resource)))
        })
        .collect();
    if objections.is_empty() {
        let more = "policies of the organization, of a session or of the target may still refuse";
        return (Way::Passed, format!("IAM foresees no refusal for {who}; {more}"));
    }
    let untold = |ruling: &Ruling| matches!(ruling, Ruling::Untold(_));
    let way =
        if objections.iter().all(|(ruling, _)| untold(ruling)) { Way::Unable } else { Way::Closed };
    let mut told: Vec<_> =
        objections.iter().take(TOLD).map(|(_, objection)| objection.clone()).collect();
    if objections.len() > TOLD {
        told.push(format!("and {} more", objections.len() - TOLD));
    }
    let told = told.join("; ");
    (
        way,
        match way {
            Way::Unable => format!("it cannot be told whether IAM allows {who} {told}"),
            Way::Passed | Way::Waits | Way::Closed | Way::Broken => {
                format!("IAM would not allow {who} {told}")
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use watchdeck_domain::{Arn, Foreseen};

    use super::*;

    fn check(rulings: &[Ruling], way: Way, words: &str) {
        let foreseen = rulings.iter().map(|ruling| Foreseen {
            action: "lambda:UpdateAlias".into(),
            resource: "arn:f".into(),
            ruling: ruling.clone(),
        });
        let foresight = Foresight {
            principal: Arn::parse("arn:aws:iam::123456784021:role/oncall").unwrap(),
            foreseen: foreseen.collect(),
        };
        let (found, why) = judge(&foresight);
        assert_eq!(found, way, "{why}");
        assert!(why.contains(words), "{why}");
    }

    #[test]
    fn a_policy_fits_a_session_to_the_last_character() {
        let of = |name: usize| Permission {
            actions: vec!["sqs:PurgeQueue".into()],
            resources: vec!["q".repeat(name)],
        };
        let room = Permission::LONGEST_POLICY - of(0).policy().len();
        assert_eq!(too_long(&of(room), "it"), None);
        let why = too_long(&of(room + 1), "its way back").unwrap();
        assert!(why.contains("its way back and nothing else has 2049 characters"), "{why}");
    }

    #[test]
    fn one_no_closes_and_what_hangs_on_the_call_cannot_be_told() {
        use Ruling::{Allowed, Denied, Unallowed};
        let untold = || Ruling::Untold(vec!["aws:MultiFactorAuthAge".into()]);
        check(&[Allowed, Allowed], Way::Passed, "may still refuse");
        check(
            &[Allowed, Unallowed],
            Way::Closed,
            "role/oncall lambda:UpdateAlias on arn:f: no policy",
        );
        check(&[Denied, untold()], Way::Closed, "a policy denies it; ");
        check(&[Allowed, untold()], Way::Unable, "it hangs on aws:MultiFactorAuthAge");
        check(&[Denied, Denied, Denied, Denied], Way::Closed, "and 2 more");
    }
}
