"""Other projects' optimisers on our clock: each package's only home, and needed by no other part."""
