use statefulapp::stateful_app;

fn main() {
    let stack = stateful_app! {
        ConfigMap settings { mode: "fast" }
        StatefulApp db { image: "example.org/db:1", env: { MODE: settings.mod } }
    };
    println!("{}", stack.kubernetes());
}
