//! The router: every path with its methods, and what is answered elsewhere.

use std::collections::HashMap;

use quote::quote;

use super::{Code, Emitter, identifier};
use crate::model::Operation;
use crate::names;

impl Emitter<'_> {
    pub(super) fn router(&self, code: &mut Code) {
        let mut paths: Vec<(&str, Vec<&Operation>)> = Vec::new();
        let mut known: HashMap<&str, usize> = HashMap::new();
        for operation in &self.contract.operations {
            let index = *known.entry(&operation.path).or_insert_with(|| {
                paths.push((&operation.path, Vec::new()));
                paths.len() - 1
            });
            paths[index].1.push(operation);
        }
        let error = self.error_type();
        let routes = paths.iter().map(|(path, operations)| {
            let methods = operations.iter().map(|operation| {
                let method = identifier(&operation.method.to_lowercase());
                let handler = identifier(&names::snake(&operation.id));
                quote!(.#method(handlers::#handler::<A>))
            });
            let allow = allow(operations);
            quote! {
                let router = router.route(
                    #path,
                    MethodRouter::new() #(#methods)* .fallback(|| only(#allow)),
                );
            }
        });
        code.items(quote! {
            use ::contract_runtime::axum::Router;
            use ::contract_runtime::axum::response::Response;
            use ::contract_runtime::axum::routing::MethodRouter;

            /// Serves every operation, and answers everything else in the contract's error schema.
            pub fn router<A: Api>(api: ::std::sync::Arc<A>) -> Router {
                let router = Router::new();
                #(#routes)*
                router.fallback(unknown).with_state(api)
            }

            async fn only(allow: &'static str) -> Response {
                ::contract_runtime::refuse::<#error>(::contract_runtime::Fault::method_not_allowed(allow))
            }

            async fn unknown() -> Response {
                ::contract_runtime::refuse::<#error>(::contract_runtime::Fault::unknown_path())
            }
        });
    }
}

/// The methods of a path for `Allow`. A GET also answers HEAD.
fn allow(operations: &[&Operation]) -> String {
    let mut methods: Vec<&str> = operations
        .iter()
        .map(|operation| operation.method)
        .collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods.sort_unstable();
    methods.join(", ")
}
