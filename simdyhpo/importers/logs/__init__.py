"""People's own logs as tables: one module a source, one form between, one way from there to a table."""
