use statefulapp::stateful_app;

fn main() {
    let stack = stateful_app! {
        StatefulApp db { image: "example.org/db:1", storage: { data: { mount: "/a", size: 1Gi }, data: { mount: "/b", size: 1Gi } } }
    };
    println!("{}", stack.kubernetes());
}
