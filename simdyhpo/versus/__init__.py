"""Schedulers against each other: the study behind a comparison, its results as frames, plots and files."""
