"""Figures from tidy numbers. The only home of matplotlib."""
