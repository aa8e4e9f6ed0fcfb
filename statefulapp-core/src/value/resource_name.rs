//! Names of the resources that a container asks for.

use super::amount::{CpuAmount, MemoryAmount, ResourceAmount};
use super::error::{ValueError, error};
use super::label::is_qualified_name;
use super::quantity::Quantity;
use super::suggest::suggest;
use super::text::text_value;

const STANDARD: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];
const HUGE_PAGES: &str = "hugepages-";
/// The prefix of the cluster's own resources; no device plugin may offer one there.
const NATIVE: &str = "kubernetes.io/";
/// What a quota puts before a resource's name.
const QUOTA: &str = "requests.";

text_value! {
    /// The name of a resource that a container asks for: `cpu`, `memory`, `ephemeral-storage`, `hugepages-<size>`, or a
    /// device plugin's `domain/name`.
    ///
    /// ```
    /// use statefulapp_core::value::ResourceName;
    ///
    /// let gpu: ResourceName = "nvidia.com/gpu".parse()?;
    /// assert!(gpu.must_be_equal());
    /// assert!("gpu".parse::<ResourceName>().is_err());
    /// # Ok::<(), statefulapp_core::value::ValueError>(())
    /// ```
    ResourceName, check_resource_name
}

impl ResourceName {
    /// Whether it is a device plugin's `domain/name`: whole numbers, the limit written and equal to the request.
    pub fn is_extended(&self) -> bool {
        self.as_str().contains('/')
    }

    /// Whether it is `hugepages-<size>`: multiples of the size, and cpu or memory asked for too.
    pub fn is_huge_pages(&self) -> bool {
        self.page_size().is_some()
    }

    /// The size of one huge page.
    pub fn page_size(&self) -> Option<Quantity> {
        self.as_str().strip_prefix(HUGE_PAGES)?.parse().ok()
    }

    /// Whether the limit has to be written and the request has to be equal to it, because there is no sharing.
    pub fn must_be_equal(&self) -> bool {
        self.is_extended() || self.is_huge_pages()
    }

    /// Whether the amount keeps the rule of this resource.
    ///
    /// # Errors
    /// It is a fraction of what comes in whole ones.
    pub fn takes(&self, amount: &ResourceAmount) -> Result<(), ValueError> {
        let quantity = amount.quantity().clone();
        match self.as_str() {
            "cpu" => CpuAmount::try_from(quantity).map(drop),
            "memory" | "ephemeral-storage" => MemoryAmount::try_from(quantity).map(drop),
            _ if self.must_be_equal() && !quantity.is_whole() => Err(ValueError {
                rule: "resource-fraction",
                message: format!("\"{amount}\" is a fraction, and {self} comes in whole ones"),
                help: "write a whole number".to_owned(),
            }),
            _ => Ok(()),
        }
    }
}

fn check_resource_name(text: &str) -> Result<(), ValueError> {
    if STANDARD.contains(&text) {
        return Ok(());
    }
    if let Some(size) = text.strip_prefix(HUGE_PAGES) {
        return check_page_size(text, size);
    }
    if !text.contains('/') || !is_qualified_name(text) {
        return Err(bad_resource_name(text));
    }
    if text.contains(NATIVE) {
        let wrong = "is not a resource: no node offers one under kubernetes.io/";
        return Err(error(
            "resource-name-native",
            text,
            wrong,
            "write the device plugin's name, for instance \"nvidia.com/gpu\"",
        ));
    }
    // The server also has to be able to write a quota of it.
    if text.starts_with(QUOTA) || !is_qualified_name(&format!("{QUOTA}{text}")) {
        let wrong = "is not a resource: the name of its quota, with requests. before it, would not be one";
        return Err(error(
            "resource-name-invalid",
            text,
            wrong,
            "write the device plugin's name, for instance \"nvidia.com/gpu\"",
        ));
    }
    Ok(())
}

fn check_page_size(text: &str, size: &str) -> Result<(), ValueError> {
    const HELP: &str = "write the size as the nodes do, for instance hugepages-2Mi or hugepages-1Gi";
    let Some(quantity) = size.parse::<Quantity>().ok().filter(|size| size.milli() > 0) else {
        return Err(error(
            "resource-name-invalid",
            text,
            "is not a resource: the size of its pages is no quantity",
            HELP,
        ));
    };
    let is_size = quantity.is_whole() && quantity.value_bytes().unsigned_abs().is_power_of_two();
    if is_size && quantity.canonical() == size {
        return Ok(());
    }
    Err(error("resource-name-page-size", text, "is not a size of pages that a node offers", HELP))
}

#[cold]
fn bad_resource_name(text: &str) -> ValueError {
    let help = match suggest(text, STANDARD) {
        Some(name) => format!("write {name:?}"),
        None => {
            "write cpu, memory, ephemeral-storage, hugepages-2Mi, or a device plugin's \"nvidia.com/gpu\"".to_owned()
        }
    };
    error("resource-name-invalid", text, "is not a resource that a container can ask for", help)
}
