//! The command table: one line a command. Keys, `:`, help, footer and docs/commands.md all come from it.

use serde::{Deserialize, Serialize};

use super::available as when;
use super::{Model, files};

/// Where keys and commands mean something: a screen, an overlay, or everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Context {
    /// Wherever no text is being typed.
    Anywhere,
    /// The map of the architecture.
    Overview,
    /// One component.
    Component,
    /// The log lines.
    Logs,
    /// One log line, whole.
    Line,
    /// The bookmarks on log lines.
    Bookmarks,
    /// The choice of log groups.
    Groups,
    /// The templates of the log lines.
    Templates,
    /// One request.
    Request,
    /// What came of a query.
    Query,
    /// CloudTrail.
    Trail,
    /// The security findings.
    Findings,
    /// The alarms.
    Alarms,
    /// The list of functions.
    Functions,
    /// One function.
    Function,
    /// The choice of a version to roll back to.
    Targets,
    /// The form of a runbook.
    Form,
    /// The databases.
    Databases,
    /// The reporting copies of databases.
    Reports,
    /// Two regions side by side.
    Recovery,
    /// The runbooks.
    Runbooks,
    /// The question of a plan.
    Plan,
    /// One run.
    Run,
    /// The journal.
    Journal,
    /// The problems of the console.
    Problems,
    /// One thing of a list, told in lines.
    Detail,
    /// A thing as data.
    Record,
    /// The help.
    Help,
    /// A text being typed.
    Input,
}

impl Context {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 29] = [
        Self::Anywhere,
        Self::Overview,
        Self::Component,
        Self::Logs,
        Self::Line,
        Self::Bookmarks,
        Self::Groups,
        Self::Templates,
        Self::Request,
        Self::Query,
        Self::Trail,
        Self::Findings,
        Self::Alarms,
        Self::Functions,
        Self::Function,
        Self::Targets,
        Self::Form,
        Self::Databases,
        Self::Reports,
        Self::Recovery,
        Self::Runbooks,
        Self::Plan,
        Self::Run,
        Self::Journal,
        Self::Problems,
        Self::Detail,
        Self::Record,
        Self::Help,
        Self::Input,
    ];

    /// Its name in keymap files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anywhere => "anywhere",
            Self::Overview => "overview",
            Self::Component => "component",
            Self::Logs => "logs",
            Self::Line => "line",
            Self::Bookmarks => "bookmarks",
            Self::Groups => "groups",
            Self::Templates => "templates",
            Self::Request => "request",
            Self::Query => "query",
            Self::Trail => "trail",
            Self::Findings => "findings",
            Self::Alarms => "alarms",
            Self::Functions => "functions",
            Self::Function => "function",
            Self::Targets => "targets",
            Self::Form => "form",
            Self::Databases => "databases",
            Self::Reports => "reports",
            Self::Recovery => "recovery",
            Self::Runbooks => "runbooks",
            Self::Plan => "plan",
            Self::Run => "run",
            Self::Journal => "journal",
            Self::Problems => "problems",
            Self::Detail => "detail",
            Self::Record => "record",
            Self::Help => "help",
            Self::Input => "input",
        }
    }

    /// The context of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|context| context.name() == name)
    }
}

/// What a slip on a command can cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Nothing: it looks, moves or goes somewhere.
    Light,
    /// It is a step on the way to a change of the account: no bare small letter runs it.
    LeadsToChange,
}

/// One line of the command table.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The command.
    pub command: Command,
    /// Its id: what keymap files and `:` call it.
    pub id: &'static str,
    /// Shorter names for `:`.
    pub aliases: &'static [&'static str],
    /// Where it means something.
    pub scope: &'static [Context],
    /// What a slip can cost.
    pub weight: Weight,
    /// Its word in the footer; empty where it needs none.
    pub label: &'static str,
    /// Whether it would do something in the view in front; else why not.
    pub when: fn(&Model) -> Result<(), &'static str>,
    /// What it does: one sentence.
    pub doc: &'static str,
}

impl Entry {
    /// Whether it would do something now; else why not.
    pub fn available(&self, model: &Model) -> Result<(), &'static str> {
        files::allow(model, self.command)?;
        (self.when)(model)
    }
}

macro_rules! commands {
    ($( $name:ident $id:literal [$($alias:literal),*] [$($scope:ident),+] $weight:ident $label:literal $when:path, $doc:literal; )*) => {
        /// What the operator can tell the console. `CamelCase` here is `kebab-case` everywhere else.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Command { $( #[doc = $doc] $name, )* }

        /// The table.
        pub const COMMANDS: &[Entry] = &[ $( Entry {
            command: Command::$name, id: $id, aliases: &[$($alias),*], scope: &[$(Context::$scope),+],
            weight: Weight::$weight, label: $label, when: $when, doc: $doc,
        }, )* ];

        impl Command {
            /// Its line of the table.
            pub fn entry(self) -> &'static Entry {
                match self { $( Self::$name => {
                    const ENTRY: &Entry = &Entry {
                        command: Command::$name, id: $id, aliases: &[$($alias),*], scope: &[$(Context::$scope),+],
                        weight: Weight::$weight, label: $label, when: $when, doc: $doc,
                    };
                    ENTRY
                } )* }
            }
        }
    };
}

commands! {
    // the screen in front
    PauseLogs "pause-logs" ["pause"] [Logs] Light "pause" when::logs_flow, "Holds the lines still; what arrives is kept and counted.";
    ResumeLogs "resume-logs" ["resume"] [Logs] Light "resume" when::logs_rest, "Shows what arrived meanwhile and goes on.";
    FollowLogs "follow-logs" [] [Logs] Light "follow" when::logs_do_not_follow, "Goes to the newest line and stays there.";
    PickGroups "pick-groups" ["groups"] [Logs] Light "groups" when::always, "Chooses the log groups to watch.";
    NextError "next-error" [] [Logs, Line] Light "next error" when::logs_held, "Goes to the next line that is an error.";
    PreviousError "previous-error" [] [Logs, Line] Light "" when::logs_held, "Goes to the previous line that is an error.";
    FollowRequest "follow-request" [] [Logs, Line] Light "request" when::request_there, "Follows the request of this line through all log groups: the watched ones, and those of APIs, firewall, balancers and functions.";
    StopFollowing "stop-following" [] [Request] Light "stop asking" when::request_asked, "Asks no more log groups for lines of this request.";
    SortRows "sort-rows" [] [Query] Light "sort" when::query_answered, "Orders the rows by the next column, the largest first, then the smallest; after the last by the query's own order.";
    RunElsewhere "run-elsewhere" ["elsewhere"] [Query] Light "elsewhere" when::query_there, "Runs the same query on the other side: in the account, which bills it, or over the lines held.";
    ToggleLines "toggle-lines" [] [Query] Light "lines" when::rows_are_lines, "Shows the rows as lines, or as a table again.";
    StopQuery "stop-query" [] [Query] Light "stop" when::query_runs, "Stops the query that runs, in the account too.";
    CopyCommand "copy-command" [] [Query, Plan] Light "" when::command_there, "Copies the query, or each call of the plan, as a command of the AWS CLI.";
    CopyRequest "copy-request" [] [Request] Light "copy all" when::request_followed, "Copies the whole request: in a few words, and all its lines.";
    NextMatch "next-match" [] [Logs, Line, Templates, Request, Query, Trail, Findings, Alarms, Functions, Databases, Reports, Recovery, Runbooks, Journal] Light "next match" when::searched, "Goes to the next line or row that matches what was filtered by last.";
    PreviousMatch "previous-match" [] [Logs, Line, Templates, Request, Query, Trail, Findings, Alarms, Functions, Databases, Reports, Recovery, Runbooks, Journal] Light "" when::searched, "Goes to the previous line or row that matches what was filtered by last.";
    PickFilter "pick-filter" ["filters"] [Logs, Templates, Request, Query, Trail, Findings, Alarms, Functions, Databases, Reports, Recovery, Runbooks, Journal] Light "" when::filters_kept, "Shows the filters that are saved, to pick one from: `:filter save NAME` saves the one in force, `:filter delete NAME` deletes one.";
    NarrowLogs "narrow-logs" ["narrow"] [Logs] Light "" when::logs_watched, "Fetches only lines that match: `:narrow PATTERN`; without a pattern, all lines again.";
    ToggleFilter "toggle-filter" [] [Logs, Templates, Request, Query, Trail, Findings, Alarms, Functions, Databases, Reports, Recovery, Runbooks, Journal] Light "" when::searched, "Takes the filter away, or puts the last one back.";
    WrapLines "wrap-lines" ["wrap"] [Logs] Light "" when::lines_wrap, "Wraps long lines, or cuts them.";
    ToggleHistogram "toggle-histogram" ["histogram"] [Logs] Light "" when::always, "Shows how many lines were written when above the lines, or hides it.";
    NextBar "next-bar" [] [Logs] Light "" when::histogram_drawn, "Goes to the next bar of the histogram that has lines: to its first line.";
    PreviousBar "previous-bar" [] [Logs] Light "" when::histogram_drawn, "Goes to the previous bar of the histogram that has lines: to its first line.";
    NarrowTime "narrow-time" ["zoom"] [Logs] Light "" when::histogram_drawn, "Narrows the lines to the time of the bar that the cursor is in.";
    WidenTime "widen-time" ["widen"] [Logs] Light "widen" when::time_narrowed, "Takes the last narrowing of the time back.";
    ToggleColumns "toggle-columns" ["columns"] [Logs] Light "" when::logs_held, "Shows the lines as a table of fields, or as they are: `:columns level,status,path`; without names those of before, or what most lines here have.";
    ToggleContextLines "toggle-context-lines" ["context-lines"] [Logs] Light "" when::lines_filtered, "Shows lines around each one that passes the filter, or hides them: `:context-lines 3`.";
    MarkLine "mark-line" ["bookmark"] [Logs, Line] Light "" when::logs_held, "Bookmarks the line under the cursor, or takes its bookmark off: `:bookmark NOTE` says something about it.";
    NextBookmark "next-bookmark" [] [Logs, Line] Light "" when::bookmarks_there, "Goes to the next bookmark.";
    PreviousBookmark "previous-bookmark" [] [Logs, Line] Light "" when::bookmarks_there, "Goes to the previous bookmark.";
    ShowBookmarks "show-bookmarks" ["bookmarks"] [Logs, Line] Light "" when::bookmarks_there, "Shows all bookmarks, to go to one of them.";
    GoToBookmark "go-to-bookmark" [] [Bookmarks] Light "go to" when::bookmarks_there, "Goes to the line of this bookmark.";
    DropBookmark "drop-bookmark" [] [Bookmarks] Light "drop" when::bookmarks_there, "Takes this bookmark off.";
    ExportLines "export-lines" ["export"] [Logs, Query] Light "" when::lines_exportable, "Writes the lines or rows that are shown to a new file: `:export FILE [text|jsonl|csv] [--bookmarks] [since TIME] [until TIME]`.";
    StopExport "stop-export" [] [Logs, Query] Light "stop export" when::exporting, "Gives the export up that is under way, and its file.";
    ToggleReads "toggle-reads" ["write-only"] [Trail] Light "reads" when::always, "Tells of calls that only read as well, or of changes alone.";
    ToggleErrors "toggle-errors" ["errors-only"] [Trail] Light "errors" when::always, "Shows only calls that failed, or all.";
    GroupFindings "group-findings" ["group-by"] [Findings] Light "group" when::always, "Puts the findings together by something else: severity, product, control, resource, workflow.";
    ToggleSettled "toggle-settled" ["settled"] [Findings] Light "settled" when::always, "Shows findings that are resolved or suppressed as well, or hides them.";
    FoldSection "fold-section" ["fold"] [Findings, Alarms, Reports, Recovery] Light "fold" when::section_there, "Folds the section that the cursor is in, or unfolds it.";
    ToggleYaml "toggle-yaml" ["yaml"] [Record] Light "JSON or YAML" when::always, "Writes the record as YAML, or as JSON again.";
    ShowItsComponent "show-its-component" ["component"] [Findings, Alarms, Databases, Reports, Trail, Detail] Light "component" when::component_there, "Goes to the component that what is here is about.";
    ShowItsLogs "show-its-logs" [] [Overview, Component, Alarms, Functions, Function, Trail, Findings, Databases, Reports, Recovery, Detail] Light "logs" when::logs_there, "Watches the log group of what the cursor is on.";
    ShowItsChanges "show-its-changes" ["changes"] [Overview, Component, Findings, Alarms, Functions, Function, Databases, Reports, Recovery, Trail, Detail] Light "changes" when::subject_there, "Goes to what CloudTrail knows of changes to what the cursor is on.";
    ProposeRollback "propose-rollback" ["rollback"] [Anywhere] LeadsToChange "roll back" when::armed, "Proposes to point an alias back at an older version: `:rollback FUNCTION ALIAS [VERSION]`. Changes nothing yet.";
    ChooseTarget "choose-target" [] [Targets] Light "propose" when::always, "Proposes the rollback to this version. Changes nothing yet.";
    ProposeRunbook "propose-runbook" ["run"] [Anywhere] LeadsToChange "" when::armed, "Proposes what a runbook does: `:run RUNBOOK NAME=VALUE…`; what is lacking is asked for in a form. Changes nothing yet.";
    FillForm "fill-form" [] [Runbooks, Detail] LeadsToChange "propose" when::runbook_there, "Opens the form of this runbook, to propose what it does. Changes nothing yet.";
    SetWorkflow "set-workflow" ["triage"] [Findings, Detail] LeadsToChange "triage" when::findings_there, "Opens the runbook that sets what people made of the marked findings, or of this one: notified, resolved, suppressed. Changes nothing yet.";
    MakeReport "make-report" [] [Databases, Reports] LeadsToChange "" when::always, "Opens the runbook that makes a reporting copy of a database as of an instant. Changes nothing yet.";
    MoveRegion "move-region" ["fail-over"] [Recovery] LeadsToChange "fail over" when::copy_there, "Opens the runbook that fails over to this region, where the other one takes the writes; else the planned move to the other one. Changes nothing yet.";
    ExtendReport "extend-report" [] [Reports, Detail] LeadsToChange "extend" when::report_there, "Opens the runbook that keeps this reporting copy for longer. Changes nothing yet.";
    EndReport "end-report" [] [Reports, Detail] LeadsToChange "take away" when::report_there, "Opens the runbook that takes this reporting copy away, or the one that takes its protection off first. Changes nothing yet.";
    ArchiveFindings "archive-findings" ["archive"] [Findings, Detail] LeadsToChange "archive" when::threats_there, "Proposes to archive the marked findings of GuardDuty, or this one. Changes nothing yet.";
    FillField "fill-field" [] [Form] Light "fill in" when::always, "Types the value of this field; on the last row makes the plan. Changes nothing yet.";
    MarkGroup "mark-group" [] [Groups] Light "mark" when::always, "Marks this log group, or takes the mark off.";
    OpenPlace "open-place" ["tail"] [Anywhere] Light "more places" when::logs_tail, "Tails log groups of another region or account beside those here: `:tail REGION GROUP…`, `:tail CONTEXT GROUP…`, `:tail CONTEXT/REGION GROUP…`; without groups it shows those that are there, without a place the places.";
    LeavePlace "leave-place" ["untail"] [Logs, Groups] Light "leave place" when::places_open, "Tails the log groups of another place no longer, and lets it go: `:untail PLACE`; without a name the place under the cursor.";
    WatchMarked "watch-marked" [] [Groups] Light "watch" when::always, "Watches the marked groups, or this one if none is marked.";
    AnswerQuestion "answer-question" [] [Plan] Light "type the phrase" when::plan_asks, "Begins to type the phrase that lets the plan run.";
    GiveReason "give-reason" ["reason"] [Plan] Light "give a reason" when::reason_asked, "Says why the plan is to be carried out, with the incident or the ticket: `:give-reason INC-7 orders are lost`.";
    AskApproval "ask-approval" [] [Plan] Light "copy for approval" when::second_person_asked, "Copies the line to hand over to a second person, who runs `watchdeck approve`.";
    Countersign "countersign" [] [Plan] Light "" when::second_person_asked, "Takes in the line that a second person handed back: `:countersign LINE`.";
    BreakGlass "break-glass" [] [Plan] LeadsToChange "" when::plan_asks, "Answers alone for the gates of this plan that depend on others: `:break-glass WHY`. It is written down, and to be reviewed.";
    Incident "incident" [] [Anywhere] LeadsToChange "" when::armed, "Declares an incident, during which up to R3 no second person is asked for: `:incident INC-7 orders are lost`; `:incident end` ends it.";
    CloseReview "close-review" [] [Journal] Light "" when::review_open, "Closes the review of broken glass under the cursor: `:close-review WHAT CAME OF IT`.";
    StopChanges "stop-changes" ["halt"] [Anywhere, Input] Light "" when::always, "Stops all changes at once, here and in every console with this state folder, until they are released.";
    ReleaseChanges "release-changes" ["release"] [Anywhere] LeadsToChange "" when::stopped, "Lets changes be made again after they were stopped. Changes nothing yet.";
    WithdrawPlan "withdraw-plan" ["withdraw"] [Plan] Light "withdraw" when::plan_stands, "Gives the plan up. Nothing was sent.";
    GiveSecret "give-secret" [] [Run, Journal] Light "" when::run_here, "Gives a secret of this run again, which an earlier session knew: `:give-secret NAME`. It is typed hidden.";
    GoOn "go-on" [] [Run] LeadsToChange "go on" when::run_waits, "Lets a run go on that waits before a step, by exactly the word that it shows: `:go-on WORD`.";
    UndoRun "undo-run" ["undo"] [Run, Journal] LeadsToChange "undo" when::run_undoable, "Proposes to take this run back. It becomes a plan with a question of its own.";
    ResumeRun "resume-run" [] [Run, Journal] LeadsToChange "resume" when::run_unfinished, "Finds out how an unfinished run stands and sees it to its end. Sends nothing twice.";
    AbortRun "abort-run" ["abort"] [Run, Journal] LeadsToChange "give up" when::run_under_way, "Stops waiting for this run. Sends nothing and takes nothing back.";
    Arm "arm" [] [Anywhere] LeadsToChange "" when::armable, "Arms the console for as long again as `--write` did. Changes nothing yet.";
    // moving
    Open "open" [] [Anywhere] Light "open" when::row_opens, "Opens what the cursor is on.";
    OpenFilter "open-filter" ["filter"] [Anywhere] Light "filter" when::view_filters, "Filters this view: words, \"a phrase\", { $.level = \"ERROR\" }, /regex/; `!` before it turns it round. `:filter NAME` takes a saved one.";
    MarkRow "mark-row" [] [Templates, Request, Query, Query, Trail, Findings, Alarms, Functions, Databases, Reports, Recovery, Runbooks, Journal] Light "mark" when::row_marks, "Marks this row, or takes the mark off: what is copied or shown as data is then all that is marked.";
    UnmarkRows "unmark-rows" ["unmark"] [Anywhere] Light "unmark" when::rows_marked, "Takes all marks off.";
    StopWaiting "stop-waiting" ["stop"] [Anywhere] Light "stop waiting" when::waits, "Waits no longer for a list that does not come.";
    ClearFilter "clear-filter" [] [Anywhere] Light "clear filter" when::filtered, "Takes the filter away.";
    ShowRecord "show-record" ["record", "json"] [Anywhere] Light "" when::row_is_data, "Shows what the cursor is on as data, or all that is marked.";
    CopyRow "copy-row" ["copy"] [Anywhere] Light "" when::row_copies, "Copies what the cursor is on, or all that is marked.";
    Refresh "refresh" [] [Anywhere] Light "" when::always, "Asks the account again.";
    MoveDown "move-down" [] [Anywhere] Light "" when::always, "Moves down one row.";
    MoveUp "move-up" [] [Anywhere] Light "" when::always, "Moves up one row.";
    PageDown "page-down" [] [Anywhere] Light "" when::always, "Moves down one page.";
    PageUp "page-up" [] [Anywhere] Light "" when::always, "Moves up one page.";
    GoTop "go-top" [] [Anywhere] Light "" when::always, "Goes to the first row.";
    GoBottom "go-bottom" [] [Anywhere] Light "" when::always, "Goes to the last row.";
    MoveLeft "move-left" [] [Anywhere] Light "" when::always, "Moves the text to the right.";
    MoveRight "move-right" [] [Anywhere] Light "" when::always, "Moves the text to the left.";
    // going somewhere
    ShowOverview "show-overview" ["overview", "map"] [Anywhere] Light "" when::always, "Goes to the map of the architecture.";
    ShowLogs "show-logs" ["logs"] [Anywhere] Light "" when::always, "Goes to the logs.";
    ShowTemplates "show-templates" ["templates"] [Anywhere] Light "templates" when::always, "Goes to what the log lines have in common: what of it is new, surging or gone quiet.";
    ShowRequest "show-request" ["follow", "request"] [Anywhere] Light "" when::always, "Follows a trace or a request through all log groups: `:follow ID`; without an id, goes to the one followed last.";
    RunQuery "run-query" ["query"] [Anywhere] Light "" when::always, "Runs a query of Logs Insights over the lines held: `:query stats count(*) by level`; without one, goes to the last.";
    RunInsights "run-insights" ["insights"] [Anywhere] Light "" when::always, "Runs a query of Logs Insights in the account, over the groups watched or the one under the cursor: `:insights 3h stats count(*) by level`, `:insights since 10:02 until 10:09 QUERY`. AWS bills what it scans.";
    ShowTrail "show-trail" ["trail"] [Anywhere] Light "" when::always, "Goes to CloudTrail: who changed what, live.";
    ShowFindings "show-findings" ["findings"] [Anywhere] Light "" when::always, "Goes to the security findings.";
    ShowAlarms "show-alarms" ["alarms"] [Anywhere] Light "" when::always, "Goes to the CloudWatch alarms.";
    ShowFunctions "show-functions" ["functions", "lambda"] [Anywhere] Light "" when::always, "Goes to the Lambda functions.";
    ShowFunction "show-function" ["function"] [Anywhere] Light "" when::always, "Goes to one function: `:function NAME`.";
    ShowDatabases "show-databases" ["databases", "rds"] [Anywhere] Light "" when::always, "Goes to the databases.";
    ShowReports "show-reports" ["reports"] [Anywhere] Light "" when::always, "Goes to the reporting copies of databases: who asked for them, until when, and what they cost.";
    ShowRecovery "show-recovery" ["recovery", "dr"] [Anywhere] Light "" when::always, "Goes to this region and another one side by side: what would take over, whether it is there, and how far behind it is. `:recovery REGION` for another region than the databases name.";
    ShowRunbooks "show-runbooks" ["runbooks"] [Anywhere] Light "" when::always, "Goes to the runbooks: what can be done from here.";
    ShowPlan "show-plan" ["plan"] [Anywhere] Light "" when::plan_there, "Goes to the plan that waits for its answer.";
    ShowRun "show-run" ["last-run"] [Anywhere] Light "" when::always, "Goes to the run looked at last.";
    ShowJournal "show-journal" ["journal"] [Anywhere] Light "" when::always, "Goes to the journal: what was done here, and what is unfinished.";
    ShowProblems "show-problems" ["problems", "errors"] [Anywhere] Light "" when::always, "Goes to the problems of the console itself.";
    ShowLastView "show-last-view" [] [Anywhere] Light "" when::was_elsewhere, "Goes to the view before this one, and back.";
    GoEarlier "go-earlier" [] [Anywhere] Light "" when::was_elsewhere, "Goes back through the views.";
    GoLater "go-later" [] [Anywhere] Light "" when::came_back, "Goes forward through the views.";
    GoBack "go-back" ["back"] [Anywhere, Input] Light "back" when::leads_back, "Closes what is open, or goes one level up.";
    // to another account
    SwitchContext "switch-context" ["context", "ctx"] [Anywhere] Light "" when::always, "Goes to another context of contexts.toml: `:context NAME`; without a name it shows them to choose from.";
    SwitchProfile "switch-profile" ["profile"] [Anywhere] Light "" when::always, "Goes to the account of another AWS profile: `:profile NAME`; without a name it shows them to choose from.";
    SwitchRole "switch-role" ["role"] [Anywhere] Light "" when::always, "Goes to another role, assumed from here: `:role ARN` or `:role NAME`; without a name it shows them to choose from.";
    SwitchRegion "switch-region" ["region"] [Anywhere] Light "" when::always, "Goes to another region of this account: `:region NAME`; without a name it shows them to choose from.";
    // the console itself
    OpenPalette "open-palette" ["palette", "go"] [Anywhere] Light "go to" when::always, "Finds any command or resource by a few letters, and goes there.";
    OpenCommandLine "open-command-line" [] [Anywhere] Light "command" when::always, "Opens the command line.";
    ChooseTheme "choose-theme" ["theme"] [Anywhere] Light "" when::always, "Draws in another theme: `:theme NAME`.";
    ToggleTimes "toggle-times" ["times"] [Anywhere] Light "" when::always, "Tells times in UTC, in the zone of this machine, or by how long ago they were: `:times local`.";
    ToggleMouse "toggle-mouse" ["mouse"] [Anywhere] Light "" when::always, "Leaves the mouse to the terminal, to select text with it, or takes it back.";
    OpenHelp "open-help" ["help", "keys"] [Anywhere] Light "help" when::help_is_closed, "Shows the keys and commands of this view.";
    Quit "quit" ["q", "exit"] [Anywhere] Light "quit" when::always, "Leaves the program.";
    // typing
    AcceptInput "accept-input" [] [Input] Light "accept" when::always, "Takes the text.";
    CompleteInput "complete-input" [] [Input] Light "complete" when::completes, "Completes the word.";
    InputEarlier "input-earlier" [] [Input] Light "" when::always, "Fetches the text typed before.";
    InputLater "input-later" [] [Input] Light "" when::always, "Fetches the text typed after.";
    InputLeft "input-left" [] [Input] Light "" when::always, "Moves one character to the left.";
    InputRight "input-right" [] [Input] Light "" when::always, "Moves one character to the right.";
    InputStart "input-start" [] [Input] Light "" when::always, "Moves to the start of the text.";
    InputEnd "input-end" [] [Input] Light "" when::always, "Moves to the end of the text.";
    EraseLeft "erase-left" [] [Input] Light "" when::always, "Erases the character to the left.";
    EraseRight "erase-right" [] [Input] Light "" when::always, "Erases the character to the right.";
    EraseWord "erase-word" [] [Input] Light "" when::always, "Erases the word to the left.";
    EraseInput "erase-input" [] [Input] Light "" when::always, "Erases everything to the left.";
}

impl Command {
    /// The command of that id or alias.
    pub fn parse(name: &str) -> Option<Self> {
        let mut all = COMMANDS.iter();
        all.find(|entry| entry.id == name || entry.aliases.contains(&name))
            .map(|entry| entry.command)
    }

    /// The id that a mistyped one most likely meant.
    pub fn nearest(name: &str) -> Option<&'static str> {
        let all = COMMANDS
            .iter()
            .flat_map(|entry| std::iter::once(entry.id).chain(entry.aliases.iter().copied()));
        nearest(name, all)
    }
}

/// The name that a mistyped one most likely meant.
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let nearest = names.into_iter().map(|known| (distance(name, known), known)).min()?;
    (nearest.0 <= 3).then_some(nearest.1)
}

/// How many letters must be changed, added or dropped to make one text the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let at =
                |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX - 1);
            let change = at(&row, j) + usize::from(a != *b);
            next.push(change.min(at(&row, j + 1) + 1).min(at(&next, j) + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

// INVARIANT: no two commands share an id or an alias. Two that do stop the build.
const _: () = assert!(names_are_unique(), "two commands share a name");

#[expect(
    clippy::indexing_slicing,
    reason = "const code has no iterators; out of bounds stops the build"
)]
const fn names_are_unique() -> bool {
    let mut i = 0;
    while i < COMMANDS.len() {
        let mut j = i + 1;
        while j < COMMANDS.len() {
            if same(COMMANDS[i].id, COMMANDS[j].id)
                || shares(COMMANDS[i].id, COMMANDS[j].aliases)
                || shares(COMMANDS[j].id, COMMANDS[i].aliases)
            {
                return false;
            }
            let mut k = 0;
            while k < COMMANDS[i].aliases.len() {
                if shares(COMMANDS[i].aliases[k], COMMANDS[j].aliases) {
                    return false;
                }
                k += 1;
            }
            j += 1;
        }
        i += 1;
    }
    true
}

#[expect(
    clippy::indexing_slicing,
    reason = "const code has no iterators; out of bounds stops the build"
)]
const fn shares(name: &str, names: &[&str]) -> bool {
    let mut i = 0;
    while i < names.len() {
        if same(name, names[i]) {
            return true;
        }
        i += 1;
    }
    false
}

#[expect(
    clippy::indexing_slicing,
    reason = "const code has no iterators; out of bounds stops the build"
)]
const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut i = 0;
    while i < one.len() {
        if one[i] != other[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_by_id_and_alias() {
        assert_eq!(Command::parse("show-logs"), Some(Command::ShowLogs));
        assert_eq!(Command::parse("q"), Some(Command::Quit));
        assert_eq!(Command::parse("pause-log"), None);
        assert_eq!(Command::nearest("pause-log"), Some("pause-logs"));
        assert_eq!(Command::nearest("xylophone"), None);
    }

    #[test]
    fn ids_are_kebab_case_and_documents_are_sentences() {
        for entry in COMMANDS {
            assert!(entry.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", entry.id);
            assert!(entry.doc.ends_with('.'), "{}", entry.id);
            let json = serde_json::to_string(&entry.command).unwrap();
            assert_eq!(json, format!("\"{}\"", entry.id), "the variant and the id say the same");
            assert_eq!(entry.command.entry().id, entry.id);
        }
    }
}
