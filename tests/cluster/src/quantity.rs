//! Kubernetes quantities as far as a kubelet needs them.

use anyhow::{Context, Result, bail};
use serde_json::Value;

/// A quantity in thousandths: `500m` is 500, `1Ki` is 1 024 000.
pub fn millis(value: &Value) -> Result<u128> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => bail!("`{value}` is not a quantity"),
    };
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at(split);
    let factor: f64 = match suffix {
        "" => 1e3,
        "m" => 1.0,
        "k" => 1e6,
        "M" => 1e9,
        "G" => 1e12,
        "T" => 1e15,
        "Ki" => 1024.0 * 1e3,
        "Mi" => 1024f64.powi(2) * 1e3,
        "Gi" => 1024f64.powi(3) * 1e3,
        "Ti" => 1024f64.powi(4) * 1e3,
        _ => bail!("`{text}` is not a quantity that the harness knows"),
    };
    let number: f64 = number.parse().with_context(|| format!("`{text}` is not a quantity"))?;
    Ok((number * factor).ceil() as u128)
}

/// A quantity in whole units, rounded up.
pub fn units(value: &Value) -> Result<u64> {
    Ok(u64::try_from(millis(value)?.div_ceil(1000))?)
}
