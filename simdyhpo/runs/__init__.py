"""A run: what is asked, the one door for all who run something, and what came of it."""
