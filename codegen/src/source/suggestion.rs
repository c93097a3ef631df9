//! Did you mean …?

/// The known name that is closest to a misspelt one, if one is close.
pub(crate) fn closest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let reach = (name.len() / 3).clamp(1, 3);
    known
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= reach)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance, letters of either case being the same.
fn distance(a: &str, b: &str) -> usize {
    if a.len().abs_diff(b.len()) > 3 {
        return usize::MAX;
    }
    let b: Vec<char> = b
        .chars()
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (index, letter) in a
        .chars()
        .map(|letter| letter.to_ascii_lowercase())
        .enumerate()
    {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (column, other) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_near_names_only() {
        let known = ["minLength", "maxLength", "pattern"];
        assert_eq!(closest("minLenght", known), Some("minLength"));
        assert_eq!(closest("maxlength", known), Some("maxLength"));
        assert_eq!(closest("oneOf", known), None);
    }
}
