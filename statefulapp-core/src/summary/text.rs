//! The summary for people.

use super::table::Table;
use super::{Address, Amount, Footprint, Range, Summary};
use std::fmt;

/// Tables and lists; the headings of the parts are in capitals. Parts with nothing in them are left out.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stack = self.stack.as_deref().unwrap_or("a stack without a name");
        let namespace = self.namespace.as_ref().map_or_else(String::new, |name| format!(", namespace {name}"));
        writeln!(f, "{stack}{namespace}, for Kubernetes {} and newer\n", self.kubernetes)?;
        params(f, self)?;
        apps(f, self)?;
        jobs(f, self)?;
        addresses(f, &self.addresses)?;
        exceptions(f, self)?;
        warnings(f, self)?;
        notes(f, self)
    }
}

fn params(f: &mut fmt::Formatter<'_>, summary: &Summary) -> fmt::Result {
    if summary.params.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&["PARAMETER", "TYPE", "VALUE", "RULES", "MEANING"]);
    for param in &summary.params {
        let value = if param.value.is_empty() { "\"\"".to_owned() } else { param.value.escape_debug().to_string() };
        table.row(vec![
            param.name.clone(),
            param.kind.word().to_owned(),
            value,
            param.rules(),
            param.doc.replace('\n', " "),
        ]);
    }
    writeln!(f, "{table}")
}

fn apps(f: &mut fmt::Formatter<'_>, summary: &Summary) -> fmt::Result {
    if summary.apps.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&["APP", "KIND", "PODS", "CPU", "MEMORY", "STORAGE", "SCRATCH"]);
    for app in &summary.apps {
        table.row(row(&app.name, &app.kind, &app.takes));
    }
    table.row(row("all", "", &summary.total));
    if summary.rolling.pods > 0 {
        table.row(row("rolling update adds", "", &summary.rolling));
    }
    writeln!(f, "{table}")
}

fn jobs(f: &mut fmt::Formatter<'_>, summary: &Summary) -> fmt::Result {
    if summary.jobs.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&["JOB", "KIND", "PODS", "CPU", "MEMORY", "STORAGE", "SCRATCH", "SCHEDULE"]);
    for job in &summary.jobs {
        let mut cells = row(&job.name, &job.kind, &job.takes);
        cells.push(job.schedule.clone().unwrap_or_default());
        table.row(cells);
    }
    table.row(row("all, while they run", "", &summary.jobs_total));
    writeln!(f, "{table}")
}

fn row(name: &str, kind: &str, takes: &Footprint) -> Vec<String> {
    let volume = |amount: Amount| if amount.is_zero() { "-".to_owned() } else { amount.to_string() };
    vec![
        name.to_owned(),
        kind.to_owned(),
        takes.pods.to_string(),
        range(&takes.cpu),
        range(&takes.memory),
        volume(takes.storage),
        volume(takes.scratch),
    ]
}

/// `2..4`; `2..` if there is no limit; `2` if the limit is the request.
fn range(range: &Range) -> String {
    match range.limit {
        Some(limit) if limit == range.request => limit.to_string(),
        Some(limit) => format!("{}..{limit}", range.request),
        None if range.request.is_zero() => "not said".to_owned(),
        None => format!("{}..", range.request),
    }
}

fn addresses(f: &mut fmt::Formatter<'_>, addresses: &[Address]) -> fmt::Result {
    if addresses.is_empty() {
        return Ok(());
    }
    writeln!(f, "ADDRESSES")?;
    for address in addresses {
        let app = match &address.app {
            Some(app) if *app != address.name => format!(" of {app}"),
            _ => String::new(),
        };
        writeln!(f, "  {} ({}{app})", address.name, address.kind)?;
        // Of many pods the first and the last say it.
        match &*address.hosts {
            [first, _, .., last] => writeln!(f, "    {first} … {last}")?,
            hosts => hosts.iter().try_for_each(|host| writeln!(f, "    {host}"))?,
        }
        let ports: Vec<_> = address.ports.iter().map(port).collect();
        if !ports.is_empty() {
            writeln!(f, "    {}", ports.join(", "))?;
        }
        address.urls.iter().try_for_each(|url| writeln!(f, "    {url}"))?;
    }
    writeln!(f)
}

fn port(port: &super::AddressPort) -> String {
    let protocol = if port.protocol == "TCP" { String::new() } else { format!("/{}", port.protocol) };
    let name = port.name.as_ref().map_or_else(String::new, |name| format!("{name} "));
    let node = port.node_port.map_or_else(String::new, |number| format!(" ({number} on every node)"));
    format!("{name}{}{protocol}{node}", port.number)
}

fn exceptions(f: &mut fmt::Formatter<'_>, summary: &Summary) -> fmt::Result {
    if summary.exceptions.is_empty() {
        return Ok(());
    }
    writeln!(f, "EXCEPTIONS FROM PODSECURITY \"RESTRICTED\"")?;
    for exception in &summary.exceptions {
        writeln!(f, "  {}: {}", exception.workload, exception.because.as_deref().unwrap_or("no reason is given"))?;
        exception.violations.iter().try_for_each(|violation| writeln!(f, "    {violation}"))?;
    }
    writeln!(f)
}

fn warnings(f: &mut fmt::Formatter<'_>, summary: &Summary) -> fmt::Result {
    if summary.warnings.findings.is_empty() {
        return Ok(());
    }
    writeln!(f, "WARNINGS")?;
    for finding in &summary.warnings.findings {
        // Many messages begin with the item.
        let item = summary.warnings.item(finding).filter(|item| !finding.message.replace('`', "").starts_with(item));
        let item = item.map_or_else(String::new, |item| format!("{item}: "));
        writeln!(f, "  {item}{} ({})", finding.message, finding.rule)?;
    }
    writeln!(f)
}

fn notes(f: &mut fmt::Formatter<'_>, summary: &Summary) -> fmt::Result {
    if summary.notes.is_empty() {
        return Ok(());
    }
    writeln!(f, "TO BE KNOWN")?;
    for note in &summary.notes {
        writeln!(f, "  {} ({})", note.engine, note.apps.join(", "))?;
        note.limits.iter().try_for_each(|limit| writeln!(f, "    {limit}"))?;
    }
    Ok(())
}
