//! An issuer's keys over the network.

use std::fmt;
use std::time::Duration;

use aws_smithy_runtime::client::orchestrator::operation::Operation;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::interceptors::context::{Error, Output};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::ser_de::DeserializeResponse;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::timeout::TimeoutConfig;
use http::Uri;
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::jwks::{FetchKeys, JwkSet, KeySourceError};
use crate::log::causes;

/// How long a connection may take; that of the SDK's other clients, so that they share their connections' settings.
const CONNECT: Duration = Duration::from_secs(1);

/// How long a fetch may take in all: requests wait for it.
const PATIENCE: Duration = Duration::from_secs(3);

/// Bytes of the largest key set that is read. A key is about 500.
const MAX_BYTES: usize = 256 * 1024;

/// A key set (RFC 7517, section 5) at an address, fetched with an HTTP client of the AWS SDK, so that a server that
/// talks to AWS has one HTTP client, one TLS stack and one set of root certificates. Redirects are not followed: the
/// address is the issuer's own.
pub struct RemoteKeys {
    address: Uri,
    get: Operation<(), Fetched, KeySourceError>,
}

impl RemoteKeys {
    /// The key set at `address`, an absolute `https` or `http` URL.
    ///
    /// # Errors
    ///
    /// If the address is no such URL.
    pub fn new(address: &str, http: SharedHttpClient) -> Result<Self, KeySourceError> {
        let bad = || KeySourceError(format!("{address:?} is not the address of a key set"));
        let address: Uri = address.parse().map_err(|_| bad())?;
        let (Some(scheme), Some(authority)) = (address.scheme_str(), address.authority()) else {
            return Err(bad());
        };
        let origin = format!("{scheme}://{authority}");
        let path = address.path().to_owned();
        let timeouts = TimeoutConfig::builder().connect_timeout(CONNECT).build();
        let get = Operation::builder()
            .service_name("issuer")
            .operation_name("GetKeySet")
            .behavior_version(BehaviorVersion::latest())
            .http_client(http)
            .endpoint_url(&origin)
            .no_auth()
            // Who asks for keys asks again, after a pause.
            .no_retry()
            .timeout_config(timeouts)
            .serializer(move |()| {
                let mut request = HttpRequest::empty();
                request.set_uri(path.as_str())?;
                Ok(request)
            })
            .deserializer_impl(Head)
            .build();
        Ok(Self { address, get })
    }

    async fn get(&self) -> Result<JwkSet, String> {
        let Fetched { status, body } = self.get.invoke(()).await.map_err(|error| causes(&error))?;
        if status != 200 {
            return Err(format!("status {status}"));
        }
        let bytes = Limited::new(body, MAX_BYTES).collect().await;
        let bytes = bytes.map_err(|error| {
            if error.is::<LengthLimitError>() {
                format!("more than {MAX_BYTES} bytes")
            } else {
                causes(&*error)
            }
        })?;
        // What is there instead is not quoted: it can be long, and it is not ours.
        serde_json::from_slice(&bytes.to_bytes()).map_err(|_| "not a JWK set".to_owned())
    }
}

impl FetchKeys for RemoteKeys {
    async fn fetch(&self) -> Result<JwkSet, KeySourceError> {
        let cause = match tokio::time::timeout(PATIENCE, self.get()).await {
            Ok(Ok(set)) => return Ok(set),
            Ok(Err(cause)) => cause,
            Err(_) => format!("no answer within {} seconds", PATIENCE.as_secs()),
        };
        Err(KeySourceError(format!("{}: {cause}", self.address)))
    }
}

impl fmt::Debug for RemoteKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RemoteKeys").field(&self.address).finish()
    }
}

/// A response whose body has not been read, because only who reads it piece by piece can stop in time.
#[derive(Debug)]
struct Fetched {
    status: u16,
    body: SdkBody,
}

#[derive(Debug)]
struct Head;

impl DeserializeResponse for Head {
    fn deserialize_streaming_with_config(
        &self,
        response: &mut HttpResponse,
        _: &ConfigBag,
    ) -> Option<Result<Output, OrchestratorError<Error>>> {
        let fetched = Fetched {
            status: response.status().as_u16(),
            body: std::mem::replace(response.body_mut(), SdkBody::taken()),
        };
        Some(Ok(Output::erase(fetched)))
    }
}
