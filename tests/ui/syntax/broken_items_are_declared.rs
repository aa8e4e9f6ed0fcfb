//! What follows an item that could not be read still finds it: rustc adds nothing of its own.
use statefulapp::stateful_app;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let cluster = stateful_app! {
        StatefulApp a-b { image: "b:1" }
        StatefulApp c = { image: "b:1" }
        StatefulApp d(image: "b:1", ports: { database: 5432 })
        StatefulApp e
        Statefulapp f { image: "b:1" }
        Secret type { password: generat(32) }
        Service read { selects: e, ports: [database] }
    };
    cluster.write("manifests")?;
    println!("{} {}", cluster.a_b.host(0), cluster.c.host(0));
    println!("{} {}", cluster.d.ports.database.get(), cluster.e.host(0));
    println!("{}", cluster.r#type.password.object());
    let _ = (&cluster.f, &cluster.read);
    Ok(())
}
