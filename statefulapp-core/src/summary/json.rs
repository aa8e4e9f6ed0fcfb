//! The summary for programs.

use super::{Address, Amount, Exception, Footprint, Note, Range, Summary, Workload};
use crate::model::Param;
use serde_json::{Value, json};

impl Summary {
    /// The summary for programs. Amounts are Kubernetes quantities, exactly; a limit of `null` is none.
    ///
    /// ```text
    /// {"stack", "namespace", "kubernetes",
    ///  "params": [{"name", "type", "value", "min", "max", "oneOf", "doc"}],
    ///  "apps": [{"kind", "name", "schedule", "takes": {"pods", "cpu": {"request", "limit"}, "memory": {…}, "storage",
    ///            "scratch"}, "rollingUpdateAdds": {…}}],
    ///  "total": {…}, "rollingUpdateAdds": {…}, "jobs": […], "jobsAdd": {…},
    ///  "addresses": [{"name", "kind", "app", "hosts", "ports": [{"name", "number", "protocol", "nodePort"}], "urls"}],
    ///  "exceptions": [{"workload", "violations", "because"}],
    ///  "warnings": [{"rule", "item", "at", "message", "help"}],
    ///  "notes": [{"engine", "apps", "limits"}]}
    /// ```
    #[must_use]
    pub fn to_json(&self) -> Value {
        let warnings = self.warnings.findings.iter().map(|finding| {
            json!({
                "rule": finding.rule,
                "item": self.warnings.item(finding),
                "at": finding.at.to_string(),
                "message": finding.message,
                "help": finding.help,
            })
        });
        json!({
            "stack": self.stack,
            "namespace": self.namespace,
            "kubernetes": self.kubernetes,
            "params": self.params.iter().map(param).collect::<Vec<_>>(),
            "apps": self.apps.iter().map(workload).collect::<Vec<_>>(),
            "total": footprint(&self.total),
            "rollingUpdateAdds": footprint(&self.rolling),
            "jobs": self.jobs.iter().map(workload).collect::<Vec<_>>(),
            "jobsAdd": footprint(&self.jobs_total),
            "addresses": self.addresses.iter().map(address).collect::<Vec<_>>(),
            "exceptions": self.exceptions.iter().map(exception).collect::<Vec<_>>(),
            "warnings": warnings.collect::<Vec<_>>(),
            "notes": self.notes.iter().map(note).collect::<Vec<_>>(),
        })
    }
}

fn param(param: &Param) -> Value {
    json!({
        "name": param.name,
        "type": param.kind.word(),
        "value": param.value,
        "min": param.min,
        "max": param.max,
        "oneOf": param.one_of,
        "doc": param.doc,
    })
}

fn workload(workload: &Workload) -> Value {
    json!({
        "kind": workload.kind,
        "name": workload.name,
        "schedule": workload.schedule,
        "takes": footprint(&workload.takes),
        "rollingUpdateAdds": footprint(&workload.rolling),
    })
}

fn footprint(footprint: &Footprint) -> Value {
    json!({
        "pods": footprint.pods,
        "cpu": range(&footprint.cpu),
        "memory": range(&footprint.memory),
        "storage": footprint.storage.quantity(),
        "scratch": footprint.scratch.quantity(),
    })
}

fn range(range: &Range) -> Value {
    json!({"request": range.request.quantity(), "limit": range.limit.map(Amount::quantity)})
}

fn address(address: &Address) -> Value {
    let ports = address.ports.iter().map(
        |port| json!({"name": port.name, "number": port.number, "protocol": port.protocol, "nodePort": port.node_port}),
    );
    json!({
        "name": address.name,
        "kind": address.kind,
        "app": address.app,
        "hosts": address.hosts,
        "ports": ports.collect::<Vec<_>>(),
        "urls": address.urls,
    })
}

fn exception(exception: &Exception) -> Value {
    json!({"workload": exception.workload, "violations": exception.violations, "because": exception.because})
}

fn note(note: &Note) -> Value {
    json!({"engine": note.engine, "apps": note.apps, "limits": note.limits})
}
