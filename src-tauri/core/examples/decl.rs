fn main() {
    use ts_rs::{Config, TS};
    use wingman_core::app::{Destination, Doubt, Link};
    fn tell<T: TS + 'static>() {
        let config = Config::new().with_large_int("number");
        let d = format!("{}export {}", T::docs().unwrap_or_default(), T::decl(&config));
        println!("{}\n", d.lines().map(str::trim_end).collect::<Vec<_>>().join("\n"));
    }
    tell::<Destination>();
    println!("=====");
    tell::<Doubt>();
    println!("=====");
    tell::<Link>();
}
