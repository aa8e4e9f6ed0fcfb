use statefulapp::stateful_app;

fn main() {
    let stack = stateful_app! {
        StatefulApp db { image: "example.org/db:1", replicas: limits::REPLICAS }
    };
    println!("{}", stack.kubernetes());
}
