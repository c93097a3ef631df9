//! Requests and answers of operations.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Code, Emitter, docs, docs_or, identifier};
use crate::model::{Operation, Parameter};
use crate::names;

impl Emitter<'_> {
    pub(super) fn operations(&self, code: &mut Code) {
        let imports = self.vocabulary.imports(&[
            "Response",
            "Date",
            "DateTime",
            "Uuid",
            "HeaderName",
            "StatusCode",
        ]);
        let any = !self.contract.responses.is_empty();
        let responses = any.then(|| {
            quote!(
                #[allow(unused_imports)]
                use super::responses;
            )
        });
        let operations = self.contract.operations.iter();
        let events = operations
            .flat_map(|operation| &operation.responses)
            .any(|response| response.events.is_some())
            .then(|| self.vocabulary.imports(&["Events"]));
        let head = quote!(#[doc = " Requests and answers of the operations."] pub);
        code.module(&head, "operations", |code| {
            code.items(quote! {
                #imports
                #events
                #[allow(unused_imports)]
                use ::contract_runtime::axum;
                #[allow(unused_imports)]
                use ::contract_runtime::{respond, serde_json};
                #responses
                #[allow(unused_imports)]
                use super::types;
            });
            for operation in self.contract.leaders() {
                code.items(self.choices(operation));
                code.items(self.request(operation));
                code.items(self.answers(operation));
            }
        });
    }

    /// The operations that share a method, for it to tell them apart.
    fn choices(&self, operation: &Operation) -> TokenStream {
        let Some(handler) = &operation.handler else {
            return TokenStream::new();
        };
        let ident = identifier(&format!("{}Operation", names::pascal(handler)));
        let summary = docs(&format!("The operations that `{handler}` serves."));
        let (mut variants, mut names, mut ids, mut paths) = (vec![], vec![], vec![], vec![]);
        for one in self.contract.sharing(handler) {
            let variant = identifier(&names::pascal(&one.id));
            let docs = docs_or(&one.summary, &format!("`{} {}`", one.method, one.path));
            variants.push(quote!(#docs #variant));
            names.push(variant);
            ids.push(&one.id);
            paths.push(&one.path);
        }
        quote! {
            #summary
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
            pub enum #ident { #(#variants),* }

            impl #ident {
                /// All of them, in the order of the contract.
                pub const ALL: &'static [Self] = &[#(Self::#names),*];

                /// The `operationId`.
                pub const fn id(self) -> &'static str {
                    match self { #(Self::#names => #ids),* }
                }

                /// The path, with the base path and with parameters in braces.
                pub const fn path(self) -> &'static str {
                    match self { #(Self::#names => #paths),* }
                }
            }
        }
    }

    fn request(&self, operation: &Operation) -> TokenStream {
        if !has_request(operation) {
            return TokenStream::new();
        }
        let ident = identifier(&format!(
            "{}Request",
            names::pascal(operation.method_name())
        ));
        let summary = docs(&format!(
            "What `{}` takes, checked against the contract.",
            operation.method_name()
        ));
        let parameters = operation.parameters.iter().map(|parameter| {
            let name = identifier(&names::snake(&parameter.name));
            let docs = docs_or(&parameter.docs, &format!("`{}`", parameter.name));
            let ty = self.parameter_type(parameter);
            quote!(#docs pub #name: #ty)
        });
        let body = operation.body.as_ref().map(|body| {
            let docs = docs_or(&body.docs, "The body.");
            let ty = self.rust_type(&body.ty);
            let ty = if body.required { ty } else { self.option(&ty) };
            quote!(#docs pub body: #ty)
        });
        let fields = parameters.chain(body);
        quote! {
            #summary
            #[derive(Debug, Clone, PartialEq)]
            pub struct #ident { #(#fields),* }
        }
    }

    fn parameter_type(&self, parameter: &Parameter) -> TokenStream {
        let ty = self.rust_type(&parameter.ty);
        if is_always_given(parameter) {
            ty
        } else {
            self.option(&ty)
        }
    }
}

/// Whether an operation takes anything.
pub(super) fn has_request(operation: &Operation) -> bool {
    !operation.parameters.is_empty() || operation.body.is_some()
}

/// Whether a parameter has a value even if it was left out.
pub(super) fn is_always_given(parameter: &Parameter) -> bool {
    parameter.required || parameter.ty.default.is_some()
}
