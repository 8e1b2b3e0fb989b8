//! How well lines are grouped: against the loghub data sets where they are at hand, and against lines of our own.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test's support fails by panicking"
)]

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use watchdeck_domain::log::LogLevel;
use watchdeck_domain::{LogGroupName, Timestamp};
use watchdeck_signal::store::{LineId, LineRef, StreamName};
use watchdeck_signal::template::Miner;

/// The least mean share of lines that are grouped exactly as the truth groups them.
const LEAST: f64 = 0.84;

fn grouped(lines: &[(String, String)]) -> f64 {
    let group = LogGroupName::parse("/loghub").unwrap();
    let stream = StreamName { group, stream: "s".into() };
    let mut miner = Miner::default();
    let mut pairs: HashMap<(_, &str), usize> = HashMap::new();
    let (mut found, mut true_groups) = (HashMap::new(), HashMap::new());
    for (number, (message, truth)) in (0..).zip(lines) {
        let at = Timestamp::from_millis(0);
        let id = LineId { timestamp: at, ingested: at, number };
        let level = LogLevel::detect(message);
        let template = miner.take(&LineRef { id, stream: &stream, message, level, late: false });
        *pairs.entry((template, truth.as_str())).or_default() += 1;
        *found.entry(template).or_insert(0_usize) += 1;
        *true_groups.entry(truth.as_str()).or_insert(0_usize) += 1;
    }
    let exact: usize = pairs
        .iter()
        .filter(|((template, truth), lines)| {
            found[template] == **lines && true_groups[truth] == **lines
        })
        .map(|(_, lines)| lines)
        .sum();
    float(exact) / float(lines.len())
}

/// Lines of the kinds an account writes, each behind the name of its kind; tabs within a line are written `\t`.
#[test]
fn lines_of_an_account_are_grouped_by_their_kind() {
    let lines: Vec<(String, String)> = include_str!("lines.tsv")
        .lines()
        .map(|line| line.split_once('\t').unwrap())
        .map(|(kind, line)| (line.replace("\\t", "\t"), kind.to_owned()))
        .collect();
    assert_eq!(lines.len(), 120);
    assert!(grouped(&lines) > 0.999);
}

fn cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut quoted = false;
    let mut chars = row.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => {
                cells.last_mut().unwrap().push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}

/// A line as it stood in the file, put together from its columns.
fn whole(set: &str, cell: &dyn Fn(&str) -> String) -> String {
    let form = match set {
        "Apache" => "[Time] [Level] Content",
        "HPC" => "LogId Node Component State Time Flag Content",
        "HealthApp" => "Time|Component|Pid|Content",
        "BGL" => "Label Timestamp Date Node Time NodeRepeat Type Component Level Content",
        "Linux" => "Month Date Time Level Component[PID]: Content",
        "OpenSSH" => "Date Day Time LabSZ sshd[Pid]: Content",
        "Spark" => "Date Time Level Component: Content",
        "Zookeeper" => "Date Time - Level  [Node:Component@Id] - Content",
        _ => "Content",
    };
    let mut line = String::new();
    for piece in form.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let name = piece.trim_end_matches(|c: char| !c.is_alphanumeric());
        let (value, mark) = (cell(name), &piece[name.len()..]);
        line.push_str(if value.is_empty() { name } else { &value });
        line.push_str(mark);
    }
    line
}

#[test]
fn real_logs_are_grouped_as_people_would() {
    let Ok(folder) = std::env::var("WATCHDECK_LOGHUB") else {
        println!("skipped: WATCHDECK_LOGHUB names no folder with the loghub data sets");
        return;
    };
    let mut sets: Vec<_> = std::fs::read_dir(Path::new(&folder))
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    sets.sort();
    let mut table = String::new();
    let mut means = [0.0, 0.0];
    for set in &sets {
        let path = format!("{folder}/{set}/{set}_2k.log_structured.csv");
        let text = std::fs::read_to_string(&path).unwrap();
        let mut rows = text.lines();
        let names = cells(rows.next().unwrap());
        let mut sides = [Vec::new(), Vec::new()];
        for row in rows.filter(|row| !row.is_empty()) {
            let row = cells(row);
            let cell = |name: &str| {
                let at = names.iter().position(|known| known == name);
                at.and_then(|at| row.get(at)).cloned().unwrap_or_default()
            };
            sides[0].push((cell("Content"), cell("EventId")));
            sides[1].push((whole(set, &cell), cell("EventId")));
        }
        let shares = [grouped(&sides[0]), grouped(&sides[1])];
        writeln!(table, "{set:<12} {:.3} {:.3}", shares[0], shares[1]).unwrap();
        for (mean, share) in means.iter_mut().zip(shares) {
            *mean += share / float(sets.len());
        }
    }
    println!("{table}mean         {:.3} {:.3} (messages, whole lines)", means[0], means[1]);
    assert!(means[0] >= LEAST, "{table}");
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}
