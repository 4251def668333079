//! Everything Wingman knows.
