//! What was before the world opened: an hour of logs, three hours of metrics, months of deployments.

use serde_json::{Value as Json, json};

use super::World;
use super::ids::{mix, uuid};
use super::metrics::MINUTE;
use super::names::{ALIAS, HOME_REGION};
use super::principal::Principal;
use super::trail::{Deed, Trail};

const PIPELINE_AGENT: &str = "aws-cli/2.22.12 md/awscrt#0.23.4 ua/2.0 os/linux#6.1";

impl World {
    /// Lives through the time before the start: `minutes` with logs, twice as many before them without.
    pub(super) fn remember(&mut self, minutes: i64) {
        let start = self.now_ms.div_euclid(1000) * 1000;
        let (first, logged) = (start - 3 * minutes * MINUTE, start - minutes * MINUTE);
        let mut second = first;
        while second < start {
            second += 1000;
            self.traffic.step(&mut self.home, second, second > logged);
            if second > logged {
                self.step_west(second);
            }
            if second.rem_euclid(MINUTE) == 0 {
                self.tell_lags(second);
            }
        }
        if let Some(principal) = self.principals.named("ci-deploy").cloned() {
            for function in self.home.lambda.all() {
                let mut before: Option<u32> = None;
                for (number, version) in &function.versions {
                    let history = Release {
                        function: &function.name,
                        number: *number,
                        description: &version.description,
                        code_sha: &version.code_sha,
                        revision: &version.revision,
                        before,
                    };
                    history.recall(&mut self.trail, &principal, self.seed, version.modified_ms);
                    before = Some(*number);
                }
            }
        }
    }
}

/// One past deployment.
struct Release<'a> {
    function: &'a str,
    number: u32,
    description: &'a str,
    code_sha: &'a str,
    revision: &'a str,
    before: Option<u32>,
}

impl Release<'_> {
    /// Leaves its three events, as a deployment leaves them.
    fn recall(&self, trail: &mut Trail, principal: &Principal, seed: u64, modified_ms: i64) {
        let arn = super::names::arn("lambda", HOME_REGION, &format!("function:{}", self.function));
        let number = self.number.to_string();
        let steps: [(&str, i64, Json, Json); 3] = [
            (
                "UpdateFunctionCode",
                -20_000,
                json!({ "functionName": self.function, "publish": false, "dryRun": false }),
                json!({ "functionName": self.function, "functionArn": arn, "version": "$LATEST",
                    "codeSha256": self.code_sha }),
            ),
            (
                "PublishVersion",
                0,
                json!({ "functionName": self.function, "description": self.description }),
                json!({ "functionName": self.function, "functionArn": format!("{arn}:{number}"),
                    "version": number, "codeSha256": self.code_sha, "revisionId": self.revision }),
            ),
            (
                "UpdateAlias",
                25_000,
                json!({ "functionName": self.function, "name": ALIAS, "functionVersion": number,
                    "routingConfig": { "additionalVersionWeights": {} } }),
                json!({ "aliasArn": format!("{arn}:{ALIAS}"), "name": ALIAS, "functionVersion": number,
                    "description": "what every caller uses" }),
            ),
        ];
        for (index, (operation, shift, request, response)) in (0u64..).zip(steps) {
            let id = uuid(mix(
                mix(super::ids::mix_text(seed, self.function), u64::from(self.number)),
                index,
            ));
            // The first version kept was not moved to: what the alias was before it is not known.
            if operation == "UpdateAlias" && self.before.is_none() {
                continue;
            }
            trail.recall(&Deed {
                at: modified_ms + shift,
                service: "lambda",
                operation,
                region: HOME_REGION,
                principal,
                source_ip: &principal.source_ip,
                user_agent: PIPELINE_AGENT,
                request_id: &id,
                request,
                response,
                error: None,
            });
        }
    }
}
