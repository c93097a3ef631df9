//! The contract's names as Rust spells them.

/// The words of a name: split at anything but letters and digits, and where capitals begin.
fn words(name: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut start = None;
    let mut before: Option<char> = None;
    let mut letters = name.char_indices().peekable();
    while let Some((index, letter)) = letters.next() {
        if !is_word(letter) {
            words.extend(start.take().map(|start| &name[start..index]));
            before = Some(letter);
            continue;
        }
        let begins = letter.is_uppercase()
            && (before.is_some_and(|before| !before.is_uppercase())
                || letters
                    .peek()
                    .is_some_and(|(_, after)| after.is_lowercase()));
        if begins {
            words.extend(start.take().map(|start| &name[start..index]));
        }
        start.get_or_insert(index);
        before = Some(letter);
    }
    words.extend(start.map(|start| &name[start..]));
    words
}

/// Whether a letter can be in an identifier. Rust's letters and digits are those of Unicode's
/// XID_Continue, which leaves out some that Unicode calls numeric, such as a superscript two.
fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric()
        || (letter.is_alphanumeric() && is_identifier(&format!("a{letter}")))
}

fn is_identifier(text: &str) -> bool {
    syn::parse_str::<syn::Ident>(text).is_ok()
}

/// `LineItem` from `lineItem`, `line_item` or `Line Items`.
pub(crate) fn pascal(name: &str) -> String {
    let mut joined = String::with_capacity(name.len());
    for word in words(name) {
        let mut letters = word.chars();
        joined.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        joined.push_str(&letters.as_str().to_lowercase());
    }
    guarded(joined, "N")
}

/// `line_item` from `lineItem`, `LineItem` or `line-item`. May be a keyword.
pub(crate) fn snake(name: &str) -> String {
    let words: Vec<String> = words(name).into_iter().map(str::to_lowercase).collect();
    guarded(words.join("_"), "n")
}

/// `LINE_ITEM` from `lineItem`.
pub(crate) fn screaming(name: &str) -> String {
    snake(name).to_uppercase()
}

/// An identifier cannot be empty or begin with a digit.
fn guarded(name: String, prefix: &str) -> String {
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() || is_identifier(&format!("{first}a")) => name,
        _ => format!("{prefix}{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_names_as_rust_does() {
        for (name, type_name, field) in [
            ("lineItem", "LineItem", "line_item"),
            ("Line Items", "LineItems", "line_items"),
            ("If-None-Match", "IfNoneMatch", "if_none_match"),
            ("githubURL", "GithubUrl", "github_url"),
            ("HTTPServer", "HttpServer", "http_server"),
            ("type", "Type", "type"),
            ("2fa", "N2fa", "n2fa"),
            ("größe", "Größe", "größe"),
            ("D01", "D01", "d01"),
            ("---", "N", "n"),
            ("m²", "M", "m"),
            ("٣x", "N٣x", "n٣x"),
        ] {
            assert_eq!(pascal(name), type_name);
            assert_eq!(snake(name), field);
        }
    }
}
