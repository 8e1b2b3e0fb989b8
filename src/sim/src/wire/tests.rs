//! The wire from outside: requests in, answers out, in every protocol.

use bytes::Bytes;
use http::Request;

use super::client::{Client, WALL, request};
use super::sample::Sampler;
use super::validate;
use super::value::Value;
use crate::ledger::Outcome;
use crate::model::{Protocol, catalog};
use crate::services;
use crate::wire::request::decode;
use crate::wire::route::{Incoming, route};
use crate::wire::sigv4::Signature;

/// What an operation may answer though its model does not say so, because AWS does too.
const USUAL: [&str; 12] = [
    "AccessDenied",
    "AccessDeniedException",
    "ValidationException",
    "ValidationError",
    "InvalidParameterValue",
    "InvalidParameterCombination",
    "MissingParameter",
    "InvalidInputException",
    "BadRequestException",
    "InvalidArgument",
    "InvalidRequest",
    "NotFoundException",
];

#[tokio::test]
async fn query_answers_and_refuses_in_xml() {
    let client = Client::of("quiet-day", 1);
    let answer = client.ask("sts", "GetCallerIdentity", &Value::empty()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/xml");
    let text = answer.text();
    assert!(text.contains("<GetCallerIdentityResult><Account>123456784021</Account>"), "{text}");
    assert!(
        text.contains(&format!("<RequestId>{}</RequestId>", answer.header("x-amzn-requestid"))),
        "{text}"
    );

    let answer = client
        .ask("sts", "AssumeRole", &Value::record([("RoleSessionName", Value::from("x"))]))
        .await;
    assert_eq!(answer.status, 400);
    let text = answer.text();
    assert!(text.contains("<Type>Sender</Type><Code>ValidationError</Code>"), "{text}");
    assert!(
        text.contains("Value null at &apos;roleArn&apos;")
            || text.contains("Value null at 'roleArn'"),
        "{text}"
    );
    assert!(text.contains("Member must have length greater than or equal to 2"), "{text}");
}

#[tokio::test]
async fn json_refuses_with_a_type() {
    let client = Client::of("quiet-day", 1);
    let input =
        Value::empty().with("logGroupName", "/aws/lambda/orders-writer").with("limit", 10_001_i64);
    let answer = client.ask("logs", "FilterLogEvents", &input).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.header("content-type"), "application/x-amz-json-1.1");
    assert_eq!(answer.json()["__type"], "InvalidParameterException");
    assert_eq!(
        answer.json()["message"],
        "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value \
         less than or equal to 10000"
    );
}

#[tokio::test]
async fn rest_json_names_its_error_in_a_header() {
    let client = Client::of("quiet-day", 1);
    let input = Value::record([
        ("FunctionName", Value::from("no spaces allowed")),
        ("Name", Value::from("live")),
    ]);
    let answer = client.ask("lambda", "GetAlias", &input).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("x-amzn-errortype")),
        (400, "ValidationException")
    );
    let mut request = Request::get("https://lambda.eu-central-1.amazonaws.com/2015-03-31/nothing")
        .body(Bytes::new())
        .unwrap();
    client.sign(&mut request, "lambda");
    let answer = client.send(request).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("x-amzn-errortype")),
        (404, "UnknownOperationException")
    );
}

#[tokio::test]
async fn cloudwatch_refuses_in_the_protocol_it_was_asked_in() {
    let client = Client::of("quiet-day", 1);
    let input =
        Value::record([("AlarmNames", Value::list(["a"])), ("MaxRecords", Value::from(1000_i64))]);
    let mut codes = Vec::new();
    for protocol in [Protocol::Cbor, Protocol::Json, Protocol::Query] {
        let answer = client.ask_in(protocol, "cloudwatch", "DescribeAlarms", &input).await;
        assert_eq!(answer.status, 400);
        codes.push((
            answer.header("content-type").to_owned(),
            answer.header("x-amzn-query-error").to_owned(),
        ));
        let served = client.account.served_of("DescribeAlarms").pop().unwrap();
        assert_eq!((served.protocol, &served.input), (Some(protocol), &input));
    }
    let query_error = "ValidationError;Sender".to_owned();
    let plain = |text: &str| text.to_owned();
    assert_eq!(
        codes,
        [
            (plain("application/cbor"), plain("ValidationException;Sender")),
            (plain("application/x-amz-json-1.0"), plain("ValidationException;Sender")),
            (plain("text/xml"), String::new())
        ],
        "{query_error}"
    );
}

#[tokio::test]
async fn ec2_and_s3_have_envelopes_of_their_own() {
    let client = Client::of("quiet-day", 1);
    let answer = client.ask("ec2", "CreateTags", &Value::empty()).await;
    let text = answer.text();
    assert!(text.contains("<Response><Errors><Error><Code>MissingParameter</Code>"), "{text}");
    assert!(text.contains("</Errors><RequestID>"), "{text}");
    let mut request = Request::get("https://s3.eu-central-1.amazonaws.com/bucket?acl")
        .body(Bytes::new())
        .unwrap();
    client.sign(&mut request, "s3");
    let answer = client.send(request).await;
    assert_eq!(answer.status, 501);
    assert!(answer.text().contains("<Error><Code>NotImplemented</Code>"), "{}", answer.text());
    assert!(!answer.header("x-amz-request-id").is_empty());
}

#[tokio::test]
async fn each_protocol_refuses_bad_credentials_in_its_own_words() {
    let mut client = Client::of("quiet-day", 1);
    let unsigned = |service: &str, operation: &str| {
        let service = catalog::find(service).unwrap().service();
        request(service, service.protocol(), &service.operations[operation], &Value::empty())
    };
    let outcome = |client: &Client| match client.account.served().pop().unwrap().outcome {
        Outcome::Refused(code) => code,
        Outcome::Answered
        | Outcome::ReplyLost
        | Outcome::Postponed
        | Outcome::ExecutedLate
        | Outcome::Unserved
        | Outcome::Unreachable => "not refused".to_owned(),
    };
    let cases = [
        (
            "logs",
            "DescribeLogGroups",
            "MissingAuthenticationTokenException",
            "UnrecognizedClientException",
            400,
            "InvalidSignatureException",
        ),
        (
            "lambda",
            "ListFunctions",
            "MissingAuthenticationTokenException",
            "UnrecognizedClientException",
            403,
            "InvalidSignatureException",
        ),
        (
            "sts",
            "GetCallerIdentity",
            "MissingAuthenticationToken",
            "InvalidClientTokenId",
            403,
            "SignatureDoesNotMatch",
        ),
        ("ec2", "DescribeInstances", "AuthFailure", "AuthFailure", 401, "AuthFailure"),
        ("s3", "ListBuckets", "AccessDenied", "InvalidAccessKeyId", 403, "SignatureDoesNotMatch"),
    ];
    for (service, operation, missing, unknown, status, mismatch) in cases {
        client.send(unsigned(service, operation)).await;
        assert_eq!(outcome(&client), missing, "{service} unsigned");
        let good = std::mem::replace(&mut client.access_key, "AKIANOBODY".to_owned());
        let answer = client.ask(service, operation, &Value::empty()).await;
        assert_eq!(
            (outcome(&client).as_str(), answer.status.as_u16()),
            (unknown, status),
            "{service}"
        );
        client.access_key = good;
        let good = std::mem::replace(&mut client.secret, "wrong".to_owned());
        client.ask(service, operation, &Value::empty()).await;
        assert_eq!(outcome(&client), mismatch, "{service}");
        client.secret = good;
    }
    client.wall = WALL - 600_000;
    let answer = client.ask("logs", "DescribeLogGroups", &Value::empty()).await;
    assert!(
        answer.text().contains("Signature expired: 20261122T055000Z is now earlier than"),
        "{}",
        answer.text()
    );
    client.ask("s3", "ListBuckets", &Value::empty()).await;
    client.wall = WALL - 1_000_000;
    client.ask("s3", "ListBuckets", &Value::empty()).await;
    assert_eq!(outcome(&client), "RequestTimeTooSkewed");
}

#[tokio::test]
async fn temporary_credentials_need_their_token_and_expire() {
    let mut client = Client::of("quiet-day", 1);
    let role = Value::empty()
        .with("RoleArn", "arn:aws:iam::123456784021:role/oncall-read")
        .with("RoleSessionName", "short")
        .with("DurationSeconds", 900_i64);
    let text = client.ask("sts", "AssumeRole", &role).await.text();
    let part = |name: &str| {
        text.split(&format!("<{name}>")).nth(1).unwrap().split("</").next().unwrap().to_owned()
    };
    client.access_key = part("AccessKeyId");
    client.secret = part("SecretAccessKey");
    let status = |answer: super::client::Answer| answer.status.as_u16();
    assert_eq!(status(client.ask("sts", "GetCallerIdentity", &Value::empty()).await), 403);
    client.token = Some(part("SessionToken"));
    assert_eq!(status(client.ask("sts", "GetCallerIdentity", &Value::empty()).await), 200);
    client.account.advance_to(WALL + 901_000);
    let answer = client.ask("sts", "GetCallerIdentity", &Value::empty()).await;
    assert!(answer.text().contains("<Code>ExpiredToken</Code>"), "{}", answer.text());
}

#[tokio::test]
async fn the_wrong_service_in_the_scope_is_refused() {
    let client = Client::of("quiet-day", 1);
    let service = catalog::find("logs").unwrap().service();
    let mut request =
        request(service, Protocol::Json, &service.operations["DescribeLogGroups"], &Value::empty());
    client.sign(&mut request, "lambda");
    let answer = client.send(request).await;
    assert!(answer.text().contains("scoped to correct service: 'logs'"), "{}", answer.text());
}

#[tokio::test]
async fn a_broken_body_is_a_serialization_error() {
    let client = Client::of("quiet-day", 1);
    for body in ["{", "[]", r#"{"limit":"many"}"#, r#"{"logGroupName":{}}"#] {
        let mut request = client.signed(Protocol::Json, "logs", "FilterLogEvents", &Value::empty());
        *request.body_mut() = Bytes::from_static(body.as_bytes());
        client.sign(&mut request, "logs");
        let answer = client.send(request).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["__type"]),
            (400, &"SerializationException".into()),
            "{body}"
        );
    }
}

#[tokio::test]
async fn what_a_shape_does_not_know_is_passed_over_and_noted() {
    let client = Client::of("quiet-day", 1);
    let mut request = client.signed(Protocol::Json, "logs", "DescribeLogGroups", &Value::empty());
    *request.body_mut() = Bytes::from_static(br#"{"limit":1,"colour":"red"}"#);
    client.sign(&mut request, "logs");
    assert_eq!(client.send(request).await.status, 200);
    let mut request = client.signed(Protocol::Query, "sts", "GetCallerIdentity", &Value::empty());
    *request.body_mut() =
        Bytes::from_static(b"Action=GetCallerIdentity&Version=2011-06-15&Colour=red");
    client.sign(&mut request, "sts");
    assert_eq!(client.send(request).await.status, 200);
    let strays: Vec<_> = client.account.served().into_iter().map(|served| served.strays).collect();
    assert_eq!(strays, [["DescribeLogGroupsRequest.colour"], ["GetCallerIdentity.Colour"]]);
}

/// Every operation, served or not: what our client writes, our server reads, whatever the protocol.
#[test]
fn random_inputs_of_every_operation_are_read_as_they_were_written() {
    let mut seen = 0;
    for entry in catalog::all() {
        let service = entry.service();
        for operation in service.operations.values() {
            for (seed, protocol) in
                (0_u64..3).flat_map(|seed| service.meta.protocols.iter().map(move |p| (seed, *p)))
            {
                let Some(id) = operation.input else { continue };
                let Some(input) = Sampler::new(seed).value(service, id, 0.5, 0) else { continue };
                let breaches = validate::breaches(service, id, &input);
                assert!(
                    breaches.is_empty(),
                    "{}: {} seed {seed}: {breaches:?}",
                    service.name,
                    operation.name
                );
                let mut request = request(service, protocol, operation, &input);
                let name = &service.meta.signing_name;
                let keys = super::sigv4::Keys { access_key: "K", secret: "S", token: None };
                super::sigv4::sign(&mut request, &keys, "eu-central-1", name, WALL);
                let incoming = Incoming::new(request);
                let signature = Signature::read(&incoming).unwrap().unwrap();
                assert_eq!(signature.verify(&incoming, &keys, WALL), Ok(()));
                let route = route(&incoming, Some(&signature)).unwrap();
                assert_eq!(
                    (route.entry.name, route.asked.as_str(), route.protocol),
                    (service.name, operation.name.as_str(), protocol)
                );
                let mut strays = Vec::new();
                let back = decode(&incoming, &route, operation, &mut strays).unwrap();
                assert_eq!(strays, Vec::<String>::new(), "{}: {}", service.name, operation.name);
                let lossless =
                    matches!(protocol, Protocol::Json | Protocol::Cbor | Protocol::RestJson);
                if lossless && !loses_something(service, id) {
                    assert_eq!(back, input, "{}: {} seed {seed}", service.name, operation.name);
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 850, "{seen}");
}

/// Header values lose what is not ASCII on the way, and a list in a query that it is there at all where it is empty.
fn loses_something(service: &crate::model::Service, id: crate::model::ShapeId) -> bool {
    use crate::model::{Kind, Location};
    let structure = service.shape(id).structure().unwrap();
    structure.members.iter().any(|m| match m.location {
        Location::Header | Location::Headers => true,
        Location::Query => matches!(service.shape(m.shape).kind, Kind::List { .. }),
        Location::Body | Location::Uri | Location::Status => false,
    })
}

/// Whatever is valid is answered: never with a fault of the service, never with an error its model does not know.
#[tokio::test]
async fn random_valid_inputs_never_break_a_served_operation() {
    let client = Client::of("bad-deploy", 7);
    let mut problems = Vec::new();
    for seed in 0..12_u64 {
        client.account.advance_to(WALL + i64::try_from(seed).unwrap() * 10_000);
        for (service_name, name) in services::served() {
            let service = catalog::find(service_name).unwrap().service();
            let Some(operation) = service.operations.get(name) else {
                problems.push(format!("{service_name}.{name} is served but not modelled"));
                continue;
            };
            if service.event_stream(operation).is_some() {
                continue; // its answer never ends; it has tests of its own
            }
            let input = match operation.input {
                Some(id) => Sampler::new(seed * 1000 + 17).value(service, id, 0.4, 0),
                None => Some(Value::empty()),
            };
            let Some(input) = input else { continue };
            let answer = client.ask(service_name, name, &input).await;
            let served = client.account.served().pop().unwrap();
            let whereabouts = || format!("{service_name}.{name} seed {seed}: {input:?}");
            if answer.status.as_u16() >= 500 {
                problems.push(format!("{} {}", answer.status, whereabouts()));
            }
            if let Outcome::Refused(code) = &served.outcome {
                let modelled = service.error(code).is_some_and(|shape| {
                    operation.errors.iter().any(|id| service.shape(*id).name == shape.name)
                });
                let plain = service.name == "ec2"
                    && (code.starts_with("Invalid")
                        || code.contains("NotFound")
                        || code == "DryRunOperation");
                let missing = service.name == "s3"
                    && (code.starts_with("NoSuch") || code.ends_with("NotFoundError"));
                if !modelled && !plain && !missing && !USUAL.contains(&code.as_str()) {
                    problems.push(format!("unmodelled error {code} {}", whereabouts()));
                }
            }
            for violation in served.violations {
                problems.push(format!("{violation} in {}", whereabouts()));
            }
        }
    }
    problems.sort();
    problems.dedup_by_key(|problem| problem.split(" seed ").next().unwrap_or_default().to_owned());
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}
