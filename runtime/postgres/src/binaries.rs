//! Where the machine has PostgreSQL's programs.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::StartError;

/// Folders with a folder per version below, and what leads from that to the programs: packages of Debian, of PostgreSQL's
/// own RPMs, of Homebrew on both kinds of Macs, and Postgres.app.
const PACKAGED: [(&str, &str, &str); 5] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql", "bin"),
    ("/usr/local/opt", "postgresql", "bin"),
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
];

/// PostgreSQL's programs, of one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// Those on PATH, else those of the newest version that a package manager has installed beside it.
    ///
    /// # Errors
    ///
    /// [`StartError::NotInstalled`].
    pub fn find() -> Result<Self, StartError> {
        let path = env::var_os("PATH").unwrap_or_default();
        Self::among(&path, &PACKAGED).ok_or(StartError::NotInstalled)
    }

    /// Those in a folder.
    ///
    /// # Errors
    ///
    /// [`StartError::NotThere`].
    pub fn within(folder: &Path) -> Result<Self, StartError> {
        Self::of(folder).ok_or_else(|| StartError::NotThere(folder.to_owned()))
    }

    /// The path of one of the programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn among(path: &OsStr, packaged: &[(&str, &str, &str)]) -> Option<Self> {
        env::split_paths(path)
            .find_map(|folder| Self::of(&folder))
            .or_else(|| {
                packaged
                    .iter()
                    .filter_map(|(root, prefix, bin)| newest(Path::new(root), prefix, bin))
                    .max_by(|(one, _), (other, _)| one.total_cmp(other))
                    .map(|(_, found)| found)
            })
    }

    /// The folder that the programs really lie in: on PATH there may be links to some of them.
    fn of(folder: &Path) -> Option<Self> {
        let real = folder.join("postgres").canonicalize().ok()?;
        let folder = real.parent()?;
        let has = |name| folder.join(name).is_file();
        (has("initdb") && has("postgres")).then(|| Self {
            folder: folder.to_owned(),
        })
    }
}

/// The newest version below a folder, by the number in its name.
fn newest(root: &Path, prefix: &str, bin: &str) -> Option<(f64, Binaries)> {
    fs::read_dir(root)
        .ok()?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(prefix)?.trim_start_matches('@');
            // Homebrew's folder without a number links to the newest.
            let version: f64 = version.parse().ok().or(version.is_empty().then_some(0.0))?;
            Some((version, Binaries::of(&entry.path().join(bin))?))
        })
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn install(folder: &Path) -> PathBuf {
        fs::create_dir_all(folder).unwrap();
        for name in ["initdb", "postgres"] {
            fs::write(folder.join(name), "").unwrap();
        }
        folder.canonicalize().unwrap()
    }

    #[test]
    fn what_is_on_the_path_comes_before_packages_and_the_newest_package_before_others() {
        let machine = tempfile::tempdir().unwrap();
        let root = machine.path();
        let (empty, own) = (root.join("empty"), root.join("own"));
        fs::create_dir(&empty).unwrap();
        install(&root.join("packages/9.6/bin"));
        let new = install(&root.join("packages/15/bin"));
        let packages = root.join("packages");
        let packaged = [(packages.to_str().unwrap(), "", "bin")];

        let found = Binaries::among(empty.as_os_str(), &packaged).unwrap();
        assert_eq!(found.folder, new);
        let on_path = install(&own);
        let path = env::join_paths([&empty, &own]).unwrap();
        assert_eq!(Binaries::among(&path, &packaged).unwrap().folder, on_path);
        assert_eq!(Binaries::among(empty.as_os_str(), &[]), None);
    }

    #[test]
    fn a_folder_without_the_programs_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = Binaries::within(folder.path()).unwrap_err().to_string();
        assert!(error.contains(folder.path().to_str().unwrap()), "{error}");
    }
}
