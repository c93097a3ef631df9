//! From the checked model to Rust.
//!
//! Emitters only spell out what the model says: they cannot fail, and they never look at YAML.

mod checks;
mod handlers;
mod inspections;
mod layout;
mod literals;
mod operations;
mod recursion;
mod responses;
mod router;
mod traits;
mod types;

pub(crate) use layout::spaced;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use crate::model::{Contract, Definition, Format, Kind, Scalar, SchemaId, Type};
use crate::names;

/// The server layer of a contract, as tokens.
pub(crate) fn emit(contract: &Contract) -> TokenStream {
    let emitter = Emitter::new(contract);
    let types = emitter.types();
    let responses = emitter.shared_responses();
    let operations = emitter.operations();
    let traits = emitter.traits();
    let limits = emitter.limits();
    let patterns = emitter.patterns();
    let handlers = emitter.handlers();
    let router = emitter.router();
    let constants = emitter.constants();
    quote! {
        #constants
        pub use operations::*;
        #traits
        #router
        #types
        #responses
        #operations
        #limits
        #patterns
        #handlers
    }
}

/// What the emitters share.
struct Emitter<'c> {
    contract: &'c Contract,
    /// Which schemas have constraints, by themselves or in a part.
    constrained: Vec<bool>,
    /// Groups of schemas that contain one another.
    groups: Vec<usize>,
}

impl<'c> Emitter<'c> {
    fn new(contract: &'c Contract) -> Self {
        Self {
            contract,
            constrained: checks::constrained(contract),
            groups: recursion::groups(contract),
        }
    }

    fn constants(&self) -> TokenStream {
        let Contract {
            title,
            version,
            base_path,
            ..
        } = self.contract;
        quote! {
            /// The contract's title.
            pub const TITLE: &str = #title;
            /// The contract's version.
            pub const VERSION: &str = #version;
            /// The path under which every operation lies.
            pub const BASE_PATH: &str = #base_path;
        }
    }

    fn limits(&self) -> TokenStream {
        let limits = self.contract.limits.iter().map(|limit| {
            let ident = identifier(&names::screaming(&limit.name));
            let docs = format!(" {} requests in {} seconds.", limit.requests, limit.seconds);
            let (name, requests, seconds) = (&limit.name, limit.requests, limit.seconds);
            let scope = if limit.shared {
                quote!(Scope::Shared)
            } else {
                quote!(Scope::Instance)
            };
            quote! {
                #[doc = #docs]
                pub static #ident: RateLimit = RateLimit {
                    name: #name,
                    requests: #requests,
                    seconds: #seconds,
                    scope: #scope,
                };
            }
        });
        if self.contract.limits.is_empty() {
            return TokenStream::new();
        }
        quote! {
            /// The rate limits.
            pub mod limits {
                use ::contract_runtime::limit::{RateLimit, Scope};
                #(#limits)*
            }
        }
    }

    fn patterns(&self) -> TokenStream {
        let patterns = self
            .contract
            .patterns
            .iter()
            .enumerate()
            .map(|(index, source)| {
                let ident = pattern_name(index);
                quote!(pub(super) static #ident: Pattern = Pattern::new(#source);)
            });
        if self.contract.patterns.is_empty() {
            return TokenStream::new();
        }
        quote! {
            /// The regular expressions.
            #[allow(dead_code)]
            mod patterns {
                use ::contract_runtime::check::Pattern;
                #(#patterns)*
            }
        }
    }

    /// The import of the regular expressions, if there are any.
    fn uses_patterns(&self) -> Option<TokenStream> {
        let any = !self.contract.patterns.is_empty();
        any.then(|| quote!(#[allow(unused_imports)] use super::patterns;))
    }

    /// A type where it is not a property, so that null is the only way to be without a value.
    fn rust_type(&self, ty: &Type) -> TokenStream {
        let inner = self.inner_type(ty);
        if ty.nullable {
            quote!(Option<#inner>)
        } else {
            inner
        }
    }

    /// A type without regard to null.
    fn inner_type(&self, ty: &Type) -> TokenStream {
        match &ty.kind {
            Kind::Scalar(scalar) => scalar_type(scalar),
            Kind::Array { item, .. } => {
                let item = self.rust_type(item);
                quote!(Vec<#item>)
            }
            Kind::Map { value, .. } => {
                let value = self.rust_type(value);
                quote!(::std::collections::BTreeMap<String, #value>)
            }
            Kind::Free { .. } => quote!(serde_json::Map<String, serde_json::Value>),
            Kind::Any => quote!(serde_json::Value),
            Kind::Named(id) => self.type_name(*id),
        }
    }

    fn type_name(&self, id: SchemaId) -> TokenStream {
        let ident = identifier(&names::pascal(&self.contract.schema(id).name));
        quote!(types::#ident)
    }

    fn error_type(&self) -> TokenStream {
        self.contract
            .error
            .map_or_else(|| quote!(()), |id| self.type_name(id))
    }

    fn is_choice(&self, ty: &Type) -> bool {
        match &ty.kind {
            Kind::Named(id) => {
                matches!(self.contract.schema(*id).definition, Definition::Choices(_))
            }
            _ => false,
        }
    }
}

fn scalar_type(scalar: &Scalar) -> TokenStream {
    match scalar {
        Scalar::Text(_) => quote!(String),
        Scalar::Formatted(Format::Uuid) => quote!(Uuid),
        Scalar::Formatted(Format::Date) => quote!(Date),
        Scalar::Formatted(Format::DateTime) => quote!(DateTime),
        Scalar::Integer { bits: 32, .. } => quote!(i32),
        Scalar::Integer { .. } => quote!(i64),
        Scalar::Number { .. } => quote!(f64),
        Scalar::Boolean => quote!(bool),
    }
}

fn pattern_name(index: usize) -> Ident {
    format_ident!("PATTERN_{}", index + 1)
}

/// An identifier, raw if it is a keyword.
fn identifier(name: &str) -> Ident {
    if let Ok(ident) = syn::parse_str::<Ident>(name) {
        return ident;
    }
    // These four cannot even be raw.
    match name {
        "self" | "Self" | "super" | "crate" | "_" => format_ident!("{name}_"),
        _ => Ident::new_raw(name, Span::call_site()),
    }
}

/// The widest line of documentation, in characters.
const DOCS_WIDTH: usize = 90;

/// Documentation, wrapped. Nothing for no text.
fn docs(text: &str) -> TokenStream {
    let lines = text.trim().lines().flat_map(wrapped).map(|line| {
        let line = if line.is_empty() {
            line
        } else {
            format!(" {line}")
        };
        quote!(#[doc = #line])
    });
    quote!(#(#lines)*)
}

/// A line broken at blanks. Lines that Markdown lays out by their indentation stay whole.
fn wrapped(line: &str) -> Vec<String> {
    let line = line.trim_end();
    if line.starts_with([' ', '\t', '|']) {
        return vec![line.to_owned()];
    }
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let full = lines.last().is_some_and(|last| {
            !last.is_empty() && last.chars().count() + 1 + word.chars().count() > DOCS_WIDTH
        });
        if full {
            lines.push(String::new());
        }
        if let Some(last) = lines.last_mut() {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines
}

/// Documentation that is never missing.
fn docs_or(text: &str, otherwise: &str) -> TokenStream {
    if text.trim().is_empty() {
        docs(otherwise)
    } else {
        docs(text)
    }
}
