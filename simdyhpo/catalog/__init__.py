"""Everything that is known about a scheduler, in its one entry, and how one is made."""
