//! Query parameters (`Filter.1.Name=..`) as typed values.

use std::collections::BTreeMap;

use super::doc::Malformed;
use super::value::Value;
use super::xml::scalar;
use crate::model::{Kind, Member, Service, ShapeId};

/// Parameters as a tree along their dots.
#[derive(Debug, Default)]
pub(crate) struct Form {
    value: Option<String>,
    children: BTreeMap<String, Form>,
}

/// Which of the two query protocols.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    Query,
    Ec2,
}

impl Form {
    pub(crate) fn of(pairs: &[(String, String)]) -> Self {
        let mut root = Self::default();
        for (name, value) in pairs {
            let mut node = &mut root;
            for part in name.split('.') {
                node = node.children.entry(part.to_owned()).or_default();
            }
            node.value = Some(value.clone());
        }
        root
    }

    /// The value these parameters give to a shape.
    pub(crate) fn typed(
        &self,
        service: &Service,
        id: ShapeId,
        dialect: Dialect,
    ) -> Result<Value, Malformed> {
        match &service.shape(id).kind {
            Kind::Structure(structure) => {
                let mut value = BTreeMap::new();
                for member in &structure.members {
                    if let Some(found) = self.member(service, member, dialect)? {
                        value.insert(member.name.clone(), found);
                    }
                }
                Ok(Value::Map(value))
            }
            Kind::List { item, item_name, flattened } => {
                let flat = *flattened || dialect == Dialect::Ec2;
                self.items(service, *item, item_name.as_deref(), flat, dialect)
            }
            Kind::Map { value, key_name, value_name, flattened, .. } => {
                let empty = Self::default();
                let entries =
                    if *flattened { self } else { self.children.get("entry").unwrap_or(&empty) };
                let mut map = BTreeMap::new();
                for entry in entries.in_order() {
                    let key = entry.children.get(key_name).and_then(|key| key.value.clone());
                    let item = entry.children.get(value_name);
                    let (Some(key), Some(item)) = (key, item) else {
                        return Err(Malformed("a map entry lacks its key or value".to_owned()));
                    };
                    map.insert(key, item.typed(service, *value, dialect)?);
                }
                Ok(Value::Map(map))
            }
            kind @ (Kind::Text { .. }
            | Kind::Integer
            | Kind::Float
            | Kind::Boolean
            | Kind::Blob
            | Kind::Timestamp(_)) => scalar(kind, self.value.as_deref().unwrap_or("")),
        }
    }

    /// The parameters at the top that no member of a structure takes.
    pub(crate) fn unknown(
        &self,
        service: &Service,
        id: ShapeId,
        dialect: Dialect,
    ) -> impl Iterator<Item = &String> {
        let members = service.shape(id).structure().into_iter().flat_map(|shape| &shape.members);
        let known: Vec<String> =
            members.flat_map(|m| [Self::name(service, m, dialect), m.name.clone()]).collect();
        self.children.keys().filter(move |name| !known.contains(name))
    }

    /// The name under which a member's parameters stand.
    fn name(service: &Service, member: &Member, dialect: Dialect) -> String {
        match (&service.shape(member.shape).kind, dialect) {
            // A flattened list is named after its items, where they have a name.
            (Kind::List { item_name: Some(item), flattened, .. }, Dialect::Query)
                if *flattened || member.flattened =>
            {
                item.clone()
            }
            (_, Dialect::Query) => member.wire_name().to_owned(),
            (_, Dialect::Ec2) => capitalised(member.wire_name()),
        }
    }

    fn member(
        &self,
        service: &Service,
        member: &Member,
        dialect: Dialect,
    ) -> Result<Option<Value>, Malformed> {
        let shape = service.shape(member.shape);
        let name = Self::name(service, member, dialect);
        let Some(form) = self.children.get(&name).or_else(|| self.children.get(&member.name))
        else {
            return Ok(None);
        };
        match &shape.kind {
            Kind::List { item, item_name, .. } if member.flattened => {
                form.items(service, *item, item_name.as_deref(), true, dialect).map(Some)
            }
            Kind::Structure(_)
            | Kind::List { .. }
            | Kind::Map { .. }
            | Kind::Text { .. }
            | Kind::Integer
            | Kind::Float
            | Kind::Boolean
            | Kind::Blob
            | Kind::Timestamp(_) => form.typed(service, member.shape, dialect).map(Some),
        }
    }

    /// `X.member.1` or, flat, `X.1`; either is taken, since clients differ.
    fn items(
        &self,
        service: &Service,
        item: ShapeId,
        item_name: Option<&str>,
        flat: bool,
        dialect: Dialect,
    ) -> Result<Value, Malformed> {
        let named = [item_name, Some("member")]
            .into_iter()
            .flatten()
            .find_map(|name| self.children.get(name));
        let holder = if flat { self } else { named.unwrap_or(self) };
        let items = holder.in_order().map(|form| form.typed(service, item, dialect));
        Ok(Value::List(items.collect::<Result<_, _>>()?))
    }

    fn in_order(&self) -> impl Iterator<Item = &Self> {
        let mut numbered: Vec<(u32, &Self)> = self
            .children
            .iter()
            .filter_map(|(name, form)| Some((name.parse().ok()?, form)))
            .collect();
        numbered.sort_by_key(|(number, _)| *number);
        numbered.into_iter().map(|(_, form)| form)
    }
}

pub(super) fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::catalog;

    fn typed(service: &str, operation: &str, body: &str, dialect: Dialect) -> Value {
        let service = catalog::find(service).unwrap().service();
        let input = service.operations[operation].input.unwrap();
        Form::of(&crate::model::uri::pairs(body, true)).typed(service, input, dialect).unwrap()
    }

    #[test]
    fn lists_of_structures_are_read_in_the_order_of_their_numbers() {
        let body = "Action=DescribeDBInstances&Filters.Filter.1.Name=a&Filters.Filter.1.Values.Value.2=y\
                    &Filters.Filter.1.Values.Value.1=x&MaxRecords=20";
        let value = typed("rds", "DescribeDBInstances", body, Dialect::Query);
        let filter = &value.items("Filters")[0];
        assert_eq!(filter.text("Name"), Some("a"));
        assert_eq!(filter.items("Values"), [Value::from("x"), Value::from("y")]);
        assert_eq!(value.int("MaxRecords"), Some(20));
    }

    #[test]
    fn ec2_capitalises_and_flattens() {
        let body = "Action=DescribeInstances&InstanceId.1=i-1&InstanceId.2=i-2&Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-1";
        let value = typed("ec2", "DescribeInstances", body, Dialect::Ec2);
        assert_eq!(value.items("InstanceIds").len(), 2);
        assert_eq!(value.items("Filters")[0].items("Values"), [Value::from("vpc-1")]);
    }
}
