//! Stories of reading log lines: which time, which fields, which context, bookmarks and exports.

use std::ops::ControlFlow;
use std::time::Duration;

use watchdeck_signal::{Gap, GapCause, GapChange, GapId, News};

use super::console::{Console, edged};
use super::fixture;
use crate::app::export::{Came, Export, Form, Written};
use crate::app::notes::{Note, Notes};
use crate::app::{Effect, Mouse, MouseDeed, Msg, Problem};

const LINES: &str = r#"
    orders-reader {"level":"INFO","message":"served 12 orders","request_id":"5f1","ms":12}
    orders-writer {"level":"INFO","message":"order taken","order":"A-1001","ms":30}
    orders-writer START RequestId: 5f2 Version: 42
    orders-writer {"level":"ERROR","message":"TypeError: no total","request_id":"5f2"}
    orders-write {"status":502,"path":"/orders"}
    orders-reader {"level":"WARN","message":"cache miss storm","keys":912}
    orders-writer {"level":"ERROR","message":"TypeError: no total","request_id":"5f3"}
"#;

/// A terminal with room for everything.
fn wide() -> Console {
    Console::new().sized(120, 40).lines(LINES)
}

/// The rows of the screen from one to another.
fn rows(console: &Console, from: usize, to: usize) -> String {
    let screen = console.screen();
    let rows: Vec<&str> = screen.lines().skip(from).take(to - from).collect();
    edged(&rows.join("\n"))
}

#[test]
fn a_histogram_tells_how_many_lines_were_written_when() {
    let console = wide();
    insta::assert_snapshot!(rows(&console, 2, 12), @"
    │ 03:04:01 to 03:04:07 · 100 ms a bar · at most 1 line · here, from 03:04:07: 1 line, 1 error
    │ lines   █         █         █         █         █         █         █
    │ errors                                █                             █
    │ 03:04:01.000 orders-reader INFO  served 12 orders  ms=12 request_id=5f1
    │ 03:04:02.000 orders-writer INFO  order taken  ms=30 order=A-1001
    │ 03:04:03.000 orders-writer   ·   START RequestId: 5f2 Version: 42
    │ 03:04:04.000 orders-writer ERROR TypeError: no total  request_id=5f2
    │ 03:04:05.000 orders-write    ·   status=502 path=/orders
    │ 03:04:06.000 orders-reader WARN  cache miss storm  keys=912
    │▌03:04:07.000 orders-writer ERROR TypeError: no total  request_id=5f3
    ");
    let hidden = wide().press("i");
    assert!(!hidden.screen().contains("a bar"));
    hidden.press("i").row("a bar");
    let small = Console::new().lines(LINES);
    assert!(!small.screen().contains("a bar"), "24 rows are for the lines");
    small.press("+").row("the terminal has no room for the histogram");
}

#[test]
fn bars_are_gone_along_narrowed_to_and_left_again() {
    let console = wide().press("<");
    assert!(console.row("▌").contains("cache miss storm"));
    let console = console.press("< < < >");
    assert!(console.row("▌").contains("no total"));
    let console = console.press("+");
    assert!(console.screen().contains("only 03:04:0"), "{}", console.screen());
    assert!(!console.screen().contains("cache miss"));
    let console = console.press("esc");
    console.row("cache miss");
    assert!(console.row("▌").contains("no total"), "the cursor stays on its line");
    let console = console.press("< < < < < < < < <");
    console.row("no lines before this bar");
}

#[test]
fn a_press_on_a_bar_narrows_to_it() {
    let mut console = wide();
    let bars = console.screen();
    let bars = bars.lines().nth(4).unwrap().chars().position(|c| c == '█').unwrap();
    let mouse = Mouse { deed: MouseDeed::Pressed, column: u16::try_from(bars).unwrap(), row: 4 };
    console.hear(Msg::Mouse(mouse));
    assert!(console.row("▌").contains("no total"));
    assert!(console.screen().contains("only 03:04:0"));
    let mouse = Mouse { deed: MouseDeed::Pressed, column: 30, row: 5 };
    let mut console = wide();
    console.hear(Msg::Mouse(mouse));
    assert!(console.row("▌").contains("served 12 orders"), "below the strip are the lines");
}

#[test]
fn a_narrowed_view_follows_its_filter_and_counts_its_own_errors() {
    let console = wide().press("E + / TypeError enter");
    console.row("1 of 7 lines: TypeError");
    console.row("1 error");
    let console = console.press("esc");
    console.row("2 of 7 lines: TypeError");
    let console = console.press("esc");
    console.row("7 lines");
}

#[test]
fn what_a_line_says_of_the_health_of_things_is_marked() {
    let console = Console::new().sized(120, 40).lines(
        "
        orders-writer REPORT RequestId: 5f0e4a91-7f16-4d2f-9c59-2f0f3a0c1b2d\tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 90 MB\tInit Duration: 312.50 ms\t
        orders-writer 2026-11-22T03:00:00Z 5f0e4a91-7f16-4d2f-9c59-2f0f3a0c1b2d Task timed out after 3.00 seconds
    ",
    );
    console.row("cold start  REPORT RequestId");
    console.row("timeout  2026-11-22T03:00:00Z");
    let console = console.press("k enter");
    for told in
        ["kind       Lambda", "verdict    cold start of 31", "duration   12.34 ms, billed 13 ms"]
    {
        console.row(told);
    }
    console.row("request    5f0e4a91-7f16-4d2f-9c59-2f0f3a0c1b2d");
}

#[test]
fn lines_are_a_table_of_chosen_fields() {
    let console = typed(wide(), "columns message,ms,status,none");
    insta::assert_snapshot!(rows(&console, 5, 13), @"
    │                                  message                           ms  status  none
    │ 03:04:01.000 orders-reader INFO  served 12 orders                  12
    │ 03:04:02.000 orders-writer INFO  order taken                       30
    │ 03:04:03.000 orders-writer   ·   START RequestId: 5f2 Version: 42
    │ 03:04:04.000 orders-writer ERROR TypeError: no total
    │ 03:04:05.000 orders-write    ·                                         502
    │ 03:04:06.000 orders-reader WARN  cache miss storm
    │▌03:04:07.000 orders-writer ERROR TypeError: no total
    ");
    let moved = console.press("right");
    moved.row("1 columns");
    assert!(!moved.screen().contains("served"));
    assert!(moved.press("left").screen().contains("served"));
}

#[test]
fn columns_are_proposed_and_remembered_for_these_groups() {
    let console = wide().press("v");
    console.row("message");
    console.row("request_id");
    let console = console.press("w");
    console.row("a table is not wrapped");
    let console = console.press("v");
    console.row("served 12 orders  ms=12");
    let console = console.press("v");
    console.row("request_id");
    let left = console.press("c").take_left();
    let Some(Effect::Copy(copied)) = left.last() else { panic!("{left:?}") };
    assert!(copied[0].as_str().starts_with('{'), "a copy is the line as it was written");
}

#[test]
fn context_shows_what_stands_around_a_match_once() {
    let console = wide().press("/ TypeError enter x");
    insta::assert_snapshot!(rows(&console, 5, 14), @"
    │ 03:04:01.000 orders-reader INFO  served 12 orders  ms=12 request_id=5f1
    │ 03:04:02.000 orders-writer INFO  order taken  ms=30 order=A-1001
    │ 03:04:03.000 orders-writer   ·   START RequestId: 5f2 Version: 42
    │ 03:04:04.000 orders-writer ERROR TypeError: no total  request_id=5f2
    │ 03:04:05.000 orders-write    ·   status=502 path=/orders
    │ 03:04:06.000 orders-reader WARN  cache miss storm  keys=912
    │▌03:04:07.000 orders-writer ERROR TypeError: no total  request_id=5f3
    │
    ");
    let console = console.press("k");
    assert!(console.row("▌").contains("03:04:04"), "the cursor goes from match to match");
    let console = typed(wide().press("/ TypeError enter"), "context-lines 1");
    insta::assert_snapshot!(rows(&console, 5, 14), @"
    │ 03:04:03.000 orders-writer   ·   START RequestId: 5f2 Version: 42
    │ 03:04:04.000 orders-writer ERROR TypeError: no total  request_id=5f2
    │ 03:04:05.000 orders-write    ·   status=502 path=/orders
    │ 03:04:06.000 orders-reader WARN  cache miss storm  keys=912
    │▌03:04:07.000 orders-writer ERROR TypeError: no total  request_id=5f3
    │
    │
    │
    ");
    let console = console.press("x");
    assert!(!console.screen().contains("cache miss"));
    let apart = typed(wide().press("/ /5f[13]/ enter"), "context-lines 1");
    insta::assert_snapshot!(rows(&apart, 5, 11), @"
    │ 03:04:01.000 orders-reader INFO  served 12 orders  ms=12 request_id=5f1
    │ 03:04:02.000 orders-writer INFO  order taken  ms=30 order=A-1001
    │ ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    │ 03:04:06.000 orders-reader WARN  cache miss storm  keys=912
    │▌03:04:07.000 orders-writer ERROR TypeError: no total  request_id=5f3
    ");
    let console = console.press("esc x");
    console.row("there is context only with a filter");
}

#[test]
fn bookmarks_are_gone_along_and_keep_what_they_said() {
    let console = typed(wide().press("E m k k k"), "bookmark the start");
    let console = console.press("G U");
    assert!(console.row("■").contains("03:04:0"), "{}", console.screen());
    let console = console.press("g g u");
    let screen = console.screen();
    assert_eq!(screen.lines().filter(|row| row.starts_with('■')).count(), 2, "{screen}");
    let console = console.press("M");
    insta::assert_snapshot!(rows(&console, 15, 25), @r#"
    │
    │
    │
    │    ╭ Bookmarks: 2 ────────────────────────────────────────────────────────────────────────────────────────────────╮
    │    │ 03:04:01 orders-reader    the start  {"level":"INFO","message":"served 12 orders","request_id":"5f1","ms":12}│
    │    │▌03:04:04 orders-writer    {"level":"ERROR","message":"TypeError: no total","request_id":"5f2"}               │
    │    ╰──────────────────────────────────────────────────────────────────────────────────────────────────────────────╯
    │
    │
    "#);
    let console = console.press("x");
    console.row("Bookmarks: 1");
    let console = console.press("enter");
    assert!(!console.screen().contains("Bookmarks"));
    let mut console = console;
    console.model.logs.forget_lines();
    console.hear(Msg::Ticked);
    let console = console.lines("orders-writer a new line").press("M");
    console.row("not held");
    let console = console.press("enter");
    console.row("this line is not held");
}

/// What was noted since the last time.
fn noted(console: &mut Console) -> Vec<Note> {
    let mut notes = Vec::new();
    for effect in console.take_left() {
        if let Effect::KeepNote(note) = effect {
            notes.push(*note);
        }
    }
    notes
}

fn take_all(notes: &mut Notes, changes: Vec<Note>) {
    for change in changes {
        notes.take(change);
    }
}

#[test]
fn bookmarks_and_columns_come_back_in_the_next_session() {
    let mut console = typed(wide().press("g g"), "bookmark the start");
    let mut notes = Notes::default();
    let written = noted(&mut console);
    assert!(matches!(written.as_slice(), [Note::Marked(_)]), "{written:?}");
    take_all(&mut notes, written);
    let mut console = typed(console.press("e m"), "columns order,ms");
    take_all(&mut notes, noted(&mut console));
    assert_eq!((notes.bookmarks.len(), notes.columns.len()), (2, 1));

    // The next session: the notes come first, the lines later and under other numbers.
    let mut next = Console::new().sized(120, 40);
    next.hear(Msg::NotesRecalled(Box::new(notes.clone())));
    let next = next.press("M");
    assert_eq!(next.screen().matches("not held").count(), 2, "{}", next.screen());
    let next = next.press("esc");
    let before = next.now;
    let mut next = next.lines("orders-writer another line");
    next.now = before;
    let next = next.lines(LINES);
    let screen = next.screen();
    assert_eq!(screen.lines().filter(|row| row.starts_with('■')).count(), 2, "{screen}");
    let next = next.press("v");
    next.row("order");
    next.row("A-1001");
    // One that is taken off is forgotten; of two consoles, each changes what it changed.
    let mut next = next.press("v g g j m");
    let off = noted(&mut next);
    assert!(matches!(off.last(), Some(Note::Unmarked(_))), "{off:?}");
    take_all(&mut notes, off);
    assert_eq!(notes.bookmarks.len(), 1);
}

#[test]
fn a_bookmark_finds_its_line_again_when_its_group_is_watched_again() {
    let console = wide().press("g g m l space enter");
    let console = console.press("M");
    console.row("not held");
}

#[test]
fn an_export_takes_a_time_of_its_own() {
    let (_, export) = exported(wide(), "export x.txt since 03:04:02 until 03:04:04");
    let written = written(&export);
    assert!(
        written
            .iter()
            .any(|line| line == "# span: 2026-11-22T03:04:02.000Z to 2026-11-22T03:04:04.000Z")
    );
    let lines: Vec<&String> = written.iter().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(lines.len(), 2, "{written:#?}");
    typed(wide(), "export x.txt since noon").row("`noon` after `since` is no time");
    typed(wide(), "export x.txt since 03:04:04 until 03:04:02").row("it ends before it begins");
}

/// What an export writes.
fn written(export: &Export) -> Vec<String> {
    let mut written = Vec::new();
    export.lines.each(
        export.form,
        || false,
        |text, _| {
            written.push(text);
            ControlFlow::Continue(())
        },
    );
    written
}

/// The console after a line was typed behind `:`.
fn typed(console: Console, line: &str) -> Console {
    console.press(&format!(": {} enter", line.replace(' ', "␣")))
}

fn exported(console: Console, line: &str) -> (Console, Export) {
    let mut console = typed(console, line);
    let left = console.take_left();
    let Some(Effect::Export { export, .. }) = left.into_iter().next_back() else { panic!("none") };
    (console, export)
}

#[test]
fn an_export_writes_what_is_shown_with_what_is_known_about_it() {
    let mut console = wide();
    let ticket = console.model.logs.tail.unwrap();
    let gap = Gap {
        id: GapId(1),
        group: fixture::event("orders-writer", "", console.now).group,
        from: console.now - Duration::from_secs(2),
        to: Some(console.now - Duration::from_secs(1)),
        cause: GapCause::Sampled,
    };
    let news = News { lines: Vec::new(), gaps: vec![GapChange::Set(gap)] };
    console.hear(Msg::Tailed { ticket, news: Box::new(news) });
    let console = console.press("/ TypeError enter");
    let (_, export) = exported(console, "export /tmp/lines.txt");
    assert_eq!((export.file.as_str(), export.form), ("/tmp/lines.txt", Form::Text));
    insta::assert_snapshot!(written(&export).join("\n"), @r#"
    # written: 2026-11-22T03:04:07.000Z
    # place: story bad-deploy
    # region: eu-central-1
    # account: 123456784021
    # groups: /aws/apigateway/orders-write /aws/lambda/orders-reader /aws/lambda/orders-writer
    # filter: TypeError
    # complete up to: 2026-11-22T03:04:04.000Z
    2026-11-22T03:04:04.000Z /aws/lambda/orders-writer ERROR {"level":"ERROR","message":"TypeError: no total","request_id":"5f2"}
    # gap: /aws/lambda/orders-writer 2026-11-22T03:04:05.000Z to 2026-11-22T03:04:06.000Z: the live tail was sampled; lines may be missing
    2026-11-22T03:04:07.000Z /aws/lambda/orders-writer ERROR {"level":"ERROR","message":"TypeError: no total","request_id":"5f3"}
    "#);
    let (_, export) = exported(wide().press("g g m"), "export x.jsonl --bookmarks");
    assert_eq!(export.form, Form::Jsonl);
    insta::assert_snapshot!(written(&export).join("\n"), @r#"
    {"account":"123456784021","complete_up_to":"2026-11-22T03:04:04.000Z","groups":"/aws/apigateway/orders-write /aws/lambda/orders-reader /aws/lambda/orders-writer","place":"story bad-deploy","record":"export","region":"eu-central-1","written":"2026-11-22T03:04:07.000Z"}
    {"bookmark":"","group":"/aws/lambda/orders-reader","ingested":"2026-11-22T03:04:01.300Z","level":"INFO","message":"{\"level\":\"INFO\",\"message\":\"served 12 orders\",\"request_id\":\"5f1\",\"ms\":12}","record":"line","stream":"2026/11/22/[42]0f1e2d3c","timestamp":"2026-11-22T03:04:01.000Z"}
    "#);
}

#[test]
fn an_export_tells_how_far_it_is_and_is_given_up_with_esc() {
    let (mut console, _) = exported(wide(), "export lines.txt text");
    let ticket = console.model.logs.export.as_ref().unwrap().ticket;
    let came = Came::SoFar(Written { lines: 20_000, bytes: 1 << 20 });
    console.hear(Msg::Exported { ticket, came });
    console.row("exporting to lines.txt: 20,000 lines");
    let mut console = console.press("esc");
    console.row("export given up; lines.txt is not kept");
    assert_eq!(console.take_left(), [Effect::StopExport]);
    let came = Came::Whole(Written { lines: 7, bytes: 700 });
    console.hear(Msg::Exported { ticket, came });
    assert!(!console.screen().contains("700 bytes"), "what was given up tells nothing");

    let (mut console, _) = exported(wide(), "export lines.txt");
    let ticket = console.model.logs.export.as_ref().unwrap().ticket;
    let came = Came::Whole(Written { lines: 7, bytes: 700 });
    console.hear(Msg::Exported { ticket, came });
    console.row("7 lines, 700 bytes written to lines.txt");

    let (mut console, _) = exported(wide(), "export lines.txt");
    let ticket = console.model.logs.export.as_ref().unwrap().ticket;
    let problem = Problem::new("export.file", "the export cannot be begun", "it is there", "");
    console.hear(Msg::Exported { ticket, came: Came::Failed(problem) });
    console.row("the export cannot be begun: it is there");
}

#[test]
fn a_wrong_export_is_told() {
    typed(wide(), "export").row(":export");
    typed(wide(), "export a.txt csv").row("`csv` is no form");
    typed(wide(), "export a.txt --bookmarks").row("no line is bookmarked yet");
    let begun = wide().press("W");
    begun.row(":export");
}

#[test]
fn a_group_keeps_its_colour_when_others_are_watched() {
    let console = wide();
    let hue = |console: &Console| {
        let group = fixture::event("orders-writer", "", console.now).group;
        console.model.logs.hue_of(&group)
    };
    let before = hue(&console);
    let console = console.press("l space j space enter");
    assert_eq!(hue(&console), before);
}

#[test]
fn reading_is_drawn_at_every_size_whatever_the_lines_hold() {
    let hostile = "
        orders-writer {\"\\u001b[2J\":\"\\u202e\\u0007 日本語 🧨\",\"level\":\"ERROR\",\"a\":{\"b\":[1,{\"c\":null}]}}
        orders-writer \u{1b}]52;c;aGk=\u{7} a=日本語 b=\u{200b}
        orders-reader {
    ";
    for (width, height) in [(60, 15), (79, 30), (80, 30), (200, 60), (81, 31), (300, 100)] {
        for keys in
            ["v right", "v / a enter x", "w / a enter x", "m k m M", "+", "< + + +", "enter"]
        {
            let console = Console::new().sized(width, height).lines(LINES).lines(hostile);
            let screen = console.press(keys).screen();
            assert!(!screen.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{200b}']), "{screen}");
        }
    }
}
