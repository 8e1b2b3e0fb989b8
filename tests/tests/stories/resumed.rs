//! Runs that pause: without a screen, on a terminal, and in a console that is closed where one waits; each is gone on with.

use serde_json::Value as Json;
use watchdeck_tests::home::Home;
use watchdeck_tests::pty::{Program, Stuck};

use super::account::Shop;
use super::{answer, command, sound};

/// Two steps, with a person asked before the second.
fn runbook() -> String {
    let text = include_str!("../../../src/runbook/tests/own/own-quiet.toml");
    let step = "id = \"point\"\n";
    let text = text.replace(step, &format!("{step}pause = \"is {{function}} held?\"\n"));
    text.split("[[scenario]]").next().unwrap().to_owned()
}

fn home(shop: &Shop) -> Home {
    let home = shop.home();
    let folder = home.path().join("config/watchdeck/runbooks");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("own-quiet.toml"), runbook()).unwrap();
    home
}

const QUIET: [&str; 10] = [
    "run",
    "own.quiet",
    "-p",
    "function=orders-writer",
    "-p",
    "limit=50",
    "-p",
    "alias=live",
    "-p",
    "version=41",
];

fn run(shop: &Shop, home: &Home, words: &[&str]) -> (i32, String, String) {
    let mut command = home.command(words).unwrap();
    let output = command.args(["--endpoint-url", &shop.url()]).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// How often each of the two steps was sent.
fn sent(shop: &Shop) -> (usize, usize) {
    let count = |operation| shop.account.served_of(operation).len();
    (count("PutFunctionConcurrency"), count("UpdateAlias"))
}

/// The text between two others.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).unwrap_or_else(|| panic!("no `{before}` in {text}")).1;
    rest.split_once(after).unwrap_or_else(|| panic!("no `{after}` in {rest}")).0
}

/// Begins the run without a screen: it pauses where it waits for a word. Gives its id.
fn begin(shop: &Shop, home: &Home) -> String {
    let (code, out, err) = run(shop, home, &[&QUIET[..], &["--plan", "--json"]].concat());
    assert_eq!(code, 0, "{err}");
    let phrase = json(&out)["phrase"].as_str().unwrap().to_owned();
    let more = ["--json", "--reason", "INC-7", "--phrase", &phrase];
    let (code, out, err) = run(shop, home, &[&QUIET[..], &more].concat());
    let told = json(&out);
    assert_eq!((code, told["ended"].as_str()), (8, Some("paused")), "{out}{err}");
    assert!(told["why"].as_str().unwrap().contains("is orders-writer held?"), "{out}");
    assert!(told["resume"].as_str().unwrap().contains("run --resume r-"), "{out}");
    assert_eq!(sent(shop), (1, 0));
    told["run"].as_str().unwrap().to_owned()
}

/// The phrase that what is left of a run asks for: it is told where none was given, and nothing is sent.
fn phrase_of_rest(shop: &Shop, home: &Home, id: &str) -> String {
    let (code, _, err) = run(shop, home, &["run", "--resume", id, "--reason", "INC-7"]);
    assert_ne!(code, 0);
    assert_eq!(sent(shop), (1, 0));
    between(&err, "the phrase is `", "`").to_owned()
}

fn typed(shop: &Shop, home: &Home, id: &str, phrase: &str) -> Result<(), Stuck> {
    let url = shop.url();
    let words =
        ["run", "--resume", id, "--reason", "INC-7", "--phrase", phrase, "--endpoint-url", &url];
    let mut program = Program::start(home, &words)?;
    let screen = program.wait_for("word:")?;
    let word = between(&screen, "to let it go on, type: ", "\n").trim().to_owned();
    program.type_text("yes")?;
    program.press("enter")?;
    // Keys from before the second prompt do not answer it.
    let prompts = |screen: &str| screen.lines().filter(|line| line.starts_with("word:")).count();
    program.wait_until("a second prompt", |screen| prompts(screen) == 2)?;
    program.type_text(&word)?;
    program.press("enter")?;
    program.wait_for("done and verified")?;
    assert_eq!(program.wait_for_end()?, 0);
    Ok(())
}

#[test]
fn a_run_with_a_pause_stays_there_without_a_terminal_and_goes_on_by_a_word_typed_on_one() {
    let shop = Shop::in_real_time();
    let home = home(&shop);
    let id = begin(&shop, &home);
    let (_, out, _) = run(&shop, &home, &["run", "--list", "--json"]);
    let open = &json(&out)[0];
    assert_eq!((open["paused"]["number"].as_u64(), open["run"].as_str()), (Some(2), Some(&*id)));
    let phrase = phrase_of_rest(&shop, &home, &id);
    // The phrase alone is not the word.
    let words = ["run", "--resume", &id, "--reason", "INC-7", "--phrase", &phrase];
    assert_eq!(run(&shop, &home, &words).0, 8);
    assert_eq!(sent(&shop), (1, 0));
    typed(&shop, &home, &id, &phrase).unwrap();
    assert_eq!(sent(&shop), (1, 1));
    sound(&home);
}

/// Says why, and types the phrase of a plan of this title.
fn yes(program: &mut Program, title: &str) -> Result<(), Stuck> {
    let stands = |screen: &str| screen.contains(title) && screen.contains("type  ");
    program.wait_until("the question", stands)?;
    command(program, "give-reason a drill")?;
    program.wait_until("no reason lacking", |screen| !screen.contains("not yet: reason"))?;
    answer(program, title)
}

fn closed_and_gone_on_with(shop: &Shop, home: &Home) -> Result<(), Stuck> {
    const TITLE: &str = "hold orders-writer at 50 and send live to 41";
    let url = shop.url();
    let words = ["--endpoint-url", &url, "--write"];
    let mut program = Program::start(home, &words)?;
    program.wait_for("ARMED")?;
    command(&mut program, "run own.quiet function=orders-writer limit=50 alias=live version=41")?;
    yes(&mut program, TITLE)?;
    program.wait_for("IT WAITS FOR YOUR WORD")?;
    program.signal("HUP")?;
    program.wait_for_end()?;
    drop(program);
    assert_eq!(sent(shop), (1, 0));

    let mut program = Program::start(home, &words)?;
    program.wait_for("ARMED")?;
    program.wait_for("1 unfinished")?;
    program.press("9")?;
    program.wait_for("paused before step 2 of 2")?;
    program.press("enter")?;
    program.wait_for("WHY IT PAUSED")?;
    program.press("R")?;
    yes(&mut program, TITLE)?;
    let screen = program.wait_for("IT WAITS FOR YOUR WORD")?;
    let word = between(&screen, "type `:go-on ", "`").to_owned();
    command(&mut program, &format!("go-on {word}"))?;
    program.wait_for("done and verified")?;
    Ok(())
}

#[test]
fn gd13_a_terminal_that_goes_away_pauses_a_run_that_waits_and_the_next_console_goes_on_with_it() {
    let shop = Shop::in_real_time();
    let home = home(&shop);
    closed_and_gone_on_with(&shop, &home).unwrap();
    assert_eq!(sent(&shop), (1, 1));
    sound(&home);
}
