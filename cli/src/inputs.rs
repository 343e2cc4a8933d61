//! The files to run, checked before anything starts: a wrong name costs no waiting.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use shared::{Profile, layout};

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

/// The profile that `--profile` names: one that comes with Isotherm, or a JSON file.
///
/// # Errors
/// When there is neither, or the file is no profile.
pub fn profile(name: &str) -> Result<Profile, Fault> {
    if let Some(profile) = Profile::built_in(name) {
        return Ok(profile);
    }
    let text = std::fs::read_to_string(name).map_err(|error| {
        let known = Profile::BUILT_IN.join(", ");
        Fault::usage(format!(
            "--profile {name}: neither a profile's name ({known}) nor a file that can be read: {error}"
        ))
    })?;
    serde_json::from_str(&text)
        .map_err(|error| Fault::usage(format!("--profile {name}: not a profile: {error}")))
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
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("x.csv"), folder.path().join("x.tsv"));
        std::fs::write(&a, "").unwrap();
        std::fs::write(&b, "").unwrap();
        assert_eq!(check(std::slice::from_ref(&a)).unwrap()[0].key, "incoming/x.csv");
        assert_eq!(check(&[a, b]).unwrap_err().code(), 2);
    }

    #[test]
    fn a_profile_is_a_name_or_a_file() {
        assert_eq!(profile("generic").unwrap().name, "generic");
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, r#"{"name": "loggers", "temperature": ["T1"]}"#).unwrap();
        assert_eq!(profile(file.path().to_str().unwrap()).unwrap().temperature, ["T1"]);
        std::fs::write(&file, r#"{"name": "loggers", "temperatur": []}"#).unwrap();
        let fault = profile(file.path().to_str().unwrap()).unwrap_err();
        assert!(fault.code() == 2 && fault.to_string().contains("temperatur"), "{fault}");
    }
}
