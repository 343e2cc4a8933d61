//! Where local runs work before their results appear.
//!
//! Several processes may write to one results folder, and each of them may be killed at any time. So each has a
//! folder of its own inside it, for everything that is unfinished, and holds a lock in there as long as it lives:
//! nobody reads what another one is writing, and what no living process owns is removed by the next one.
//! Finished results are moved to their places, those of one run together.

use std::collections::BTreeSet;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use shared::layout;
use tempfile::TempDir;

use crate::fault::Fault;

/// How the name of a process's own folder begins.
const PREFIX: &str = ".isotherm-run-";
/// Locked by a process as long as it lives, in its own folder.
const ALIVE: &str = "alive";
/// Temporary files of a process, in its own folder.
const TEMPORARY: &str = "tmp";
/// Locked, in the results folder, by the process that changes what is visible there. It stays: to remove a
/// lock that another process waits for would let two of them in.
const LOCK: &str = ".isotherm-lock";
/// A result on its way to another file system.
const PART: &str = ".isotherm-upload-part";

/// A process's own folder inside the results folder, removed when dropped.
pub struct Staging {
    results: PathBuf,
    folder: TempDir,
    /// Behind the folder: it is dropped after it, so that nobody else removes the folder at the same time.
    _alive: File,
}

impl Staging {
    /// A folder inside `results`, which is made if it is not there. Removes what killed processes left.
    ///
    /// # Errors
    /// When nothing can be written there.
    pub fn new(results: &Path) -> Result<Self, Fault> {
        let (folder, alive) = make(results).map_err(|error| {
            let results = results.display();
            Fault::other(format!(
                "{results}: no results can be written there: {error}; name another folder with --out"
            ))
        })?;
        Ok(Staging { results: results.to_owned(), folder, _alive: alive })
    }

    /// The folder for the temporary files of this process.
    pub fn temporary(&self) -> PathBuf {
        self.folder.path().join(TEMPORARY)
    }

    /// A folder for the results of one run.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn run(&self) -> Result<TempDir, Fault> {
        tempfile::Builder::new().prefix("run-").tempdir_in(self.folder.path()).map_err(|error| {
            Fault::other(format!("{}: cannot make a folder there: {error}", self.results.display()))
        })
    }

    /// Moves the results of a finished run to their places. Intermediate files stay behind.
    ///
    /// # Errors
    /// Names the result that cannot be put in its place.
    pub fn publish(&self, run: &Path) -> Result<(), Fault> {
        let cannot = |path: &Path, error: &io::Error| {
            Fault::other(format!("{}: the result cannot be put there: {error}", path.display()))
        };
        let mut files = results(run).map_err(|error| cannot(run, &error))?;
        // Whoever waits for the statistics finds everything else there, too.
        files.sort_by_key(|file| (file.starts_with(layout::PROCESSED), file.clone()));

        let _lock = lock(&self.results).map_err(|error| cannot(&self.results, &error))?;
        let mut moves: Vec<&Path> = files.iter().map(|file| self.moved_with(file)).collect();
        // Sorted, so what lies in a folder comes right behind it.
        moves.dedup_by(|inner, outer| inner.starts_with(outer));
        let (editions, others): (Vec<&Path>, Vec<&Path>) =
            moves.into_iter().partition(|moved| moved.starts_with(layout::EDITIONS));
        // What is visible names the edition, so it is there first.
        for edition in &editions {
            let place = self.results.join(edition);
            move_folder(&run.join(edition), &place).map_err(|error| cannot(&place, &error))?;
        }
        let places: Vec<PathBuf> = others.iter().map(|other| self.results.join(other)).collect();
        // What can fail is done first, as far as possible: results of two runs must not stand side by side.
        for place in &places {
            let folder = place.parent().unwrap_or(&self.results);
            std::fs::create_dir_all(folder).map_err(|error| cannot(place, &error))?;
        }
        for (other, place) in others.iter().zip(&places) {
            let from = run.join(other);
            let moved = if from.is_dir() { move_folder(&from, place) } else { move_file(&from, place) };
            moved.map_err(|error| cannot(place, &error))?;
        }
        let folders: BTreeSet<&Path> = files.iter().filter_map(|file| own_folder(file)).collect();
        for edition in editions.iter().filter(|edition| !folders.contains(*edition)) {
            remove_others(&self.results.join(edition));
        }
        // Where the folder itself was not moved it is left empty, and the next run has no use for it.
        for folder in folders {
            let _ = std::fs::remove_dir(run.join(folder));
        }
        Ok(())
    }

    /// What a result is moved with: the folder that its object has to itself where there is none yet, else the edition, else
    /// nothing but itself. To move a folder takes less time than to make another and to move all that is in it.
    fn moved_with<'a>(&self, file: &'a Path) -> &'a Path {
        match own_folder(file) {
            Some(folder) if !self.results.join(folder).exists() => folder,
            Some(_) if file.starts_with(layout::EDITIONS) => file.parent().unwrap_or(file),
            _ => file,
        }
    }

    /// The folder of a published run for the next one: to make all its folders again would take longer. Its intermediate
    /// files stay until the last run, since file systems are slow to make files where others were just removed. `None` if
    /// it is not fit.
    pub fn reuse(&self, run: TempDir) -> Option<TempDir> {
        results(run.path()).ok()?.is_empty().then_some(run)
    }
}

/// The folder that one object has to itself among results of this kind, if it has.
fn own_folder(file: &Path) -> Option<&Path> {
    if file.starts_with(layout::TABLES) {
        file.parent()
    } else if file.starts_with(layout::EDITIONS) {
        file.parent()?.parent()
    } else {
        None
    }
}

/// Removes the other editions of the object whose current one lies in `edition`: in a folder that only one process
/// changes at a time, nobody is about to name them. What cannot be removed does no harm.
fn remove_others(edition: &Path) {
    let Some(entries) = edition.parent().and_then(|all| std::fs::read_dir(all).ok()) else { return };
    for other in entries.flatten().map(|entry| entry.path()) {
        let id = other.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        // Next to it there may be folders of objects with longer names.
        if other != edition && layout::is_edition_id(id) && other.join(layout::REPORT_FILE).is_file() {
            let _ = std::fs::remove_dir_all(other);
        }
    }
}

/// Makes a process's own folder in `results`, and its lock.
fn make(results: &Path) -> io::Result<(TempDir, File)> {
    std::fs::create_dir_all(results)?;
    let lock = lock(results)?;
    if lock.is_some() {
        remove_abandoned(results)?;
    }
    let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(results)?;
    let alive = File::create(folder.path().join(ALIVE))?;
    // Where there are no locks nothing is removed either.
    let _ = alive.try_lock();
    std::fs::create_dir(folder.path().join(TEMPORARY))?;
    Ok((folder, alive))
}

/// Waits until no other process changes `results`; ends when dropped. `None` where files cannot be locked, as on
/// some network file systems.
fn lock(results: &Path) -> io::Result<Option<File>> {
    let path = results.join(LOCK);
    let file = match File::options().read(true).write(true).create(true).truncate(false).open(&path) {
        // Another user's, in a folder that is shared; it can be locked all the same.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            File::open(&path).map_err(|_| error)?
        }
        opened => opened?,
    };
    loop {
        match file.lock() {
            Ok(()) => return Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Ok(None),
        }
    }
}

/// Removes the folders of processes that are no more. The lock of `results` is held, so that none is just being made.
fn remove_abandoned(results: &Path) -> io::Result<()> {
    for entry in std::fs::read_dir(results)? {
        let entry = entry?;
        let is_own = entry.file_name().to_string_lossy().starts_with(PREFIX) && entry.file_type()?.is_dir();
        if is_own && is_abandoned(&entry.path()) {
            // What cannot be removed, for example another user's, does no harm.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}

/// Whether no process holds the lock in `folder`.
fn is_abandoned(folder: &Path) -> bool {
    match File::open(folder.join(ALIVE)) {
        Ok(file) => match file.try_lock() {
            Ok(()) => true,
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => false,
        },
        // Killed before it was there, or when all but the folder was removed.
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

/// The results in the folder of a run, as paths from there: all but what is intermediate.
fn results(run: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for prefix in layout::OUTPUT_PREFIXES.iter().filter(|prefix| **prefix != layout::RUNS) {
        let folder = run.join(prefix);
        if folder.exists() {
            collect(&folder, Path::new(prefix), &mut found)?;
        }
    }
    Ok(found)
}

/// Adds the files below `folder` to `found`, as paths from there.
fn collect(folder: &Path, below: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

/// Moves a folder and all that is in it.
fn move_folder(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::create_dir_all(to.parent().unwrap_or(to))?;
    if std::fs::rename(from, to).is_ok() {
        return Ok(());
    }
    // It is there already, with the same files; or on another disk.
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let (from, to) = entry.map(|entry| (entry.path(), to.join(entry.file_name())))?;
        if from.is_dir() { move_folder(&from, &to)? } else { move_file(&from, &to)? }
    }
    std::fs::remove_dir(from)
}

fn move_file(from: &Path, to: &Path) -> io::Result<()> {
    match std::fs::rename(from, to) {
        // A folder of the results may be a link to another disk. Nobody else writes the part: there is the lock.
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            let part = to.with_file_name(PART);
            std::fs::copy(from, &part)?;
            std::fs::rename(part, to)
        }
        moved => moved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        collect(folder, Path::new(""), &mut found).unwrap();
        found.sort();
        found.into_iter().map(|path| path.to_str().unwrap().to_owned()).collect()
    }

    fn write(run: &Path, files: &[&str]) {
        for file in files {
            let path = run.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, *file).unwrap();
        }
    }

    #[test]
    fn results_are_moved_and_nothing_else_is_left() {
        let results = tempfile::tempdir().unwrap();
        let staging = Staging::new(results.path()).unwrap();
        let run = staging.run().unwrap();
        write(run.path(), &["processed/a/b_stats.json", "reports/a/b.html", "runs/1/2/plan.json"]);
        staging.publish(run.path()).unwrap();
        drop(run);
        drop(staging);
        assert_eq!(names(results.path()), [LOCK, "processed/a/b_stats.json", "reports/a/b.html"]);
    }

    #[test]
    fn the_edition_before_goes_and_nobody_elses() {
        let results = tempfile::tempdir().unwrap();
        let staging = Staging::new(results.path()).unwrap();
        let (old, new, other) = ("a".repeat(32), "b".repeat(32), "c".repeat(32));
        let file = |stem: &str, id: &str| format!("editions/{stem}/{id}/report.html");
        for files in [
            vec![file("a", &old), file("a/x", &other)],
            // An object whose name is like an edition.
            vec![file(&format!("a/{other}"), &old)],
            vec![file("a", &new)],
        ] {
            let run = staging.run().unwrap();
            write(run.path(), &files.iter().map(String::as_str).collect::<Vec<_>>());
            staging.publish(run.path()).unwrap();
        }
        drop(staging);
        let mut left =
            vec![LOCK.to_owned(), file("a", &new), file("a/x", &other), file(&format!("a/{other}"), &old)];
        left.sort();
        assert_eq!(names(results.path()), left);
    }

    /// The folder of a run serves the next one, whatever the results had before.
    #[test]
    fn a_folder_that_is_used_again_has_nothing_of_the_run_before() {
        let results = tempfile::tempdir().unwrap();
        let staging = Staging::new(results.path()).unwrap();
        let mut run = staging.run().unwrap();
        let files = |stem: &str, id: char| {
            let edition = format!("editions/in/{stem}/{}", id.to_string().repeat(32));
            [
                format!("{edition}/cells.parquet"),
                format!("{edition}/report.html"),
                format!("processed/in/{stem}_stats.json"),
                format!("tables/in/{stem}/cells.parquet"),
            ]
        };
        // An object below another one's folder, and one above it.
        for (stem, id) in [("a/x", 'a'), ("a", 'b'), ("b", 'c'), ("b/x", 'd'), ("a", 'e'), ("b", 'c')] {
            let files = files(stem, id);
            write(run.path(), &files.each_ref().map(String::as_str));
            staging.publish(run.path()).unwrap();
            let left = files.iter().filter_map(|file| own_folder(Path::new(file)));
            assert_eq!(left.filter(|folder| run.path().join(folder).exists()).count(), 0);
            run = staging.reuse(run).unwrap();
        }
        drop((run, staging));
        let mut expected = vec![LOCK.to_owned()];
        expected.extend(
            [("a/x", 'a'), ("b", 'c'), ("b/x", 'd'), ("a", 'e')].iter().flat_map(|(s, id)| files(s, *id)),
        );
        expected.sort();
        assert_eq!(names(results.path()), expected);
    }

    #[test]
    fn a_result_without_a_place_is_named_and_no_other_is_moved() {
        let results = tempfile::tempdir().unwrap();
        let staging = Staging::new(results.path()).unwrap();
        let run = staging.run().unwrap();
        write(run.path(), &["processed/a_stats.json", "reports/a.html"]);
        std::fs::write(results.path().join("processed"), "a file").unwrap();
        let message = staging.publish(run.path()).unwrap_err().to_string();
        assert!(message.contains("processed/a_stats.json: the result cannot be put there"), "{message}");
        drop((run, staging));
        assert_eq!(names(results.path()), [LOCK, "processed"]);
    }

    #[test]
    fn what_a_living_process_owns_is_left_alone_and_the_rest_removed() {
        let results = tempfile::tempdir().unwrap();
        let alive = Staging::new(results.path()).unwrap();
        let run = alive.run().unwrap();
        write(run.path(), &["reports/half.html"]);
        // Killed with a lock that is now nobody's, and before there was one.
        write(&results.path().join(".isotherm-run-dead"), &[ALIVE, "run-1/reports/half.html"]);
        write(&results.path().join(".isotherm-run-newborn"), &["tmp/x"]);
        write(results.path(), &["notes/.isotherm-run-mine/x", ".isotherm-run-notes.txt"]);
        let next = Staging::new(results.path()).unwrap();
        let left = names(results.path());
        assert!(!left.iter().any(|name| name.contains("dead") || name.contains("newborn")), "{left:?}");
        assert!(run.path().join("reports/half.html").is_file());
        drop((run, alive, next));
        assert_eq!(names(results.path()), [LOCK, ".isotherm-run-notes.txt", "notes/.isotherm-run-mine/x"]);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_told_at_once() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for results in [file.path().to_owned(), file.path().join("below"), "/proc/isotherm".into()] {
            let message = Staging::new(&results).err().unwrap().to_string();
            assert!(message.contains("no results can be written there"), "{message}");
            assert!(message.contains("--out"), "{message}");
        }
    }
}
