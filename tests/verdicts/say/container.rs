use super::{Block, Fields, Said, Say, chosen, lit, only_text, open, seconds, strings};
use serde_json::{Value, json};

/// The volumes that a container mounts.
pub(super) struct Mounts<'v>(Vec<Mount<'v>>);

pub(super) struct Mount<'v> {
    volume: &'v str,
    path: &'v Value,
    pub(super) sub_path: Option<&'v Value>,
    read_only: Option<&'v Value>,
}

impl<'v> Mounts<'v> {
    pub(super) fn of(list: &'v [Value]) -> Said<Self> {
        let mut mounts: Vec<Mount<'v>> = Vec::new();
        for mount in list {
            let fields = open("volumeMounts[]", mount)?;
            let volume = fields.get("name").and_then(Value::as_str).ok_or("a mount without a volume")?;
            if mounts.iter().any(|mount| mount.volume == volume) {
                return Err("a volume that one container mounts twice".to_owned());
            }
            let path = fields.get("mountPath").ok_or("a mount without a path")?;
            // The language has one key for both.
            let sub_path = match (chosen(fields.get("subPath")), chosen(fields.get("subPathExpr"))) {
                (Some(_), Some(_)) => return Err("a path in a volume, and an expression of one".to_owned()),
                (path, expression) => path.or(expression),
            };
            let read_only = fields.get("readOnly");
            fields.nothing("recursiveReadOnly", &[json!("Disabled")])?;
            fields.nothing("mountPropagation", &[json!("None")])?;
            fields.close()?;
            mounts.push(Mount { volume, path, sub_path, read_only });
        }
        Ok(Self(mounts))
    }

    /// The mount of this volume.
    pub(super) fn take(&mut self, volume: &str) -> Option<Mount<'v>> {
        let at = self.0.iter().position(|mount| mount.volume == volume)?;
        Some(self.0.remove(at))
    }

    /// No mount is left.
    pub(super) fn close(&self) -> Said<()> {
        if self.0.is_empty() { Ok(()) } else { Err("a mount of no volume of the pod".to_owned()) }
    }
}

impl Mount<'_> {
    pub(super) fn path(&self) -> String {
        lit(self.path)
    }

    /// The main container writes to its volumes.
    pub(super) fn writable(&self) -> Said<()> {
        match self.read_only {
            None | Some(Value::Bool(false)) => Ok(()),
            Some(_) => Err("a volume that the main container only reads".to_owned()),
        }
    }

    pub(super) fn whole(&self) -> Said<()> {
        match chosen(self.sub_path) {
            None => Ok(()),
            Some(_) => Err("a part of a scratch volume or of files in the main container".to_owned()),
        }
    }
}

/// What all containers have.
pub(super) fn common(say: &mut Say, block: &mut Block, container: &Fields<'_>) -> Said<()> {
    if let Some(image) = container.get("image") {
        block.put("image", lit(image));
    }
    if let Some(word) = chosen(container.get("imagePullPolicy")) {
        block.put("pull", lit(word));
    }
    for key in ["command", "args"] {
        if let Some(words) = container.get(key) {
            block.put(key, strings(words, "an argument")?);
        }
    }
    if let Some(path) = chosen(container.get("workingDir")) {
        block.put("working_dir", lit(path));
    }
    for off in ["stdin", "tty", "stdinOnce"] {
        container.nothing(off, &[json!(false)])?;
    }
    container.nothing("terminationMessagePath", &[json!(""), json!("/dev/termination-log")])?;
    container.nothing("terminationMessagePolicy", &[json!(""), json!("File")])?;
    container.nothing("restartPolicy", &[json!("Always")])?;
    let mut variables = Block::default();
    for variable in container.list("env")? {
        let fields = open("env[]", variable)?;
        let name = fields.get("name").ok_or("a variable without a name")?;
        let name = name.as_str().ok_or("a variable whose name is no text")?;
        let value = fields.get("value");
        let from = fields.sub("valueFrom")?;
        fields.close()?;
        match (value.filter(|value| *value != ""), from) {
            (None, Some(from)) => {
                let source = source(say, &from)?;
                from.close()?;
                variables.entry(name, source);
            }
            (value, None) => {
                variables.entry(name, only_text(value.unwrap_or(&json!("")), "a variable's value")?);
            }
            (Some(_), Some(_)) => return Err("a variable with a value and a source".to_owned()),
        }
    }
    if !variables.is_empty() {
        block.put("env", variables);
    }
    let mut sources = Vec::new();
    for source in container.list("envFrom")? {
        let fields = open("envFrom[]", source)?;
        let (kind, object) = match (fields.sub("configMapRef")?, fields.sub("secretRef")?) {
            (Some(object), None) => ("ConfigMap", object),
            (None, Some(object)) => ("Secret", object),
            _ => return Err("`envFrom[]` of nothing, or of two".to_owned()),
        };
        let mut block = Block::default();
        block.put("source", say.there(kind, object.get("name").ok_or("`envFrom[]` without a name")?, None)?);
        if let Some(optional) = object.get("optional") {
            block.put("optional", lit(optional));
        }
        object.close()?;
        if let Some(prefix) = fields.get("prefix") {
            block.put("prefix", lit(prefix));
        }
        fields.close()?;
        sources.push(block.to_string());
    }
    if !sources.is_empty() {
        block.put("env_from", format!("[{}]", sources.join(", ")));
    }
    if let Some(resources) = container.sub("resources")? {
        block.put("resources", amounts(say, &resources)?);
        resources.close()?;
    }
    Ok(())
}

fn source(say: &mut Say, from: &Fields<'_>) -> Said<String> {
    let keys = [("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")];
    let mut found = Vec::new();
    for (field, kind) in keys {
        if let Some(object) = from.sub(field)? {
            let key = object.get("key").and_then(Value::as_str).ok_or("a key reference without a key")?;
            let name = object.get("name").ok_or("a key reference without a name")?;
            let path = format!("{}[{}]", say.there(kind, name, Some(key))?, super::string(key));
            let optional = object.get("optional") == Some(&json!(true));
            object.nothing("optional", &[json!(true), json!(false)])?;
            object.close()?;
            found.push(if optional { format!("optional({path})") } else { path });
        }
    }
    if let Some(field) = from.sub("fieldRef")? {
        field.nothing("apiVersion", &[json!("v1"), json!("")])?;
        found.push(format!("field({})", lit(field.get("fieldPath").ok_or("a field without a path")?)));
        field.close()?;
    }
    if let Some(resource) = from.sub("resourceFieldRef")? {
        // The main container's own.
        resource.nothing("containerName", &[json!("main"), json!("")])?;
        let name = lit(resource.get("resource").ok_or("a resource without a name")?);
        found.push(match resource.get("divisor") {
            Some(divisor) => format!("resource({name}, {})", say.amount(divisor)),
            None => format!("resource({name})"),
        });
        resource.close()?;
    }
    match found.as_slice() {
        [one] => Ok(one.clone()),
        _ => Err("a variable of no source, or of two".to_owned()),
    }
}

/// `{ "cpu": request..limit }`.
fn amounts(say: &Say, resources: &Fields<'_>) -> Said<Block> {
    let empty = json!({});
    let requests = resources.get("requests").unwrap_or(&empty);
    let limits = resources.get("limits").unwrap_or(&empty);
    let (Some(requests), Some(limits)) = (requests.as_object(), limits.as_object()) else {
        return Err("resources that are no object".to_owned());
    };
    resources.nothing("claims", &[json!([])])?;
    let mut block = Block::default();
    let names = requests.keys().chain(limits.keys().filter(|name| !requests.contains_key(*name)));
    for name in names {
        let zero = json!("0");
        let amount = |map: &serde_json::Map<String, Value>| match map.get(name) {
            None => String::new(),
            // No amount is none.
            Some(Value::Null) => say.amount(&zero),
            Some(amount) => say.amount(amount),
        };
        match (amount(requests), amount(limits)) {
            (request, limit) if limit.is_empty() && request.is_empty() => {}
            (request, limit) if limit.is_empty() => block.entry(name, request),
            (request, limit) => block.entry(name, format!("{request} .. {limit}")),
        }
    }
    Ok(block)
}

/// What a container has that others connect to.
pub(super) fn served(say: &mut Say, block: &mut Block, container: &Fields<'_>, mut ports: Block) -> Said<()> {
    for port in container.list("ports")? {
        let fields = open("ports[]", port)?;
        let mut inner = Block::default();
        if let Some(number) = fields.get("containerPort") {
            inner.put("number", lit(number));
        }
        if let Some(word) = chosen(fields.get("protocol")) {
            inner.put("protocol", lit(word));
        }
        if let Some(number) = fields.get("hostPort").filter(|number| **number != json!(0)) {
            inner.put("host_port", lit(number));
        }
        // A port without a name gets one.
        let unnamed = json!(format!("unnamed-{}", say.unnamed));
        say.unnamed += 1;
        let name = chosen(fields.get("name")).unwrap_or(&unnamed).as_str().ok_or("a port whose name is no text")?;
        fields.close()?;
        ports.entry(name, inner);
    }
    if !ports.is_empty() {
        block.put("ports", ports);
    }
    for (key, field) in [("startup", "startupProbe"), ("liveness", "livenessProbe"), ("readiness", "readinessProbe")] {
        if let Some(probe) = container.sub(field)? {
            block.put(key, self::probe(&probe)?);
            probe.close()?;
        }
    }
    if let Some(lifecycle) = container.sub("lifecycle")? {
        for (key, field) in [("post_start", "postStart"), ("pre_stop", "preStop")] {
            if let Some(hook) = lifecycle.sub(field)? {
                block.put(key, self::hook(&hook)?);
                hook.close()?;
            }
        }
        lifecycle.close()?;
    }
    Ok(())
}

fn probe(probe: &Fields<'_>) -> Said<String> {
    let (call, mut options) = parts(probe)?;
    let times = [("initialDelaySeconds", "initial_delay"), ("periodSeconds", "period"), ("timeoutSeconds", "timeout")];
    for (field, key) in times.into_iter().chain([("terminationGracePeriodSeconds", "grace")]) {
        if let Some(time) = probe.get(field) {
            options.put(key, seconds(time)?);
        }
    }
    for (field, key) in [("failureThreshold", "failures"), ("successThreshold", "successes")] {
        if let Some(count) = probe.get(field) {
            options.put(key, lit(count));
        }
    }
    Ok(if options.is_empty() { call } else { format!("{call} {options}") })
}

fn hook(hook: &Fields<'_>) -> Said<String> {
    let (call, options) = parts(hook)?;
    Ok(if options.is_empty() { call } else { format!("{call} {options}") })
}

/// The call of a handler and its options.
fn parts(of: &Fields<'_>) -> Said<(String, Block)> {
    let mut calls = Vec::new();
    let mut options = Block::default();
    if let Some(exec) = of.sub("exec")? {
        calls.push(format!("exec({})", strings(exec.get("command").unwrap_or(&json!([])), "a command's word")?));
        exec.close()?;
    }
    if let Some(http) = of.sub("httpGet")? {
        let port = lit(http.get("port").ok_or("a handler without a port")?);
        calls.push(match http.get("path") {
            Some(path) => format!("http({}, {port})", only_text(path, "a path")?),
            None => format!("http({port})"),
        });
        match chosen(http.get("scheme")) {
            None => {}
            Some(word) if word == "HTTP" => {}
            Some(word) if word == "HTTPS" => options.put("https", "true"),
            Some(_) => return Err("`httpGet.scheme` of another word".to_owned()),
        }
        if let Some(host) = chosen(http.get("host")) {
            options.put("host", lit(host));
        }
        let mut headers = Block::default();
        for header in http.list("httpHeaders")? {
            let header = open("httpGet.httpHeaders[]", header)?;
            let name = header.get("name").unwrap_or(&Value::Null).as_str().unwrap_or_default();
            headers.entry(name, only_text(header.get("value").unwrap_or(&json!("")), "a header's value")?);
            header.close()?;
        }
        if !headers.is_empty() {
            options.put("headers", headers);
        }
        http.close()?;
    }
    if let Some(tcp) = of.sub("tcpSocket")? {
        calls.push(format!("tcp({})", lit(tcp.get("port").ok_or("a handler without a port")?)));
        tcp.nothing("host", &[json!("")])?;
        tcp.close()?;
    }
    if let Some(grpc) = of.sub("grpc")? {
        let port = grpc.get("port").ok_or("a handler without a port")?;
        if port.is_string() {
            // The language looks the number up.
            return Err("a port of gRPC that is no number".to_owned());
        }
        calls.push(format!("grpc({})", lit(port)));
        if let Some(service) = chosen(grpc.get("service")) {
            options.put("service", lit(service));
        }
        grpc.close()?;
    }
    if let Some(sleep) = of.sub("sleep")? {
        let time = sleep.get("seconds").map_or(Ok("0s".to_owned()), seconds)?;
        calls.push(format!("sleep({time})"));
        sleep.close()?;
    }
    match calls.as_slice() {
        [call] => Ok((call.clone(), options)),
        _ => Err("no handler, or two".to_owned()),
    }
}

/// An init container or a sidecar.
pub(super) fn beside(say: &mut Say, containers: &mut Block, container: Fields<'_>) -> Said<()> {
    let name = container.get("name").and_then(Value::as_str).ok_or("a container without a name")?;
    let mut block = Block::default();
    container.get("restartPolicy");
    common(say, &mut block, &container)?;
    served(say, &mut block, &container, Block::default())?;
    let mut mounts = Block::default();
    for mount in Mounts::of(container.list("volumeMounts")?)?.0 {
        let mut inner = Block::default();
        inner.put("path", mount.path());
        if let Some(path) = chosen(mount.sub_path) {
            inner.put("sub_path", lit(path));
        }
        if let Some(read_only) = mount.read_only {
            inner.put("read_only", lit(read_only));
        }
        mounts.entry(mount.volume, inner);
    }
    if !mounts.is_empty() {
        block.put("mounts", mounts);
    }
    let empty = json!({});
    let mut inner = Block::default();
    let (user, group) =
        security(say, &mut inner, container.get("securityContext").unwrap_or(&empty), None, None, None)?;
    for (key, id) in [("user", user), ("group", group)] {
        if let Some(id) = id {
            inner.put(key, lit(id));
        }
    }
    if !inner.is_empty() {
        block.put("security", inner);
    }
    container.close()?;
    containers.entry(name, block);
    Ok(())
}

/// The name of a profile on the node.
fn local_profile(field: &str, profile: &Value) -> Said<String> {
    let profile = open(field, profile)?;
    let name = profile.get("localhostProfile").map_or_else(|| lit(&json!("")), lit);
    if profile.get("type") != Some(&json!("Localhost")) {
        return Err(format!("`{field}.type` of another word"));
    }
    profile.close()?;
    Ok(name)
}

/// The security settings of a container. Returns its user and group.
pub(super) fn security<'v>(
    say: &Say,
    block: &mut Block,
    context: &'v Value,
    pod_non_root: Option<&Value>,
    pod_seccomp: Option<&Value>,
    pod_app_armor: Option<&Value>,
) -> Said<(Option<&'v Value>, Option<&'v Value>)> {
    let context = open("securityContext", context)?;
    let literal = say.style.literal_security;
    let ids = (context.get("runAsUser"), context.get("runAsGroup"));
    let privileged = context.get("privileged");
    if let Some(privileged) = privileged {
        block.put("privileged", lit(privileged));
    }
    match context.get("allowPrivilegeEscalation") {
        Some(allow) => block.put("privilege_escalation", lit(allow)),
        None if literal => block.put("privilege_escalation", "true"),
        None => {}
    }
    if let Some(read_only) = context.get("readOnlyRootFilesystem") {
        block.put("read_only_root", lit(read_only));
    }
    // A pod that says `false` is wrong whatever its containers say.
    let non_root = match (pod_non_root, context.get("runAsNonRoot")) {
        (Some(Value::Bool(false)), _) => pod_non_root,
        (pod, own) => own.or(pod),
    };
    match non_root {
        Some(Value::Bool(non_root)) => block.put("root", !non_root),
        Some(_) => return Err("`runAsNonRoot` that is no bool".to_owned()),
        None if literal => block.put("root", "true"),
        None => {}
    }
    match context.get("seccompProfile").or(pod_seccomp) {
        Some(profile) if *profile == json!({"type": "RuntimeDefault"}) => {}
        Some(profile) if *profile == json!({"type": "Unconfined"}) => block.put("seccomp_unconfined", "true"),
        Some(profile) => block.put("seccomp_profile", local_profile("seccompProfile", profile)?),
        None if literal => block.put("seccomp_unconfined", "true"),
        None => {}
    }
    let capabilities = context.sub("capabilities")?;
    let dropped = capabilities.as_ref().and_then(|capabilities| capabilities.get("drop"));
    match dropped {
        Some(dropped) if *dropped == json!(["ALL"]) => {}
        Some(Value::Array(dropped)) if dropped.is_empty() || literal => block.put("keep_capabilities", "true"),
        Some(_) => return Err("`capabilities.drop` other than ALL".to_owned()),
        None if literal => block.put("keep_capabilities", "true"),
        None => {}
    }
    if let Some(capabilities) = capabilities {
        if let Some(added) = capabilities.get("add") {
            block.put("add_capabilities", lit(added));
        }
        capabilities.close()?;
    }
    let profile = context.get("appArmorProfile").or(pod_app_armor);
    if let Some(profile) = profile.filter(|profile| **profile != json!({"type": "RuntimeDefault"})) {
        block.put("app_armor_profile", local_profile("appArmorProfile", profile)?);
    }
    context.nothing("seLinuxOptions", &[json!({})])?;
    context.nothing("procMount", &[json!("Default")])?;
    context.close()?;
    Ok(ids)
}
