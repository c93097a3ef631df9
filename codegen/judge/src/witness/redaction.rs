//! Replaces what is random. Equal values get equal names, so that it stays visible what is the same.

use std::collections::HashMap;
use std::sync::LazyLock;

use regress::Regex;

const UUID: &str = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

/// A JWT, a refresh token of either identity provider, an id; the longer first.
static RANDOM: LazyLock<Regex> = LazyLock::new(|| {
    let token = r"eyJ[\w-]+\.[\w-]+\.[\w-]+";
    Regex::new(&format!(
        r"(?<token>{token})|(?<refresh>{UUID}\.[\w-]{{43}}\.[\w-]{{43}}|refresh\.{UUID})|(?<id>{UUID})"
    ))
    .unwrap()
});

pub(super) fn redacted(text: &str) -> String {
    let mut names: HashMap<String, String> = HashMap::new();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut redacted = String::new();
    let mut end = 0;
    for found in RANDOM.find_iter(text) {
        let kind = ["token", "refresh", "id"]
            .into_iter()
            .find(|kind| found.named_group(kind).is_some())
            .unwrap();
        let value = &text[found.range()];
        let name = names.entry(value.to_owned()).or_insert_with(|| {
            let count = counts.entry(kind).or_default();
            *count += 1;
            format!("[{kind}-{count}]")
        });
        redacted.push_str(&text[end..found.start()]);
        redacted.push_str(name);
        end = found.end();
    }
    redacted.push_str(&text[end..]);
    redacted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_get_equal_names() {
        let (one, two) = (
            "019cadd3-8718-7c3e-9a51-4be0f2d86a17",
            "019cadd3-8718-7c3e-9a51-4be0f2d86a18",
        );
        let secret = "q0Zk1vX3bTt8J5mRw2YcLhN7sEoAuPdGfViKxB4y6C9";
        let text = format!(
            "{one} {two} \"{one}.{secret}.{secret}\" refresh.{one} eyJhbGc.eyJzdWI.c2ln 2026-11-20T10:00:00.000Z"
        );
        assert_eq!(
            redacted(&text),
            "[id-1] [id-2] \"[refresh-1]\" [refresh-2] [token-1] 2026-11-20T10:00:00.000Z"
        );
    }
}
