//! What is tested, and as whom.

/// How the command is written.
const USAGE: &str = "write `cargo xtask smoke [--url URL [--origin ORIGIN] [--contract any] [--email EMAIL \
                     --password-env NAME | --token-env NAME]]`";

/// What follows the address of a server: the contract's base path.
const BASE_PATH: &str = "/v1";

/// Who the owner's steps are taken as.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Nobody: there are none.
    Visitor,
    /// A session of its own, ended afterwards.
    Password { email: String, password: String },
    /// A token, which is not ended: it is somebody else's session.
    Token(String),
}

/// The command line, read.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// The API's address with its base path, without a slash at its end.
    pub(crate) url: String,
    /// A web page's origin that may call.
    pub(crate) origin: Option<String>,
    /// The server may be of an older or newer contract than this repository's.
    pub(crate) is_contract_any: bool,
    pub(crate) caller: Caller,
}

impl Arguments {
    /// Secrets are named by their variable: a command line can be seen by everybody on the machine.
    pub(crate) fn read(
        words: &[&str],
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let mut given = [None; 6];
        const NAMES: [&str; 6] = [
            "--url",
            "--origin",
            "--email",
            "--password-env",
            "--token-env",
            "--contract",
        ];
        for pair in words.chunks(2) {
            let [name, value] = pair else {
                return Err(format!("{:?} has no value; {USAGE}", pair.join(" ")));
            };
            let slot = NAMES.iter().position(|known| known == name);
            let slot = slot.ok_or_else(|| format!("{name:?} is not understood; {USAGE}"))?;
            if given[slot].replace(*value).is_some() {
                return Err(format!("{name} is given twice; {USAGE}"));
            }
        }
        let [url, origin, email, password, token, contract] = given;
        if let Some(other) = contract.filter(|value| *value != "any") {
            return Err(format!(
                "--contract {other} is not understood: any, or leave it out for this repository's; {USAGE}"
            ));
        }
        let secret = |name: &str| {
            variable(name)
                .filter(|value| !value.is_empty())
                .ok_or_else(|| {
                    format!("the environment has no variable {name}; set it to the secret")
                })
        };
        let caller = match (email, password, token) {
            (None, None, None) => Caller::Visitor,
            (Some(email), Some(name), None) => Caller::Password {
                email: email.to_owned(),
                password: secret(name)?,
            },
            (None, None, Some(name)) => Caller::Token(secret(name)?),
            _ => {
                return Err(format!(
                    "--email and --password-env go together, and --token-env goes alone; {USAGE}"
                ));
            }
        };
        let url = url.ok_or_else(|| format!("--url is missing; {USAGE}"))?;
        let url = url.trim_end_matches('/');
        if !url.ends_with(BASE_PATH) {
            return Err(format!(
                "{url:?} does not end with {BASE_PATH}: give the API's address with its base path, such as \
                 https://api.example.com{BASE_PATH}"
            ));
        }
        Ok(Self {
            url: url.to_owned(),
            origin: origin.map(str::to_owned),
            is_contract_any: contract.is_some(),
            caller,
        })
    }

    /// What is beside the contract: health, and the contract itself.
    pub(crate) fn root(&self) -> &str {
        self.url.strip_suffix(BASE_PATH).unwrap_or(&self.url)
    }
}
