//! Wingman.

fn main() {}
