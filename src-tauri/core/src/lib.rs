//! Everything Wingman knows.

pub mod render;
