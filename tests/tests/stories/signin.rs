//! Signing in from inside the console: a code shown, approved, denied, too old or given up, at the start and later.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use watchdeck_sim::world::signin::Verdict;
use watchdeck_tests::home::Home;
use watchdeck_tests::pty::Program;

use super::account::Shop;
use super::command;

/// A home with a profile `base` that has keys, and others: `corp` and `older` sign in, `coded` wants a code, and `role` is
/// assumed by `base`.
fn home(shop: &Shop) -> Home {
    let home = Home::new().unwrap();
    let (key, secret) = shop.account.operator_credentials();
    let place = format!("region = eu-central-1\nendpoint_url = {}\n", shop.url());
    let portal = "sso_region = eu-central-1\nsso_start_url = https://corp.awsapps.com/start\n";
    let role = "sso_account_id = 123456784021\nsso_role_name = oncall-read\n";
    let assumed = "source_profile = base\nrole_arn = arn:aws:iam::123456784021:role/oncall-read\n";
    let config = format!(
        "[profile base]\n{place}aws_access_key_id = {key}\naws_secret_access_key = {secret}\n\
         [profile corp]\n{place}sso_session = corp\n{role}[sso-session corp]\n{portal}\
         [profile older]\n{place}{portal}{role}[profile role]\n{place}{assumed}\
         [profile coded]\n{place}{assumed}mfa_serial = arn:aws:iam::123456784021:mfa/operator\n"
    );
    std::fs::write(home.path().join("aws-config"), config).unwrap();
    home
}

/// The SHA-1 of `corp`.
const TOKEN: &str = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// The code that the account has given out, once the screen shows it.
fn code(shop: &Shop, program: &Program) -> String {
    let waiting = || {
        shop.account.peek(|world| {
            let now = world.now();
            world.signins.waiting(now)
        })
    };
    program
        .wait_until("a code", |screen| waiting().iter().any(|code| screen.contains(code)))
        .unwrap();
    let screen = program.screen();
    waiting().into_iter().find(|code| screen.contains(code)).unwrap()
}

/// What a person does in a browser, on the page that the account serves.
fn in_the_browser(shop: &Shop, code: &str, verdict: &str) -> String {
    let mut stream = TcpStream::connect(shop.server.addr).unwrap();
    let form = format!("user_code={code}&verdict={verdict}");
    write!(
        stream,
        "POST /_watchdeck/device HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn is_signed_in(screen: &str) -> bool {
    screen.lines().next().is_some_and(|header| header.contains("oncall-read/operator"))
}

#[test]
fn a_code_is_shown_at_the_start_and_the_account_is_in_front_once_it_is_approved() {
    let shop = Shop::in_real_time();
    let home = home(&shop);
    let mut program = Program::start(&home, &["--profile", "corp"]).unwrap();
    let screen = program.wait_for("Sign in: corp").unwrap();
    assert!(screen.contains("NO ACCOUNT") && screen.contains("/_watchdeck/device"), "{screen}");
    program.wait_until("the countdown", |screen| screen.contains("good for 9:")).unwrap();
    let code = code(&shop, &program);
    assert!(in_the_browser(&shop, &code, "approve").contains("Approved."));
    program.wait_until("the account", is_signed_in).unwrap();
    program.wait_for("EDGE").unwrap();
    program.wait_for(" shop-prod 123456784021").unwrap();
    let file = home.path().join(TOKEN);
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
    program.press("q").unwrap();
    assert_eq!(program.wait_for_end().unwrap(), 0);
    // The token is kept: the next start needs nobody.
    let program = Program::start(&home, &["--profile", "corp"]).unwrap();
    program.wait_until("the account", is_signed_in).unwrap();
    assert_eq!(shop.account.served_of("RegisterClient").len(), 1);
}

#[test]
fn a_sign_in_that_is_denied_too_old_or_given_up_leaves_the_account_in_front() {
    let shop = Shop::in_real_time();
    let home = home(&shop);
    let mut program = Program::start(&home, &["--profile", "base"]).unwrap();
    program.wait_for("EDGE").unwrap();
    command(&mut program, "profile corp").unwrap();
    let first = code(&shop, &program);
    assert!(shop.account.judge(&first, Verdict::Denied));
    let screen = program.wait_for("not switched: the sign-in was denied").unwrap();
    assert!(screen.contains("oncall-write/operator") && !screen.contains("Sign in:"), "{screen}");
    command(&mut program, "profile corp").unwrap();
    code(&shop, &program);
    shop.account.advance_to(shop.account.now_ms() + 700_000);
    let screen = program.wait_for("not switched: the code was not approved in time").unwrap();
    assert!(screen.contains("oncall-write/operator"), "{screen}");
    command(&mut program, "profile older").unwrap();
    let last = code(&shop, &program);
    program.press("esc").unwrap();
    let screen = program.wait_for("given up: profile older").unwrap();
    assert!(!screen.contains("Sign in:") && screen.contains("oncall-write/operator"), "{screen}");
    // Nobody waits for it any more.
    let asked = shop.account.served_of("CreateToken").len();
    assert!(shop.account.judge(&last, Verdict::Approved));
    shop.let_pass(3_000);
    assert!(shop.account.served_of("CreateToken").len() <= asked + 1, "it is still asked for");
    assert!(!home.path().join(".aws").exists(), "something was kept");
}

#[test]
fn a_token_that_is_ended_while_one_watches_is_signed_in_for_again() {
    let shop = Shop::in_real_time();
    let home = home(&shop);
    let mut program = Program::start(&home, &["--profile", "older"]).unwrap();
    let first = code(&shop, &program);
    assert!(shop.account.judge(&first, Verdict::Approved));
    program.wait_until("the account", is_signed_in).unwrap();
    program.wait_for("EDGE").unwrap();
    shop.account.sign_everybody_out();
    program.press("6").unwrap();
    program.wait_for("nothing is read until ctrl-r renews them").unwrap();
    program.press("ctrl-r").unwrap();
    let second = code(&shop, &program);
    program.press("esc").unwrap();
    program.wait_for("nobody was signed in").unwrap();
    program.press("ctrl-r").unwrap();
    program.wait_for("Sign in:").unwrap();
    let third = program
        .wait_until("another code", |screen| {
            screen.contains("Sign in:") && !screen.contains(&second)
        })
        .map(|_| code(&shop, &program))
        .unwrap();
    assert!(shop.account.judge(&third, Verdict::Approved));
    program.wait_for("orders-writer").unwrap();
    assert!(!program.screen().contains("Sign in:"));
}

#[test]
fn the_program_opens_on_the_code_that_a_profile_wants() {
    let shop = Shop::in_real_time();
    let home = home(&shop);
    let mut program = Program::start(&home, &["--profile", "coded"]).unwrap();
    let screen =
        program.wait_for("The one-time code of arn:aws:iam::123456784021:mfa/operator").unwrap();
    assert!(screen.contains("NO ACCOUNT"), "{screen}");
    program.type_text("000000").unwrap();
    program.wait_for("code: ••••••").unwrap();
    program.press("enter").unwrap();
    program.wait_for("the one-time code was refused").unwrap();
    // Whoever gives up stands nowhere, and goes on from there.
    program.press("esc").unwrap();
    program.wait_for("given up: profile coded; no account is open").unwrap();
    program.press("ctrl-r").unwrap();
    program.wait_for("The one-time code of").unwrap();
    program.type_text("421337").unwrap();
    program.press("enter").unwrap();
    program
        .wait_until("the role", |screen| {
            screen.lines().next().is_some_and(|header| header.contains("oncall-read/watchdeck"))
        })
        .unwrap();
    program.wait_for("EDGE").unwrap();
}

#[test]
fn from_no_account_one_goes_to_the_simulated_one_or_to_a_role_of_another() {
    let shop = Shop::in_real_time();
    let home = home(&shop);
    let mut program = Program::start(&home, &["--profile", "corp"]).unwrap();
    code(&shop, &program);
    program.press("esc").unwrap();
    program.wait_for("given up: profile corp; no account is open").unwrap();
    program.press("C").unwrap();
    program.wait_for("the simulated account in this process").unwrap();
    program.press("enter").unwrap();
    program.wait_for("SIMULATED").unwrap();
    program.wait_for("bad-deploy, seed 1").unwrap();
    command(&mut program, "role").unwrap();
    program.wait_for("has this one role").unwrap();
    command(&mut program, "profile base").unwrap();
    program.wait_for("simulated: bad-deploy").unwrap();
    // A profile that was written since is found, and a role by its name.
    command(&mut program, "role oncall-read").unwrap();
    let role = |screen: &str| {
        screen.lines().next().is_some_and(|header| header.contains("oncall-read/watchdeck"))
    };
    program.wait_until("the role", role).unwrap();
    let config = home.path().join("aws-config");
    let more = std::fs::read_to_string(&config).unwrap().replace("profile base", "profile fresh");
    std::fs::write(&config, more).unwrap();
    command(&mut program, "profile fresh").unwrap();
    program.wait_for("oncall-write/operator").unwrap();
    command(&mut program, "profile base").unwrap();
    program.wait_for("there is no profile `base`").unwrap();
}

#[test]
fn without_a_terminal_the_way_out_is_told() {
    let shop = Shop::in_real_time();
    let home = home(&shop);
    for (profile, said) in
        [("corp", "there is no SSO login"), ("coded", "a one-time code is wanted")]
    {
        let output = home.command(&["--profile", profile]).unwrap().output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(4), "{told}");
        assert!(told.contains(said) && told.contains("in a terminal"), "{told}");
    }
    let output = home.command(&["doctor", "--profile", "corp"]).unwrap().output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("there is no SSO login for this profile"), "{told}");
    assert!(shop.account.served_of("RegisterClient").is_empty());
}
