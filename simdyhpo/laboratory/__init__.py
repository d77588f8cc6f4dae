"""Tables whose properties are set: curves of a stated family, and functions with a fidelity."""
