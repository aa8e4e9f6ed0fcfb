use statefulapp::stateful_app;

fn main() {
    let stack = stateful_app! {
        StatefulApp db { image: "example.org/db:1", resources: { cpu: 2..1, memory: 1Gi..1G } }
    };
    println!("{}", stack.kubernetes());
}
