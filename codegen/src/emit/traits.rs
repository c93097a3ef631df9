//! What a service implements: a trait per tag, and one for the security schemes.

use proc_macro2::TokenStream;
use quote::quote;

use super::operations::has_request;
use super::{Code, Emitter, docs, docs_or, identifier};
use crate::model::{Operation, SchemeKind};
use crate::names;

impl Emitter<'_> {
    pub(super) fn traits(&self, code: &mut Code) {
        let mut methods = vec![Vec::new(); self.contract.tags.len()];
        for operation in self.contract.leaders() {
            methods[operation.tag].push(self.method(operation));
        }
        let tags = self
            .contract
            .tags
            .iter()
            .zip(methods)
            .map(|((name, description), methods)| {
                let ident = trait_name(name);
                let docs = docs_or(description, name);
                quote! {
                    #docs
                    pub trait #ident: Send + Sync + 'static { #(#methods)* }
                }
            });
        let mut bounds: Vec<_> = self
            .contract
            .tags
            .iter()
            .map(|(name, _)| trait_name(name))
            .collect();
        if !self.contract.schemes.is_empty() {
            bounds.push(identifier("Security"));
        }
        if !self.contract.limits.is_empty() {
            bounds.push(identifier("RateLimiter"));
        }
        // Even a contract without operations has a router, whose state is shared.
        let bounds = if bounds.is_empty() {
            quote!(Send + Sync + 'static)
        } else {
            quote!(#(#bounds)+*)
        };
        code.items(quote! {
            #[allow(unused_imports)]
            use ::contract_runtime::limit::RateLimiter;
            #[allow(unused_imports)]
            use ::contract_runtime::security::{Principal, Rejection};
            #[allow(unused_imports)]
            use ::std::future::Future;
        });
        for one in tags {
            code.items(one);
        }
        code.items(self.security());
        code.items(quote! {
            /// A whole service: every operation, and what guards them.
            pub trait Api: #bounds {}
            impl<A: #bounds> Api for A {}
        });
    }

    /// An operation's method; two if it answers with JSON or with events.
    fn method(&self, operation: &Operation) -> TokenStream {
        let heading = format!("`{} {}`", operation.method, operation.path);
        let (heading, text) = match &operation.handler {
            None => {
                let texts = [operation.summary.as_str(), operation.description.as_str()];
                let texts: Vec<_> = texts
                    .into_iter()
                    .filter(|text| !text.trim().is_empty())
                    .collect();
                (heading, texts.join("\n\n"))
            }
            Some(handler) => {
                let others = self.contract.sharing(handler);
                let all: Vec<_> = others
                    .map(|one| format!("`{} {}`", one.method, one.path))
                    .collect();
                (all.join(", "), String::new())
            }
        };
        let security = &operation.security;
        let principal = match (security.alternatives.is_empty(), security.optional) {
            (true, _) => None,
            (false, true) => Some(quote!(principal: Option<Principal>,)),
            (false, false) => Some(quote!(principal: Principal,)),
        };
        let name = names::pascal(operation.method_name());
        let which = operation.handler.is_some().then(|| {
            let which = identifier(&format!("{name}Operation"));
            quote!(operation: #which,)
        });
        let request = has_request(operation).then(|| {
            let request = identifier(&format!("{name}Request"));
            quote!(request: #request,)
        });
        let error = identifier(&format!("{name}Error"));
        let one = |ident: &str, heading: &str, response: &str| {
            let (ident, response) = (identifier(ident), identifier(response));
            let docs = docs(&format!("{heading}\n\n{text}"));
            quote! {
                #docs
                fn #ident(&self, #which #principal #request)
                    -> impl Future<Output = Result<#response, #error>> + Send;
            }
        };
        let snake = names::snake(operation.method_name());
        let whole = one(&snake, &heading, &format!("{name}Response"));
        let events = operation.negotiates().then(|| {
            one(
                &events_method(operation),
                &format!("{heading}, when the client asks for events"),
                &format!("{name}EventsResponse"),
            )
        });
        quote!(#whole #events)
    }

    fn security(&self) -> TokenStream {
        if self.contract.schemes.is_empty() {
            return TokenStream::new();
        }
        let methods = self.contract.schemes.iter().map(|scheme| {
            let ident = identifier(&names::snake(&scheme.name));
            let how = match &scheme.kind {
                SchemeKind::Bearer => "the token of `Authorization: Bearer`".to_owned(),
                SchemeKind::Basic => "the base64 of `Authorization: Basic`".to_owned(),
                SchemeKind::KeyInHeader(name) => format!("the header `{name}`"),
                SchemeKind::KeyInCookie(name) => format!("the cookie `{name}`"),
            };
            let docs = docs(&format!("{}\n\nThe credential is {how}.", scheme.docs));
            quote! {
                #docs
                fn #ident(&self, credential: &str)
                    -> impl Future<Output = Result<Principal, Rejection>> + Send;
            }
        });
        quote! {
            /// Checks the credentials of the security schemes.
            pub trait Security: Send + Sync + 'static { #(#methods)* }
        }
    }
}

/// The method that answers with events where another answers with JSON.
pub(super) fn events_method(operation: &Operation) -> String {
    names::snake(&format!("{}Events", operation.method_name()))
}

/// The name of a tag's trait.
pub(super) fn trait_name(tag: &str) -> proc_macro2::Ident {
    identifier(&format!("{}Api", names::pascal(tag)))
}
