//! One handler per operation: limit, credential, role, parameters, body, call.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;

use super::checks::Place;
use super::operations::{has_request, is_always_given};
use super::traits::{events_method, trait_name};
use super::vocabulary::variable;
use super::{Code, Emitter, identifier};
use crate::model::{Kind, Operation, Parameter, ParameterLocation, Type};
use crate::names;

impl Emitter<'_> {
    pub(super) fn handlers(&self, code: &mut Code) {
        let imports = self
            .vocabulary
            .imports(&["At", "Date", "DateTime", "Report", "Response", "Uuid"]);
        let mut operations = self.contract.operations.iter();
        let accept = operations
            .any(|operation| !operation.offers().is_empty())
            .then(|| {
                quote!(
                    use ::contract_runtime::accept;
                )
            });
        let head = quote!(#[doc = " From a request to a call of the service, and back."]);
        code.module(&head, "handlers", |code| {
            code.items(quote! {
                #[allow(unused_imports)]
                use ::contract_runtime::attempt::{self, Attempt};
                #[allow(unused_imports)]
                use ::contract_runtime::axum::extract::{Request, State};
                #[allow(unused_imports)]
                use ::contract_runtime::axum::response::IntoResponse;
                #[allow(unused_imports)]
                use ::contract_runtime::call::Call;
                #[allow(unused_imports)]
                use ::contract_runtime::violation::Location;
                #[allow(unused_imports)]
                use ::contract_runtime::{Fault, body, check, fault, parameter, serde_json};
                #accept
                #[allow(unused_imports)]
                use ::std::sync::Arc;
                #imports
                #[allow(unused_imports)]
                use super::*;
            });
            for operation in &self.contract.operations {
                code.items(self.handler(operation));
            }
        });
    }

    fn handler(&self, operation: &Operation) -> TokenStream {
        let ident = identifier(&names::snake(&operation.id));
        let id = &operation.id;
        let error = self.error_type();
        let answer = self.word("Response");
        let limit = operation.limit.map(|limit| {
            let name = identifier(&names::screaming(&self.contract.limits[limit].name));
            quote!(call.limit(&*api, &limits::#name).await?;)
        });
        let credentials = self.credentials(&operation.security);
        let principal = (!operation.security.alternatives.is_empty()).then(|| quote!(principal,));
        let (body, reading, request) = self.reading(operation);
        let (accepting, answering) = self.answering(operation, &principal, &request);
        let mutable =
            (limit.is_some() || principal.is_some() || needs_path(operation)).then(|| quote!(mut));
        quote! {
            pub(super) async fn #ident<A: Api>(State(api): State<Arc<A>>, request: Request) -> #answer {
                let (#mutable call, #body) = Call::open(#id, request);
                let outcome: Result<#answer, Fault> = async {
                    #limit
                    #credentials
                    #accepting
                    #reading
                    #answering
                }
                .await;
                call.close(outcome.unwrap_or_else(fault::refuse::<#error>))
            }
        }
    }

    /// Statements that find out what the client accepts, and those that call the service.
    fn answering(
        &self,
        operation: &Operation,
        principal: &Option<TokenStream>,
        request: &TokenStream,
    ) -> (TokenStream, TokenStream) {
        let api = trait_name(&self.contract.tags[operation.tag].0);
        let ident = identifier(&names::snake(operation.method_name()));
        let which = operation.handler.as_ref().map(|handler| {
            let which = identifier(&format!("{}Operation", names::pascal(handler)));
            let this = identifier(&names::pascal(&operation.id));
            quote!(#which::#this,)
        });
        let offers = operation.offers();
        let choice = quote!(accept::choose(&call.parts().headers, &[#(#offers),*])?);
        if operation.negotiates() {
            let events = identifier(&events_method(operation));
            let calls = quote! {
                let answer = if accepted == "text/event-stream" {
                    #api::#events(&*api, #which #principal #request).await.into_response()
                } else {
                    #api::#ident(&*api, #which #principal #request).await.into_response()
                };
                Ok(accept::varies(answer))
            };
            return (quote!(let accepted = #choice;), calls);
        }
        let calls = quote! {
            let answer = #api::#ident(&*api, #which #principal #request).await;
            Ok(answer.into_response())
        };
        let accepting = (!offers.is_empty()).then(|| quote!(#choice;));
        (accepting.unwrap_or_default(), calls)
    }

    /// The pattern for the raw body, the statements that read parameters and body, and the
    /// request that they make.
    fn reading(&self, operation: &Operation) -> (TokenStream, TokenStream, TokenStream) {
        if !has_request(operation) {
            return (quote!(_), TokenStream::new(), TokenStream::new());
        }
        let raw = if operation.body.is_some() {
            quote!(raw)
        } else {
            quote!(_)
        };
        let bytes = operation.body.as_ref().map(|body| {
            let limit = Literal::usize_unsuffixed(body.limit);
            quote!(let bytes = body::read(&call.parts().headers, raw, #limit).await?;)
        });
        let has = |location| {
            operation
                .parameters
                .iter()
                .any(|parameter| parameter.location == location)
        };
        let path = needs_path(operation).then(|| quote!(let path = call.path(&mut report).await;));
        let query = has(ParameterLocation::Query).then(
            || quote!(let query = parameter::Query::parse(call.parts().uri.query(), &mut report);),
        );
        let parameters = operation
            .parameters
            .iter()
            .map(|parameter| self.parameter(parameter));
        let body = operation.body.as_ref().map(|body| {
            let ty = self.inner_type(&body.ty);
            let function = if body.required {
                quote!(required)
            } else {
                quote!(optional)
            };
            quote!(let body = body::#function::<#ty>(&bytes, &mut report);)
        });
        let mut names = Vec::new();
        let mut fields = Vec::new();
        for Parameter { name, .. } in &operation.parameters {
            let (field, name) = (identifier(&names::snake(name)), local(name));
            fields.push(if field == name {
                quote!(#field)
            } else {
                quote!(#field: #name)
            });
            names.push(name);
        }
        if operation.body.is_some() {
            names.push(identifier("body"));
            fields.push(quote!(body));
        }
        let unpack = match names.as_slice() {
            [name] => quote!(let Some(#name) = #name else),
            names => quote!(let (#(Some(#names)),*) = (#(#names),*) else),
        };
        let request = identifier(&format!(
            "{}Request",
            names::pascal(operation.method_name())
        ));
        let reporter = self.word("Report");
        let reading = quote! {
            #bytes
            let mut report = #reporter::new();
            #path
            #query
            #(#parameters)*
            #body
            #unpack { return Err(Fault::invalid(report)); };
            if !report.is_empty() {
                return Err(Fault::invalid(report));
            }
        };
        (raw, reading, quote!(#request { #(#fields),* }))
    }

    /// A statement that reads a parameter into an option, which is empty after a violation.
    fn parameter(&self, parameter: &Parameter) -> TokenStream {
        let (name, ident) = (&parameter.name, local(&parameter.name));
        let location = match parameter.location {
            ParameterLocation::Path => quote!(Path),
            ParameterLocation::Query => quote!(Query),
            ParameterLocation::Header => quote!(Header),
            ParameterLocation::Cookie => quote!(Cookie),
        };
        let place = self.word("At");
        let at = quote!(let at = &#place::Parameter(Location::#location, #name););
        let absent = match &parameter.ty.default {
            // A path that was routed has its parameters, unless it could not be decoded: reported.
            _ if parameter.location == ParameterLocation::Path => quote!(None),
            _ if parameter.required => quote!(parameter::missing(at, &mut report)),
            Some(default) => {
                let value = self.literal(&parameter.ty, default);
                quote!(Some(#value))
            }
            None => quote!(Some(None)),
        };
        let wrap = (!is_always_given(parameter)).then(|| quote!(.map(Some)));
        if let Kind::Array { item, .. } = &parameter.ty.kind {
            return self.list(parameter, item, &ident, &at, &absent, wrap.as_ref());
        }
        let source = match parameter.location {
            ParameterLocation::Path => quote!(parameter::path(path.as_ref(), #name)),
            ParameterLocation::Query => quote!(query.one(#name, &mut report)),
            ParameterLocation::Header => {
                let lower = name.to_lowercase();
                quote!(parameter::header(&call.parts().headers, #lower, at, &mut report).as_deref())
            }
            ParameterLocation::Cookie => {
                quote!(parameter::cookie(&call.parts().headers, #name).as_deref())
            }
        };
        let read = self.reader(&parameter.ty);
        let checks = self.check(
            &parameter.ty,
            &Place::reference(&quote!(value)),
            &quote!(at),
            &quote!(&mut report),
            0,
        );
        let value = if checks.is_empty() {
            quote!(#read(text, at, &mut report) #wrap)
        } else {
            quote!({
                let value = #read(text, at, &mut report);
                if let Some(value) = &value { #checks }
                value #wrap
            })
        };
        quote! {
            let #ident = {
                #at
                match #source {
                    Some(text) => #value,
                    None => #absent,
                }
            };
        }
    }

    /// A parameter that is a list, in a query.
    fn list(
        &self,
        parameter: &Parameter,
        item: &Type,
        ident: &Ident,
        at: &TokenStream,
        absent: &TokenStream,
        wrap: Option<&TokenStream>,
    ) -> TokenStream {
        let name = &parameter.name;
        let read = self.reader(item);
        let (given, texts) = if parameter.explode {
            (
                quote!(query.all(#name).next().is_none()),
                quote!(query.all(#name)),
            )
        } else {
            (quote!(list.is_none()), quote!(list.into_iter().flatten()))
        };
        let one = (!parameter.explode).then(|| quote!(let list = query.list(#name, &mut report);));
        let checks = self.check(
            &parameter.ty,
            &Place::reference(&quote!(value)),
            &quote!(at),
            &quote!(&mut report),
            0,
        );
        let checks = (!checks.is_empty()).then(|| quote!(if let Some(value) = &value { #checks }));
        quote! {
            let #ident = {
                #at
                #one
                if #given {
                    #absent
                } else {
                    let value = parameter::array(#texts, at, &mut report, #read);
                    #checks
                    value #wrap
                }
            };
        }
    }

    /// The function that reads a scalar from text.
    fn reader(&self, ty: &Type) -> TokenStream {
        use crate::model::Scalar;
        match &ty.kind {
            Kind::Scalar(scalar) => {
                let name = self.scalar_type(scalar);
                match scalar {
                    Scalar::Text(_) => quote!(parameter::string),
                    Scalar::Formatted(_) => quote!(parameter::formatted::<#name>),
                    Scalar::Integer { .. } => quote!(parameter::integer::<#name>),
                    Scalar::Number { .. } => quote!(parameter::number),
                    Scalar::Boolean => quote!(parameter::boolean),
                    Scalar::Constant(only) => quote!(parameter::constant::<#only>),
                }
            }
            _ => {
                let name = self.inner_type(ty);
                quote!(parameter::choice::<#name>)
            }
        }
    }
}

/// The variables of a handler that are in use where parameters are read.
const OWN_VARIABLES: &[&str] = &[
    "accepted",
    "api",
    "at",
    "body",
    "bytes",
    "call",
    "list",
    "path",
    "principal",
    "query",
    "raw",
    "report",
    "text",
    "value",
];

/// The variable that holds a parameter.
fn local(name: &str) -> Ident {
    variable(name, OWN_VARIABLES)
}

fn needs_path(operation: &Operation) -> bool {
    operation
        .parameters
        .iter()
        .any(|parameter| parameter.location == ParameterLocation::Path)
}
