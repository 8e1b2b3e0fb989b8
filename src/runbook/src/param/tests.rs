//! Every type takes its own values and no others.

use serde_json::json;

use super::*;

fn param(text: &str) -> Param {
    toml::from_str(&format!("help = \"\"\n{text}")).unwrap()
}

#[test]
fn every_type_takes_its_own_values_and_no_others() {
    let check = |text: &str, good: &[Value], bad: &[Value]| {
        let param = param(text);
        for value in good {
            assert_eq!(param.fault(value), None, "{text} {value}");
        }
        for value in bad {
            assert!(param.fault(value).is_some(), "{text} {value}");
        }
        assert_eq!(param.fault(&param.sample()), None, "{text}");
    };
    check("type = 'lambda.version'", &[json!("41")], &[json!("$LATEST"), json!(41)]);
    check(
        "type = 'aws.cidr'",
        &[json!("10.0.0.0/8"), json!("2001:db8::/32")],
        &[json!("10.0.0.0"), json!("10.0.0.0/33"), json!("x/8"), json!("10.0.0.0/-1")],
    );
    check("type = 'sqs.queue'", &[json!("orders-dlq"), json!("a.fifo")], &[json!("a.b")]);
    check("type = 'secretsmanager.secret'", &[json!("orders/db")], &[json!("a b"), json!("")]);
    check("type = 's3.bucket'", &[json!("shop-assets")], &[json!("A"), json!("-a-"), json!("ab")]);
    check("type = 'wafv2.ip-set'", &[json!("blocked")], &[json!("a b")]);
    check("type = 'aws.region'", &[json!("us-east-1")], &[json!("moon")]);
    check("type = 'aws.account'", &[json!("123456789012")], &[json!("12")]);
    check("type = 'aws.arn'", &[json!("arn:aws:s3:::b")], &[json!("b")]);
    check("type = 'iam.user'", &[json!("ci-deploy")], &[json!("user/ci-deploy"), json!("")]);
    check("type = 'iam.role'", &[json!("orders-lambda")], &[json!("a b"), json!(1)]);
    check("type = 'iam.access-key'", &[json!("AKIAIOSFODNN7EXAMPLE")], &[json!("AKIA")]);
    check("type = 'apigateway.rest-api'", &[json!("Orders, written")], &[json!("")]);
    check("type = 'apigateway.stage'", &[json!("prod")], &[json!("prod/x")]);
    check("type = 'apigateway.deployment'", &[json!("d3p8wr")], &[json!("a b")]);
    check("type = 'events.bus'", &[json!("default")], &[json!("a b")]);
    check("type = 'events.rule'", &[json!("order-stored")], &[json!("a/b")]);
    check("type = 'ecs.cluster'", &[json!("shop")], &[json!("a b")]);
    check("type = 'ecs.service'", &[json!("shop-web")], &[json!("shop/web")]);
    check("type = 'ecs.task-definition'", &[json!("shop-web:117")], &[json!("shop-web")]);
    check(
        "type = 'securityhub.findings'",
        &[json!(["arn:aws:securityhub:eu-central-1:1:finding/1", "mine 2"])],
        &[json!([]), json!(["a", "a"]), json!("a"), json!([7]), json!([""])],
    );
    check(
        "type = 'guardduty.findings'",
        &[json!(["b0a4d7e2c5f14a68b3d9e1c7f6a2d804"])],
        &[json!(["b0a4"]), json!([])],
    );
    check("type = 'codepipeline.pipeline'", &[json!("orders-deploy")], &[json!("a/b")]);
    check("type = 'codepipeline.stage'", &[json!("Deploy")], &[json!("a b"), json!("")]);
    check(
        "type = 'codepipeline.execution'",
        &[json!("f5b17ded-cbb8-5d11-bedc-f431fa50b219")],
        &[json!("F5B17DED-CBB8-5D11-BEDC-F431FA50B219"), json!("latest")],
    );
    check("type = 'codedeploy.deployment'", &[json!("d-ABCDEF123")], &[json!("ABCDEF123")]);
    check("type = 'cloudfront.distribution'", &[json!("E2SHOPEDGE4021")], &[json!("e2")]);
    check("type = 'cloudwatch.alarm'", &[json!("orders: fail")], &[json!(""), json!("a\n")]);
    check("type = 'rds.identifier'", &[json!("orders-db")], &[json!("1db"), json!("a--b")]);
    check("type = 'enum'\nvalues = ['a', 'b']", &[json!("a")], &[json!("c"), json!(1), json!("A")]);
    check(
        "type = 'text'\npattern = '[a-z]*'\nmax_length = 6",
        &[json!("abc")],
        &[json!("abcdefg"), json!("AB"), json!("a\n"), json!(1)],
    );
    check("type = 'number'\nmin = 1\nmax = 5", &[json!(1), json!(5.0)], &[json!(0), json!(6)]);
    check("type = 'flag'", &[json!(true)], &[json!("true")]);
    check(
        "type = 'duration'\nmax = 3600",
        &[json!("90s"), json!("60m")],
        &[json!("2h"), json!("5"), json!("m"), json!(5), json!("5µ")],
    );
}
