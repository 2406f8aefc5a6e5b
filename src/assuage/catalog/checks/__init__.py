"""The checks of the catalog, one file each, in the order they run."""
