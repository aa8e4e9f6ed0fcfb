use super::container::{self, Mounts};
use super::{Block, Fields, Said, Say, chosen, lit, mode, only_text, open, seconds, strings, texts};
use serde_json::{Value, json};
use statefulapp_core::value::Label;

/// The pod of an app. Returns the app's name: its own, or that of the main container where another one has to differ from it.
pub(super) fn pod(say: &mut Say, app: &mut Block, spec: &Value, claims: &[Value], name: &Value) -> Said<Value> {
    let pod = open("template.spec", spec)?;
    let containers = pod.list("containers")?;
    let init = pod.list("initContainers")?;
    let (first, rest) = containers.split_first().ok_or("a pod without containers")?;
    let main = open("containers[]", first)?;
    let main_name = main.get("name").ok_or("a container without a name")?;
    // The language calls the main container as the app. A name that no container can have is the app's name too.
    let is_name = main_name.as_str().is_some_and(|name| name.parse::<Label>().is_ok());
    let name = if rest.is_empty() && init.is_empty() && is_name { name } else { main_name };

    let mut mounts = Mounts::of(main.list("volumeMounts")?)?;
    container::common(say, app, &main)?;
    let ports = std::mem::take(&mut say.app_ports);
    container::served(say, app, &main, ports)?;
    storage(say, app, claims, &mut mounts)?;
    volumes(say, app, pod.list("volumes")?, claims, &mut mounts)?;
    mounts.close()?;
    security(say, app, &pod, main.get("securityContext"))?;
    main.close()?;

    let (mut inits, mut sidecars) = (Block::default(), Block::default());
    for container in init {
        let fields = open("initContainers[]", container)?;
        let stays = match chosen(fields.get("restartPolicy")) {
            None => false,
            Some(word) if word == "Always" => true,
            Some(_) => return Err("`initContainers[].restartPolicy`".to_owned()),
        };
        container::beside(say, if stays { &mut sidecars } else { &mut inits }, fields)?;
    }
    for container in rest {
        let fields = open("containers[]", container)?;
        fields.nothing("restartPolicy", &[json!("Always")])?;
        container::beside(say, &mut sidecars, fields)?;
    }
    for (key, block) in [("init", inits), ("sidecars", sidecars)] {
        if !block.is_empty() {
            app.put(key, block);
        }
    }

    pod.nothing("restartPolicy", &[json!("Always"), json!("")])?;
    for off in ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace", "setHostnameAsFQDN"] {
        pod.nothing(off, &[json!(false)])?;
    }
    pod.nothing("hostUsers", &[json!(true)])?;
    pod.nothing("os", &[json!({"name": "linux"})])?;
    if let Some(name) = pod.get("schedulerName") {
        app.put("scheduler", lit(name));
    }
    if let Some(class) = pod.get("runtimeClassName") {
        app.put("runtime_class", lit(class));
    }
    for none in ["readinessGates", "hostAliases", "schedulingGates"] {
        pod.nothing(none, &[json!([])])?;
    }
    if let Some(time) = pod.get("terminationGracePeriodSeconds") {
        app.put("grace", seconds(time)?);
    }
    if let Some(links) = pod.get("enableServiceLinks") {
        app.put("service_links", lit(links));
    }
    if let Some(token) = pod.get("automountServiceAccountToken") {
        app.put("service_account_token", lit(token));
    }
    if let Some(account) = chosen(pod.get("serviceAccountName")) {
        app.put("service_account", lit(account));
    }
    if let Some(class) = chosen(pod.get("priorityClassName")) {
        app.put("priority_class", lit(class));
    }
    let mut secrets = Vec::new();
    for secret in pod.list("imagePullSecrets")? {
        let secret = open("imagePullSecrets[]", secret)?;
        // A name of "" refers to no Secret.
        if let Some(name) = chosen(secret.get("name")) {
            secrets.push(lit(name));
        }
        secret.close()?;
    }
    if !secrets.is_empty() {
        app.put("pull_secrets", format!("[{}]", secrets.join(", ")));
    }
    if let Some(labels) = pod.get("nodeSelector") {
        app.put("node_selector", texts(labels, "labels")?);
    }
    scheduling(app, &pod)?;
    dns(app, &pod)?;
    pod.close()?;
    Ok(name.clone())
}

/// Claims, with the one mount that the main container may have of each.
fn storage(say: &Say, app: &mut Block, claims: &[Value], mounts: &mut Mounts<'_>) -> Said<()> {
    let mut storage = Block::default();
    for claim in claims {
        let claim = open("volumeClaimTemplates[]", claim)?;
        claim.nothing("kind", &[json!("PersistentVolumeClaim")])?;
        claim.nothing("apiVersion", &[json!("v1")])?;
        let metadata = claim.sub("metadata")?.ok_or("a claim without a name")?;
        let name = metadata.get("name").and_then(Value::as_str).ok_or("a claim without a name")?;
        metadata.close()?;
        let mut volume = Block::default();
        if let Some(mount) = mounts.take(name) {
            volume.put("mount", mount.path());
            if let Some(sub_path) = chosen(mount.sub_path) {
                volume.put("sub_path", lit(sub_path));
            }
            mount.writable()?;
        }
        let spec = claim.get("spec").cloned().unwrap_or_else(|| json!({}));
        claim_spec(say, &mut volume, &spec)?;
        claim.close()?;
        storage.entry(name, volume);
    }
    if !storage.is_empty() {
        app.put("storage", storage);
    }
    Ok(())
}

fn claim_spec(say: &Say, volume: &mut Block, spec: &Value) -> Said<()> {
    let spec = open("volumeClaimTemplates[].spec", spec)?;
    if let Some(modes) = spec.get("accessModes") {
        match modes {
            Value::Array(modes) if modes.is_empty() => return Err("a claim without access modes".to_owned()),
            Value::Array(_) => volume.put("access", lit(modes)),
            _ => return Err("access modes that are no list".to_owned()),
        }
    } else {
        return Err("a claim without access modes".to_owned());
    }
    match spec.get("volumeMode") {
        None => {}
        Some(word) if word == "Filesystem" => {}
        Some(word) if word == "Block" => volume.put("block", "true"),
        Some(_) => return Err("`volumeMode` of another word".to_owned()),
    }
    if let Some(class) = spec.get("storageClassName") {
        volume.put("class", lit(class));
    }
    if let Some(resources) = spec.sub("resources")? {
        if let Some(limits) = resources.get("limits") {
            open("volumeClaimTemplates[].spec.resources.limits", limits)?.close()?;
        }
        let requests = resources.sub("requests")?;
        if let Some(size) = requests.as_ref().and_then(|requests| requests.get("storage")) {
            volume.put("size", say.amount(size));
        }
        if let Some(requests) = requests {
            requests.close()?;
        }
        resources.close()?;
    }
    if let Some(source) = spec.sub("dataSource")? {
        source.nothing("kind", &[json!("VolumeSnapshot")])?;
        source.nothing("apiGroup", &[json!("snapshot.storage.k8s.io")])?;
        let complete = source.get("kind").is_some() && source.get("apiGroup").is_some();
        let name = source.get("name").filter(|_| complete).ok_or("`dataSource` other than a snapshot")?;
        source.close()?;
        volume.put("snapshot", lit(name));
    }
    spec.close()
}

/// Volumes of the pod: scratch volumes, and files of ConfigMaps and Secrets.
fn volumes(say: &mut Say, app: &mut Block, volumes: &[Value], claims: &[Value], mounts: &mut Mounts<'_>) -> Said<()> {
    let (mut scratch, mut files) = (Block::default(), Block::default());
    for (n, volume) in volumes.iter().enumerate() {
        let fields = open("volumes[]", volume)?;
        let name = fields.get("name").and_then(Value::as_str).ok_or("a volume without a name")?;
        let is_claim = claims.iter().any(|claim| claim["metadata"]["name"] == name);
        if let Some(empty) = fields.sub("emptyDir")? {
            let mut block = Block::default();
            match mounts.take(name).filter(|_| !is_claim) {
                Some(mount) => {
                    mount.whole()?;
                    mount.writable()?;
                    block.put("mount", mount.path());
                }
                // A volume that nobody mounts is mounted here.
                None => block.put("mount", super::string(&format!("/volume-{n}"))),
            }
            match chosen(empty.get("medium")) {
                None => {}
                Some(word) if word == "Memory" => block.put("memory", "true"),
                Some(_) => return Err("`emptyDir.medium` of another word".to_owned()),
            }
            if let Some(size) = empty.get("sizeLimit") {
                block.put("size", say.amount(size));
            }
            empty.close()?;
            scratch.entry(name, block);
        } else if let Some((kind, source)) = file_source(&fields)? {
            let place = if kind == "ConfigMap" { "name" } else { "secretName" };
            let object = source.get(place).ok_or_else(|| format!("a volume of a {kind} without a name"))?;
            let items = source.list("items")?;
            let mut paths = Block::default();
            let mut keys = Vec::new();
            for item in items {
                let item = open("items[]", item)?;
                let key = item.get("key").and_then(Value::as_str).ok_or("an item without a key")?;
                keys.push(key);
                paths.entry(key, lit(item.get("path").ok_or("an item without a path")?));
                item.nothing("mode", &[])?;
                item.close()?;
            }
            let mut ident = say.there(kind, object, None)?;
            for key in &keys {
                ident = say.there(kind, object, Some(key))?;
            }
            let mut block = Block::default();
            block.put("from", ident);
            if !items.is_empty() {
                block.put("items", paths);
            }
            if let Some(bits) = source.get("defaultMode") {
                block.put("mode", mode(bits)?);
            }
            if let Some(optional) = source.get("optional") {
                block.put("optional", lit(optional));
            }
            source.close()?;
            let path = match mounts.take(name) {
                Some(mount) => {
                    mount.whole()?;
                    mount.path()
                }
                None => super::string(&format!("/volume-{n}")),
            };
            files.entries.push(format!("{path}: {block}"));
        }
        fields.close()?;
        let kinds =
            volume.as_object().map_or(0, |map| map.iter().filter(|(k, v)| *k != "name" && !v.is_null()).count());
        if kinds != 1 {
            return Err("a volume without a source, or with two".to_owned());
        }
    }
    for (key, block) in [("scratch", scratch), ("files", files)] {
        if !block.is_empty() {
            app.put(key, block);
        }
    }
    Ok(())
}

fn file_source<'v>(volume: &Fields<'v>) -> Said<Option<(&'static str, Fields<'v>)>> {
    if let Some(source) = volume.sub("configMap")? {
        return Ok(Some(("ConfigMap", source)));
    }
    Ok(volume.sub("secret")?.map(|source| ("Secret", source)))
}

fn security(say: &Say, app: &mut Block, pod: &Fields<'_>, main: Option<&Value>) -> Said<()> {
    let empty = json!({});
    let context = open("securityContext", pod.get("securityContext").unwrap_or(&empty))?;
    let mut block = Block::default();
    let pod_user = context.get("runAsUser");
    let pod_group = context.get("runAsGroup");
    if let Some(group) = context.get("fsGroup") {
        block.put("fs_group", lit(group));
    }
    if let Some(groups) = context.get("supplementalGroups") {
        block.put("groups", lit(groups));
    }
    if let Some(word) = context.get("fsGroupChangePolicy") {
        block.put("fs_group_change", lit(word));
    }
    let pod_app_armor = context.get("appArmorProfile");
    context.nothing("seLinuxOptions", &[json!({})])?;
    let mut sysctls = Block::default();
    for sysctl in context.list("sysctls")? {
        let sysctl = open("securityContext.sysctls[]", sysctl)?;
        let name = sysctl.get("name").and_then(Value::as_str).ok_or("a sysctl without a name")?;
        sysctls.entry(name, only_text(sysctl.get("value").unwrap_or(&json!("")), "a sysctl")?);
        sysctl.close()?;
    }
    if !sysctls.is_empty() {
        block.put("sysctls", sysctls);
    }
    let pod_non_root = context.get("runAsNonRoot");
    let pod_seccomp = context.get("seccompProfile");
    for (field, profile) in [("seccompProfile", pod_seccomp), ("appArmorProfile", pod_app_armor)] {
        let is_known = |profile: &Value| {
            ["RuntimeDefault", "Unconfined", "Localhost"].iter().any(|known| profile["type"] == *known)
        };
        if profile.is_some_and(|profile| !is_known(profile)) {
            return Err(format!("`securityContext.{field}.type` of another word"));
        }
    }
    context.close()?;
    let main = main.unwrap_or(&empty);
    let (user, group) = container::security(say, &mut block, main, pod_non_root, pod_seccomp, pod_app_armor)?;
    for (key, of_pod, of_main) in [("user", pod_user, user), ("group", pod_group, group)] {
        match (of_pod, of_main) {
            (Some(pod), Some(main)) if pod != main => {
                return Err("a user or group of the main container that differs from the pod's".to_owned());
            }
            (None, None) => {}
            (pod, main) => block.put(key, lit(pod.or(main).unwrap_or(&Value::Null))),
        }
    }
    if say.style.because {
        block.put("because", "\"the table asks for it\"");
    }
    if !block.is_empty() {
        app.put("security", block);
    }
    Ok(())
}

fn scheduling(app: &mut Block, pod: &Fields<'_>) -> Said<()> {
    let mut tolerations = Vec::new();
    for toleration in pod.list("tolerations")? {
        let toleration = open("tolerations[]", toleration)?;
        let mut block = Block::default();
        let key = chosen(toleration.get("key"));
        if let Some(key) = key {
            block.put("key", lit(key));
        }
        let value = toleration.get("value");
        match (chosen(toleration.get("operator")).map_or("Equal", |word| word.as_str().unwrap_or("?")), value) {
            ("Exists", None) => {}
            ("Exists", Some(value)) if value == "" => {}
            ("Equal", value) => {
                let empty = json!("");
                block.put("value", only_text(value.unwrap_or(&empty), "a toleration's value")?);
            }
            _ => return Err("`tolerations[].operator` of another word, or Exists with a value".to_owned()),
        }
        if let Some(effect) = chosen(toleration.get("effect")) {
            block.put("effect", lit(effect));
        }
        if let Some(time) = toleration.get("tolerationSeconds") {
            block.put("duration", seconds(time)?);
        }
        toleration.close()?;
        tolerations.push(block.to_string());
    }
    if !tolerations.is_empty() {
        app.put("tolerations", format!("[{}]", tolerations.join(", ")));
    }
    let mut spread = Block::default();
    for constraint in pod.list("topologySpreadConstraints")? {
        let constraint = open("topologySpreadConstraints[]", constraint)?;
        let mut block = Block::default();
        let key = constraint.get("topologyKey").and_then(Value::as_str).ok_or("a constraint without a topology key")?;
        if let Some(skew) = constraint.get("maxSkew") {
            block.put("max_skew", lit(skew));
        } else {
            return Err("a constraint without `maxSkew`".to_owned());
        }
        match constraint.get("whenUnsatisfiable").and_then(Value::as_str) {
            Some("DoNotSchedule") => block.put("required", "true"),
            Some("ScheduleAnyway") => {}
            _ => return Err("`whenUnsatisfiable` of another word".to_owned()),
        }
        if let Some(domains) = constraint.get("minDomains") {
            block.put("min_domains", lit(domains));
        }
        if constraint.get("labelSelector") != Some(&json!({"matchLabels": {"app": "base"}})) {
            return Err("`topologySpreadConstraints[]` over other pods than the app's own".to_owned());
        }
        constraint.close()?;
        spread.entry(key, block);
    }
    if !spread.is_empty() {
        app.put("spread", spread);
    }
    if let Some(affinity) = pod.sub("affinity")? {
        let mut block = Block::default();
        if let Some(nodes) = affinity.sub("nodeAffinity")? {
            node_affinity(&mut block, &nodes)?;
            nodes.close()?;
        }
        if let Some(apart) = affinity.sub("podAntiAffinity")? {
            pod_anti_affinity(&mut block, &apart)?;
            apart.close()?;
        }
        affinity.close()?;
        if !block.is_empty() {
            app.put("affinity", block);
        }
    }
    Ok(())
}

fn node_affinity(block: &mut Block, nodes: &Fields<'_>) -> Said<()> {
    if let Some(required) = nodes.sub("requiredDuringSchedulingIgnoredDuringExecution")? {
        let [term] = required.list("nodeSelectorTerms")? else { return Err("several node selector terms".to_owned()) };
        block.put("nodes", node_term(term)?);
        required.close()?;
    }
    let preferred = nodes.list("preferredDuringSchedulingIgnoredDuringExecution")?;
    let mut labels = Block::default();
    for term in preferred {
        let term = open("preferredDuringSchedulingIgnoredDuringExecution[]", term)?;
        // The language gives all preferences the same weight.
        term.get("weight")
            .and_then(Value::as_u64)
            .filter(|weight| (1..=100).contains(weight))
            .ok_or("such a weight")?;
        labels.entries.extend(node_term(term.get("preference").ok_or("a preference of nothing")?)?.entries);
        term.close()?;
    }
    if !labels.is_empty() {
        block.put("preferred_nodes", labels);
    }
    Ok(())
}

fn node_term(term: &Value) -> Said<Block> {
    let term = open("nodeSelectorTerms[]", term)?;
    let mut block = Block::default();
    for expression in term.list("matchExpressions")? {
        let expression = open("matchExpressions[]", expression)?;
        if expression.get("operator") != Some(&json!("In")) {
            return Err("node labels by another operator than In".to_owned());
        }
        let key = expression.get("key").and_then(Value::as_str).ok_or("a node label without a key")?;
        block.entry(key, strings(expression.get("values").unwrap_or(&json!([])), "a node label's value")?);
        expression.close()?;
    }
    term.close()?;
    Ok(block)
}

fn pod_anti_affinity(block: &mut Block, apart: &Fields<'_>) -> Said<()> {
    let own = json!({"labelSelector": {"matchLabels": {"app": "base"}}, "topologyKey": "kubernetes.io/hostname"});
    let required = apart.list("requiredDuringSchedulingIgnoredDuringExecution")?;
    let preferred = apart.list("preferredDuringSchedulingIgnoredDuringExecution")?;
    let other = || "`podAntiAffinity` other than the app's own pods on different hosts".to_owned();
    match (required, preferred) {
        ([], []) => {}
        ([term], []) if *term == own => block.put("apart", "Required"),
        ([], [term]) if term["podAffinityTerm"] == own => {
            term["weight"].as_u64().filter(|weight| (1..=100).contains(weight)).ok_or("such a weight")?;
            block.put("apart", "Preferred");
        }
        _ => return Err(other()),
    }
    Ok(())
}

fn dns(app: &mut Block, pod: &Fields<'_>) -> Said<()> {
    let mut block = Block::default();
    if let Some(policy) = chosen(pod.get("dnsPolicy")) {
        block.put("policy", lit(policy));
    }
    if let Some(config) = pod.sub("dnsConfig")? {
        for key in ["nameservers", "searches"] {
            if let Some(values) = config.get(key) {
                block.put(key, lit(values));
            }
        }
        let mut options = Block::default();
        for option in config.list("options")? {
            let option = open("dnsConfig.options[]", option)?;
            let name = option.get("name").and_then(Value::as_str).ok_or("a DNS option without a name")?;
            match option.get("value") {
                Some(value) => options.entry(name, only_text(value, "a DNS option's value")?),
                None => options.entry(name, "true"),
            }
            option.close()?;
        }
        if !options.is_empty() {
            block.put("options", options);
        }
        config.close()?;
    }
    if !block.is_empty() {
        app.put("dns", block);
    }
    Ok(())
}
