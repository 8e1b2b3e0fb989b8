//! What nobody has looked at for a long time: the templates of groups that were not watched for three months.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use watchdeck_domain::Timestamp;

/// After so long without a touch a file is removed.
const OLD: Duration = Duration::from_hours(24 * 90);
/// Files that are looked at, at most, at one start.
const MOST: usize = 2_000;

/// Removes the files of a folder that were not touched for long. Quietly: nothing depends on it, and what does not succeed
/// is tried again at the next start. Says how many went.
pub(super) fn remove_old(folder: &Path, now: Timestamp) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let old = instant(now).checked_sub(OLD);
    let is_old = |path: &Path| {
        let touched =
            fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?.modified().ok()?;
        Some(touched < old?)
    };
    entries
        .take(MOST)
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .filter(|path| is_old(path) == Some(true) && fs::remove_file(path).is_ok())
        .count()
}

/// Marks a file as used now, so that it is not taken for forgotten.
pub(super) fn touch(path: &Path, now: Timestamp) {
    if let Ok(file) = fs::File::open(path) {
        file.set_modified(instant(now)).ok();
    }
}

fn instant(at: Timestamp) -> SystemTime {
    let millis = u64::try_from(at.as_millis()).unwrap_or(0);
    SystemTime::UNIX_EPOCH + Duration::from_millis(millis)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_nobody_used_for_three_months_go_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp::parse("2026-11-22T03:00:00Z").unwrap();
        let make = |name: &str, days: u64| {
            let path = folder.path().join(name);
            fs::write(&path, "{}").unwrap();
            touch(&path, now - Duration::from_hours(24 * days));
            path
        };
        let old = make("a.json", 91);
        let fresh = make("b.json", 89);
        let used = make("c.json", 400);
        touch(&used, now);
        let foreign = make("notes.txt", 400);
        fs::create_dir(folder.path().join("d.json")).unwrap();
        assert_eq!(remove_old(folder.path(), now), 1);
        assert!(!old.exists() && fresh.exists() && used.exists() && foreign.exists());
        assert_eq!(remove_old(&folder.path().join("none"), now), 0);
    }
}
