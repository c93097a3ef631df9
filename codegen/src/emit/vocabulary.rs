//! Names that generated code borrows from elsewhere: short where the contract leaves them free,
//! spelled out where a schema or response of the contract has the same name.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};

use super::identifier;
use crate::model::Contract;
use crate::names;

/// Names of the prelude, with where they come from.
const PRELUDE: &[(&str, &str)] = &[
    ("Box", "::std::boxed::Box"),
    ("None", "::std::option::Option::None"),
    ("Option", "::std::option::Option"),
    ("Some", "::std::option::Option::Some"),
    ("String", "::std::string::String"),
    ("Vec", "::std::vec::Vec"),
];

/// Names that modules import, with where they come from.
const IMPORTS: &[(&str, &str)] = &[
    ("At", "::contract_runtime::violation::At"),
    ("Date", "::contract_runtime::format::Date"),
    ("DateTime", "::contract_runtime::format::DateTime"),
    ("Deserialize", "::contract_runtime::serde::Deserialize"),
    ("Events", "::contract_runtime::events::Events"),
    ("Field", "::contract_runtime::Field"),
    ("HeaderName", "::contract_runtime::http::HeaderName"),
    ("Inspect", "::contract_runtime::inspect::Inspect"),
    ("Report", "::contract_runtime::violation::Report"),
    ("Response", "::contract_runtime::axum::response::Response"),
    ("Serialize", "::contract_runtime::serde::Serialize"),
    ("StatusCode", "::contract_runtime::http::StatusCode"),
    ("Uuid", "::contract_runtime::format::Uuid"),
];

/// Which of those names the contract takes for itself.
pub(super) struct Vocabulary {
    taken: HashSet<&'static str>,
}

impl Vocabulary {
    pub(super) fn new(contract: &Contract) -> Self {
        let schemas = contract.schemas.iter().map(|schema| &schema.name);
        let responses = contract.responses.iter().map(|shared| &shared.name);
        let names: HashSet<String> = schemas.chain(responses).map(|n| names::pascal(n)).collect();
        let known = PRELUDE.iter().chain(IMPORTS).map(|(name, _)| *name);
        Self {
            taken: known.filter(|name| names.contains(*name)).collect(),
        }
    }

    /// A name as it can be written anywhere: by itself, or with its whole path.
    pub(super) fn word(&self, name: &'static str) -> TokenStream {
        if self.taken.contains(name) {
            path_of(name)
        } else {
            Ident::new(name, proc_macro2::Span::call_site()).into_token_stream()
        }
    }

    /// The same as text, for attributes.
    pub(super) fn text(&self, name: &'static str) -> String {
        self.word(name).to_string().replace(' ', "")
    }

    /// The imports of those names that are not taken.
    pub(super) fn imports(&self, names: &[&'static str]) -> TokenStream {
        let imports = names
            .iter()
            .filter(|name| !self.taken.contains(*name))
            .map(|name| {
                let path = path_of(name);
                quote!(#[allow(unused_imports)] use #path;)
            });
        quote!(#(#imports)*)
    }
}

fn path_of(name: &str) -> TokenStream {
    let known = PRELUDE.iter().chain(IMPORTS);
    let path = known
        .filter(|(known, _)| *known == name)
        .map(|(_, path)| *path)
        .next()
        .unwrap_or(name);
    let segments = path
        .trim_start_matches("::")
        .split("::")
        .map(|segment| format_ident!("{segment}"));
    quote!(#(::#segments)*)
}

/// A variable for a name of the contract, where generated code has variables of its own.
///
/// No name of the contract becomes an identifier that ends with an underscore.
pub(super) fn variable(name: &str, own: &[&str]) -> Ident {
    let name = names::snake(name);
    if own.contains(&name.as_str()) {
        format_ident!("{name}_")
    } else {
        identifier(&name)
    }
}
