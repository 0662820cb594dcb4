//! One file per family of readings.
