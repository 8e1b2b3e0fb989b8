//! Runbooks as files: the TOML format, its expressions, its linter, and compilation to a draft.
