//! progenitor's output, changed where the copy of the contract could not say what is meant.

use std::collections::HashSet;

use proc_macro2::{Group, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Field, Fields, Ident, ImplItem, Item, ItemStruct, Type, parse_quote};

use super::derivation::Derived;
use super::operation::Call;

/// The crate that generated code calls, and what takes its place.
const SUPPORT: &str = "progenitor_client";

/// Adapts the output. The error is a sentence about what the client cannot express.
pub(super) fn adapt(tokens: TokenStream, derived: &Derived) -> Result<TokenStream, String> {
    let mut file: syn::File = syn::parse2(supported(tokens)).map_err(|error| error.to_string())?;
    let mut types = HashSet::new();
    let mut methods = Vec::new();
    for item in &mut file.items {
        match item {
            Item::Mod(module) => {
                let Some((_, items)) = &mut module.content else {
                    continue;
                };
                let names = distinct(items)?;
                if module.ident == "types" {
                    presence(items);
                    unused(items);
                    types = names;
                }
            }
            // It would build an HTTP client, and panic where that fails.
            Item::Impl(implementation) if implementation.trait_.is_none() => {
                implementation.items.retain(
                    |item| !matches!(item, ImplItem::Fn(function) if function.sig.ident == "new"),
                );
                methods.extend(implementation.items.iter().filter_map(|item| match item {
                    ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
                    _ => None,
                }));
            }
            _ => {}
        }
    }
    for target in derived.replacements.values() {
        if let Some((_, name)) = target.split_once("crate::contract::types::") {
            let name = name.trim_end_matches('>');
            if !types.contains(name) {
                return Err(format!(
                    "progenitor has another name for the type `{name}`; rename its component"
                ));
            }
        }
    }
    // A token is sent, and a call tried again, by what the table says of the method of this name.
    for Call { id, function, .. } in &derived.operations {
        if methods.iter().filter(|method| *method == function).count() != 1 {
            return Err(format!(
                "the client has no method `{function}` of its own for the operation `{id}`; give it another `operationId`"
            ));
        }
    }
    Ok(file.to_token_stream())
}

/// The same tokens with [`SUPPORT`] replaced.
fn supported(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .flat_map(|tree| match tree {
            TokenTree::Ident(name) if name == SUPPORT => quote!(crate::support),
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), supported(group.stream()));
                inner.set_span(group.span());
                TokenTree::Group(inner).into()
            }
            tree => tree.into(),
        })
        .collect()
}

/// The names of a module's types, if each is there once, with fields and variants that are there once.
fn distinct(items: &[Item]) -> Result<HashSet<String>, String> {
    let mut names = HashSet::new();
    for item in items {
        let (name, parts): (&Ident, Vec<&Ident>) = match item {
            Item::Struct(item) => (
                &item.ident,
                item.fields
                    .iter()
                    .filter_map(|field| field.ident.as_ref())
                    .collect(),
            ),
            Item::Enum(item) => (
                &item.ident,
                item.variants.iter().map(|variant| &variant.ident).collect(),
            ),
            Item::Type(item) => (&item.ident, Vec::new()),
            Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    distinct(items)?;
                }
                continue;
            }
            _ => continue,
        };
        if !names.insert(name.to_string()) {
            return Err(format!(
                "two schemas become the client's type `{name}`; rename one"
            ));
        }
        let mut known = HashSet::new();
        for part in parts {
            if !known.insert(part) {
                return Err(format!(
                    "two members of `{name}` become `{part}` in the client; rename one"
                ));
            }
        }
    }
    Ok(names)
}

/// Tells null from absence: serde reads both as `None`, so a null would pass where the contract has none, and would be
/// lost where it has one.
fn presence(items: &mut [Item]) {
    for item in items {
        if let Item::Struct(ItemStruct {
            fields: Fields::Named(fields),
            ..
        }) = item
        {
            fields.named.iter_mut().filter(|field| is_left_out(field)).for_each(|field| {
                field.attrs.push(parse_quote!(#[serde(default, deserialize_with = "crate::support::present")]));
            });
        }
    }
}

/// Lets functions for defaults stand unused: typify has one for every kind of default that it has met, called or not.
fn unused(items: &mut [Item]) {
    for item in items {
        if let Item::Mod(module) = item
            && module.ident == "defaults"
        {
            module.attrs.push(parse_quote!(#[allow(dead_code)]));
        }
    }
}

/// Whether a field is an option that is not sent when it is none.
fn is_left_out(field: &Field) -> bool {
    let option = matches!(&field.ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"));
    option && field.attrs.iter().any(skips)
}

fn skips(attribute: &Attribute) -> bool {
    attribute.path().is_ident("serde")
        && attribute
            .meta
            .to_token_stream()
            .to_string()
            .contains("Option::is_none")
}
