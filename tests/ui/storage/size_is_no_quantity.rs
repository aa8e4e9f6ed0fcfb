use statefulapp::stateful_app;

fn main() {
    let stack = stateful_app! {
        StatefulApp db { image: "example.org/db:1", storage: { data: { mount: "/data", size: "10GB" } } }
    };
    println!("{}", stack.kubernetes());
}
