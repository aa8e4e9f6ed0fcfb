use statefulapp::stateful_app;

fn main() {
    let stack = stateful_app! {
        StatefulApp db { replicas: 1 }
    };
    println!("{}", stack.kubernetes());
}
