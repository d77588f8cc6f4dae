"""A run in the terminal, decision by decision."""
