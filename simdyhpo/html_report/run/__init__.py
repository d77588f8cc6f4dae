"""What a report says of a single run: one module a section."""
