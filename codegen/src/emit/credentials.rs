//! Who is calling: the statements of a handler that try the credentials.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{Emitter, identifier};
use crate::model::{SchemeKind, Security};
use crate::names;

impl Emitter<'_> {
    /// Statements that find out who is calling. They end with a variable `principal`.
    pub(super) fn credentials(&self, security: &Security) -> TokenStream {
        if security.alternatives.is_empty() {
            return TokenStream::new();
        }
        let alternatives = security
            .alternatives
            .iter()
            .enumerate()
            .map(|(index, schemes)| {
                let names: Vec<_> = (1..=schemes.len())
                    .map(|number| match schemes.len() {
                        1 => format_ident!("credential"),
                        _ => format_ident!("credential{number}"),
                    })
                    .collect();
                let sources =
                    schemes
                        .iter()
                        .map(|scheme| match &self.contract.schemes[*scheme].kind {
                            SchemeKind::Bearer => quote!(call.authorization("Bearer")),
                            SchemeKind::Basic => quote!(call.authorization("Basic")),
                            SchemeKind::KeyInHeader(name) => quote!(call.key_in_header(#name)),
                            SchemeKind::KeyInCookie(name) => quote!(call.key_in_cookie(#name)),
                        });
                let mut checks = schemes.iter().zip(&names).map(|(scheme, name)| {
                    let method = identifier(&names::snake(&self.contract.schemes[*scheme].name));
                    quote!(Security::#method(&*api, #name).await)
                });
                let first = checks.next();
                let all = checks.fold(quote!(#first), |earlier, check| {
                    quote! {
                        match #earlier {
                            Ok(first) => #check.map(|second| attempt::both(first, second)),
                            Err(rejection) => Err(rejection),
                        }
                    }
                });
                let open = (index > 0).then(|| quote!(attempt.is_open() &&));
                quote!(if #open #(let Some(#names) = #sources)&&* { attempt.record(#all); })
            });
        let challenge = self.challenge(security);
        let (finish, identify) = if security.optional {
            (
                quote!(optional),
                quote!(if let Some(principal) = &principal {
                    call.identify(principal);
                }),
            )
        } else {
            (quote!(required), quote!(call.identify(&principal);))
        };
        let roles = &security.roles;
        let role =
            (!roles.is_empty()).then(|| quote!(attempt::require(&principal, &[#(#roles),*])?;));
        quote! {
            let mut attempt = Attempt::new();
            #(#alternatives)*
            let principal = attempt.#finish(#challenge)?;
            #identify
            #role
        }
    }

    /// What `WWW-Authenticate` asks for (RFC 9110, section 11.6.1).
    fn challenge(&self, security: &Security) -> String {
        let first = security
            .alternatives
            .first()
            .and_then(|schemes| schemes.first());
        match first.map(|scheme| &self.contract.schemes[*scheme].kind) {
            Some(SchemeKind::Basic) => "Basic realm=\"api\", charset=\"UTF-8\"".to_owned(),
            Some(SchemeKind::KeyInHeader(name)) => format!("ApiKey in=\"header\", name=\"{name}\""),
            Some(SchemeKind::KeyInCookie(name)) => format!("ApiKey in=\"cookie\", name=\"{name}\""),
            _ => "Bearer".to_owned(),
        }
    }
}
