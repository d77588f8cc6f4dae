"""Simulated time: what is under way, the replayed table, and the one loop that joins them."""
