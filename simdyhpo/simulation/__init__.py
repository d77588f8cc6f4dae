"""Simulated time: the clock, the workers, the replayed table, and the one loop that joins them."""
