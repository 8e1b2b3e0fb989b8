//! The walls of this room: no SDK type gets out, readers do not change anything, and bans are lifted where it says here.

use std::collections::BTreeSet;
use std::path::Path;

/// Every file of the crate but its tests, with its path and its code without comments.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            if name.ends_with("tests.rs") || name == "fake.rs" {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned();
            let lines: Vec<_> =
                text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            found.push((name, lines.join("\n")));
        }
    }
    assert!(found.len() > 15, "the sources were not found");
    found.sort();
    found
}

/// The names that a file brings in from the SDK.
fn sdk_names(code: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for statement in code.split(';') {
        let Some(path) = statement.trim_start().strip_prefix("use aws_") else { continue };
        let ends = |c: char| !(c.is_alphanumeric() || c == '_');
        let words = path.split(ends).filter(|word| word.starts_with(char::is_uppercase));
        names.extend(words.map(str::to_owned));
    }
    names
}

/// Everything a file shows to other crates: public functions, fields, variants, aliases and constants.
fn shown(code: &str) -> Vec<String> {
    let mut shown = Vec::new();
    let mut rest = code;
    while let Some(at) = rest.find("pub ") {
        let before = rest.get(..at).unwrap_or_default();
        let item = rest.get(at..).unwrap_or_default();
        let is_word = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let end = if item.starts_with("pub fn") || item.starts_with("pub async fn") {
            item.find(['{', ';'])
        } else {
            item.find([';', '}']).map(|end| end + 1)
        };
        if !is_word {
            shown.push(item.get(..end.unwrap_or(item.len())).unwrap_or(item).to_owned());
        }
        rest = item.get(4..).unwrap_or_default();
    }
    shown
}

#[test]
fn nothing_public_names_an_sdk_type() {
    for (name, code) in sources() {
        let names = sdk_names(&code);
        for item in shown(&code) {
            let item_names: BTreeSet<_> = item
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .map(str::to_owned)
                .collect();
            // A private field of a public type may hold what it likes; `pub` marks the ones that show.
            let item = if item.starts_with("pub struct") || item.starts_with("pub enum") {
                continue;
            } else {
                item
            };
            assert!(!item.contains("aws_"), "{name} shows the SDK: {item}");
            let leaked: Vec<_> = item_names.intersection(&names).collect();
            assert!(leaked.is_empty(), "{name} shows {leaked:?}: {item}");
        }
    }
}

/// `UpdateAlias` as the SDK's method `update_alias`, and `DescribeDBClusters` as `describe_db_clusters`.
fn method(operation: &str) -> String {
    let letters: Vec<char> = operation.chars().collect();
    let mut out = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| letters[before]);
        let begins = before.is_some_and(char::is_lowercase)
            || letters.get(at + 1).is_some_and(|after| after.is_lowercase());
        if letter.is_uppercase() && before.is_some() && begins {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

/// The operations in the API models of the services that this room speaks with, as SDK methods.
fn contract() -> BTreeSet<String> {
    let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sim/models");
    let services = [
        "cloudfront",
        "apigateway",
        "arc-zonal-shift",
        "cloudtrail",
        "cloudwatch",
        "codedeploy",
        "codepipeline",
        "dynamodb",
        "guardduty",
        "ecr",
        "ecs",
        "events",
        "iam",
        "lambda",
        "logs",
        "rds",
        "route53",
        "s3",
        "secretsmanager",
        "securityhub",
        "sqs",
        "ssm",
        "sso-oidc",
        "sts",
        "wafv2",
    ];
    let mut methods = BTreeSet::new();
    for service in services {
        let text = std::fs::read_to_string(models.join(format!("{service}.json"))).unwrap();
        let model: serde_json::Value = serde_json::from_str(&text).unwrap();
        let operations = model["operations"].as_object().unwrap();
        methods.extend(operations.keys().map(|operation| method(operation)));
    }
    methods
}

/// The operations of the contract that the files under `folder` call.
fn called(folder: &str) -> BTreeSet<String> {
    let contract = contract();
    let mut called = BTreeSet::new();
    for (name, code) in sources() {
        if name.starts_with(folder) {
            let calls = contract.iter().filter(|method| code.contains(&format!(".{method}()")));
            called.extend(calls.cloned());
        }
    }
    called
}

#[test]
fn readers_call_what_is_on_the_reading_list_and_nothing_else() {
    let listed: BTreeSet<_> =
        watchdeck_aws::READING.iter().map(|(_, operation)| method(operation)).collect();
    assert_eq!(called("reader/"), listed);
}

#[test]
fn the_writer_calls_only_what_changes_and_the_session_for_it() {
    let wanted = [
        "archive_findings",
        "assume_role",
        "batch_update_findings",
        "delete_public_access_block",
        "put_public_access_block",
        "delete_function_concurrency",
        "delete_provisioned_concurrency_config",
        "delete_role_policy",
        "delete_user_policy",
        "disable_rule",
        "enable_rule",
        "put_function_concurrency",
        "purge_queue",
        "put_provisioned_concurrency_config",
        "put_role_policy",
        "put_user_policy",
        "rotate_secret",
        "start_logging",
        "start_message_move_task",
        "unarchive_findings",
        "update_access_key",
        "update_alias",
        "update_event_source_mapping",
        "update_ip_set",
        "add_tags_to_resource",
        "delete_db_instance",
        "modify_db_instance",
        "failover_db_cluster",
        "failover_global_cluster",
        "promote_read_replica",
        "reboot_db_instance",
        "switchover_global_cluster",
        "create_db_snapshot",
        "modify_db_snapshot_attribute",
        "restore_db_instance_to_point_in_time",
        "update_service",
        "update_stage",
        "update_secret_version_stage",
        "update_web_acl",
        "disable_stage_transition",
        "enable_stage_transition",
        "retry_stage_execution",
        "rollback_stage",
        "stop_deployment",
        "create_invalidation",
        "put_alarm_mute_rule",
        "delete_alarm_mute_rule",
        "change_resource_record_sets",
        "update_health_check",
        "start_zonal_shift",
        "cancel_zonal_shift",
    ]
    .map(str::to_owned);
    assert_eq!(called("writer/"), BTreeSet::from(wanted));
}

#[test]
fn credentials_call_nothing_but_the_session_to_read_with() {
    assert_eq!(called("credentials/"), BTreeSet::from(["assume_role".to_owned()]));
}

#[test]
fn signing_in_calls_its_three_steps_and_nothing_else() {
    let wanted = ["create_token", "register_client", "start_device_authorization"];
    assert_eq!(called("signin/"), BTreeSet::from(wanted.map(str::to_owned)));
}

#[test]
fn leases_are_looked_at_put_and_deleted_and_nothing_else() {
    let wanted = ["delete_item", "get_item", "put_item"];
    assert_eq!(called("lender/"), BTreeSet::from(wanted.map(str::to_owned)));
}

#[test]
fn checkpoints_are_put_and_read_back_and_nothing_else() {
    let wanted = [
        "create_log_group",
        "create_log_stream",
        "filter_log_events",
        "get_object",
        "list_objects_v2",
        "put_log_events",
        "put_object",
    ];
    assert_eq!(called("shipper/"), BTreeSet::from(wanted.map(str::to_owned)));
}

#[test]
fn the_attester_asks_who_somebody_is_and_nothing_else() {
    assert_eq!(called("attester/"), BTreeSet::from(["get_caller_identity".to_owned()]));
}

#[test]
fn no_other_file_calls_an_operation() {
    for (name, code) in sources() {
        let rooms =
            ["attester/", "reader/", "writer/", "credentials/", "signin/", "lender/", "shipper/"];
        if !rooms.iter().any(|room| name.starts_with(room)) {
            for method in contract() {
                assert!(!code.contains(&format!(".{method}()")), "{name} calls {method}");
            }
        }
    }
}

#[test]
fn clients_are_named_where_this_list_says_and_nowhere_else() {
    let expected: Vec<_> = sources()
        .into_iter()
        .filter(|(_, code)| code.contains("#![expect(clippy::disallowed_types"))
        .map(|(name, _)| name)
        .collect();
    let wanted = [
        "attester/mod.rs",
        "clients.rs",
        "credentials/role.rs",
        "lender/mod.rs",
        "reader/apigateway.rs",
        "reader/cloudfront.rs",
        "reader/cloudtrail.rs",
        "reader/cloudwatch/alarms.rs",
        "reader/cloudwatch/metrics.rs",
        "reader/cloudwatch/mutes.rs",
        "reader/codedeploy.rs",
        "reader/codepipeline.rs",
        "reader/ecs.rs",
        "reader/events.rs",
        "reader/foresight.rs",
        "reader/guardduty.rs",
        "reader/iam.rs",
        "reader/insights.rs",
        "reader/lambda.rs",
        "reader/logs.rs",
        "reader/rds.rs",
        "reader/recovery.rs",
        "reader/reports.rs",
        "reader/route53.rs",
        "reader/s3.rs",
        "reader/secrets.rs",
        "reader/securityhub/mod.rs",
        "reader/snapshots.rs",
        "reader/sqs.rs",
        "reader/ssm.rs",
        "reader/sts.rs",
        "reader/tail.rs",
        "reader/wafv2.rs",
        "reader/zonalshift.rs",
        "shipper/bucket.rs",
        "shipper/logs.rs",
        "signin/mod.rs",
        "writer/apigateway.rs",
        "writer/cloudfront.rs",
        "writer/cloudtrail.rs",
        "writer/cloudwatch.rs",
        "writer/codedeploy.rs",
        "writer/codepipeline.rs",
        "writer/concurrency.rs",
        "writer/ecs.rs",
        "writer/events.rs",
        "writer/failover.rs",
        "writer/guardduty.rs",
        "writer/iam.rs",
        "writer/lambda.rs",
        "writer/rds.rs",
        "writer/route53.rs",
        "writer/s3.rs",
        "writer/secrets.rs",
        "writer/securityhub.rs",
        "writer/session.rs",
        "writer/snapshots.rs",
        "writer/sqs.rs",
        "writer/wafv2.rs",
        "writer/zonalshift.rs",
    ];
    assert_eq!(expected, wanted);
    let bans = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.clippy.toml");
    let bans = std::fs::read_to_string(bans).unwrap();
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).unwrap();
    for line in manifest.lines().filter(|line| line.starts_with("aws-sdk-")) {
        let package = line.split('.').next().unwrap().replace('-', "_");
        assert!(
            bans.contains(&format!("\"{package}::Client\"")),
            "{package}'s client is not banned"
        );
    }
}

#[test]
fn a_client_is_made_in_one_place_and_with_the_gate_on() {
    for (name, code) in sources() {
        let makes = code.contains("Client::new(") || code.contains("::from_conf(");
        assert_eq!(makes, name == "clients.rs", "{name}");
    }
    let (_, clients) = sources().into_iter().find(|(name, _)| name == "clients.rs").unwrap();
    assert_eq!(clients.matches("::from_conf(").count(), 1);
    assert!(clients.contains(".interceptor(Gate)"));
}
