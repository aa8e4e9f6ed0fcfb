//! What is no expression rustc says, once.
#![allow(deprecated)]

use statefulapp::stateful_app;

fn main() {
    let stack = stateful_app! { App web { image: "b:1", replicas: (?) } };
    println!("{}", stack.kubernetes());
}
