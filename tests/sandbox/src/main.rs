//! The local GitHub and Copilot server.

fn main() {}
