"""Recorded learning curves: the outcomes, which nobody who decides ever sees."""
