//! What operations answer: shared responses and the enumerations of each operation.

use std::collections::HashSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::vocabulary::variable;
use super::{Code, Emitter, docs, docs_or, identifier};
use crate::model::{Events, Header, Operation, Response};
use crate::names;

impl Emitter<'_> {
    /// A struct for each response under `components` that an operation refers to.
    pub(super) fn shared_responses(&self, code: &mut Code) {
        let (status, answer) = (self.word("StatusCode"), self.word("Response"));
        let operations = self.contract.operations.iter();
        let used: HashSet<&str> = operations
            .flat_map(|operation| &operation.responses)
            .filter_map(|response| response.shared.as_deref())
            .collect();
        let responses = self.contract.responses.iter();
        let used = responses.filter(|shared| used.contains(shared.name.as_str()));
        let structs = used.map(|shared| {
            let ident = identifier(&names::pascal(&shared.name));
            let docs = docs_or(&shared.response.docs, &shared.name);
            let derive = quote!(#[derive(Debug, Clone, PartialEq)]);
            let (definition, pattern) = match self.shape(&shared.response) {
                Shape::Empty => (quote!(pub struct #ident;), quote!(Self)),
                Shape::Body(ty) => (
                    quote!(pub struct #ident(#[doc = " The body."] pub #ty);),
                    quote!(Self(body)),
                ),
                Shape::Fields(fields) => {
                    let bindings = fields.iter().map(Field::binding);
                    let pattern = quote!(Self { #(#bindings),* });
                    let fields = fields
                        .iter()
                        .map(|Field { docs, name, ty, .. }| quote!(#docs pub #name: #ty));
                    (quote!(pub struct #ident { #(#fields),* }), pattern)
                }
            };
            let build = self.build(&shared.response, &quote!(status));
            quote! {
                #docs
                #derive
                #definition

                impl #ident {
                    pub(super) fn respond(self, status: #status) -> #answer {
                        let #pattern = self;
                        #build
                    }
                }
            }
        });
        if self.contract.responses.is_empty() {
            return;
        }
        let imports = self.vocabulary.imports(&[
            "Response",
            "Date",
            "DateTime",
            "Uuid",
            "HeaderName",
            "StatusCode",
        ]);
        let head = quote!(#[doc = " The responses that several operations share."] pub);
        code.module(&head, "responses", |code| {
            code.items(quote! {
                #imports
                #[allow(unused_imports)]
                use ::contract_runtime::{respond, serde_json};
                #[allow(unused_imports)]
                use super::types;
            });
            for one in structs {
                code.items(one);
            }
        });
    }

    /// The enumerations of an operation: what it answers when it succeeds, as JSON and as events, and when not.
    pub(super) fn answers(&self, operation: &Operation) -> TokenStream {
        let name = names::pascal(operation.method_name());
        let (failures, successes): (Vec<Response>, Vec<Response>) = operation
            .responses
            .iter()
            .cloned()
            .partition(|response| response.status >= 400);
        let streamed = operation.negotiates().then(|| {
            let successes: Vec<_> = successes.iter().map(as_events).collect();
            self.answer(
                &format!("{name}EventsResponse"),
                operation,
                &successes,
                "answers to a client that asks for events",
            )
        });
        let successes: Vec<_> = successes.iter().map(as_json).collect();
        let success = self.answer(&format!("{name}Response"), operation, &successes, "answers");
        let failure = self.answer(
            &format!("{name}Error"),
            operation,
            &failures,
            "answers when it fails",
        );
        quote!(#success #streamed #failure)
    }

    fn answer(
        &self,
        name: &str,
        operation: &Operation,
        responses: &[Response],
        what: &str,
    ) -> TokenStream {
        let ident = identifier(name);
        let summary = docs(&format!("What `{}` {what}.", operation.method_name()));
        let variants = responses.iter().map(|response| {
            let docs = docs(&format!("{}: {}", response.status, response.docs));
            let variant = identifier(&reason(response.status));
            if let Some(shared) = &response.shared {
                let shared = identifier(&names::pascal(shared));
                return quote!(#docs #variant(responses::#shared));
            }
            let fields = match self.shape(response) {
                Shape::Empty => TokenStream::new(),
                Shape::Body(ty) => quote!((#ty)),
                Shape::Fields(fields) => {
                    let fields = fields
                        .iter()
                        .map(|Field { docs, name, ty, .. }| quote!(#docs #name: #ty));
                    quote!({ #(#fields),* })
                }
            };
            quote!(#docs #variant #fields)
        });
        let arms = responses.iter().map(|response| {
            let variant = identifier(&reason(response.status));
            let status = self.status(response.status);
            if response.shared.is_some() {
                return quote!(Self::#variant(response) => response.respond(#status));
            }
            let pattern = match self.shape(response) {
                Shape::Empty => TokenStream::new(),
                Shape::Body(_) => quote!((body)),
                Shape::Fields(fields) => {
                    let bindings = fields.iter().map(Field::binding);
                    quote!({ #(#bindings),* })
                }
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
            let variant = identifier(&reason(response.status));
            unique.then(|| quote!(#variant(responses::#shared)))
        });
        let answer = self.word("Response");
        let conversions: Vec<_> = conversions.collect();
        let conversions = (!conversions.is_empty())
            .then(|| quote!(::contract_runtime::conversions!(#ident { #(#conversions),* });));
        // A stream is neither copied nor compared.
        let derive = if responses.iter().any(|response| response.events.is_some()) {
            quote!(#[derive(Debug)])
        } else {
            quote!(#[derive(Debug, Clone, PartialEq)])
        };
        quote! {
            #summary
            #derive
            pub enum #ident { #(#variants),* }

            #conversions

            impl axum::response::IntoResponse for #ident {
                fn into_response(self) -> #answer {
                    match self { #(#arms),* }
                }
            }
        }
    }

    fn shape(&self, response: &Response) -> Shape {
        let body = match (&response.body, &response.events) {
            (Some(ty), _) => Some(self.rust_type(ty)),
            (None, Some(events)) => {
                let (word, ty) = (self.word("Events"), self.rust_type(&events.ty));
                let error = self.error_type();
                Some(quote!(#word<#ty, #error>))
            }
            (None, None) => None,
        };
        if response.headers.is_empty() {
            return body.map_or(Shape::Empty, Shape::Body);
        }
        let mut fields = Vec::new();
        if let Some(ty) = body {
            fields.push(Field {
                docs: docs("The body."),
                name: identifier("body"),
                variable: identifier("body"),
                ty,
            });
        }
        for header in &response.headers {
            let ty = self.rust_type(&header.ty);
            let ty = if header.required {
                ty
            } else {
                self.option(&ty)
            };
            fields.push(Field {
                docs: docs_or(&header.docs, &format!("The header `{}`.", header.name)),
                name: identifier(&names::snake(&header.name)),
                variable: header_variable(header),
                ty,
            });
        }
        Shape::Fields(fields)
    }

    /// An expression that makes a response of the variables `body` and those of its headers.
    fn build(&self, response: &Response, status: &TokenStream) -> TokenStream {
        let start = match (&response.body, &response.events) {
            (Some(_), _) => quote!(respond::json(#status, &body)),
            (None, Some(Events { failure, .. })) => quote!(body.respond(#status, #failure)),
            (None, None) => quote!(respond::empty(#status)),
        };
        if response.headers.is_empty() {
            return start;
        }
        let headers = response.headers.iter().map(|header| {
            let (name, field) = (&header.name, header_variable(header));
            let (header_name, some) = (self.word("HeaderName"), self.word("Some"));
            if header.required {
                quote!(respond::header(&mut response, #header_name::from_static(#name), &#field);)
            } else {
                quote! {
                    if let #some(value) = #field {
                        respond::header(&mut response, #header_name::from_static(#name), &value);
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

    /// A status as an expression. Each one of three digits can be expressed, registered or not.
    fn status(&self, status: u16) -> TokenStream {
        let code = self.word("StatusCode");
        let constant = http::StatusCode::from_u16(status)
            .ok()
            .and_then(|status| status.canonical_reason());
        match constant {
            Some(reason) => {
                let name = identifier(&names::screaming(reason).replace("I_M_A", "IM_A"));
                quote!(#code::#name)
            }
            None => {
                let status = proc_macro2::Literal::u16_unsuffixed(status);
                quote!(#code::from_u16(#status).expect("the generator has checked this status"))
            }
        }
    }
}

/// A response as those get it who ask for JSON.
fn as_json(response: &Response) -> Response {
    Response {
        events: response.events.clone().filter(|_| !response.negotiates()),
        ..response.clone()
    }
}

/// A response as those get it who ask for events.
fn as_events(response: &Response) -> Response {
    Response {
        body: response.body.clone().filter(|_| !response.negotiates()),
        ..response.clone()
    }
}

/// What a response carries.
enum Shape {
    Empty,
    Body(TokenStream),
    Fields(Vec<Field>),
}

/// The body, or a header.
struct Field {
    docs: TokenStream,
    name: Ident,
    /// What holds it where the response is built.
    variable: Ident,
    ty: TokenStream,
}

impl Field {
    fn binding(&self) -> TokenStream {
        let Field { name, variable, .. } = self;
        if name == variable {
            quote!(#name)
        } else {
            quote!(#name: #variable)
        }
    }
}

fn header_variable(header: &Header) -> Ident {
    variable(&header.name, &["response", "status"])
}

/// The name of a status, such as `NotFound`.
fn reason(status: u16) -> String {
    let reason = http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    reason.map_or_else(|| format!("Status{status}"), names::pascal)
}
