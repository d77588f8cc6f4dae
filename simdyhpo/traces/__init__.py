"""A run on disk: written once, read back checked, and explained decision by decision."""
