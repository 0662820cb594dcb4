//! The file, as several processes and a power cut leave it.
