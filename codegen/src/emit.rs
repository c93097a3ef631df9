//! From the checked model to Rust.
//!
//! Emitters only spell out what the model says: they cannot fail, and they never look at YAML.

mod checks;
mod code;
mod credentials;
mod documentation;
mod error_fields;
mod handlers;
mod inspections;
mod literals;
mod operations;
mod recursion;
mod responses;
mod router;
mod schemas;
mod tools;
mod traits;
mod types;
mod vocabulary;

use code::Code;
use documentation::{docs, docs_or};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use crate::Options;
use crate::model::{Contract, Definition, Format, Kind, Scalar, SchemaId, Type};
use crate::names;
use vocabulary::Vocabulary;

/// The server layer of a contract.
///
/// # Errors
///
/// What was generated is not Rust: a mistake of an emitter.
pub(crate) fn emit(contract: &Contract, options: Options) -> Result<String, syn::Error> {
    let emitter = Emitter::new(contract, options);
    let mut code = Code::default();
    code.items(emitter.constants());
    code.items(emitter.components());
    code.items(quote!(
        pub use operations::*;
    ));
    emitter.tools(&mut code);
    emitter.traits(&mut code);
    emitter.router(&mut code);
    emitter.types(&mut code);
    emitter.shared_responses(&mut code);
    emitter.operations(&mut code);
    emitter.limits(&mut code);
    emitter.patterns(&mut code);
    emitter.handlers(&mut code);
    code.finish()
}

/// What the emitters share.
struct Emitter<'c> {
    contract: &'c Contract,
    options: Options,
    /// Which schemas have constraints, by themselves or in a part.
    constrained: Vec<bool>,
    /// Groups of schemas that contain one another.
    groups: Vec<usize>,
    vocabulary: Vocabulary,
}

impl<'c> Emitter<'c> {
    fn new(contract: &'c Contract, options: Options) -> Self {
        Self {
            contract,
            options,
            constrained: checks::constrained(contract),
            groups: recursion::groups(contract),
            vocabulary: Vocabulary::new(contract),
        }
    }

    fn constants(&self) -> TokenStream {
        let Contract {
            title,
            version,
            base_path,
            ..
        } = self.contract;
        let error = self.error_type();
        quote! {
            /// The contract's title.
            pub const TITLE: &str = #title;
            /// The contract's version.
            pub const VERSION: &str = #version;
            /// The path under which every operation lies.
            pub const BASE_PATH: &str = #base_path;
            /// What programs need of the contract. Its texts are the files beside this one.
            pub const DESCRIPTION: ::contract_runtime::Description = ::contract_runtime::Description {
                title: TITLE,
                version: VERSION,
                base_path: BASE_PATH,
                yaml: include_str!("openapi.yml"),
                json: include_str!("openapi.json"),
                refuse: ::contract_runtime::refuse::<#error>,
            };
        }
    }

    fn limits(&self, code: &mut Code) {
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
            return;
        }
        code.module(
            &quote!(#[doc = " The rate limits."] pub),
            "limits",
            |code| {
                code.items(quote! {
                    use ::contract_runtime::limit::{RateLimit, Scope};
                    #(#limits)*
                });
            },
        );
    }

    fn patterns(&self, code: &mut Code) {
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
            return;
        }
        let head = quote!(#[doc = " The regular expressions."] #[allow(dead_code)]);
        code.module(&head, "patterns", |code| {
            code.items(quote! {
                use ::contract_runtime::check::Pattern;
                #(#patterns)*
            });
        });
    }

    /// The import of the regular expressions, if there are any.
    fn uses_patterns(&self) -> Option<TokenStream> {
        let any = !self.contract.patterns.is_empty();
        any.then(|| {
            quote!(
                #[allow(unused_imports)]
                use super::patterns;
            )
        })
    }

    /// A type where it is not a property, so that null is the only way to be without a value.
    fn rust_type(&self, ty: &Type) -> TokenStream {
        let inner = self.inner_type(ty);
        if ty.nullable {
            self.option(&inner)
        } else {
            inner
        }
    }

    /// A type without regard to null.
    fn inner_type(&self, ty: &Type) -> TokenStream {
        match &ty.kind {
            Kind::Scalar(scalar) => self.scalar_type(scalar),
            Kind::Array { item, .. } => {
                let item = self.rust_type(item);
                let vec = self.word("Vec");
                quote!(#vec<#item>)
            }
            Kind::Map { value, .. } => {
                let value = self.rust_type(value);
                let string = self.word("String");
                quote!(::std::collections::BTreeMap<#string, #value>)
            }
            Kind::Free { .. } => {
                let string = self.word("String");
                quote!(serde_json::Map<#string, serde_json::Value>)
            }
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

    /// A borrowed name, as short as the contract allows.
    fn word(&self, name: &'static str) -> TokenStream {
        self.vocabulary.word(name)
    }

    fn option(&self, inner: &TokenStream) -> TokenStream {
        let option = self.word("Option");
        quote!(#option<#inner>)
    }

    fn scalar_type(&self, scalar: &Scalar) -> TokenStream {
        match scalar {
            Scalar::Text(_) => self.word("String"),
            Scalar::Formatted(format) => self.format_type(*format),
            Scalar::Integer { bits: 32, .. } => quote!(i32),
            Scalar::Integer { .. } => quote!(i64),
            Scalar::Number { .. } => quote!(f64),
            Scalar::Boolean => quote!(bool),
            Scalar::Constant(only) => quote!(::contract_runtime::Always::<#only>),
        }
    }

    fn format_type(&self, format: Format) -> TokenStream {
        self.word(match format {
            Format::Uuid => "Uuid",
            Format::Date => "Date",
            Format::DateTime => "DateTime",
        })
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

fn pattern_name(index: usize) -> Ident {
    format_ident!("PATTERN_{}", index + 1)
}

/// Words that cannot name anything (The Rust Reference, Keywords: strict and reserved ones), sorted.
const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// An identifier out of a name that [`names`] has made, raw if it is a keyword.
fn identifier(name: &str) -> Ident {
    match name {
        // These cannot even be raw.
        "self" | "Self" | "super" | "crate" => format_ident!("{name}_"),
        _ if KEYWORDS.binary_search(&name).is_ok() => Ident::new_raw(name, Span::call_site()),
        _ => Ident::new(name, Span::call_site()),
    }
}
