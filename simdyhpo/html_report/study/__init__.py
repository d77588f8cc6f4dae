"""What a report says of a study: one module a section, each from tidy frames to HTML."""
