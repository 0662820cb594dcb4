//! The service's own migrations, which every installation gets: they bring older ones to what `schema/` makes.

/// A list of files with their texts; adding one is one file and one line.
macro_rules! shipped {
    ($($name:literal,)*) => {
        /// File name and text of each, in order.
        pub const SHIPPED: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../migrations/", $name)))),*];
    };
}

shipped! {
    "2026_11_16_retention_indexes_client.sql",
    "2026_11_17_retention_indexes_shared.sql",
    "2026_11_18_minutely_metrics.sql",
    "2026_11_19_service_settings.sql",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_in_the_list() {
        let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        let mut files: Vec<String> = std::fs::read_dir(directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        files.sort();
        let listed: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
        assert_eq!(files, listed);
    }
}
