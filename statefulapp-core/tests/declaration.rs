//! What the macro writes of a tree, a program reads as the same tree.

use proptest::prelude::*;
use statefulapp_core::decl::{read, write};
use statefulapp_core::tree::{Call, Field, Item, Node, Tree, Value};

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Absent),
        any::<String>().prop_map(Value::Text),
        any::<String>().prop_map(Value::Word),
        any::<bool>().prop_map(Value::Bool),
        prop::collection::vec(any::<String>(), 0..4).prop_map(Value::Path),
        (0..3usize).prop_map(Value::Hole),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let node = inner.prop_map(Node::of).boxed();
        let field = (any::<String>(), any::<bool>(), node.clone());
        let field = field.prop_map(|(key, quoted, value)| Field { key, quoted, key_id: 0, value });
        let (nodes, fields) = (prop::collection::vec(node.clone(), 0..4), prop::collection::vec(field, 0..4).boxed());
        prop_oneof![
            (node.clone(), node).prop_map(|(low, high)| Value::Range(Box::new(low), Box::new(high))),
            nodes.clone().prop_map(Value::List),
            fields.clone().prop_map(Value::Map),
            (any::<String>(), nodes, fields).prop_map(|(name, args, fields)| Value::Call(Call {
                name,
                name_id: 0,
                id: 0,
                args,
                fields
            })),
        ]
    })
}

fn fields() -> impl Strategy<Value = Vec<Field>> {
    let field = (any::<String>(), any::<bool>(), value());
    let field = field.prop_map(|(key, quoted, value)| Field { key, quoted, key_id: 0, value: Node::of(value) });
    prop::collection::vec(field, 0..4)
}

fn tree() -> impl Strategy<Value = Tree> {
    let item = (any::<[String; 3]>(), any::<bool>(), value(), fields()).prop_map(
        |([kind, ident, doc], is_extern, name, fields)| Item {
            kind,
            kind_id: 0,
            is_extern,
            name: Node::of(name),
            ident,
            doc,
            fields,
        },
    );
    (fields(), prop::collection::vec(item, 0..4)).prop_map(|(head, items)| Tree { head, items })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(tree in tree()) {
        let texts = write(&tree);
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let holes: Vec<Value> = (0..3).map(Value::Hole).collect();
        prop_assert_eq!(read(&texts, &holes), tree);
    }

    #[test]
    fn any_text_is_read_to_its_end(texts in prop::collection::vec("([tplmcrhyna]|[0-9]{1,20}:|.)*", 0..4)) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        prop_assert_eq!(read(&texts, &[]).items.len(), texts.len().saturating_sub(1));
    }
}

#[test]
fn holes_are_filled() {
    let head = vec![Field { value: Node::of(Value::Hole(1)), ..Field::default() }];
    let texts = write(&Tree { head, items: Vec::new() });
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let read = read(&texts, &[Value::Bool(false), Value::Text("filled".into())]);
    assert_eq!(read.head[0].value.value, Value::Text("filled".into()));
}
