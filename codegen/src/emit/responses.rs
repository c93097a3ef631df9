//! What operations answer: shared responses and the enumerations of each operation.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Emitter, docs, docs_or, identifier};
use crate::model::{Header, Operation, Response};
use crate::names;

impl Emitter<'_> {
    /// A struct for each response under `components` that an operation refers to.
    pub(super) fn shared_responses(&self) -> TokenStream {
        let structs = self.contract.responses.iter().map(|shared| {
            let ident = identifier(&names::pascal(&shared.name));
            let docs = docs_or(&shared.response.docs, &shared.name);
            let derive = quote!(#[derive(Debug, Clone, PartialEq)]);
            let (definition, pattern) = match self.shape(&shared.response) {
                Shape::Empty => (quote!(pub struct #ident;), quote!(Self)),
                Shape::Body(ty) => (
                    quote!(pub struct #ident(#[doc = " The body."] pub #ty);),
                    quote!(Self(body)),
                ),
                Shape::Fields(fields, names) => {
                    let fields = fields
                        .iter()
                        .map(|(docs, name, ty)| quote!(#docs pub #name: #ty));
                    (
                        quote!(pub struct #ident { #(#fields),* }),
                        quote!(Self { #(#names),* }),
                    )
                }
            };
            let build = self.build(&shared.response, &quote!(status));
            quote! {
                #docs
                #derive
                #definition

                impl #ident {
                    pub(super) fn respond(self, status: StatusCode) -> Response {
                        let #pattern = self;
                        #build
                    }
                }
            }
        });
        if self.contract.responses.is_empty() {
            return TokenStream::new();
        }
        quote! {
            /// The responses that several operations share.
            pub mod responses {
                #[allow(unused_imports)]
                use ::contract_runtime::axum::response::Response;
                #[allow(unused_imports)]
                use ::contract_runtime::format::{Date, DateTime, Uuid};
                #[allow(unused_imports)]
                use ::contract_runtime::http::{HeaderName, StatusCode};
                #[allow(unused_imports)]
                use ::contract_runtime::{respond, serde_json};
                #[allow(unused_imports)]
                use super::types;
                #(#structs)*
            }
        }
    }

    /// The two enumerations of an operation: what it answers when it succeeds, and when not.
    pub(super) fn answers(&self, operation: &Operation) -> TokenStream {
        let name = names::pascal(&operation.id);
        let (failures, successes): (Vec<_>, Vec<_>) = operation
            .responses
            .iter()
            .partition(|response| response.status >= 400);
        let success = self.answer(&format!("{name}Response"), operation, &successes, "answers");
        let failure = self.answer(
            &format!("{name}Error"),
            operation,
            &failures,
            "answers when it fails",
        );
        quote!(#success #failure)
    }

    fn answer(
        &self,
        name: &str,
        operation: &Operation,
        responses: &[&Response],
        what: &str,
    ) -> TokenStream {
        let ident = identifier(name);
        let summary = docs(&format!("What `{}` {what}.", operation.id));
        let variants = responses.iter().map(|response| {
            let docs = docs(&format!("{}: {}", response.status, response.docs));
            let variant = identifier(&variant(response.status));
            let fields = match (&response.shared, self.shape(response)) {
                (Some(shared), _) => {
                    let shared = identifier(&names::pascal(shared));
                    quote!((responses::#shared))
                }
                (None, Shape::Empty) => TokenStream::new(),
                (None, Shape::Body(ty)) => quote!((#ty)),
                (None, Shape::Fields(fields, _)) => {
                    let fields = fields
                        .iter()
                        .map(|(docs, name, ty)| quote!(#docs #name: #ty));
                    quote!({ #(#fields),* })
                }
            };
            quote!(#docs #variant #fields)
        });
        let arms = responses.iter().map(|response| {
            let variant = identifier(&variant(response.status));
            let status = status(response.status);
            if response.shared.is_some() {
                return quote!(Self::#variant(response) => response.respond(#status));
            }
            let pattern = match self.shape(response) {
                Shape::Empty => TokenStream::new(),
                Shape::Body(_) => quote!((body)),
                Shape::Fields(_, names) => quote!({ #(#names),* }),
            };
            let build = self.build(response, &status);
            quote!(Self::#variant #pattern => { #build })
        });
        let conversions = responses.iter().filter_map(|response| {
            let shared = response.shared.as_ref()?;
            // Two statuses of one operation may share a response; then neither is meant by it.
            let unique = responses
                .iter()
                .filter(|other| other.shared.as_ref() == Some(shared))
                .count()
                == 1;
            let shared = identifier(&names::pascal(shared));
            let variant = identifier(&variant(response.status));
            unique.then(|| quote!(#variant(responses::#shared)))
        });
        let conversions: Vec<_> = conversions.collect();
        let conversions = (!conversions.is_empty())
            .then(|| quote!(::contract_runtime::conversions!(#ident { #(#conversions),* });));
        quote! {
            #summary
            #[derive(Debug, Clone, PartialEq)]
            pub enum #ident { #(#variants),* }

            #conversions

            impl IntoResponse for #ident {
                fn into_response(self) -> Response {
                    match self { #(#arms),* }
                }
            }
        }
    }

    fn shape(&self, response: &Response) -> Shape {
        let body = response.body.as_ref().map(|ty| self.rust_type(ty));
        if response.headers.is_empty() {
            return body.map_or(Shape::Empty, Shape::Body);
        }
        let mut fields = Vec::new();
        if let Some(ty) = body {
            fields.push((docs("The body."), identifier("body"), ty));
        }
        for header in &response.headers {
            let ty = self.rust_type(&header.ty);
            let ty = if header.required {
                ty
            } else {
                quote!(Option<#ty>)
            };
            let docs = docs_or(&header.docs, &format!("The header `{}`.", header.name));
            fields.push((docs, header_field(header), ty));
        }
        let names = fields.iter().map(|(_, name, _)| name.clone()).collect();
        Shape::Fields(fields, names)
    }

    /// An expression that makes a response of the variables `body` and those of its headers.
    fn build(&self, response: &Response, status: &TokenStream) -> TokenStream {
        let start = if response.body.is_some() {
            quote!(respond::json(#status, &body))
        } else {
            quote!(respond::empty(#status))
        };
        if response.headers.is_empty() {
            return start;
        }
        let headers = response.headers.iter().map(|header| {
            let (name, field) = (&header.name, header_field(header));
            if header.required {
                quote!(respond::header(&mut response, HeaderName::from_static(#name), &#field);)
            } else {
                quote! {
                    if let Some(value) = #field {
                        respond::header(&mut response, HeaderName::from_static(#name), &value);
                    }
                }
            }
        });
        quote! {
            let mut response = #start;
            #(#headers)*
            response
        }
    }
}

/// What a response carries.
enum Shape {
    Empty,
    Body(TokenStream),
    /// Documentation, name and type of each field; and the names alone.
    Fields(
        Vec<(TokenStream, proc_macro2::Ident, TokenStream)>,
        Vec<proc_macro2::Ident>,
    ),
}

fn header_field(header: &Header) -> proc_macro2::Ident {
    identifier(&names::snake(&header.name))
}

/// The name of a status, such as `NotFound`.
fn variant(status: u16) -> String {
    let reason = http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    reason.map_or_else(|| format!("Status{status}"), names::pascal)
}

/// A status as an expression. Each one of three digits can be expressed, registered or not.
fn status(status: u16) -> TokenStream {
    let constant = http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    match constant {
        Some(reason) => {
            let name = identifier(&names::screaming(reason).replace("I_M_A", "IM_A"));
            quote!(StatusCode::#name)
        }
        None => {
            let status = proc_macro2::Literal::u16_unsuffixed(status);
            quote!(StatusCode::from_u16(#status).expect("the generator has checked this status"))
        }
    }
}
