use super::{Block, Said, Say, lit, only_text, open, string, texts};
use serde_json::{Value, json};

/// The name, and the settings that stand in `meta`.
fn meta(object: &super::Fields<'_>) -> Said<(Value, Block)> {
    object.get("kind");
    object.nothing("apiVersion", &[json!("v1")])?;
    let metadata = object.sub("metadata")?.ok_or("an object without metadata")?;
    let name = metadata.get("name").ok_or("an object without a name")?;
    let mut meta = Block::default();
    for key in ["labels", "annotations"] {
        if let Some(map) = metadata.get(key) {
            meta.put(key, texts(map, key)?);
        }
    }
    metadata.close()?;
    Ok((name.clone(), meta))
}

/// A field that holds values by key.
fn values<'v>(fields: &super::Fields<'v>, key: &str) -> Said<impl Iterator<Item = (&'v String, &'v Value)> + use<'v>> {
    let map = match fields.get(key) {
        None => None,
        Some(map) => Some(map.as_object().ok_or_else(|| format!("`{}` that is no object", fields.path(key)))?),
    };
    Ok(map.into_iter().flatten())
}

fn data(block: &mut Block, fields: &super::Fields<'_>, key: &str) -> Said<()> {
    for (name, value) in values(fields, key)? {
        block.entry(name, only_text(value, &format!("`{key}`"))?);
    }
    Ok(())
}

pub(super) fn config_map(say: &mut Say, object: &Value) -> Said<()> {
    let fields = open("", object)?;
    let (name, mut meta) = meta(&fields)?;
    let mut block = Block::default();
    data(&mut block, &fields, "data")?;
    let mut binary = Block::default();
    for (key, value) in values(&fields, "binaryData")? {
        let bytes = value.as_str().and_then(base64).ok_or("binary data that is no base64")?;
        let text = String::from_utf8(bytes).map_err(|_| "binary data that is no text")?;
        binary.entry(key, string(&text));
    }
    if !binary.is_empty() {
        meta.put("binary", binary);
    }
    if let Some(immutable) = fields.get("immutable") {
        meta.put("immutable", lit(immutable));
    }
    fields.close()?;
    if !meta.is_empty() {
        block.put("meta", meta);
    }
    say.item("ConfigMap", "the_config", &name, &block);
    Ok(())
}

pub(super) fn secret(say: &mut Say, object: &Value) -> Said<()> {
    let fields = open("", object)?;
    let (name, mut meta) = meta(&fields)?;
    // What stands in both is the text's.
    let text = fields.get("stringData");
    let mut block = Block::default();
    data(&mut block, &fields, "stringData")?;
    for (key, value) in values(&fields, "data")? {
        let bytes = match value {
            Value::Null => Vec::new(),
            value => value.as_str().and_then(base64).ok_or("data that is no base64")?,
        };
        if text.is_some_and(|text| text.get(key).is_some()) {
            continue;
        }
        block.entry(key, string(&String::from_utf8(bytes).map_err(|_| "data that is no text")?));
    }
    if let Some(kind) = fields.get("type") {
        meta.put("type", lit(kind));
    }
    if let Some(immutable) = fields.get("immutable") {
        meta.put("immutable", lit(immutable));
    }
    fields.close()?;
    if !meta.is_empty() {
        block.put("meta", meta);
    }
    say.item("Secret", "the_secret", &name, &block);
    Ok(())
}

pub(super) fn service_account(say: &mut Say, object: &Value) -> Said<()> {
    let fields = open("", object)?;
    let (name, block) = meta(&fields)?;
    fields.close()?;
    say.item("ServiceAccount", "the_account", &name, &block);
    Ok(())
}

/// The namespace that everything is in; the language makes none.
pub(super) fn namespace(say: &mut Say, object: &Value) -> Said<()> {
    let fields = open("", object)?;
    let (name, meta) = meta(&fields)?;
    fields.close()?;
    if !meta.is_empty() {
        return Err("labels of a Namespace".to_owned());
    }
    say.head.put("namespace", lit(&name));
    Ok(())
}

/// Standard base64 with padding.
fn base64(text: &str) -> Option<Vec<u8>> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let text: Vec<u8> = text.bytes().filter(|b| !matches!(b, b'\r' | b'\n')).collect();
    let mut bytes = Vec::new();
    for (n, four) in text.chunks(4).enumerate() {
        let padding = four.iter().rev().take_while(|b| **b == b'=').count();
        if four.len() != 4 || padding > 2 || (padding > 0 && (n + 1) * 4 != text.len()) {
            return None;
        }
        let mut bits = 0u32;
        for b in &four[..4 - padding] {
            bits = bits << 6 | u32::try_from(DIGITS.iter().position(|digit| digit == b)?).ok()?;
        }
        bits <<= 6 * padding;
        bytes.extend(&bits.to_be_bytes()[1..4 - padding]);
    }
    Some(bytes)
}
