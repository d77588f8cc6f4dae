"""A folder of results as one HTML file: complete in itself, to be read by people."""
