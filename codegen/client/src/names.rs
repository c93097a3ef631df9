//! Names that progenitor's output needs for itself.

/// Methods of `Client`, or of the traits that the output calls on it: an operation's method would be called in their place.
const METHODS: [&str; 7] = [
    "api_version",
    "clone",
    "exec",
    "new",
    "new_with_client",
    "post",
    "pre",
];

/// Types and traits that the module of the builders names; an operation's builder would be another of that name. As functions.
const TYPES: [&str; 11] = [
    "byte_stream",
    "client_hooks",
    "client_info",
    "error",
    "from",
    "operation_info",
    "option",
    "request_builder_ext",
    "response_value",
    "result",
    "string",
];

/// What each builder has beside a method for each of its parameters, and a variable in `send` that would hide a parameter.
const SETTERS: [&str; 3] = ["header_map", "new", "send"];

/// Whether an operation cannot have this method.
pub(super) fn is_taken(function: &str) -> bool {
    METHODS.contains(&function) || TYPES.contains(&function)
}

/// Whether a parameter cannot have this method.
pub(super) fn is_builders(setter: &str) -> bool {
    SETTERS.contains(&setter)
}
