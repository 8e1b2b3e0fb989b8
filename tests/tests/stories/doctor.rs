//! `watchdeck doctor` without a terminal: on the simulated account, on faults, on nobody, and on files that are wrong.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;
use watchdeck_tests::home::{Home, Served};

/// What it says in JSON, and its exit code.
fn doctor(home: &Home, more: &[&str]) -> (i32, Value) {
    let mut arguments = vec!["doctor", "--json"];
    arguments.extend_from_slice(more);
    let output = home.command(&arguments).unwrap().output().unwrap();
    let told = serde_json::from_slice(&output.stdout);
    let told = told.unwrap_or_else(|error| {
        panic!("{error}: {}{}", text(&output.stdout), text(&output.stderr));
    });
    (output.status.code().unwrap(), told)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The finding about something.
fn of<'a>(told: &'a Value, check: &str) -> &'a Value {
    let findings = told["findings"].as_array().unwrap();
    let found = findings.iter().find(|finding| finding["check"] == check);
    found.unwrap_or_else(|| panic!("nothing about {check}: {told:#}"))
}

/// An account in another process with these faults, and a home that leads there.
fn spoiled(faults: &[&str]) -> (Served, Home) {
    let mut arguments = vec!["--story", "quiet-day"];
    for fault in faults {
        arguments.extend_from_slice(&["--fault", fault]);
    }
    let served = Served::start(&Home::new().unwrap(), &arguments).unwrap();
    let mut home = Home::new().unwrap();
    for (name, value) in served.environment() {
        home.set(name, value);
    }
    (served, home)
}

#[test]
fn the_doctor_finds_nothing_bad_about_the_simulated_account() {
    let home = Home::new().unwrap();
    let (code, told) = doctor(&home, &[]);
    assert_eq!((code, &told["sound"]), (0, &Value::Bool(true)), "{told:#}");
    assert_eq!(told["policy"], Value::Null);
    for (check, verdict) in [
        ("terminal", "skipped"),
        ("settings", "ok"),
        ("identity", "ok"),
        ("lambda:GetPolicy", "ok"),
        ("logs:StartLiveTail", "ok"),
        ("cloudtrail:LookupEvents", "ok"),
    ] {
        assert_eq!(of(&told, check)["verdict"], verdict, "{check}: {told:#}");
    }
    let asked: Vec<&str> =
        told["findings"].as_array().unwrap().iter().filter_map(|f| f["check"].as_str()).collect();
    for (_, operation) in watchdeck_aws::READING {
        // IAM calls two of S3's operations otherwise.
        let operation = match *operation {
            "GetPublicAccessBlock" => "GetBucketPublicAccessBlock",
            "ListBuckets" => "ListAllMyBuckets",
            same => same,
        };
        assert!(asked.iter().any(|check| check.ends_with(&format!(":{operation}"))), "{operation}");
    }
}

#[test]
fn what_is_denied_is_told_with_the_least_policy_that_allows_it() {
    let denied =
        ["ListFunctions:deny:always", "FilterLogEvents:deny:always", "GetPolicy:deny:always"];
    let (_served, home) = spoiled(&denied);
    let (code, told) = doctor(&home, &[]);
    assert_eq!(code, 1, "{told:#}");
    for check in ["lambda:ListFunctions", "logs:FilterLogEvents", "lambda:GetPolicy"] {
        let finding = of(&told, check);
        assert_eq!((&finding["verdict"], &finding["what"]), (&"bad".into(), &"denied".into()));
        assert!(finding["why"].as_str().unwrap().contains("AccessDenied"), "{finding:#}");
    }
    assert_eq!(of(&told, "clock")["verdict"], "ok", "{told:#}");
    assert_eq!(of(&told, "lambda:ListAliases")["verdict"], "ok", "{told:#}");
    let statements = told["policy"]["Statement"].as_array().unwrap();
    let actions: Vec<&str> = statements
        .iter()
        .flat_map(|statement| statement["Action"].as_array().unwrap())
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(actions, ["lambda:ListFunctions", "lambda:GetPolicy", "logs:FilterLogEvents"]);
    let resource = statements[1]["Resource"][0].as_str().unwrap();
    assert!(
        resource.starts_with("arn:aws:lambda:eu-central-1:") && resource.ends_with(":function:*")
    );
}

#[test]
fn where_everything_is_denied_the_identity_says_so_and_nobody_is_asked() {
    let (_served, home) = spoiled(&["*:deny:always"]);
    let (code, told) = doctor(&home, &[]);
    assert_eq!(code, 1, "{told:#}");
    assert_eq!(of(&told, "identity")["verdict"], "bad", "{told:#}");
    assert_eq!(of(&told, "permissions")["verdict"], "skipped", "{told:#}");
}

#[test]
fn expired_credentials_are_told_with_what_to_do() {
    let (_served, home) = spoiled(&["*:expired-token:always"]);
    let (code, told) = doctor(&home, &[]);
    assert_eq!(code, 1, "{told:#}");
    let identity = of(&told, "identity");
    assert_eq!(identity["what"], "the credentials have expired", "{told:#}");
    assert!(identity["next"].as_str().unwrap().contains("aws sso login"), "{told:#}");
}

#[test]
fn an_endpoint_that_nobody_serves_is_bad_and_the_machine_is_looked_at_all_the_same() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://me:s3cret@127.0.0.1:{port}");
    let home = Home::new()
        .unwrap()
        .with("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .with("AWS_SECRET_ACCESS_KEY", "s3cret");
    let (code, told) = doctor(&home, &["--endpoint-url", &url, "--region", "eu-central-1"]);
    assert_eq!(code, 1, "{told:#}");
    assert_eq!(of(&told, "journal")["verdict"], "ok", "{told:#}");
    assert_eq!(of(&told, "identity")["verdict"], "bad", "{told:#}");
    assert!(!told.to_string().contains("s3cret"), "{told:#}");
}

#[test]
fn files_that_are_wrong_are_told_with_their_line_and_open_folders_with_their_mode() {
    let home = Home::new().unwrap();
    let config = home.path().join("config/watchdeck");
    std::fs::create_dir_all(&config).unwrap();
    std::fs::write(config.join("config.toml"), "store_mb = 64\ntehme = \"dark\"\n").unwrap();
    std::fs::write(config.join("keymap.toml"), "[logs]\n\"x\" = \"explode\"\n").unwrap();
    let state = home.path().join("state/watchdeck");
    std::fs::create_dir_all(&state).unwrap();
    std::fs::set_permissions(&state, std::fs::Permissions::from_mode(0o755)).unwrap();
    let (code, told) = doctor(&home, &[]);
    assert_eq!(code, 1, "{told:#}");
    let settings = of(&told, "settings");
    assert!(settings["what"].as_str().unwrap().contains("config.toml:2:1:"), "{told:#}");
    assert_eq!(settings["next"], "did you mean `theme`?");
    assert_eq!(of(&told, "keymap")["verdict"], "bad", "{told:#}");
    let state = of(&told, "state");
    assert_eq!(state["verdict"], "warn");
    assert!(state["why"].as_str().unwrap().contains("(755)"), "{told:#}");
}
