//! A language server, driven as an editor drives it.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// rust-analyzer with one crate open.
pub(crate) struct Server {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    file: PathBuf,
    next: u64,
    version: u64,
    _child: Child,
}

/// The program, if there is one that runs and knows the standard library's source. One that `RUST_ANALYZER` names has to be.
pub(crate) fn program() -> Result<PathBuf, &'static str> {
    let named = std::env::var_os("RUST_ANALYZER").map(PathBuf::from);
    let program = named.clone().unwrap_or_else(|| PathBuf::from("rust-analyzer"));
    // rustup has a stand-in for it whether it is installed or not.
    let runs = Command::new(&program).arg("--version").output().is_ok_and(|output| output.status.success());
    assert!(runs || named.is_none(), "RUST_ANALYZER={} does not run", program.display());
    if !runs {
        return Err("no rust-analyzer; tests/ide/install.sh gets one");
    }
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output().ok();
    let sysroot = sysroot.and_then(|output| String::from_utf8(output.stdout).ok()).unwrap_or_default();
    let source = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/core");
    // The one that is named may bring its own.
    if named.is_some() || source.exists() { Ok(program) } else { Err("no rust-src; tests/ide/install.sh gets one") }
}

impl Server {
    /// Starts it on a crate that depends on this project, and waits until it has read everything.
    pub(crate) fn start(program: &Path) -> Self {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let folder = target.join("ide/crate");
        std::fs::create_dir_all(folder.join("src")).expect("a folder");
        let manifest = format!(
            "[package]\nname = \"declares\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[dependencies]\n\
             statefulapp = {{ path = {:?} }}\n\n[workspace]\n",
            root
        );
        std::fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
        // The versions that the project was built with; nothing is downloaded.
        std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).expect("a lock file");
        let file = folder.join("src/lib.rs");
        std::fs::write(&file, "").expect("a source file");

        let mut child = Command::new(program)
            .current_dir(&folder)
            .env("CARGO_NET_OFFLINE", "true")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("rust-analyzer starts");
        let input = child.stdin.take().expect("a pipe");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut server = Self { input, output, file, next: 0, version: 0, _child: child };
        server.request(
            "initialize",
            json!({
                "processId": std::process::id(),
                "rootUri": uri(&folder),
                "capabilities": {
                    "experimental": {"serverStatusNotification": true},
                    "textDocument": {
                        "completion": {"completionItem": {"labelDetailsSupport": true}},
                        "diagnostic": {"dynamicRegistration": false},
                        "hover": {"contentFormat": ["markdown"]},
                        "rename": {"prepareSupport": true},
                    },
                },
                "initializationOptions": {
                    "cargo": {"targetDir": target, "buildScripts": {"enable": true}},
                    "procMacro": {"enable": true},
                    "checkOnSave": false,
                    "cachePriming": {"enable": false},
                    "completion": {"autoimport": {"enable": false}, "postfix": {"enable": false}},
                },
            }),
        );
        server.notify("initialized", json!({}));
        let document = json!({"uri": uri(&server.file), "languageId": "rust", "version": 0, "text": ""});
        server.notify("textDocument/didOpen", json!({"textDocument": document}));
        loop {
            let message = server.read();
            let status = &message["params"];
            if message["method"] == "experimental/serverStatus" && status["quiescent"] == json!(true) {
                // A warning may be about the standard library's own dependencies, which offline machines lack.
                assert_ne!(status["health"], "error", "rust-analyzer cannot load the crate: {status}");
                return server;
            }
        }
    }

    /// Opens a text in the place of the crate's only file.
    pub(crate) fn open(&mut self, text: &str) {
        self.version += 1;
        let document = json!({"uri": uri(&self.file), "version": self.version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [{"text": text}]}));
    }

    /// Asks about a place in the open text.
    pub(crate) fn ask(&mut self, method: &str, offset: (usize, usize), mut more: Value) -> Value {
        more["textDocument"] = json!({"uri": uri(&self.file)});
        more["position"] = json!({"line": offset.0, "character": offset.1});
        self.request(method, more)
    }

    /// What it says of the open text.
    pub(crate) fn diagnostics(&mut self) -> Value {
        let document = json!({"textDocument": {"uri": uri(&self.file)}});
        self.request("textDocument/diagnostic", document)["items"].take()
    }

    /// Whether an address is that of the crate's only file.
    pub(crate) fn is_open_file(&self, address: &Value) -> bool {
        *address == json!(uri(&self.file))
    }

    fn request(&mut self, method: &str, params: Value) -> Value {
        loop {
            self.next += 1;
            let id = self.next;
            self.send(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
            let mut answer = loop {
                let message = self.read();
                if message["id"] == json!(id) && message.get("method").is_none() {
                    break message;
                }
            };
            // What it was computing when the text changed, it wants to be asked again.
            if answer["error"]["code"] == json!(-32801) {
                continue;
            }
            assert!(answer.get("error").is_none(), "{method}: {answer}");
            return answer["result"].take();
        }
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn send(&mut self, message: Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("rust-analyzer reads");
        self.input.flush().expect("rust-analyzer reads");
    }

    /// The next message. What the server asks of the editor is answered with nothing.
    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).expect("rust-analyzer writes") > 0, "rust-analyzer has ended");
            match line.trim().split_once(": ") {
                Some(("Content-Length", number)) => length = number.parse().expect("a length"),
                Some(_) => {}
                None => break,
            }
        }
        let mut text = vec![0; length];
        self.output.read_exact(&mut text).expect("a whole message");
        let message: Value = serde_json::from_slice(&text).expect("JSON");
        if message.get("id").is_some() && message.get("method").is_some() {
            let result = if message["method"] == "workspace/configuration" { json!([null]) } else { Value::Null };
            self.send(json!({"jsonrpc": "2.0", "id": message["id"], "result": result}));
        }
        message
    }
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}
