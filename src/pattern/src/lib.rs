//! The CloudWatch Logs filter-pattern language: grammar, parser, matcher, errors that point.
