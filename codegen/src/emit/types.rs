//! Structs and enumerations for schemas.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;

use super::checks::{Place, length_check};
use super::{Code, Emitter, docs_or, identifier};
use crate::model::{Definition, NamedSchema, Object, Property, SchemaId};
use crate::names;

impl Emitter<'_> {
    pub(super) fn types(&self, code: &mut Code) {
        let mut order: Vec<usize> = (0..self.contract.schemas.len()).collect();
        order.sort_by_key(|index| (self.contract.schemas[*index].at, *index));
        let structs = order.iter().filter_map(|index| {
            let schema = &self.contract.schemas[*index];
            matches!(schema.definition, Definition::Object(_))
                .then(|| identifier(&names::pascal(&schema.name)))
        });
        let patterns = self.uses_patterns();
        let imports = self.vocabulary.imports(&[
            "At",
            "Date",
            "DateTime",
            "Deserialize",
            "Field",
            "Inspect",
            "Report",
            "Serialize",
            "Uuid",
        ]);
        code.module(&quote!(#[doc = " The schemas."] pub), "types", |code| {
            code.items(quote! {
                #imports
                #[allow(unused_imports)]
                use ::contract_runtime::{check, inspect, serde_json};
                #[allow(unused_imports)]
                use super::types;
                #patterns
            });
            for index in &order {
                code.items(self.named(SchemaId(*index)));
            }
            code.items(quote!(::contract_runtime::objects!(#(#structs),*);));
            self.error_fields(code);
            self.defaults(&order, code);
        });
    }

    fn named(&self, id: SchemaId) -> TokenStream {
        let schema = self.contract.schema(id);
        let ident = identifier(&names::pascal(&schema.name));
        let docs = docs_or(&schema.docs, &schema.name);
        match &schema.definition {
            Definition::Object(object) => self.structure(id, schema, object),
            Definition::Choices(values) => {
                let json_schema = self.choices_schema(schema);
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
                    #json_schema
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
        let json_schema = self.structure_schema(schema, object);
        let [serialize, deserialize] = ["Serialize", "Deserialize"].map(|name| self.word(name));
        let [inspect, place, reporter] = ["Inspect", "At", "Report"].map(|name| self.word(name));
        quote! {
            #docs
            #[derive(Debug, Clone, PartialEq, #serialize, #deserialize)]
            #[serde(crate = "::contract_runtime::serde", remote = "Self" #closed)]
            #json_schema
            pub struct #ident { #(#fields),* }

            impl #inspect for #ident {
                fn check(&self, #at: &#place<'_>, #report: &mut #reporter) { #checks }

                fn inspect(value: &serde_json::Value, at: &#place<'_>, report: &mut #reporter) { #inspection }
            }
        }
    }

    /// How a property is held: in what type, and how serde reads and writes it.
    fn field(&self, id: SchemaId, schema: &NamedSchema, property: &Property) -> TokenStream {
        let mut inner = self.inner_type(&property.ty);
        if self.is_recursive(id, &property.ty) {
            let boxed = self.word("Box");
            inner = quote!(#boxed<#inner>);
        }
        let has_default = property.ty.default.is_some() && !property.required;
        let field_type = self.word("Field");
        let is_none = format!("{}::is_none", self.vocabulary.text("Option"));
        let is_absent = format!("{}::is_absent", self.vocabulary.text("Field"));
        let (ty, serde) = match (property.required, property.ty.nullable) {
            (true, false) => (inner, None),
            (true, true) => (
                self.option(&inner),
                Some(quote!(
                    deserialize_with = "::contract_runtime::field::nullable"
                )),
            ),
            (false, nullable) if has_default => {
                let function = default_function(id, schema, property);
                let path = format!("defaults::{function}");
                let ty = if nullable { self.option(&inner) } else { inner };
                (ty, Some(quote!(default = #path)))
            }
            (false, false) => (
                self.option(&inner),
                Some(quote!(
                    default,
                    skip_serializing_if = #is_none,
                    deserialize_with = "::contract_runtime::field::present"
                )),
            ),
            (false, true) => (
                quote!(#field_type<#inner>),
                Some(quote!(default, skip_serializing_if = #is_absent)),
            ),
        };
        let ident = identifier(&names::snake(&property.name));
        let name = &property.name;
        // rustc normalises identifiers to NFC, so what is not ASCII may not be what was written.
        let same = name.is_ascii() && ident.unraw() == *name;
        let rename = (!same).then(|| quote!(rename = #name));
        let attributes: Vec<_> = rename.into_iter().chain(serde).collect();
        let attribute = (!attributes.is_empty()).then(|| quote!(#[serde(#(#attributes),*)]));
        let docs = docs_or(&property.docs, &format!("`{name}`"));
        let json_schema = self.property_schema(property);
        quote!(#docs #attribute #json_schema pub #ident: #ty)
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
            let counts: Vec<_> = (fixed > 0)
                .then(|| Literal::usize_unsuffixed(fixed).into_token_stream())
                .into_iter()
                .chain(present)
                .collect();
            let count = if counts.is_empty() {
                quote!(0)
            } else {
                quote!(#(#counts)+*)
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
        let (some, field_type) = (self.word("Some"), self.word("Field"));
        let properties = object.properties.iter().map(|property| {
            if !self.is_constrained(&property.ty) {
                return TokenStream::new();
            }
            let (name, ident) = (&property.name, identifier(&names::snake(&property.name)));
            let at = quote!(at.key(#name));
            let optional = !property.required && property.ty.default.is_none();
            let held = match (optional, property.ty.nullable) {
                (false, false) => None,
                (true, true) => Some(quote!(#field_type::Present(value))),
                _ => Some(quote!(#some(value))),
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
    fn defaults(&self, order: &[usize], code: &mut Code) {
        let functions = order.iter().flat_map(|index| {
            let (id, schema) = (SchemaId(*index), &self.contract.schemas[*index]);
            let properties = match &schema.definition {
                Definition::Object(object) => object.properties.as_slice(),
                _ => &[],
            };
            properties
                .iter()
                .filter(|property| !property.required)
                .filter_map(move |property| {
                    let default = property.ty.default.as_ref()?;
                    let ident = default_function(id, schema, property);
                    // Defaults of objects are null, so whether they are in a box does not show.
                    let ty = if self.is_recursive(id, &property.ty) {
                        let (boxed, inner) = (self.word("Box"), self.inner_type(&property.ty));
                        self.option(&quote!(#boxed<#inner>))
                    } else {
                        self.rust_type(&property.ty)
                    };
                    let value = self.literal(&property.ty, default);
                    Some(quote!(pub(super) fn #ident() -> #ty { #value }))
                })
        });
        let functions: Vec<_> = functions.collect();
        if functions.is_empty() {
            return;
        }
        let imports = self.vocabulary.imports(&["Date", "DateTime", "Uuid"]);
        let head = quote!(#[doc = " Values of properties that were left out."]);
        code.module(&head, "defaults", |code| {
            code.items(quote! {
                #imports
                #[allow(unused_imports)]
                use super::super::types;
                #(#functions)*
            });
        });
    }
}

/// Whether a property is in every value, sent or not. (A contract that counts members may not
/// have defaults: a default does not count as sent.)
fn is_always_there(property: &Property) -> bool {
    property.required || property.ty.default.is_some()
}

/// `note_pinned`, with the schema's number where the words of its name could be understood in two ways.
fn default_function(id: SchemaId, schema: &NamedSchema, property: &Property) -> Ident {
    let (schema, property) = (names::snake(&schema.name), names::snake(&property.name));
    if schema.contains('_') || property.contains('_') {
        format_ident!("{schema}_{property}_{}", id.0 + 1)
    } else {
        format_ident!("{schema}_{property}")
    }
}
