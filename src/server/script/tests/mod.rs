//! What the servers' own clients do with the same scripts, as tables.

mod claims;
mod fingerprints;
mod properties;
mod scripts;
mod shapes;
