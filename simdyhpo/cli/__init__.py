"""The shell's way in: thin commands over the package, one file for each group."""
