use statefulapp::stateful_app;

fn main() {
    let stack = stateful_app! {
        StatefulAp db { image: "example.org/db:1" }
    };
    println!("{}", stack.kubernetes());
}
