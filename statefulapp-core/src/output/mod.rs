//! Manifests out of the program: YAML, directories, secrets that are kept.
