//! What is wrong in an expression itself rustc says, once.
#![allow(deprecated)]

use statefulapp::stateful_app;

fn no_result(text: &str) -> statefulapp::Stack {
    stateful_app! { App web { image: (text.parse()?), replicas: (missing), min_ready: (3.await) } }.into()
}

fn main() {
    let files = stateful_app! {
        ConfigMap files {
            missing: include_str!("no_such_file.conf"),
            arguments: format!("{}"),
            variable: env!("STATEFULAPP_NO_SUCH_VARIABLE"),
            joined: concat!("a", missing),
        }
    };
    println!("{}", files.kubernetes());
}
