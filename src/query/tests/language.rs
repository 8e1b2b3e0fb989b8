//! The language by examples: a query, some lines, the table that comes out.

#![expect(clippy::expect_used, reason = "a test whose query is wrong must not run")]

use watchdeck_query::{Outcome, Query, Record, Value};

const NOON: i64 = 1_795_348_800_000; // 2026-11-22 12:00 UTC

/// Lines a second apart, from noon on.
fn run(query: &str, lines: &[&str]) -> Outcome {
    let query = Query::parse(query).expect(query);
    let mut run = query.begin(NOON);
    let mut time = NOON;
    run.feed_all(lines.iter().map(|message| {
        let record = Record {
            message,
            time,
            ingested: time + 40,
            stream: "2026/11/22/[42]0f",
            group: "111122223333:/aws/lambda/orders",
            ..Record::default()
        };
        time += 1000;
        record
    }));
    run.finish()
}

/// The rows, cells parted by a bar.
fn rows(query: &str, lines: &[&str]) -> Vec<String> {
    let shown =
        |row: &Vec<Value<'_>>| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("|");
    run(query, lines).rows.iter().map(shown).collect()
}

fn check(query: &str, lines: &[&str], wanted: &[&str]) {
    assert_eq!(rows(query, lines), wanted, "{query}");
}

const ORDERS: [&str; 5] = [
    r#"{"level":"INFO","status":200,"took":"12","order":{"total":5.5}}"#,
    r#"{"level":"ERROR","status":502,"took":"300","order":{"total":7}}"#,
    r#"{"level":"ERROR","status":"503","took":"9"}"#,
    "START RequestId: 5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b Version: 42",
    "REPORT RequestId: 5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 90 MB\t",
];

#[test]
fn without_more_the_newest_line_comes_first() {
    check("fields @timestamp, @message | limit 1", &["a", "b"], &["2026-11-22 12:00:01.000|b"]);
    check("filter @message like 'a'", &["a", "b"], &["2026-11-22 12:00:00.000|a"]);
    check(
        "fields @logStream, @log, @ingestionTime",
        &["a"],
        &["2026/11/22/[42]0f|111122223333:/aws/lambda/orders|2026-11-22 12:00:00.040"],
    );
}

#[test]
fn filters_compare_and_what_is_not_there_is_unknown() {
    let check = |condition: &str, wanted: &[&str]| {
        check(&format!("fields status | filter {condition} | sort @timestamp"), &ORDERS, wanted);
    };
    check("status = 200", &["200"]);
    check("status = '502'", &["502"]);
    check("status >= 500 and level = 'ERROR'", &["502", "503"]);
    check("status != 200", &["502", "503"]);
    check("not status = 200", &["502", "503"]);
    check("status != 200 or ispresent(level)", &["200", "502", "503"]);
    check("took > 10", &["200", "502"]);
    check("level like /^(?i)err/", &["502", "503"]);
    check("level =~ /INFO/", &["200"]);
    check("level not like 'RR'", &["200"]);
    check("status in [200, '503']", &["200", "503"]);
    check("status not in [200]", &["502", "503"]);
    check("isempty(level) and @type = 'REPORT'", &[""]);
    check("order.total is not null", &["200", "502"]);
    check("order.total is null and ispresent(level)", &["503"]);
    check("order.total * 2 + 1 = 12", &["200"]);
    check("(status = 200 or status = 502) and took < 100 # a comment\n", &["200"]);
}

#[test]
fn fields_are_computed_and_named() {
    check(
        "fields toupper(level) as l, status + 1, strlen(took) as n | filter n > 2 | display l, n",
        &ORDERS,
        &["ERROR|3"],
    );
    assert_eq!(
        run("fields status + 1 , abs( took )", &ORDERS).columns,
        ["status + 1", "abs( took )"]
    );
    check("fields `the-field`", &[r#"{"the-field":1}"#], &["1"]);
    check("fields ispresent(level) as there | stats sum(there)", &ORDERS, &["3"]);
}

#[test]
fn lambda_fields_are_found() {
    check(
        "filter @type = 'REPORT' | stats max(@memorySize / 1000 / 1000) as size, max(@maxMemoryUsed / 1000 / 1000) as used, size - used as spare",
        &ORDERS,
        &["128|90|38"],
    );
    check(
        "filter @type = 'START' | display @requestId",
        &ORDERS,
        &["5f1c9c1e-7d5f-4b0e-a1fb-1f2f3e4d5c6b"],
    );
}

#[test]
fn parse_takes_texts_apart() {
    let lines = ["user=ann, took 12 ms", "user=bob, took 30 ms", "other"];
    check(
        "parse @message 'user=*, took * ms' as who, ms | filter ispresent(who) | display who, ms",
        &lines,
        &["bob|30", "ann|12"],
    );
    check("parse 'user=*,' as who | filter who = 'ann' | stats count(*)", &lines, &["1"]);
    check(
        r"parse @message /user=(?<who>\w+), took (?<ms>\d+)/ | stats avg(ms) as mean",
        &lines,
        &["21"],
    );
    check(
        "parse @message 'took * ms' as ms | stats max(ms), count(ms), count(*)",
        &lines,
        &["30|2|3"],
    );
}

#[test]
fn stats_gather_by_keys() {
    check(
        "stats count(*) as n by level | sort n desc",
        &ORDERS,
        &["2|", "2|ERROR", "1|INFO"]
            .map(|row| {
                let (n, level) = row.split_once('|').unwrap();
                format!("{level}|{n}")
            })
            .each_ref()
            .map(String::as_str),
    );
    check(
        "filter ispresent(level) | stats sum(status), avg(took), min(took), max(took), count_distinct(level)",
        &ORDERS,
        &["1205|107|9|300|2"],
    );
    check(
        "stats count(*) by bin(2s)",
        &ORDERS,
        &["2026-11-22 12:00:00.000|2", "2026-11-22 12:00:02.000|2", "2026-11-22 12:00:04.000|1"],
    );
    check("stats earliest(level), latest(level)", &ORDERS, &["INFO|ERROR"]);
    check(
        "stats pct(n, 50), pct(n, 100), stddev(n)",
        &["{\"n\":1}", "{\"n\":2}", "{\"n\":3}", "{\"n\":4}"],
        &["2|4|1.118"],
    );
    check(
        "stats count(*) by level | sort count(*) desc, level | limit 1 | display COUNT( * )",
        &ORDERS,
        &["2"],
    );
    check(
        "stats count(*) as n by bin(1s) as t | stats max(n), count(*) by datefloor(t, 1m) as m | display m",
        &ORDERS,
        &["2026-11-22 12:00:00.000"],
    );
    check("stats count(*)", &[], &["0"]);
    check("stats count(*) by level", &[], &[]);
}

#[test]
fn dedup_keeps_the_newest_and_what_has_no_value() {
    check("fields level, status | dedup level", &ORDERS, &["|", "|", "ERROR|503", "INFO|200"]);
    check("fields level | sort @timestamp | dedup level | limit 2", &ORDERS, &["INFO", "ERROR"]);
}

#[test]
fn sorting_is_stable_and_has_several_keys() {
    check(
        "fields a, b | sort a, b desc",
        &["{\"a\":2,\"b\":1}", "{\"a\":1,\"b\":1}", "{\"a\":1,\"b\":3}"],
        &["1|3", "1|1", "2|1"],
    );
    check(
        "fields a | sort by a desc",
        &["{\"a\":\"x\"}", "{}", "{\"a\":10}", "{\"a\":9}"],
        &["10", "9", "x", ""],
    );
}

#[test]
fn the_statistics_say_what_was_scanned() {
    let outcome = run("filter level = 'ERROR' | limit 1", &ORDERS);
    assert_eq!(
        (outcome.statistics.scanned, outcome.statistics.matched, outcome.rows.len()),
        (5, 2, 1)
    );
    assert_eq!(outcome.statistics.bytes, ORDERS.iter().map(|line| line.len() as u64).sum::<u64>());
}

#[test]
fn a_snapshot_shows_what_came_so_far() {
    let query = Query::parse("stats count(*)").unwrap();
    let mut run = query.begin(NOON);
    run.feed(&Record { message: "a", ..Record::default() });
    assert_eq!(run.snapshot().rows, [[Value::Number(1.0)]]);
    run.feed(&Record { message: "b", ..Record::default() });
    assert_eq!(run.finish().rows, [[Value::Number(2.0)]]);
}

#[test]
fn too_many_groups_are_cut_and_that_is_said() {
    let query = Query::parse("stats count(*) by n").unwrap();
    let mut run = query.begin(NOON);
    for n in 0..10_050 {
        run.feed(&Record { message: &format!("{{\"n\":{n}}}"), ..Record::default() });
    }
    let outcome = run.finish();
    assert!(outcome.statistics.groups_cut);
    assert_eq!(outcome.rows.len(), 10_000);
}

#[test]
fn hostile_lines_are_counted_and_do_no_harm() {
    let deep = format!("{}1{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    let wide = "x".repeat(1 << 20);
    let digits = format!("{{\"n\":{}}}", "9".repeat(1 << 20));
    let lines = [deep.as_str(), &wide, &digits, "\0", "{\"n\":1}"];
    let outcome = run("filter n > 0 or a.a is null | stats sum(n), count(*)", &lines);
    assert_eq!(outcome.rows[0][1], Value::Number(5.0));
    assert_eq!(outcome.statistics.too_deep, 1);
}

#[test]
fn faults_point_and_say_what_to_do() {
    let check = |query: &str, wanted: &str| match Query::parse(query) {
        Err(error) => assert_eq!(error.to_string(), wanted, "{query}"),
        Ok(_) => panic!("`{query}` was taken"),
    };
    check(
        "",
        "there is no query at character 1: commands are `fields`, `filter`, `parse`, `stats`, `sort`, `dedup`, `display` and `limit`",
    );
    check(
        "fields a | pattern @message",
        "`pattern` cannot be run here at character 12: only AWS itself can run it: send the query to Logs Insights",
    );
    check(
        "anomaly",
        "`anomaly` cannot be run here at character 1: only AWS itself can run it: send the query to Logs Insights",
    );
    check(
        "filter a in (fields b)",
        "expected `[`, found `(` at character 13: values stand in brackets: `in [1, 2]`; only AWS itself can run a subquery",
    );
    check(
        "stats avg(sum(a))",
        "`sum` stands inside another aggregate at character 11: aggregate in a first `stats`, name the result with `as`, and aggregate that in a second",
    );
    check(
        "filter count(a) > 1",
        "`count` stands outside of `stats` at character 8: aggregate first: `stats count(..) as x`, then use `x`",
    );
    check(
        "stats count(*) by a | filter b = 1",
        "`b` is gone after `stats` at character 30: only what `stats` names is left: its aggregates and its keys after `by`",
    );
    check(
        "stats a by b",
        "`a` stands outside of an aggregate at character 7: write `max(a)` or `latest(a)`, or group `by a`",
    );
    check("filter a == 1", "`==` is no comparison at character 10: write `=`");
    check("fields round(a)", "there is no function `round` at character 8: write `floor(x + 0.5)`");
    check(
        "fields isIpv4InSubnet(a, '10.0.0.0/8')",
        "`isIpv4InSubnet` cannot be run here at character 8: only AWS itself can run it: send the query to Logs Insights",
    );
    check(
        "fields strlength(a)",
        "there is no function `strlength` at character 8: did you mean `strlen`",
    );
    check(
        "filter a like 5",
        "expected a text or a regular expression, found `5` at character 15: write `like \"text\"` or `like /expression/`",
    );
    check(
        "filter a like /(/",
        "unclosed group at character 15: check brackets and repetitions; what looks ahead or behind is not supported here",
    );
    check(
        "parse @message 'a * b *' as x",
        "2 stars and 1 names at character 16: each `*` wants a name after `as`",
    );
    check(
        "parse @message /a/",
        "the regular expression names no group at character 16: name what is to be taken: `/user=(?<user>\\S+)/`",
    );
    check("limit 0", "`limit` takes a whole number of rows at character 7: from 1 to 100000");
    check(
        "dedup a | sort a",
        "`sort` stands after `dedup` at character 11: only `limit` may follow `dedup`; put it before",
    );
    check(
        "stats count(*) | stats count(*) | stats count(*)",
        "more than 2 `stats` at character 35: AWS takes two; filter and sort what the second gives",
    );
    check(
        "stats count(*) as n by a | sort n | stats max(n)",
        "`sort` stands before the last `stats` at character 28: with two `stats`, AWS wants `sort` and `limit` after the second",
    );
    check(
        "fields a b",
        "expected `|` or the end, found `b` at character 10: commands are joined by `|`, texts stand in quotes",
    );
    check(
        "stats count(*) by bin(5x)",
        "not a period at character 23: a number and a unit: `30s`, `5m`, `1h`, `1d`, `1w`, `1mo`, `1q`, `1y`",
    );
    check(
        "stats max(a) as m | stats count(*) by bin(5m)",
        "`bin` needs `@timestamp`, which is gone after `stats` at character 39: write `datefloor(column, period)` with a column that holds a time",
    );
    check(
        "select a",
        "`select` is not a command at character 1: this is Logs Insights, not SQL: `filter` picks lines, `fields` picks columns",
    );
    check(
        "filter a = 'x",
        "the text is never closed at character 12: close it with `'`; inside it is written `\\'`",
    );
}

#[test]
fn traps_are_warned_of() {
    let check = |query: &str, wanted: &str| {
        let query = Query::parse(query).unwrap();
        let warned: Vec<_> =
            query.warnings().iter().map(|w| format!("{}: {}", w.at + 1, w.message)).collect();
        assert_eq!(warned.join("; "), wanted, "{query}");
    };
    check("stats count(*) by bin(300s)", "23: AWS takes at most 60 of `s`; write `5m`");
    check(
        "filter foo-bar = 1",
        "11: read as one field minus another; a field with a hyphen stands in backticks: `a-b`",
    );
    check(
        "limit 5 | stats count(*)",
        "1: `limit` before `stats`: what it leaves is gathered; AWS may ignore it",
    );
    check("filter foo - bar = 1 | stats count(*) by bin(5m)", "");
}

#[test]
fn the_nesting_of_a_query_is_bounded() {
    for query in [
        format!("filter {}1{}", "(".repeat(3000), ")".repeat(3000)),
        format!("filter {}1", "not ".repeat(2000)),
        format!("fields {}1", "-".repeat(9000)),
        format!("fields 1{}", "+1".repeat(4000)),
        format!("fields 1{}", "^1".repeat(4000)),
        format!("filter a{}", " or a".repeat(1900)),
        format!("fields {}a{}", "abs(".repeat(1500), ")".repeat(1500)),
        "x".repeat(10_001),
    ] {
        if let Ok(query) = Query::parse(&query) {
            query.begin(0).feed(&Record::default());
        }
    }
}

#[test]
fn lines_are_named_where_a_row_is_a_line() {
    let columns = |query: &str| Query::parse_pointing(query).expect(query).columns();
    assert_eq!(columns("fields a"), ["a", "@ptr"]);
    assert_eq!(columns("fields @ptr, a | filter a = 1"), ["a", "@ptr"]);
    assert_eq!(columns("limit 1"), ["@timestamp", "@message", "@ptr"]);
    assert_eq!(columns("stats count(*) as n by a"), ["a", "n"]);
    let mut run = Query::parse_pointing("fields a").expect("a query").begin(NOON);
    run.feed(&Record { message: r#"{"a":1}"#, pointer: "x", ..Record::default() });
    run.feed(&Record { message: r#"{"a":2}"#, ..Record::default() });
    let found: Vec<_> = run.finish().rows.iter().map(|row| row[1].text().into_owned()).collect();
    assert_eq!(found, ["x", ""]);
}

#[test]
fn what_aws_itself_can_run_is_told_from_what_nobody_can() {
    let aws = |query: &str| Query::parse(query).err().map(|error| error.runs_on_aws);
    for query in [
        "pattern @message",
        "fields isIpv4InSubnet(a, '10.0.0.0/8')",
        "filter a in (fields b)",
        "filter a like /x(?=y)/",
    ] {
        assert_eq!(aws(query), Some(true), "{query}");
    }
    for query in ["", "filtr a = 1", "filter a like /(/", "filter a in 5", "limit 0"] {
        assert_eq!(aws(query), Some(false), "{query}");
    }
}
