//! The services that the generator serves here: the portfolio, and every folder of `examples/` with a contract.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// One service, and how an outside judge is to treat it.
///
/// What is particular to it lies beside it, in `tests/conformance/` of its folder:
///
/// - `schemathesis.toml`, which every service needs: what is checked, and how much. `hooks = "${CONFORMANCE_HOOKS}"` names
///   `hooks.py` beside it, if there is one.
/// - `hooks.py`, for what no contract says: how to sign in. Its environment has `CONFORMANCE_URL` (with the base path),
///   `CONFORMANCE_CALLER`, `CONFORMANCE_PASSWORD` ([`PASSWORD`]), `CONFORMANCE_BANNER` (a file with the lines that the server
///   prints after its address, such as a token; they come as they are printed), and the settings below.
/// - `service.json`, if the defaults do not fit: `callers`, each a run of its own against a server of its own
///   (`["anonymous"]`), `settings`, the server's environment (nothing; `PORT`, `DATA_DIR`, `RATE_LIMITS=off` and
///   `LOG_LEVEL=error` are set in any case), `package` and `binary` (the folder's name), `published`, whether anybody may
///   have the contract at `/openapi.json` (`true`); if not, the file is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Service {
    pub(crate) name: String,
    /// Where its contract, its template and its tests are; empty for the repository's own.
    folder: PathBuf,
    pub(crate) package: String,
    pub(crate) binary: String,
    pub(crate) callers: Vec<String>,
    pub(crate) settings: Vec<(String, String)>,
    published: bool,
}

/// A password for accounts of servers that are started to be judged.
pub(crate) const PASSWORD: &str = "conformance-password";

const RULES: &str = "tests/conformance";

/// All of them, the portfolio first.
pub(crate) fn all() -> Result<Vec<Service>, String> {
    let mut services = vec![Service::at(&crate::root(), "portfolio", Path::new(""))?];
    let examples = crate::root().join("examples");
    let entries = std::fs::read_dir(&examples)
        .map_err(|error| format!("{} cannot be read: {error}", examples.display()))?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| examples.join(name).join("openapi.yml").exists())
        .collect();
    names.sort();
    for name in names {
        let folder = Path::new("examples").join(&name);
        services.push(Service::at(&crate::root(), &name, &folder)?);
    }
    Ok(services)
}

/// Those that are asked for by name; all if none is.
pub(crate) fn named(names: &[&str]) -> Result<Vec<Service>, String> {
    let services = all()?;
    let known: Vec<&str> = services
        .iter()
        .map(|service| service.name.as_str())
        .collect();
    if let Some(name) = names.iter().find(|name| !known.contains(name)) {
        return Err(format!(
            "there is no service `{name}`; there are {}",
            known.join(", ")
        ));
    }
    let wanted = |service: &Service| names.is_empty() || names.contains(&service.name.as_str());
    Ok(services
        .iter()
        .filter(|service| wanted(service))
        .cloned()
        .collect())
}

impl Service {
    fn at(root: &Path, name: &str, folder: &Path) -> Result<Self, String> {
        let path = root.join(folder).join(RULES).join("service.json");
        let text = match std::fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => "{}".to_owned(),
            read => read.map_err(|error| format!("{} cannot be read: {error}", path.display()))?,
        };
        let wrong = |what: &str| format!("{}: {what}", path.display());
        let said: Value = serde_json::from_str(&text).map_err(|error| wrong(&error.to_string()))?;
        let said = said
            .as_object()
            .ok_or_else(|| wrong("it must be an object"))?;
        const KEYS: [&str; 5] = ["binary", "callers", "package", "published", "settings"];
        if let Some(key) = said.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(wrong(&format!("`{key}` is none of {}", KEYS.join(", "))));
        }
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let word = |key: &str| match said.get(key) {
            None => Ok(name.to_owned()),
            Some(value) => text(value).ok_or_else(|| wrong(&format!("`{key}` must be a string"))),
        };
        let callers = match said.get("callers") {
            None => Some(vec!["anonymous".to_owned()]),
            Some(value) => value
                .as_array()
                .filter(|callers| !callers.is_empty())
                .and_then(|callers| callers.iter().map(text).collect()),
        };
        let settings = match said.get("settings") {
            None => Some(Vec::new()),
            Some(value) => value.as_object().and_then(|settings| {
                let pairs = settings.iter();
                pairs
                    .map(|(name, value)| Some((name.clone(), text(value)?)))
                    .collect()
            }),
        };
        let published = match said.get("published") {
            None => Some(true),
            Some(value) => value.as_bool(),
        };
        Ok(Self {
            name: name.to_owned(),
            folder: folder.to_owned(),
            package: word("package")?,
            binary: word("binary")?,
            callers: callers.ok_or_else(|| wrong("`callers` must be a list of strings"))?,
            settings: settings.ok_or_else(|| wrong("`settings` must be an object of strings"))?,
            published: published.ok_or_else(|| wrong("`published` must be true or false"))?,
        })
    }

    /// A file of it, as a path from the repository's root.
    pub(crate) fn file(&self, path: &str) -> String {
        self.folder.join(path).display().to_string()
    }

    /// The rules of its judgement.
    pub(crate) fn rules(&self) -> Result<PathBuf, String> {
        let folder = crate::root().join(&self.folder).join(RULES);
        if folder.join("schemathesis.toml").exists() {
            return Ok(folder);
        }
        Err(format!(
            "{} is missing: the rules by which {} is held against its contract; take those of another service",
            self.file(&format!("{RULES}/schemathesis.toml")),
            self.name
        ))
    }

    /// Where a judge reads its contract, while it runs at an address.
    pub(crate) fn contract(&self, address: &str) -> String {
        if self.published {
            return format!("http://{address}/openapi.json");
        }
        let path = crate::root().join(self.file("openapi.yml"));
        path.display().to_string()
    }

    /// Whether it is one of `examples/`, which `cargo test` by itself leaves out.
    pub(crate) fn is_example(&self) -> bool {
        self.folder.as_os_str() != ""
    }

    /// Its package and, if there is one, its client's.
    pub(crate) fn packages(&self) -> Vec<String> {
        let client = crate::root().join(self.file("client/Cargo.toml"));
        let client = client.exists().then(|| format!("{}-client", self.name));
        std::iter::once(self.package.clone())
            .chain(client)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_portfolio_is_one_and_examples_follow() {
        let services = all().unwrap();
        let portfolio = &services[0];
        assert_eq!(portfolio.file("openapi.yml"), "openapi.yml");
        assert_eq!(portfolio.callers, ["owner", "anonymous"]);
        assert!(!portfolio.is_example());
        portfolio.rules().unwrap();
        for service in &services[1..] {
            assert!(service.is_example());
            assert!(crate::root().join(service.file("openapi.yml")).exists());
        }
        assert_eq!(named(&["portfolio"]).unwrap(), services[..1]);
        assert_eq!(named(&[]).unwrap(), services);
        assert!(
            named(&["portfolios"])
                .unwrap_err()
                .contains("there are portfolio")
        );
    }

    #[test]
    fn what_is_said_of_a_service_is_checked() {
        let root = crate::root().join("target/service-tests");
        let rules = root.join("examples/x").join(RULES);
        std::fs::create_dir_all(&rules).unwrap();
        let read = |text: &str| {
            std::fs::write(rules.join("service.json"), text).unwrap();
            Service::at(&root, "x", Path::new("examples/x"))
        };
        let plain = read("{}").unwrap();
        assert_eq!((plain.package.as_str(), plain.binary.as_str()), ("x", "x"));
        assert_eq!(plain.callers, ["anonymous"]);
        assert_eq!(plain.file("openapi.yml"), "examples/x/openapi.yml");
        assert_eq!(plain.contract("x:1"), "http://x:1/openapi.json");
        let hidden = read(r#"{"published": false}"#).unwrap();
        assert!(hidden.contract("x:1").ends_with("examples/x/openapi.yml"));
        let full =
            read(r#"{"binary": "y", "callers": ["a", "b"], "settings": {"A": "1"}}"#).unwrap();
        assert_eq!((full.package.as_str(), full.binary.as_str()), ("x", "y"));
        assert_eq!(full.settings, [("A".to_owned(), "1".to_owned())]);
        for (wrong, part) in [
            ("[]", "an object"),
            ("{", "EOF"),
            (r#"{"caller": []}"#, "`caller` is none of"),
            (r#"{"callers": []}"#, "a list of strings"),
            (r#"{"settings": {"A": 1}}"#, "an object of strings"),
            (r#"{"package": 1}"#, "a string"),
            (r#"{"published": 1}"#, "true or false"),
        ] {
            let error = read(wrong).unwrap_err();
            assert!(error.contains(part), "{error}");
        }
    }
}
