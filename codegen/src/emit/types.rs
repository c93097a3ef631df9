//! Structs and enumerations for schemas.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::checks::{Place, length_check};
use super::{Emitter, docs, docs_or, identifier};
use crate::model::{Definition, NamedSchema, Object, Property, SchemaId};
use crate::names;

impl Emitter<'_> {
    pub(super) fn types(&self) -> TokenStream {
        let mut order: Vec<usize> = (0..self.contract.schemas.len()).collect();
        order.sort_by_key(|index| (self.contract.schemas[*index].at, *index));
        let types = order.iter().map(|index| self.named(SchemaId(*index)));
        let structs = order.iter().filter_map(|index| {
            let schema = &self.contract.schemas[*index];
            matches!(schema.definition, Definition::Object(_))
                .then(|| identifier(&names::pascal(&schema.name)))
        });
        let defaults = self.defaults(&order);
        let patterns = self.uses_patterns();
        quote! {
            /// The schemas.
            pub mod types {
                #[allow(unused_imports)]
                use ::contract_runtime::format::{Date, DateTime, Uuid};
                #[allow(unused_imports)]
                use ::contract_runtime::inspect::{self, Inspect};
                #[allow(unused_imports)]
                use ::contract_runtime::serde::{Deserialize, Serialize};
                #[allow(unused_imports)]
                use ::contract_runtime::violation::{At, Report};
                #[allow(unused_imports)]
                use ::contract_runtime::{Field, check, serde_json};
                #[allow(unused_imports)]
                use super::types;
                #patterns
                #(#types)*
                ::contract_runtime::objects!(#(#structs),*);
                #defaults
            }
        }
    }

    fn named(&self, id: SchemaId) -> TokenStream {
        let schema = self.contract.schema(id);
        let ident = identifier(&names::pascal(&schema.name));
        let docs = docs_or(&schema.docs, &schema.name);
        match &schema.definition {
            Definition::Object(object) => self.structure(id, schema, object),
            Definition::Choices(values) => {
                let variants: Vec<_> = values
                    .iter()
                    .map(|value| identifier(&names::pascal(value)))
                    .collect();
                let lines = values.iter().map(|value| format!(" `{value}`"));
                quote! {
                    #docs
                    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
                    pub enum #ident { #(#[doc = #lines] #variants),* }
                    ::contract_runtime::choices!(#ident { #(#variants = #values),* });
                }
            }
            Definition::Alias(ty) => {
                let ty = self.rust_type(ty);
                quote!(#docs pub type #ident = #ty;)
            }
        }
    }

    fn structure(&self, id: SchemaId, schema: &NamedSchema, object: &Object) -> TokenStream {
        let ident = identifier(&names::pascal(&schema.name));
        let docs = docs_or(&schema.docs, &schema.name);
        let closed = object.closed.then(|| quote!(, deny_unknown_fields));
        let fields = object
            .properties
            .iter()
            .map(|property| self.field(id, schema, property));
        let checks = self.structure_checks(id, object);
        let (at, report) = if checks.is_empty() {
            (quote!(_), quote!(_))
        } else {
            (quote!(at), quote!(report))
        };
        let inspection = self.inspect_object(object);
        quote! {
            #docs
            #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
            #[serde(crate = "::contract_runtime::serde", remote = "Self" #closed)]
            pub struct #ident { #(#fields),* }

            impl Inspect for #ident {
                fn check(&self, #at: &At<'_>, #report: &mut Report) { #checks }

                fn inspect(value: &serde_json::Value, at: &At<'_>, report: &mut Report) { #inspection }
            }
        }
    }

    /// How a property is held: in what type, and how serde reads and writes it.
    fn field(&self, id: SchemaId, schema: &NamedSchema, property: &Property) -> TokenStream {
        let mut inner = self.inner_type(&property.ty);
        if self.is_recursive(id, &property.ty) {
            inner = quote!(Box<#inner>);
        }
        let has_default = property.ty.default.is_some() && !property.required;
        let (ty, serde) = match (property.required, property.ty.nullable) {
            (true, false) => (inner, None),
            (true, true) => (
                quote!(Option<#inner>),
                Some(quote!(
                    deserialize_with = "::contract_runtime::field::nullable"
                )),
            ),
            (false, nullable) if has_default => {
                let function = default_function(&schema.name, &property.name);
                let path = format!("defaults::{function}");
                let ty = if nullable {
                    quote!(Option<#inner>)
                } else {
                    inner
                };
                (ty, Some(quote!(default = #path)))
            }
            (false, false) => (
                quote!(Option<#inner>),
                Some(quote!(
                    default,
                    skip_serializing_if = "Option::is_none",
                    deserialize_with = "::contract_runtime::field::present"
                )),
            ),
            (false, true) => (
                quote!(Field<#inner>),
                Some(quote!(default, skip_serializing_if = "Field::is_absent")),
            ),
        };
        let field = names::snake(&property.name);
        let ident = identifier(&field);
        let name = &property.name;
        let rename = (field != *name).then(|| quote!(rename = #name));
        let attributes: Vec<_> = rename.into_iter().chain(serde).collect();
        let attribute = (!attributes.is_empty()).then(|| quote!(#[serde(#(#attributes),*)]));
        let docs = docs_or(&property.docs, &format!("`{name}`"));
        quote!(#docs #attribute pub #ident: #ty)
    }

    fn structure_checks(&self, id: SchemaId, object: &Object) -> TokenStream {
        let (at, report) = (quote!(at), quote!(report));
        let members = (!object.members.is_free()).then(|| {
            let fixed = object
                .properties
                .iter()
                .filter(|property| is_always_there(property))
                .count();
            let present = object
                .properties
                .iter()
                .filter(|property| !is_always_there(property))
                .map(|property| {
                    let ident = identifier(&names::snake(&property.name));
                    if property.ty.nullable {
                        quote!(usize::from(!self.#ident.is_absent()))
                    } else {
                        quote!(usize::from(self.#ident.is_some()))
                    }
                });
            let fixed = proc_macro2::Literal::usize_unsuffixed(fixed);
            let present: Vec<_> = present.collect();
            let count = if present.is_empty() {
                quote!(#fixed)
            } else {
                quote!(#fixed #(+ #present)*)
            };
            let check = length_check(
                object.members,
                &quote!(members),
                &quote!(properties),
                &at,
                &report,
            );
            quote!(let members = #count; #check)
        });
        let properties = object.properties.iter().map(|property| {
            if !self.is_constrained(&property.ty) {
                return TokenStream::new();
            }
            let (name, ident) = (&property.name, identifier(&names::snake(&property.name)));
            let at = quote!(at.key(#name));
            let optional = !property.required && property.ty.default.is_none();
            let held = match (optional, property.ty.nullable) {
                (false, false) => None,
                (true, true) => Some(quote!(Field::Present(value))),
                _ => Some(quote!(Some(value))),
            };
            match held {
                None => self.check(
                    &property.ty,
                    &Place::value(&quote!(self.#ident)),
                    &at,
                    &report,
                    0,
                ),
                Some(pattern) => {
                    let boxed = self.is_recursive(id, &property.ty);
                    let value = if boxed {
                        quote!(value.as_ref())
                    } else {
                        quote!(value)
                    };
                    let checks =
                        self.check(&property.ty, &Place::reference(&value), &at, &report, 0);
                    quote!(if let #pattern = &self.#ident { #checks })
                }
            }
        });
        quote!(#members #(#properties)*)
    }

    /// Functions for serde, one for each property with a default.
    fn defaults(&self, order: &[usize]) -> TokenStream {
        let schemas = order.iter().map(|index| &self.contract.schemas[*index]);
        let functions = schemas.flat_map(|schema| {
            let properties = match &schema.definition {
                Definition::Object(object) => object.properties.as_slice(),
                _ => &[],
            };
            properties
                .iter()
                .filter(|property| !property.required)
                .filter_map(|property| {
                    let default = property.ty.default.as_ref()?;
                    let ident = format_ident!("{}", default_function(&schema.name, &property.name));
                    let ty = self.rust_type(&property.ty);
                    let value = self.literal(&property.ty, default);
                    Some(quote!(pub(super) fn #ident() -> #ty { #value }))
                })
        });
        let functions: Vec<_> = functions.collect();
        if functions.is_empty() {
            return TokenStream::new();
        }
        let docs = docs("Values of properties that were left out.");
        quote! {
            #docs
            mod defaults {
                #[allow(unused_imports)]
                use super::super::types;
                #[allow(unused_imports)]
                use super::{Date, DateTime, Uuid};
                #(#functions)*
            }
        }
    }
}

/// Whether a property is in every value, sent or not. A default is, but does not count as sent:
/// no contract may count members and have defaults too.
fn is_always_there(property: &Property) -> bool {
    property.required || property.ty.default.is_some()
}

fn default_function(schema: &str, property: &str) -> String {
    format!("{}_{}", names::snake(schema), names::snake(property))
}
