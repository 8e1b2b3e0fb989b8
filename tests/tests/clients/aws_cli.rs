//! The AWS CLI, which knows nothing of us, against the simulated account on a loopback port.

use serde_json::json;

use super::Desk;

#[test]
fn the_aws_cli_takes_the_simulated_account_for_aws() {
    let Some(desk) = Desk::open() else { return };

    let me = desk.ok("sts get-caller-identity");
    assert_eq!(me["Account"], "123456784021");

    // Every protocol: json, rest-json, query, ec2, rest-xml.
    let groups = desk.ok("logs describe-log-groups");
    assert!(groups.to_string().contains("/aws/lambda/orders-writer"), "{groups}");
    assert!(desk.ok("lambda list-functions").to_string().contains("orders-writer"));
    assert!(desk.ok("rds describe-db-clusters").to_string().contains("orders-db"));
    assert!(desk.ok("elbv2 describe-load-balancers").to_string().contains("shop-web"));
    assert!(desk.ok("ec2 describe-instances")["Reservations"].is_array());
    assert!(desk.ok("route53 list-hosted-zones").to_string().contains("shop.example"));
    assert!(desk.ok("cloudfront list-distributions").is_object());
    assert!(desk.ok("iam list-roles").to_string().contains("oncall-read"));
    assert!(desk.ok("dynamodb list-tables").to_string().contains("sessions"));
    assert!(desk.ok("cloudwatch describe-alarms").to_string().contains("orders-writer"));
    assert_eq!(
        desk.ok("securityhub get-findings --max-items 3")["Findings"].as_array().unwrap().len(),
        3
    );

    // The CLI follows the pages by itself.
    let starts = desk.ok("logs filter-log-events --log-group-name /aws/lambda/orders-writer \
         --filter-pattern START --page-size 40 --max-items 120");
    assert_eq!(starts["events"].as_array().unwrap().len(), 120);
    assert!(starts["events"][0]["message"].as_str().unwrap().starts_with("START RequestId: "));

    let moves = desk.ok("cloudtrail lookup-events --max-items 5 \
         --lookup-attributes AttributeKey=EventName,AttributeValue=UpdateAlias20150331");
    assert!(!moves["Events"].as_array().unwrap().is_empty(), "{moves}");
    desk.close();
}

#[test]
fn the_aws_cli_meets_the_lock_of_an_alias() {
    let Some(desk) = Desk::open() else { return };
    let alias = desk.ok("lambda get-alias --function-name orders-writer --name live");
    let stale = desk.aws(
        "lambda update-alias --function-name orders-writer --name live --function-version 40 \
         --revision-id 00000000-0000-0000-0000-000000000000",
    );
    assert!(stale.unwrap_err().contains("PreconditionFailedException"));
    let revision = alias["RevisionId"].as_str().unwrap();
    let moved = desk.ok(&format!(
        "lambda update-alias --function-name orders-writer --name live --function-version 40 --revision-id {revision}"
    ));
    assert_eq!(moved["FunctionVersion"], "40");
    assert_ne!(moved["RevisionId"], alias["RevisionId"]);
    assert_eq!(desk.account().served_of("UpdateAlias").len(), 2);
    desk.close();
}

#[test]
fn the_aws_cli_is_refused_as_aws_refuses() {
    let Some(desk) = Desk::open() else { return };
    let check = |words: &str, wanted: &str| {
        let why = desk.aws(words).unwrap_err();
        assert!(why.contains(wanted), "aws {words}: {why}");
    };
    check("lambda get-function --function-name nobody", "ResourceNotFoundException");
    check(
        "logs get-log-events --log-group-name nowhere --log-stream-name x",
        "The specified log group does not exist.",
    );
    check(
        "logs filter-log-events --log-group-name /aws/lambda/orders-writer --limit 10001",
        "less than or equal to 10000",
    );
    check("rds describe-db-instances --db-instance-identifier nobody", "DBInstanceNotFound");
    check("s3api get-bucket-policy --bucket nobody-has-this", "NoSuchBucket");
    desk.close();
}

#[test]
fn the_aws_cli_runs_a_query_of_logs_insights() {
    let Some(desk) = Desk::open() else { return };
    let end = desk.account().now_ms() / 1000;
    let span = format!("--start-time {} --end-time {end}", end - 600);
    let group = "--log-group-names /aws/lambda/orders-writer";
    let start = format!("logs start-query {group} {span} --query-string");
    // A word is what stands between blanks here, so the query has none.
    let begun = desk.ok(&format!("{start} stats\tcount(*)\tas\tn"));
    let id = begun["queryId"].as_str().unwrap();
    let waiting = desk.ok(&format!("logs get-query-results --query-id {id}"));
    assert_eq!((&waiting["status"], &waiting["results"]), (&"Scheduled".into(), &json!([])));
    desk.account().advance_to(desk.account().now_ms() + 30_000);
    let answer = desk.ok(&format!("logs get-query-results --query-id {id}"));
    assert_eq!(answer["status"], "Complete");
    assert_eq!(answer["results"][0][0]["field"], "n");
    assert!(answer["statistics"]["recordsScanned"].as_f64().unwrap() > 100.0, "{answer}");
    let other = desk.ok(&format!("{start} fields\t@message"));
    let other = other["queryId"].as_str().unwrap();
    assert_eq!(desk.ok(&format!("logs stop-query --query-id {other}"))["success"], true);
    let listed = desk.ok("logs describe-queries --status Cancelled");
    assert_eq!(listed["queries"][0]["queryId"], other);
    let why = desk.aws(&format!("{start} fields\ta|filtr\tb=1")).unwrap_err();
    assert!(
        why.contains("MalformedQueryException") && why.contains("`filtr` is not a command"),
        "{why}"
    );
    desk.close();
}
