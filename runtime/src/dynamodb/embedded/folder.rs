//! The folder that an engine keeps its files in: made, locked and looked at before anything is written.

use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use dynoxide::storage::Storage;
use dynoxide::{Database, DynoxideError};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// The database's file in the folder. SQLite adds `-wal` and `-shm` to the name for its log and index.
const FILE: &str = "dynamodb.sqlite";

/// The file in the folder whose lock says that the folder is in use.
const LOCK: &str = "LOCK";

/// What every SQLite file begins with (SQLite, "Database File Format", section 1.3.1).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Bytes of the largest file that is read whole for damage before it is opened: a fraction of a second.
/// Damage in a larger one is found when it is met.
const CHECKED: u64 = 128 * 1024 * 1024;

/// Bytes that a disk must have left. A new database takes a third of them.
const ROOM: usize = 1024 * 1024;

/// Why a folder cannot be opened. Nothing in it was overwritten.
#[derive(Debug)]
#[non_exhaustive]
pub enum OpenError {
    /// Another engine, in another process as a rule, has the folder open.
    Locked(PathBuf),
    /// The folder or its files cannot be made or written to.
    NotWritable(PathBuf, String),
    /// The disk is full.
    DiskFull(PathBuf),
    /// The file is no database, or a damaged one.
    Corrupt(PathBuf, String),
    /// Anything else.
    Other(PathBuf, String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked(dir) => write!(
                f,
                "the data folder {} is in use by another process",
                dir.display()
            ),
            Self::NotWritable(path, cause) => {
                write!(f, "cannot write to {}: {cause}", path.display())
            }
            Self::DiskFull(path) => {
                write!(f, "the disk of {} is full", path.display())
            }
            Self::Corrupt(file, cause) => write!(
                f,
                "{} is damaged or not a database ({cause}); it was left as it is",
                file.display()
            ),
            Self::Other(path, cause) => write!(f, "cannot open {}: {cause}", path.display()),
        }
    }
}

impl std::error::Error for OpenError {}

impl OpenError {
    fn io(path: &Path, error: &io::Error) -> Self {
        use io::ErrorKind as Kind;
        let path = path.to_owned();
        match error.kind() {
            Kind::StorageFull | Kind::QuotaExceeded | Kind::FileTooLarge => Self::DiskFull(path),
            Kind::PermissionDenied
            | Kind::ReadOnlyFilesystem
            | Kind::NotADirectory
            | Kind::AlreadyExists
            | Kind::IsADirectory
            | Kind::NotFound => Self::NotWritable(path, error.to_string()),
            _ => Self::Other(path, error.to_string()),
        }
    }

    /// By SQLite's primary result code (sqlite.org/rescode.html), which the low byte of any code is.
    fn sqlite(file: &Path, code: Option<i32>, cause: String) -> Self {
        let file = file.to_owned();
        match code.map(|code| code & 0xff) {
            Some(5 | 6) => Self::Locked(file),
            Some(3 | 8 | 14) => Self::NotWritable(file, cause),
            Some(13) => Self::DiskFull(file),
            Some(11 | 26) => Self::Corrupt(file, cause),
            _ => Self::Other(file, cause),
        }
    }

    fn engine(file: &Path, error: &DynoxideError) -> Self {
        let code = match error {
            DynoxideError::SqliteError(error) => {
                error.sqlite_error().map(|error| error.extended_code)
            }
            _ => None,
        };
        Self::sqlite(file, code, error.to_string())
    }
}

/// Opens the database in `dir`. The folder is locked for as long as the file that comes with it is open.
pub(super) fn open(dir: &Path) -> Result<(Database, File), OpenError> {
    make(dir).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            OpenError::NotWritable(dir.to_owned(), "it is not a folder".to_owned())
        }
        _ => OpenError::io(dir, &error),
    })?;
    // SQLite takes a name that begins with `file:` for a URI, which an absolute path does not.
    let dir = dir
        .canonicalize()
        .map_err(|error| OpenError::io(dir, &error))?;
    let lock = lock(&dir)?;
    let file = dir.join(FILE);
    let Some(name) = file.to_str() else {
        return Err(OpenError::Other(
            file,
            "the path is not valid UTF-8".to_owned(),
        ));
    };
    find_room(&lock).map_err(|error| OpenError::io(&dir, &error))?;
    keep_private(&file).map_err(|error| OpenError::io(&file, &error))?;
    inspect(&file, name)?;
    let database = Database::new(name).map_err(|error| OpenError::engine(&file, &error))?;
    Ok((database, lock))
}

/// Tries out, in the lock's file, whether there is room to start and to write a little: SQLite would get stuck
/// half way, and says no more than "disk I/O error" if it is its index that finds none.
fn find_room(mut lock: &File) -> io::Result<()> {
    let zeros = [0; 64 * 1024];
    let written = (0..ROOM / zeros.len()).try_for_each(|_| lock.write_all(&zeros));
    // A lock that keeps its zeros locks as well.
    let _ = lock.set_len(0);
    written
}

/// Makes the folder, for its owner's eyes only: it may come to hold keys.
fn make(dir: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Makes the database's file, or makes sure that only its owner can read it, whatever the folder allows: it may
/// come to hold keys. The files that SQLite puts beside it take its permissions.
#[cfg(unix)]
fn keep_private(file: &Path) -> io::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let mut options = OpenOptions::new();
    let opened = options.create(true).append(true).mode(0o600).open(file)?;
    let mode = opened.metadata()?.permissions().mode();
    if mode & 0o077 != 0 {
        opened.set_permissions(std::fs::Permissions::from_mode(mode & !0o077))?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_private(_: &Path) -> io::Result<()> {
    Ok(())
}

fn lock(dir: &Path) -> Result<File, OpenError> {
    let path = dir.join(LOCK);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| OpenError::io(&path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked(dir.to_owned())),
        Err(TryLockError::Error(error)) => Err(OpenError::io(&path, &error)),
    }
}

/// Looks for damage, and writes nothing: once SQLite has opened a file for writing, it may.
fn inspect(file: &Path, name: &str) -> Result<(), OpenError> {
    let size = match file.metadata() {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(OpenError::io(file, &error)),
    };
    let corrupt = |cause: &str| Err(OpenError::Corrupt(file.to_owned(), cause.to_owned()));
    if size == 0 {
        // SQLite would throw such a log away.
        let log = std::fs::metadata(format!("{name}-wal")).map_or(0, |log| log.len());
        return if log > 0 {
            corrupt("it is empty, but its log is not")
        } else {
            Ok(())
        };
    }
    let mut head = Vec::with_capacity(MAGIC.len());
    File::open(file)
        .and_then(|file| file.take(MAGIC.len() as u64).read_to_end(&mut head))
        .map_err(|error| OpenError::io(file, &error))?;
    if head != MAGIC {
        return corrupt("it does not begin as an SQLite file does");
    }
    if size > CHECKED {
        return Ok(());
    }
    match quick_check(name) {
        Ok(verdict) if verdict == "ok" => Ok(()),
        Ok(verdict) => corrupt(verdict.lines().next_back().unwrap_or("unreadable")),
        Err(error) => Err(OpenError::engine(file, &error)),
    }
}

/// SQLite's own check of every page, over a connection that can only read: `ok`, or what is wrong.
fn quick_check(name: &str) -> Result<String, DynoxideError> {
    /// What would end the path in a URI, or be taken for an escape.
    const RESERVED: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#');
    let uri = format!("file:{}?mode=ro", utf8_percent_encode(name, RESERVED));
    let storage = Storage::memory()?;
    let connection = storage.conn();
    connection.execute("ATTACH DATABASE ?1 AS inspected", [uri])?;
    let verdict = connection.query_row("PRAGMA inspected.quick_check(1)", (), |row| row.get(0))?;
    Ok(verdict)
}
