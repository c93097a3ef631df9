//! The protocol's side: who the server is, which tools it has, and calls of them.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use http::request::Parts;
use rmcp::model::{
    CallToolRequestParams, CallToolResult, ErrorData, Implementation, InitializeRequestParams,
    InitializeResult, JsonObject, ListToolsResult, PaginatedRequestParams, ProtocolVersion,
    ServerCapabilities, ServerInfo, Tool as Declared, ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::{RoleServer, ServerHandler};

use super::call;
use crate::tool::Tool;

/// What all messages share.
#[derive(Clone)]
pub(super) struct Handler {
    info: Arc<ServerInfo>,
    declared: Arc<Vec<Declared>>,
    tools: Arc<HashMap<&'static str, &'static Tool>>,
    service: Router,
}

impl Handler {
    pub(super) fn new(
        name: &str,
        version: &str,
        instructions: Option<String>,
        tools: &'static [Tool],
        service: Router,
    ) -> Self {
        let capabilities = ServerCapabilities::builder().enable_tools().build();
        let mut info = InitializeResult::new(capabilities);
        info.server_info = Implementation::new(name, version);
        info.instructions = instructions;
        Self {
            info: Arc::new(info),
            declared: Arc::new(tools.iter().map(declared).collect()),
            tools: Arc::new(tools.iter().map(|tool| (tool.name, tool)).collect()),
            service,
        }
    }
}

impl ServerHandler for Handler {
    fn get_info(&self) -> ServerInfo {
        (*self.info).clone()
    }

    /// The client's version if it is known, else the newest (specification, "Version Negotiation").
    async fn initialize(
        &self,
        request: InitializeRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<InitializeResult, ErrorData> {
        let mut info = self.get_info();
        if ProtocolVersion::KNOWN_VERSIONS.contains(&request.protocol_version) {
            info.protocol_version = request.protocol_version.clone();
        }
        context.peer.set_peer_info(request);
        Ok(info)
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        Ok(ListToolsResult::with_all_items((*self.declared).clone()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResult, ErrorData> {
        let Some(tool) = self.tools.get(request.name.as_ref()) else {
            let message = format!("There is no tool `{}`.", request.name);
            return Err(ErrorData::invalid_params(message, None));
        };
        let arguments = request.arguments.unwrap_or_default();
        let parts = context.extensions.get::<Parts>();
        match call::request(tool, arguments, parts) {
            Ok(request) => Ok(call::answer(self.service.clone(), request).await),
            // Said as a result, for the model to mend its arguments ("Tools", "Error Handling").
            Err(message) => Ok(call::failure(message)),
        }
    }
}

/// A tool as clients see it.
fn declared(tool: &Tool) -> Declared {
    // The generator has written this; a tool without a readable schema would be one without arguments.
    let input: JsonObject = serde_json::from_str(tool.input).unwrap_or_default();
    let description = [tool.title, tool.description]
        .into_iter()
        .filter(|text| !text.is_empty());
    let description = description.collect::<Vec<_>>().join("\n\n");
    let mut declared = Declared::new(tool.name, description, Arc::new(input));
    let reads = tool.method == "GET";
    let mut annotations = ToolAnnotations::new().read_only(reads);
    if !tool.title.is_empty() {
        declared.title = Some(tool.title.to_owned());
        annotations.title = declared.title.clone();
    }
    if !reads {
        annotations = annotations.idempotent(tool.idempotent);
        // What POST does the method does not say; clients then take it for destructive.
        if matches!(tool.method, "PUT" | "PATCH" | "DELETE") {
            annotations = annotations.destructive(true);
        }
    }
    declared.annotations = Some(annotations);
    declared
}
