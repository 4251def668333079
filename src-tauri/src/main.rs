//! Wingman, the program. All it does itself is put the environment in order while there is a single thread.

#![cfg_attr(all(not(debug_assertions), windows), windows_subsystem = "windows")]

fn main() {
    let start = wingman::Start::read();
    start.clean_environment();
    wingman::run(start);
}
