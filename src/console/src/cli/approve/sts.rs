//! `watchdeck approve --sts`: signs a request to STS that names the plan. Whoever asked learns from STS who signed it.

use watchdeck_domain::{Clock as _, Printable};
use watchdeck_guard::Handover;

use super::{agreed, failed};
use crate::app::RealmName;
use crate::cli::arguments::{ApproveArguments, FileArguments};
use crate::cli::failure::{Failure, FailureKind};
use crate::cli::reading::SourceArguments;
use crate::cli::{headless, output};
use crate::runtime::clock::MachineClock;

/// Says who would approve, asks, and signs.
pub(super) async fn approve(
    handover: &Handover,
    asked: &ApproveArguments,
    files: &FileArguments,
) -> Result<(), Failure> {
    let mut signals = headless::signals()?;
    let source = SourceArguments {
        profile: asked.profile.clone(),
        endpoint_url: asked.endpoint_url.clone(),
        // STS of the plan's region is asked, and a signature is good in one region only.
        region: Some(handover.scope.region.clone()),
        ..SourceArguments::default()
    };
    let opening = Box::pin(headless::open(&source, files));
    let (opened, _) = headless::unless_ended(&mut signals, opening).await?;
    if opened.realm == RealmName::Simulated {
        return Err(Failure::new(
            FailureKind::Usage,
            "no AWS credentials were found, and in the simulated account of this process nobody else is asked for approval",
            "name a profile with --profile, or the server with --endpoint-url",
        ));
    }
    let who = opened.connection.identity();
    output::complain(&format!("approved as  {}\n", Printable::new(who.arn.as_str())));
    if who.arn.as_str() == handover.asks {
        let hint = "somebody else approves it, or you as who you are: with --profile";
        return Err(failed("it is you who asks: nobody approves their own plan", hint));
    }
    if !agreed(asked)? {
        output::complain(
            "\nNothing was approved. If this is what should be done, once more with --yes.\n",
        );
        return Ok(());
    }
    let signed = opened.connection.presign(handover, MachineClock.now()).await;
    let back = signed.map_err(|error| failed(error.to_string(), "sign in, then once more"))?;
    output::complain("\nApproved, for 15 minutes. Hand this line back, to nobody but who asked:\n");
    output::say(&format!("{}\n", back.line()))
}
