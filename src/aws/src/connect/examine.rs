//! Connecting step by step, for whoever wants to know which step fails.

use watchdeck_domain::{Region, Timestamp};

use super::{Connection, Prepared, prepare};
use crate::place::Where;
use crate::problem::ConnectError;
use crate::skew::{ClockSkew, SkewWatch};

/// How connecting went.
#[derive(Debug)]
pub struct Examination {
    /// The region, once it is known.
    pub region: Option<Region>,
    /// When the credentials expire, if they do.
    pub expires: Option<Timestamp>,
    /// How far this machine's clock is from the server's, if an answer told.
    pub skew: Option<ClockSkew>,
    /// The connection, or the step that failed and why.
    pub outcome: Result<Connection, (Step, ConnectError)>,
}

/// The steps of connecting, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Profile, region and endpoint are found in files and variables.
    Configuration,
    /// Credentials are had.
    Credentials,
    /// STS says who we are.
    Identity,
}

/// Connects, and tells each step.
pub async fn examine(place: Where) -> Examination {
    let mut told = Told::default();
    let outcome = walk(place, &mut told).await;
    Examination { region: told.region, expires: told.expires, skew: told.watch.first(), outcome }
}

/// What is learned on the way.
#[derive(Default)]
struct Told {
    region: Option<Region>,
    expires: Option<Timestamp>,
    watch: SkewWatch,
}

async fn walk(place: Where, told: &mut Told) -> Result<Connection, (Step, ConnectError)> {
    let prepared = prepare(place).await.map_err(|error| (Step::Configuration, error))?;
    told.region = Some(prepared.region.clone());
    told.expires = prepared.provide().await.map_err(|error| (Step::Credentials, error))?;
    let connected = Prepared::connect(prepared, told.watch.clone()).await;
    connected.map_err(|error| (Step::Identity, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake::{self, Fake};

    fn dated(status: u16, date: &'static str) -> std::sync::Arc<Fake> {
        Fake::stranger(move |_| {
            let mut answer = if status == 200 {
                fake::whoami()
            } else {
                let body = "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code>\
                            <Message>Signature expired</Message></Error></ErrorResponse>";
                fake::whole(status, "text/xml", body)
            };
            let date = http::HeaderValue::from_static(date);
            answer.headers_mut().insert("date", date);
            answer
        })
    }

    #[tokio::test]
    async fn the_skew_is_read_off_an_answer() {
        let fake = dated(200, "Mon, 01 Jan 2001 00:00:00 GMT");
        let examined = examine(fake::place(&fake)).await;
        assert!(examined.outcome.is_ok());
        let years = examined.skew.unwrap().ahead_s / (365 * 86_400);
        assert!((20..100).contains(&years), "{years}");
    }

    #[tokio::test]
    async fn tm24_a_refusal_for_the_time_is_told_as_one() {
        let fake = dated(403, "Mon, 01 Jan 2001 00:00:00 GMT");
        let examined = examine(fake::place(&fake)).await;
        let (step, error) = examined.outcome.unwrap_err();
        assert_eq!(step, Step::Identity);
        let ConnectError::ClockOff { ahead_s, .. } = error else { panic!("{error}") };
        assert_eq!(examined.skew.unwrap().ahead_s, ahead_s);
        assert!(ahead_s > 600_000_000, "{error}");
        let what = error.what();
        assert!(
            what.starts_with("this machine's clock is ") && what.ends_with(" s ahead of AWS's")
        );
    }

    #[tokio::test]
    async fn a_server_without_a_date_tells_no_skew() {
        let fake = Fake::new(|_| fake::json(500, "{}"));
        let examined = examine(fake::place(&fake)).await;
        assert_eq!(examined.skew, None);
        assert_eq!(examined.region.unwrap().as_str(), "eu-central-1");
    }

    #[tokio::test]
    async fn a_missing_profile_fails_in_the_configuration() {
        let place = Where { profile: Some("no-such-profile".into()), ..Where::aws() };
        let (step, error) = examine(place).await.outcome.unwrap_err();
        assert_eq!(step, Step::Configuration);
        assert!(matches!(error, ConnectError::UnknownProfile { .. }), "{error}");
    }
}
