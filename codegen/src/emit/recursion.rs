//! Schemas that contain themselves need a box somewhere.

use crate::model::{Contract, Definition, Kind, SchemaId, Type};

/// For each schema the number of its group: schemas of one group contain one another without a
/// list or map between (Tarjan's strongly connected components, iterative: contracts may be deep).
pub(super) fn groups(contract: &Contract) -> Vec<usize> {
    let edges: Vec<Vec<usize>> = contract
        .schemas
        .iter()
        .map(|schema| parts(&schema.definition))
        .collect();
    let count = edges.len();
    let (mut order, mut low) = (vec![usize::MAX; count], vec![0; count]);
    let (mut group, mut groups, mut visited) = (vec![usize::MAX; count], 0, 0);
    let mut stack = Vec::new();
    for start in 0..count {
        let mut work = vec![(start, 0)];
        while let Some((node, edge)) = work.pop() {
            if edge == 0 {
                if order[node] != usize::MAX {
                    continue;
                }
                order[node] = visited;
                low[node] = visited;
                visited += 1;
                stack.push(node);
            }
            if let Some(next) = edges[node].get(edge).copied() {
                work.push((node, edge + 1));
                if order[next] == usize::MAX {
                    work.push((next, 0));
                }
                continue;
            }
            for next in &edges[node] {
                if group[*next] == usize::MAX {
                    low[node] = low[node].min(low[*next]);
                }
            }
            if low[node] == order[node] {
                while let Some(member) = stack.pop() {
                    group[member] = groups;
                    if member == node {
                        break;
                    }
                }
                groups += 1;
            }
        }
    }
    group
}

fn parts(definition: &Definition) -> Vec<usize> {
    match definition {
        Definition::Object(object) => object
            .properties
            .iter()
            .filter_map(|property| direct(&property.ty))
            .collect(),
        Definition::Choices(_) | Definition::Alias(_) => Vec::new(),
    }
}

fn direct(ty: &Type) -> Option<usize> {
    match ty.kind {
        Kind::Named(SchemaId(id)) => Some(id),
        _ => None,
    }
}

impl super::Emitter<'_> {
    /// Whether a property of `owner` must be in a box.
    pub(super) fn is_recursive(&self, owner: SchemaId, ty: &Type) -> bool {
        direct(ty).is_some_and(|id| self.groups[id] == self.groups[owner.0] && !self.is_choice(ty))
    }
}
