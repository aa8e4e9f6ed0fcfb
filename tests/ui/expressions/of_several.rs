use statefulapp::stateful_app;

fn main() {
    let stack = stateful_app! {
        App web { image: "b:1", replicas: (3, 4), command: ("sh", "-c"), min_ready: (a; b), revision_history: (), pull: (policy) }
    };
    println!("{}", stack.web.name());
}
