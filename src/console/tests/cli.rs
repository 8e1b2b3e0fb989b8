//! The command line of the real binary: help, errors that say what to do, and the commands that need no terminal.
#![cfg(test)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// The binary in a home of its own: nothing of the machine's configuration is seen.
fn watchdeck(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_watchdeck"));
    command.args(arguments).env_clear().env("HOME", home).env("AWS_EC2_METADATA_DISABLED", "true");
    command.env("TERM", "xterm-256color").stdin(Stdio::null());
    command
}

fn told(arguments: &[&str]) -> (i32, String, String) {
    let home = TempDir::new().unwrap();
    read(&watchdeck(home.path(), arguments).output().unwrap())
}

fn read(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// `sim serve` on a free port; ended when dropped.
struct Serving(Child, Vec<String>);

impl Serving {
    fn start(arguments: &[&str]) -> Self {
        let home = TempDir::new().unwrap();
        let mut all = vec!["sim", "serve", "--port", "0"];
        all.extend_from_slice(arguments);
        let mut child = watchdeck(home.path(), &all).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut head = Vec::new();
        while let Some(Ok(line)) = lines.next() {
            let last = line.contains("AWS_REGION");
            head.push(line);
            if last {
                break;
            }
        }
        Self(child, head)
    }

    fn value(&self, name: &str) -> String {
        let wanted = format!("export {name}=");
        let found = self.1.iter().find_map(|line| line.trim().strip_prefix(&wanted));
        found.unwrap_or_else(|| panic!("no {name} in {:?}", self.1)).to_owned()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
fn the_help_names_the_commands_and_says_that_read_only_is_the_default() {
    let (code, out, _) = told(&["--help"]);
    assert_eq!(code, 0);
    for word in
        ["--profile", "--region", "--endpoint-url", "--write", "demo", "sim", "audit", "simulated"]
    {
        assert!(out.contains(word), "{word} is missing:\n{out}");
    }
    let unwrapped = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(unwrapped.contains("changes nothing unless it was started with --write"), "{out}");
}

#[test]
fn an_unknown_story_is_refused_with_the_stories_there_are() {
    let (code, out, err) = told(&["demo", "--story", "bad-weather"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(
        err.contains("bad-weather") && err.contains("quiet-day") && err.contains("bad-deploy"),
        "{err}"
    );
}

#[test]
fn a_bad_speed_is_refused_with_the_speeds_there_are() {
    for speed in ["0", "fast", "9999"] {
        let (code, _, err) = told(&["demo", "--speed", speed]);
        assert_eq!(code, 2);
        assert!(err.contains("a speed is"), "{err}");
    }
}

#[test]
fn an_unknown_fault_is_refused_with_the_faults_there_are() {
    let (code, _, err) = told(&["sim", "serve", "--port", "0", "--fault", "UpdateAlias:explode"]);
    assert_eq!(code, 2);
    assert!(err.contains("explode") && err.contains("lost-reply"), "{err}");
}

#[test]
fn options_that_choose_an_account_are_refused_where_there_is_none_to_choose() {
    let (code, _, err) = told(&["--profile", "prod", "demo"]);
    assert_eq!(code, 2);
    assert!(err.contains("--profile chooses an account"), "{err}");
}

#[test]
fn a_wrong_profile_is_refused_with_the_profiles_there_are() {
    let home = TempDir::new().unwrap();
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    std::fs::write(home.path().join(".aws/config"), "[profile prod]\nregion = eu-central-1\n")
        .unwrap();
    let output = watchdeck(home.path(), &["--profile", "porod"]).output().unwrap();
    let (code, _, err) = read(&output);
    assert_eq!(code, 4);
    assert!(err.contains("there is no profile `porod`") && err.contains("prod"), "{err}");
}

#[test]
fn a_closed_port_is_told_as_such() {
    let home = TempDir::new().unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let mut command = watchdeck(home.path(), &["--endpoint-url", &url, "--region", "eu-central-1"]);
    command.env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "example");
    let (code, _, err) = read(&command.output().unwrap());
    assert_eq!(code, 4);
    assert!(err.contains("cannot be reached") && err.contains("hint:"), "{err}");
}

#[test]
fn without_a_terminal_the_console_says_so() {
    let (code, out, err) = told(&["demo"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("needs a terminal"), "{err}");
}

#[test]
fn the_simulated_account_says_where_it_listens_and_how_to_get_there() {
    let serving = Serving::start(&["--story", "quiet-day", "--seed", "7"]);
    let endpoint = serving.value("AWS_ENDPOINT_URL");
    assert!(endpoint.starts_with("http://127.0.0.1:"), "{endpoint}");
    assert!(serving.value("AWS_ACCESS_KEY_ID").len() >= 16);
    assert!(!serving.value("AWS_SECRET_ACCESS_KEY").is_empty());
    assert_eq!(serving.value("AWS_REGION"), "eu-central-1");
    std::net::TcpStream::connect(endpoint.trim_start_matches("http://")).unwrap();
}

#[test]
fn a_port_in_use_is_told_as_such() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, _, err) = told(&["sim", "serve", "--port", &port]);
    assert_eq!(code, 1);
    assert!(err.contains(&port) && err.contains("--port 0"), "{err}");
}

#[test]
fn without_journals_the_audit_says_that_there_are_none() {
    let (code, out, _) = told(&["audit", "verify"]);
    assert_eq!(code, 0);
    assert!(out.contains("no journal"), "{out}");
}

#[test]
fn a_reader_that_goes_away_is_no_panic() {
    let home = TempDir::new().unwrap();
    let mut child = watchdeck(home.path(), &["keys"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(err, "");
}

#[test]
fn a_wrong_preset_is_refused_with_the_presets_there_are() {
    for arguments in [["keys", "--preset", "vin"], ["demo", "--keymap", "vin"]] {
        let (code, out, err) = told(&arguments);
        assert_eq!((code, out.as_str()), (2, ""));
        assert!(err.contains("did you mean `vim`? there are default, vim, k9s, emacs"), "{err}");
    }
    let (code, _, err) = told(&["keys", "--preset", "vim", "--keymap", "k9s"]);
    assert_eq!(code, 2);
    assert!(err.contains("cannot be used with"), "{err}");
    let (code, _, err) = told(&["keys", "--keymap", "./missing.toml"]);
    assert_eq!(code, 2);
    assert!(err.contains("./missing.toml") && err.contains("k9s"), "{err}");
}

#[test]
fn the_keys_are_listed_for_people_and_for_programs() {
    let (code, out, err) = told(&["keys", "--preset", "k9s"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let quit = out.lines().find(|line| line.contains("  quit  ")).unwrap();
    assert!(quit.contains("ctrl-c ") && quit.contains("q, exit"), "{quit}");
    let (code, out, _) = told(&["keys", "--preset", "vim", "--json"]);
    assert_eq!(code, 0);
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told["preset"], "vim");
    let contexts = told["contexts"].as_array().unwrap();
    let logs = contexts.iter().find(|context| context["context"] == "logs").unwrap();
    let commands = logs["commands"].as_array().unwrap();
    let pick = commands.iter().find(|command| command["command"] == "pick-groups").unwrap();
    assert_eq!(pick["keys"], serde_json::json!(["g l"]));
    assert_eq!(
        (&pick["aliases"], &pick["leads_to_change"]),
        (&serde_json::json!(["groups"]), &false.into())
    );
}

#[test]
fn a_mistake_in_a_keymap_is_told_with_its_place_and_costs_one_line() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join(".config/watchdeck");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(
        folder.join("keymap.toml"),
        "preset = \"vim\"\n\n[logs]\nz = \"pause-log\"\nx = \"pause-logs\"\n",
    )
    .unwrap();
    let (code, out, err) = read(&watchdeck(home.path(), &["keys"]).output().unwrap());
    assert_eq!(code, 0);
    assert!(err.contains("keymap.toml:4:5: there is no command `pause-log`"), "{err}");
    assert!(err.contains("did you mean `pause-logs`?"), "{err}");
    let pause = out.lines().find(|line| line.contains("pause-logs")).unwrap();
    assert!(pause.contains("x, space"), "the next line is in force: {pause}");
}

#[test]
fn the_command_line_goes_before_the_environment_and_that_before_the_file() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join(".config/watchdeck");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("keymap.toml"), "preset = \"vim\"\n").unwrap();
    let other = home.path().join("other.toml");
    std::fs::write(&other, "preset = \"emacs\"\n").unwrap();
    let preset = |variable: &str, arguments: &[&str]| {
        let arguments = [&["keys", "--json"], arguments].concat();
        let output = watchdeck(home.path(), &arguments).env("WATCHDECK_KEYMAP", variable).output();
        let (code, out, err) = read(&output.unwrap());
        assert_eq!(code, 0, "{err}");
        let told: serde_json::Value = serde_json::from_str(&out).unwrap();
        (told["preset"].as_str().unwrap().to_owned(), err)
    };
    let other = other.display().to_string();
    assert_eq!(preset("", &[]).0, "vim");
    assert_eq!(preset("k9s", &[]).0, "k9s");
    assert_eq!(preset(&other, &[]).0, "emacs");
    assert_eq!(preset(&other, &["--keymap", "default"]).0, "default");
    assert_eq!(preset("k9s", &["--keymap", &other]).0, "emacs");
    let (name, err) = preset("vin", &[]);
    assert_eq!(name, "vim");
    assert!(err.contains("WATCHDECK_KEYMAP names no keymap") && err.contains("`vim`"), "{err}");
}

#[test]
fn info_tells_every_setting_with_where_it_came_from() {
    let home = TempDir::new().unwrap();
    let folder = home.path().join(".config/watchdeck");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "mouse = false\nstore_mb = 64\n").unwrap();
    let mut command = watchdeck(home.path(), &["info", "--json", "--set", "start=functions"]);
    command.env("WATCHDECK_STORE_MB", "128").env("AWS_SECRET_ACCESS_KEY", "s3cret");
    command.env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE").env("AWS_REGION", "eu-west-1");
    let (code, out, _) = read(&command.output().unwrap());
    assert_eq!(code, 0);
    assert!(!out.contains("s3cret"), "{out}");
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    let settings = &told["settings"];
    for (name, value, from) in [
        ("mouse", "false", "config.toml:1"),
        ("store_mb", "128", "WATCHDECK_STORE_MB"),
        ("start", "functions", "command line"),
        ("region", "eu-west-1", "AWS_REGION"),
        ("refresh_s", "60", "default"),
        ("write", "false", "default"),
    ] {
        assert_eq!(settings[name]["value"], value, "{name}: {out}");
        assert!(settings[name]["from"].as_str().unwrap().ends_with(from), "{name}: {out}");
    }
    assert_eq!(told["account"]["profile"]["from"], "keys in the environment: AWS_ACCESS_KEY_ID");
    assert_eq!(told["mistakes"], serde_json::json!([]));
}

#[test]
fn a_mistake_in_the_settings_stops_the_console_with_its_line_and_column() {
    let home = TempDir::new().unwrap();
    let file = home.path().join("mine.toml");
    std::fs::write(&file, "# mine\nstore_mb = 5\n  clipbord_kb = 10\nwrite = true\n").unwrap();
    let shown = file.display().to_string();
    let output = watchdeck(home.path(), &["demo", "--config", &shown]).output().unwrap();
    let (code, _, err) = read(&output);
    assert_eq!(code, 2);
    assert!(err.contains(&format!("{shown}:2:12: ")), "{err}");
    assert!(err.contains(&format!("{shown}:3:3: ")) && err.contains("`clipboard_kb`?"), "{err}");
    assert!(err.contains(&format!("{shown}:4:9: ")) && err.contains("only --write"), "{err}");
    let (code, _, err) = told(&["demo", "--config", "/no/such/file.toml"]);
    assert_eq!(code, 2);
    assert!(err.contains("/no/such/file.toml") && err.contains("cannot be read"), "{err}");
}

#[test]
fn settings_are_refused_where_nothing_heeds_them() {
    let (code, _, err) = told(&["audit", "verify", "--set", "store_mb=64"]);
    assert_eq!(code, 2);
    assert!(err.contains("--set is about the settings"), "{err}");
}

#[test]
fn completions_the_manual_page_and_the_schema_are_printed() {
    for (arguments, word) in [
        (&["completions", "bash"][..], "complete -F _watchdeck"),
        (&["completions", "fish"], "complete -c watchdeck"),
        (&["completions", "zsh"], "#compdef watchdeck"),
        (&["completions", "elvish"], "edit:completion"),
        (&["completions", "powershell"], "Register-ArgumentCompleter"),
        (&["man"], ".TH watchdeck 1"),
        (&["schema", "config"], "\"store_mb\""),
        (&["schema", "contexts"], "\"read_only\""),
        (&["schema", "runbook"], "\"point_of_no_return\""),
    ] {
        let (code, out, err) = told(arguments);
        assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
        assert!(out.contains(word), "{arguments:?}: {out}");
    }
}

#[test]
fn a_log_file_is_private_and_never_beside_the_configuration() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = TempDir::new().unwrap();
    let folder = home.path().join(".config/watchdeck");
    std::fs::create_dir_all(&folder).unwrap();
    let (good, bad) = (home.path().join("d.log"), folder.join("d.log"));
    let log = |file: &Path| {
        let file = file.display().to_string();
        read(&watchdeck(home.path(), &["info", "--log-file", &file]).output().unwrap())
    };
    assert_eq!(log(&good).0, 0);
    assert_eq!(std::fs::metadata(&good).unwrap().permissions().mode() & 0o777, 0o600);
    let (code, _, err) = log(&bad);
    assert_eq!(code, 1);
    assert!(err.contains("holds no logs") && !bad.exists(), "{err}");
}
