//! The files to run, checked before anything starts: a wrong name costs no waiting.

use std::collections::HashMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use shared::{Profile, RunOptions, layout};

use crate::args::ReadingArguments;
use crate::fault::Fault;

/// A file to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Path as the user gave it.
    pub path: PathBuf,
    /// Key of the object that it becomes.
    pub key: String,
}

/// Checks that every path is a readable file, and that no two of them have the same results.
///
/// # Errors
/// Names every path that is wrong, and why.
pub fn check(paths: &[PathBuf]) -> Result<Vec<Input>, Fault> {
    let problems: Vec<String> = paths.iter().filter_map(|path| problem(path)).collect();
    if !problems.is_empty() {
        return Err(Fault::other(problems.join("\nisotherm: ")));
    }
    let mut inputs = Vec::new();
    let mut owners = HashMap::new();
    for path in paths {
        let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(|| {
            Fault::other(format!("{}: the file's name is not UTF-8; rename it", path.display()))
        })?;
        let key = format!("incoming/{name}");
        if let Some(other) = owners.insert(layout::statistics_key(&key), path) {
            return Err(Fault::usage(format!(
                "{} and {} would write the same results; run them with different --out folders",
                other.display(),
                path.display()
            )));
        }
        inputs.push(Input { path: path.clone(), key });
    }
    Ok(inputs)
}

/// Checks that no result in the folder `out` would take the place of an input.
///
/// # Errors
/// Names the input that would be lost.
pub fn check_places(inputs: &[Input], out: &Path) -> Result<(), Fault> {
    let files: HashMap<_, _> =
        inputs.iter().filter_map(|input| Some((identity(&input.path)?, input))).collect();
    for input in inputs {
        for result in results(&input.key) {
            if let Some(lost) = identity(&out.join(result)).and_then(|file| files.get(&file)) {
                return Err(Fault::usage(format!(
                    "{}: the results of {} would be written over this file; name another folder with --out",
                    lost.path.display(),
                    input.path.display()
                )));
            }
        }
    }
    Ok(())
}

/// The keys of a run's results.
fn results(key: &str) -> impl Iterator<Item = String> {
    let tables = layout::TABLE_NAMES.map(|name| layout::table_key(key, name));
    [layout::statistics_key(key), layout::report_key(key), layout::rejected_key(key)]
        .into_iter()
        .chain(tables)
}

/// What all paths to one file have in common, be they links; `None` where there is no file.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<PathBuf> {
    path.canonicalize().ok()
}

fn problem(path: &Path) -> Option<String> {
    let shown = path.display();
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Some(format!("{shown}: there is no such file"))
        }
        Err(error) => Some(format!("{shown}: {error}")),
        Ok(metadata) if metadata.is_dir() => Some(format!(
            "{shown}: is a folder; name the files in it, for example {}",
            path.join("*.csv").display()
        )),
        Ok(metadata) if !metadata.is_file() => {
            Some(format!("{shown}: is not a regular file; save its contents to a file first"))
        }
        Ok(_) => std::fs::File::open(path).err().map(|error| format!("{shown}: {error}")),
    }
}

/// What the arguments say about how files are to be read.
///
/// # Errors
/// When the profile is none, or a column is named twice.
pub fn options(reading: &ReadingArguments) -> Result<RunOptions, Fault> {
    let profile = reading.profile.as_deref().map(profile).transpose()?;
    check_columns(&reading.columns)?;
    Ok(RunOptions { columns: reading.columns.clone(), wide: reading.wide, profile, split_bytes: None })
}

/// Whether every `--column` names another column.
fn check_columns(names: &[String]) -> Result<(), Fault> {
    let twice = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name));
    match twice {
        Some((_, name)) => Err(Fault::usage(format!("--column {name}: is given twice; give it once"))),
        None => Ok(()),
    }
}

/// Bytes that a profile has at most: far more than any list of names takes.
const MAX_PROFILE_BYTES: u64 = 1 << 20;

/// The profile that `--profile` names: one that comes with Isotherm, or a file, TOML or JSON.
///
/// # Errors
/// When there is neither, or the file is no profile.
pub fn profile(name: &str) -> Result<Profile, Fault> {
    if let Some(profile) = Profile::built_in(name) {
        return Ok(profile);
    }
    let wrong = |what: String| Fault::usage(format!("--profile {name}: {what}"));
    let mut bytes = Vec::new();
    std::fs::File::open(name)
        .and_then(|file| file.take(MAX_PROFILE_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| {
            let known = "isotherm profiles lists them";
            wrong(format!("neither a profile's name ({known}) nor a file that can be read: {error}"))
        })?;
    if bytes.len() as u64 > MAX_PROFILE_BYTES {
        return Err(wrong(format!("not a profile: it has more than {MAX_PROFILE_BYTES} bytes")));
    }
    let text =
        String::from_utf8(bytes).map_err(|_| wrong("not a profile: it is not UTF-8 text".to_owned()))?;
    Profile::from_text(&text).map_err(|error| wrong(format!("not a profile: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_is_named_with_all_others() {
        let fault = check(&["/no/such.csv".into(), std::env::temp_dir()]).unwrap_err();
        assert_eq!(fault.code(), 1);
        let message = fault.to_string();
        assert!(message.contains("/no/such.csv: there is no such file"), "{message}");
        assert!(message.contains("is a folder"), "{message}");
    }

    #[test]
    fn two_files_with_the_same_results_are_refused() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let files = folders.each_ref().map(|folder| folder.path().join("x.csv"));
        files.iter().for_each(|file| std::fs::write(file, "").unwrap());
        assert_eq!(check(&files[..1]).unwrap()[0].key, "incoming/x.csv");
        assert_eq!(check(&files).unwrap_err().code(), 2);
    }

    #[test]
    fn files_that_differ_in_their_endings_have_results_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let files = ["x.csv", "x.csv.gz", "x.tsv", "x.txt", "x.csv.zst", "x", "x.csv.csv"];
        let paths = files.map(|name| folder.path().join(name));
        paths.iter().for_each(|path| std::fs::write(path, "").unwrap());
        assert_eq!(check(&paths).unwrap().len(), files.len());
    }

    #[test]
    fn a_column_is_named_once() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert!(check_columns(&names(&["tmax", "tmin"])).is_ok());
        assert!(check_columns(&names(&[])).is_ok());
        let fault = check_columns(&names(&["tmax", "tmin", "tmax"])).unwrap_err();
        assert!(fault.to_string().contains("--column tmax: is given twice"), "{fault}");
    }

    #[test]
    fn a_profile_is_a_name_or_a_file() {
        assert_eq!(profile("generic").unwrap().name, "generic");
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, r#"{"name": "loggers", "temperature": ["T1"]}"#).unwrap();
        assert_eq!(profile(file.path().to_str().unwrap()).unwrap().temperature, ["T1".into()]);
        std::fs::write(&file, r#"{"name": "loggers", "temperatur": []}"#).unwrap();
        let fault = profile(file.path().to_str().unwrap()).unwrap_err();
        assert!(fault.code() == 2 && fault.to_string().contains("temperatur"), "{fault}");
    }

    #[test]
    fn a_profile_that_is_none_is_told_in_one_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let bounds = r#"{"name": "x", "temperature": ["t"], "plausible_celsius": [60, -90]}"#;
        for (path, words) in [
            ("/dev/zero".to_owned(), "more than 1048576 bytes"),
            (folder.path().to_str().unwrap().to_owned(), "nor a file that can be read"),
            (file("latin", b"{\"name\": \"M\xe5\"}"), "not UTF-8"),
            (file("bounds", bounds.as_bytes()), "plausible_celsius"),
            (file("empty", b""), "line 1"),
        ] {
            let fault = profile(&path).unwrap_err();
            let message = fault.to_string();
            assert_eq!(fault.code(), 2, "{message}");
            assert!(message.contains(&path) && message.contains(words), "{message}");
            assert!(!message.contains('\n'), "{message}");
        }
        let marked = file("marked", b"\xef\xbb\xbf{\"name\": \"x\", \"temperature\": [\"t\"]}");
        assert_eq!(profile(&marked).unwrap().name, "x");
    }

    #[cfg(unix)]
    #[test]
    fn a_result_in_the_place_of_an_input_is_refused() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let (out, data) = (folder.path().join("out"), folder.path().join("x.csv"));
        for name in [
            "processed/incoming/x_stats.json",
            "reports/incoming/x.html",
            "rejected/incoming/x_rows.csv",
            "tables/incoming/x/cells.parquet",
            "tables/incoming/x/stations.parquet",
            "tables/incoming/x/days.parquet",
        ] {
            let place = out.join(name);
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            let refused = |paths: &[PathBuf]| {
                let fault = check_places(&check(paths).unwrap(), &out).unwrap_err();
                assert_eq!(fault.code(), 2, "{fault}");
                assert!(fault.to_string().contains("would be written over"), "{fault}");
            };
            std::fs::write(&data, "t\n1\n").unwrap();
            // An input that lies there, in whatever spelling, and results that are links to an input.
            std::fs::write(&place, "t\n1\n").unwrap();
            refused(&[data.clone(), place.clone()]);
            refused(&[data.clone(), out.join("../out").join(name)]);
            std::fs::remove_file(&place).unwrap();
            std::fs::hard_link(&data, &place).unwrap();
            refused(std::slice::from_ref(&data));
            std::fs::remove_file(&place).unwrap();
            symlink(&data, &place).unwrap();
            refused(std::slice::from_ref(&data));
            std::fs::remove_file(&place).unwrap();
            assert!(check_places(&check(std::slice::from_ref(&data)).unwrap(), &out).is_ok());
        }
    }
}
