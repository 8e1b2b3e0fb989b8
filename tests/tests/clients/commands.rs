//! The commands of plans, given to the AWS CLI as a shell would: it must understand each of them.

use std::process::Output;

use serde_json::Value;
use watchdeck_runbook::{Catalogue, Ending, Scenario};
use watchdeck_sim::serve::environment;
use watchdeck_tests::home::Home;

use super::Desk;

/// The built-in runbooks, each with a scenario in which all goes well.
fn runbooks() -> Vec<(String, Scenario)> {
    let sound = Catalogue::new(vec![]).sound.into_iter().map(|entry| entry.runbook);
    let well = |one: &Scenario| one.expect.ended == Ending::Succeeded;
    sound.map(|it| (it.id, it.scenarios.into_iter().find(well).unwrap())).collect()
}

/// What a plan says its calls are as commands.
fn commands(desk: &Desk, id: &str, scenario: &Scenario) -> Vec<String> {
    let home = Home::new().unwrap();
    let mut program = home.command(&["run", id, "--plan"]).unwrap();
    let region = scenario.given.region.as_deref().unwrap_or("eu-central-1");
    program.envs(environment(&desk.account, &desk.server, region));
    for (name, value) in &scenario.params {
        let value = value.as_str().map_or_else(|| Value::to_string(value), str::to_owned);
        program.args(["--param", &format!("{name}={value}")]);
    }
    let Output { status, stdout, stderr } = program.output().unwrap();
    let (plan, why) = (String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "{id}: {why}");
    let told = plan.lines().filter_map(|line| Some(line.trim_start().strip_prefix("aws ")?.into()));
    told.collect()
}

#[test]
fn the_aws_cli_understands_the_commands_of_every_built_in_runbook() {
    for (id, scenario) in runbooks() {
        let given = &scenario.given;
        let Some(desk) = Desk::open_at(&given.story, given.seed, given.after_s) else { return };
        let commands = commands(&desk, &id, &scenario);
        assert!(!commands.is_empty(), "{id} tells no command");
        let shell = |command: &str| {
            let aws = desk.program("aws");
            let mut shell = std::process::Command::new("sh");
            // For SQS the CLI heeds no endpoint from the environment.
            let here = format!("exec \"$0\" {command} --endpoint-url {}", desk.server.url());
            shell.args(["-c", &here]).arg(aws.get_program());
            shell.env_clear().envs(std::env::vars_os().filter(|(name, _)| name == "PATH"));
            shell.envs(aws.get_envs().filter_map(|(name, value)| Some((name, value?))));
            shell.output().unwrap()
        };
        // The first is carried out. A later one may find another lock by then, which is the account's to say and not the CLI's.
        for (at, command) in commands.iter().enumerate() {
            let output = shell(command);
            let why = String::from_utf8_lossy(&output.stderr);
            let refused = at > 0 && why.contains("An error occurred (");
            assert!(output.status.success() || refused, "{id}: aws {command}: {why}");
        }
        desk.close();
    }
}
