"""Studies: many runs from one file, in several processes, resumable at any time."""
