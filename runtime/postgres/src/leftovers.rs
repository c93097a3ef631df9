//! Folders that a power cut has left behind, or a `kill -9` of everything at once.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::cluster;

/// A folder that is younger may belong to a start that has not come far yet.
const AGE: Duration = Duration::from_secs(600);

/// Removes them. Where it cannot be told whether a server still runs, they stay.
pub(crate) fn remove() {
    remove_below(&cluster::parent(), Path::new("/proc"), SystemTime::now());
}

fn remove_below(parent: &Path, processes: &Path, now: SystemTime) {
    if !processes.join("self").exists() {
        return;
    }
    let Ok(entries) = fs::read_dir(parent) else {
        return;
    };
    for entry in entries.flatten() {
        let is_ours = entry
            .file_name()
            .to_string_lossy()
            .starts_with(cluster::PREFIX);
        if is_ours && is_abandoned(&entry.path(), processes, now) {
            // What cannot be removed is another user's.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn is_abandoned(folder: &Path, processes: &Path, now: SystemTime) -> bool {
    let is_old = fs::symlink_metadata(folder)
        .and_then(|metadata| metadata.modified())
        .is_ok_and(|modified| now.duration_since(modified).is_ok_and(|age| age > AGE));
    let runs = fs::read_to_string(folder.join("data/postmaster.pid"))
        .ok()
        .and_then(|text| text.lines().next().map(str::to_owned))
        .is_some_and(|pid| processes.join(pid.trim()).exists());
    is_old && !runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_old_folders_without_a_server_are_removed() {
        let parent = tempfile::tempdir().unwrap();
        let processes = tempfile::tempdir().unwrap();
        for process in ["self", "7"] {
            fs::create_dir(processes.path().join(process)).unwrap();
        }
        let make = |name: &str, pid: &str| {
            let folder = parent.path().join(name);
            fs::create_dir_all(folder.join("data")).unwrap();
            fs::write(
                folder.join("data/postmaster.pid"),
                format!("{pid}\n/data\n"),
            )
            .unwrap();
            folder
        };
        let dead = make("throwaway-postgres-dead", "8");
        let alive = make("throwaway-postgres-alive", "7");
        let foreign = make("something-else", "8");

        let now = SystemTime::now();
        remove_below(parent.path(), processes.path(), now);
        assert!(dead.exists(), "it may be of a start under way");
        let later = now + AGE + Duration::from_secs(60);
        remove_below(parent.path(), Path::new("/nonexistent"), later);
        assert!(dead.exists(), "nobody knows whether it runs");
        remove_below(parent.path(), processes.path(), later);
        assert!(!dead.exists() && alive.exists() && foreign.exists());
    }
}
