//! What wrote a line, and what it says about the health of things. Closed: what is none of these is text.

use std::fmt;

/// What wrote a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The Lambda service itself, as text or as JSON.
    Lambda(LambdaLine),
    /// An access record of API Gateway.
    Api,
    /// An access log in the common form of web servers.
    Access,
    /// An access record of an application load balancer.
    Balancer,
    /// A record of the web application firewall.
    Firewall,
    /// An access record of CloudFront.
    Distribution,
    /// A record of VPC flow logs.
    Flow,
    /// A program, in JSON.
    Application(Logger),
    /// A program, in `name=value` pairs.
    Pairs,
    /// A program, in its own words.
    Text,
}

/// What the Lambda service says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LambdaLine {
    /// An invocation begins.
    Start,
    /// The runtime is done with an invocation.
    RuntimeDone,
    /// An invocation is over.
    End,
    /// What an invocation took.
    Report,
    /// An execution environment begins.
    InitStart,
    /// The runtime of an execution environment stands.
    InitDone,
    /// What the start of an execution environment took.
    InitReport,
    /// A snapshot is being restored.
    RestoreStart,
    /// What the restoration took.
    RestoreReport,
    /// An extension or a telemetry subscription.
    Extension,
    /// Log lines were lost.
    LogsDropped,
    /// An invocation or a start failed, as the service saw it.
    Failure,
    /// Another platform record.
    Other,
}

/// The library that wrote a JSON line, as far as its members tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Logger {
    /// AWS Lambda Powertools.
    Powertools,
    /// Lambda's own JSON log format.
    Lambda,
    /// bunyan, of Node.js.
    Bunyan,
    /// pino, of Node.js.
    Pino,
    /// winston, of Node.js.
    Winston,
    /// Log4j with a JSON layout.
    Log4j,
    /// zap, of Go.
    Zap,
    /// slog or logrus, of Go.
    Slog,
    /// tracing, of Rust.
    Tracing,
    /// structlog, of Python.
    Structlog,
    /// OpenTelemetry.
    OpenTelemetry,
    /// None that is known.
    Unknown,
}

/// What a line says about the health of things.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// An execution environment had to be started first.
    ColdStart {
        /// What that took, in milliseconds.
        init_ms: f64,
    },
    /// An invocation ran into its limit.
    Timeout {
        /// The limit in milliseconds, if it is told.
        limit_ms: Option<f64>,
    },
    /// All memory was used.
    OutOfMemory {
        /// The memory in MB, if it is told.
        memory_mb: Option<f64>,
    },
    /// The runtime ended by itself.
    Crash {
        /// The exit status, if it is told.
        exit_status: Option<i64>,
    },
    /// What was deployed cannot be started.
    BadPackage,
    /// The start of an execution environment ran into its limit.
    InitTimeout,
    /// The start of an execution environment failed.
    InitFailed,
    /// Log lines were lost: the view is incomplete.
    LostLogs {
        /// How many, if it is told.
        records: Option<u64>,
    },
    /// The firewall stopped the request.
    Blocked {
        /// The rule that did.
        rule: String,
    },
    /// What stands behind a balancer never answered.
    Unanswered,
    /// A packet was rejected.
    Rejected,
}

impl Kind {
    /// What the kind is called on a screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Lambda(_) => "Lambda",
            Self::Api => "API Gateway",
            Self::Access => "access log",
            Self::Balancer => "load balancer",
            Self::Firewall => "firewall",
            Self::Distribution => "CloudFront",
            Self::Flow => "VPC flow",
            Self::Application(_) => "application",
            Self::Pairs => "pairs",
            Self::Text => "text",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ColdStart { init_ms } => write!(f, "cold start of {init_ms:.0} ms"),
            Self::Timeout { limit_ms: Some(limit) } => write!(f, "timed out after {limit:.0} ms"),
            Self::Timeout { limit_ms: None } => f.write_str("timed out"),
            Self::OutOfMemory { memory_mb: Some(size) } => {
                write!(f, "out of memory at {size:.0} MB")
            }
            Self::OutOfMemory { memory_mb: None } => {
                f.write_str("killed, most likely out of memory")
            }
            Self::Crash { exit_status: Some(status) } => {
                write!(f, "crashed with exit status {status}")
            }
            Self::Crash { exit_status: None } => f.write_str("crashed"),
            Self::BadPackage => f.write_str("what was deployed cannot be started"),
            Self::InitTimeout => f.write_str("the start ran into its limit"),
            Self::InitFailed => f.write_str("the start failed"),
            Self::LostLogs { records: Some(records) } => write!(f, "{records} log lines were lost"),
            Self::LostLogs { records: None } => f.write_str("log lines were lost"),
            Self::Blocked { rule } => write!(f, "blocked by {rule}"),
            Self::Unanswered => f.write_str("the target never answered"),
            Self::Rejected => f.write_str("rejected"),
        }
    }
}
