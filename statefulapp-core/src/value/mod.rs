//! Values that are parsed, not validated: each has one `FromStr` whose rule equals the API server's.
